"""Where everything came from: documents, loads, revisions, conflicts."""

from collections.abc import Collection
from typing import Self
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roles.models.role import SLUG_MAX_LENGTH, Role, sees_drafts


class LoadRun(models.Model):
    """One load of role files that wrote something or tried to; dry runs leave no trace."""

    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="load_runs",
        verbose_name=_("started by"),
    )
    by_name = models.TextField(_("started by (name)"), blank=True, default="")
    paths = models.JSONField(_("paths"), default=list)
    commit = models.TextField(
        _("commit"),
        blank=True,
        default="",
        help_text=_("The version of the files, as their sender named it."),
    )

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name = _("load")
        verbose_name_plural = _("loads")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class LoadOutcomeQuerySet(models.QuerySet["LoadOutcome"]):
    """Outcomes of loads, narrowed."""

    def still_failing(self) -> Self:
        """Keep those of files that could not be read when they were last loaded, and are not gone since."""
        later = LoadOutcome.objects.filter(path=OuterRef("path"), pk__gt=OuterRef("pk"))
        # A later load of the same folders that has nothing to say of the file did not find it.
        again = LoadRun.objects.filter(
            pk__gt=OuterRef("run"), paths=OuterRef("run__paths"), finished_at__isnull=False
        )
        return self.filter(~Exists(later), ~Exists(again), outcome=LoadOutcome.Outcome.FAILED)


class LoadOutcome(models.Model):
    """What became of one file in a load."""

    class Outcome(models.TextChoices):
        """The ways a file's load can end."""

        CREATED = "created", _("created a role")
        UPDATED = "updated", _("updated a role")
        UNCHANGED = "unchanged", _("nothing new")
        SKIPPED = "skipped", _("no role document")
        FAILED = "failed", _("not readable")
        HELD = "held", _("held back")
        PROPOSED = "proposed", _("waits for review")

    run = models.ForeignKey(LoadRun, models.CASCADE, related_name="outcomes", verbose_name=_("load"))
    path = models.TextField(_("file"))
    role = models.ForeignKey(
        Role,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="load_outcomes",
        verbose_name=_("role"),
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    messages = models.JSONField(_("messages"), default=list, blank=True)

    objects = LoadOutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["run", "path", "id"]
        verbose_name = _("outcome of a load")
        verbose_name_plural = _("outcomes of loads")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome__in=[
                        *("created", "updated", "unchanged", "skipped", "failed", "held", "proposed"),
                    ]
                ),
                name="roles_loadoutcome_outcome",
            ),
        ]
        indexes = [
            # The files that can't be read, and whether they could later.
            models.Index(fields=["outcome"], condition=Q(outcome="failed"), name="roles_loadoutcome_failed"),
            models.Index(fields=["path", "id"], name="roles_loadoutcome_of_path"),
        ]

    def __str__(self) -> str:
        return f"{self.path}: {self.get_outcome_display()}"


class SourceDocumentQuerySet(models.QuerySet["SourceDocument"]):
    """Documents, narrowed in the words of the desk."""

    def twins(self) -> Self:
        """Keep those whose role has a document of the same kind that ranks before, and nobody looked yet."""
        first = SourceDocument.objects.filter(
            Q(rank__lt=OuterRef("rank")) | Q(rank=OuterRef("rank"), path__lt=OuterRef("path")),
            role=OuterRef("role"),
            dialect=OuterRef("dialect"),
            missing=False,
        )
        return self.filter(Exists(first), missing=False, beside_twin=False, role__isnull=False)

    def held_back(self) -> Self:
        """Keep those of which a newer text waits until somebody has looked at it."""
        return self.filter(held__isnull=False, role__isnull=False)


class SourceDocument(models.Model):
    """A role document as it was last read without fault: its bytes, and what was understood of them."""

    class Dialect(models.TextChoices):
        """The kinds of role document."""

        PROFILE = "profile", _("role profile")
        JOB = "job", _("job description")

    role = models.ForeignKey(
        Role, models.SET_NULL, null=True, blank=True, related_name="documents", verbose_name=_("role")
    )
    path = models.TextField(_("file"), unique=True, help_text=_("Relative to the folder that was loaded."))
    root = models.TextField(
        _("loaded folder"),
        blank=True,
        default="",
        help_text=_("Name of the folder it was found in; empty for a file that was loaded by itself."),
    )
    dialect = models.CharField(_("kind of document"), max_length=20, choices=Dialect)
    digest = models.CharField(_("SHA-256 of the bytes"), max_length=64)
    content = models.BinaryField(_("bytes"))
    folder_family = models.TextField(
        _("job family by folder"),
        blank=True,
        default="",
        help_text=_("The job family that its folder gives."),
    )
    rank = models.PositiveIntegerField(
        _("rank"), help_text=_("Where documents of a role disagree, the one of the lowest rank wins.")
    )
    parsed = models.JSONField(_("what it says"))
    lines = models.JSONField(_("line of each statement"), default=dict, blank=True)
    messages = models.JSONField(_("what reading it left in doubt"), default=list, blank=True)
    reader = models.CharField(
        _("reader"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("Version of the program that read it: another one reads it again."),
    )
    held = models.BinaryField(
        _("newer bytes that wait"),
        null=True,
        blank=True,
        help_text=_("They would take away most of what the role says, so somebody has to look first."),
    )
    beside_twin = models.BooleanField(
        _("stands beside its twin"),
        default=False,
        editable=False,
        help_text=_("Somebody looked at it beside the other document of its kind that its role has."),
    )
    missing = models.BooleanField(
        _("missing"), default=False, help_text=_("The file was gone when its folder was last loaded.")
    )
    run = models.ForeignKey(
        LoadRun, models.SET_NULL, null=True, blank=True, related_name="documents", verbose_name=_("load")
    )
    updated_at = models.DateTimeField(_("last changed"), default=timezone.now)
    deleted_role_uid = models.UUIDField(
        _("permanent identifier of its deleted role"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The role that it described; brought back, the role has it again."),
    )

    objects = SourceDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["role", "rank", "path"]
        verbose_name = _("source document")
        verbose_name_plural = _("source documents")
        constraints = [
            models.CheckConstraint(condition=~Q(path=""), name="roles_sourcedocument_path_given"),
            models.CheckConstraint(
                condition=Q(dialect__in=["profile", "job"]), name="roles_sourcedocument_dialect"
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}\Z"), name="roles_sourcedocument_digest"
            ),
        ]
        indexes = [
            # What stands in the inbox: twins, and newer texts that wait.
            models.Index(
                fields=["role", "dialect", "rank", "path"],
                condition=Q(missing=False),
                name="roles_sourcedocument_twins",
            ),
            models.Index(fields=["path"], condition=Q(held__isnull=False), name="roles_sourcedocument_held"),
        ]

    def __str__(self) -> str:
        return self.path


class RoleRevisionQuerySet(models.QuerySet["RoleRevision"]):
    """Revisions, narrowed in the words of the history."""

    def of_role(self, uid: UUID) -> Self:
        """Keep the revisions of one role, deleted or not, the newest first."""
        return self.filter(role_uid=uid).order_by("-number")

    def since(self, number: int) -> Self:
        """Keep the revisions that have this number in their role, or a later one."""
        return self.filter(number__gte=number)

    def numbered(self, numbers: Collection[int]) -> Self:
        """Keep the revisions that have one of these numbers in their role."""
        return self.filter(number__in=numbers)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the revisions this person may see.

        Whoever may see drafts sees all of them. Everybody else sees what was written, or published, while its
        role was no draft, and of a deleted role nothing but that it was deleted: what has been taken from the
        catalogue is not to be read in its history.
        """
        if sees_drafts(user):
            return self.all()
        deletion = Q(role=None, origin=RoleRevision.Origin.DELETE)
        # Asked row by row, so that the newest are found without looking at all the others.
        role = Role.objects.visible_to(user).filter(pk=OuterRef("role"))
        return self.filter(Exists(role) | deletion, draft=False)

    def last_of_deleted_roles(self) -> Self:
        """Keep the newest revision of each deleted role."""
        later = RoleRevision.objects.filter(role_uid=OuterRef("role_uid"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later), role=None)


class RoleRevision(models.Model):
    """A role as it stood after one change, and who changed it; it outlives the role."""

    class Origin(models.TextChoices):
        """The doors through which a change can come."""

        LOAD = "load", _("loaded from files")
        ADMIN = "admin", _("edited in the admin")
        API = "api", _("changed through the API")
        RESTORE = "restore", _("restored")
        DELETE = "delete", _("deleted")

    role = models.ForeignKey(
        Role, models.SET_NULL, null=True, blank=True, related_name="revisions", verbose_name=_("role")
    )
    role_uid = models.UUIDField(_("permanent identifier of the role"))
    slug = models.CharField(_("address name at the time"), max_length=SLUG_MAX_LENGTH)
    number = models.PositiveIntegerField(_("number in the role"))
    catalogue_number = models.PositiveBigIntegerField(_("number in the catalogue"), unique=True)
    document = models.JSONField(_("the role as a document"))
    since = models.JSONField(
        _("last change of each statement"),
        default=dict,
        blank=True,
        editable=False,
        help_text=_("Numbers of revisions by statement key; what is not listed was never changed."),
    )
    draft = models.BooleanField(
        _("draft"),
        default=False,
        editable=False,
        help_text=_("Written while the role was a draft, and never published."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="role_revisions",
        verbose_name=_("author"),
    )
    author_name = models.TextField(_("author (name)"), blank=True, default="")
    origin = models.CharField(_("origin"), max_length=20, choices=Origin)
    reason = models.TextField(_("reason"), blank=True, default="")
    run = models.ForeignKey(
        LoadRun, models.SET_NULL, null=True, blank=True, related_name="revisions", verbose_name=_("load")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = RoleRevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-catalogue_number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(fields=["role_uid", "number"], name="roles_rolerevision_number_in_role"),
            models.CheckConstraint(condition=Q(number__gte=1), name="roles_rolerevision_number"),
            models.CheckConstraint(
                condition=Q(catalogue_number__gte=1), name="roles_rolerevision_catalogue_number"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["load", "admin", "api", "restore", "delete"]),
                name="roles_rolerevision_origin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.number}"


class RevisionCounter(models.Model):
    """The number of the newest revision in the catalogue: the one row that every writer locks first.

    Numbers given out under its lock are committed in their order, so a reader who asks for all after
    number n misses none.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last = models.PositiveBigIntegerField(_("number given out last"), default=0)
    links_are_stale = models.BooleanField(
        _("partners are to be linked"),
        default=False,
        help_text=_("Roles or documents changed since partners' names were last resolved."),
    )
    state = models.PositiveBigIntegerField(
        _("number of the state"),
        default=0,
        help_text=_("Raised by the database with every change of what readers can be shown."),
    )
    state_since = models.DateTimeField(_("when the state began"), default=timezone.now)

    class Meta:
        ordering = ["id"]
        verbose_name = _("revision counter")
        verbose_name_plural = _("revision counter")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="roles_revisioncounter_one_row"),
        ]

    def __str__(self) -> str:
        return str(self.last)


class ConflictQuerySet(models.QuerySet["Conflict"]):
    """Conflicts, narrowed in the words of the desk."""

    def open(self) -> Self:
        """Keep those that nobody has decided, without those of deleted roles."""
        return self.filter(closed_at=None, role__isnull=False)

    def waiting(self) -> Self:
        """Keep the open ones for which no decision is proposed either."""
        return self.open().exclude(proposal__state__in=["waiting", "returned", "scheduled"])


class Conflict(models.Model):
    """A value that changed both in the files and in the catalogue, waiting for somebody to choose."""

    class Decision(models.TextChoices):
        """What somebody chose."""

        FILES = "files", _("the file's")
        CATALOGUE = "catalogue", _("the catalogue's")
        OWN = "own", _("written anew")

    role = models.ForeignKey(
        Role, models.SET_NULL, null=True, related_name="conflicts", verbose_name=_("role")
    )
    key = models.TextField(_("what it is about"))
    base = models.JSONField(_("before both changes"), null=True, blank=True)
    ours = models.JSONField(_("in the catalogue"), null=True, blank=True)
    theirs = models.JSONField(_("in the files"), null=True, blank=True)
    run = models.ForeignKey(
        LoadRun, models.SET_NULL, null=True, blank=True, related_name="conflicts", verbose_name=_("load")
    )
    decision = models.CharField(
        _("decision"),
        max_length=20,
        choices=Decision,
        blank=True,
        default="",
        help_text=_("Empty while it is open, and where both sides came to say the same."),
    )
    proposal = models.ForeignKey(
        "roles.Proposal",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="conflicts",
        verbose_name=_("proposed decision"),
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="closed_conflicts",
        verbose_name=_("decided by"),
    )
    closed_by_name = models.TextField(_("decided by (name)"), blank=True, default="")
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    deleted_role_uid = models.UUIDField(
        _("permanent identifier of its deleted role"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The role that it is about; brought back, the role has it again."),
    )

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        constraints = [
            models.UniqueConstraint(
                fields=["role", "key"], condition=Q(closed_at__isnull=True), name="roles_conflict_one_open"
            ),
            models.CheckConstraint(condition=~Q(key=""), name="roles_conflict_key_given"),
            models.CheckConstraint(
                condition=Q(decision__in=["", "files", "catalogue", "own"]), name="roles_conflict_decision"
            ),
        ]
        indexes = [
            # The list of what waits for a decision, newest first.
            models.Index(
                fields=["-opened_at"], condition=Q(closed_at__isnull=True), name="roles_conflict_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.key}"


class RoleRendering(models.Model):
    """The role's Markdown as clean HTML, made once per change.

    `html` is what `rendering.render_document` gave for the newest revision; `version` is that of the
    renderer, so that a better one can find what is to be rendered again.
    """

    role = models.OneToOneField(Role, models.CASCADE, related_name="rendering", verbose_name=_("role"))
    html = models.JSONField(_("HTML"), default=dict)
    version = models.PositiveIntegerField(_("version of the renderer"))

    class Meta:
        ordering = ["role"]
        verbose_name = _("rendering")
        verbose_name_plural = _("renderings")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.role)


class RoleJson(models.Model):
    """What the role's JSON says that hangs on nothing but the role's own revision and documents.

    `parts` and `digest` are those of `roles.role_json.Parts`; `version` is that of the program that made
    them. It is 0 from the moment that they are not right any more: triggers see to that when documents or
    what waits of them change, so whoever finds another version than the program's makes them anew.
    """

    role = models.OneToOneField(
        Role, models.CASCADE, primary_key=True, related_name="json", verbose_name=_("role")
    )
    parts = models.BinaryField(_("parts of the JSON"), default=b"")
    digest = models.CharField(_("SHA-256 of the parts"), max_length=64, blank=True, default="")
    version = models.PositiveIntegerField(_("version of the program that made them"), default=0)

    class Meta:
        ordering = ["role"]
        verbose_name = _("JSON of a role")
        verbose_name_plural = _("JSON of roles")
        default_permissions = ()
        # What is to be made anew.
        indexes = [models.Index(fields=["version"], name="roles_rolejson_version")]

    def __str__(self) -> str:
        return str(self.role)
