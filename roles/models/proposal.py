"""Changes that wait until somebody who may publish has looked at them."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roles.models.provenance import LoadRun, RoleRevision
from roles.models.role import Role, sees_drafts

GRACE: Final = timedelta(minutes=15)
"""How long after its time a proposal may wait to be published before the desk is told that nobody does it."""

PROPOSAL_STATES = ["waiting", "returned", "scheduled", "applied", "declined", "withdrawn"]


def new_token() -> str:
    """A secret that nobody guesses, for an address that works without anything else."""
    return secrets.token_urlsafe(24)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Proposals, narrowed in the words of the desk."""

    def open(self) -> Self:
        """Keep those that are not over: they wait for review, for their author, or for their day."""
        return self.filter(state__in=Proposal.OPEN)

    def waiting(self) -> Self:
        """Keep those that somebody who may publish is to decide on, those that waited longest first."""
        return self.filter(state=Proposal.State.WAITING).order_by("updated_at", "id")

    def scheduled(self) -> Self:
        """Keep those that are approved for later, the next one first."""
        return self.filter(state=Proposal.State.SCHEDULED).order_by("publish_at", "id")

    def due(self, now: datetime) -> Self:
        """Keep those that are approved and whose time has come, in the order of their times."""
        return self.scheduled().filter(publish_at__lte=now)

    def overdue(self, now: datetime) -> Self:
        """Keep those that should have been published a while ago: nobody runs `publish_due`."""
        return self.due(now - GRACE)

    def decided(self) -> Self:
        """Keep those that are over, the latest first."""
        return self.exclude(state__in=Proposal.OPEN).order_by("-updated_at", "-id")

    def by(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep those of one person, those that are not over first."""
        is_over = models.Case(models.When(state__in=Proposal.OPEN, then=0), default=1)
        return self.filter(author=user.pk).order_by(is_over, "-updated_at", "-id")

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep those this person may see: with the permission all, else their own; never of unseen roles."""
        sees_all = isinstance(user, PermissionsMixin) and user.has_perm("roles.view_proposal")
        found = self if sees_all else self.none() if user.pk is None else self.filter(author=user.pk)
        public = [Role.Status.PUBLISHED, Role.Status.ARCHIVED]
        return found if sees_drafts(user) else found.filter(role__status__in=public)

    def in_state(self, states: Iterable[str]) -> Self:
        """Keep those in any of these states."""
        return self.filter(state__in=list(states))

    def of_roles(self, slugs: Iterable[str]) -> Self:
        """Keep those that would change any of these roles."""
        return self.filter(role__slug__in=list(slugs))

    def of_origin(self, origins: Iterable[str]) -> Self:
        """Keep those that came through any of these doors."""
        return self.filter(origin__in=list(origins))

    def for_json(self) -> Self:
        """Fetch what the API tells of a proposal, with two queries however many there are."""
        related = self.select_related("role__revision", "successor", "revision")
        return related.prefetch_related("comments")

    def of_load(self) -> Self:
        """Keep what files want to change."""
        return self.filter(origin=RoleRevision.Origin.LOAD)

    def for_list(self) -> Self:
        """Fetch what a row of a list shows, with the name that the role is to have as `name`."""
        named = self.annotate(name=models.fields.json.KeyTextTransform("name", "document"))
        return named.select_related("role", "author").defer("base", "document")


class Proposal(models.Model):
    """What a role is to say, and which status it is to have, once somebody who may publish approves.

    Approved, it is merged three ways: from `base`, what the role says by then and `document`. It outlives
    its role, as revisions do.
    """

    class State(models.TextChoices):
        """Where a proposal is on its way."""

        WAITING = "waiting", _("waits for review")
        RETURNED = "returned", _("sent back")
        SCHEDULED = "scheduled", _("approved for later")
        APPLIED = "applied", _("published")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OPEN = (State.WAITING, State.RETURNED, State.SCHEDULED)

    role = models.ForeignKey(
        Role, models.SET_NULL, null=True, blank=True, related_name="proposals", verbose_name=_("role")
    )
    role_uid = models.UUIDField(_("permanent identifier of the role"), editable=False)
    base = models.JSONField(_("what the role said when it was proposed"))
    document = models.JSONField(_("what the role is to say"))
    status = models.CharField(
        _("status that the role is to have"),
        max_length=20,
        choices=Role.Status,
        blank=True,
        default="",
        help_text=_("Empty if it is to stay as it is."),
    )
    successor = models.ForeignKey(
        Role,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("successor"),
        help_text=_("The role that takes its place, if it is to be archived."),
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.WAITING)
    origin = models.CharField(_("origin"), max_length=20, choices=RoleRevision.Origin)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("author"),
    )
    author_name = models.TextField(_("author (name)"), blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    run = models.ForeignKey(
        LoadRun, models.SET_NULL, null=True, blank=True, related_name="proposals", verbose_name=_("load")
    )
    publish_at = models.DateTimeField(
        _("publish at"), null=True, blank=True, help_text=_("Empty to publish it when it is approved.")
    )
    token = models.CharField(
        _("secret of its preview"), max_length=64, unique=True, default=new_token, editable=False
    )
    created_at = models.DateTimeField(_("proposed"), default=timezone.now)
    updated_at = models.DateTimeField(_("last changed"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="decided_proposals",
        verbose_name=_("decided by"),
    )
    decided_by_name = models.TextField(_("decided by (name)"), blank=True, default="")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    revision = models.ForeignKey(
        RoleRevision,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("revision that it became"),
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PROPOSAL_STATES), name="roles_proposal_state"),
            models.CheckConstraint(
                condition=Q(status__in=["", "draft", "published", "archived"]), name="roles_proposal_status"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["load", "admin", "api", "restore", "delete"]),
                name="roles_proposal_origin",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(publish_at__isnull=False),
                name="roles_proposal_has_its_day",
            ),
            # Whoever proposes again goes on with what they proposed, and so do the files.
            models.UniqueConstraint(
                fields=["role", "author"],
                condition=Q(state__in=["waiting", "returned", "scheduled"]) & ~Q(origin="load"),
                name="roles_proposal_one_an_author",
            ),
            models.UniqueConstraint(
                fields=["role"],
                condition=Q(state__in=["waiting", "returned", "scheduled"], origin="load"),
                name="roles_proposal_one_of_files",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-created_at"],
                condition=Q(state__in=["waiting", "returned", "scheduled"]),
                name="roles_proposal_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document.get('name', '')}: {self.get_state_display()}"

    def get_preview_url(self) -> str:
        """Return the address at which it can be read by whoever is given it."""
        return reverse("proposal-preview", args=[self.token])

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.state in self.OPEN

    @property
    def is_of_load(self) -> bool:
        """Whether files want the change, and no person."""
        return self.origin == RoleRevision.Origin.LOAD

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been published a while ago."""
        is_scheduled = self.state == self.State.SCHEDULED and self.publish_at is not None
        return is_scheduled and self.publish_at < timezone.now() - GRACE  # type: ignore[operator]


class PreviewLink(models.Model):
    """An address at which a draft can be read by whoever is given it, as long as it is a draft."""

    role = models.OneToOneField(Role, models.CASCADE, related_name="preview_link", verbose_name=_("role"))
    token = models.CharField(
        _("secret of its preview"), max_length=64, unique=True, default=new_token, editable=False
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        ordering = ["role"]
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.role)

    def get_absolute_url(self) -> str:
        """Return the address."""
        return reverse("proposal-preview", args=[self.token])


class ProposalComment(models.Model):
    """What somebody did with a proposal or said of it: why it was sent back, or what was done about that."""

    proposal = models.ForeignKey(
        Proposal, models.CASCADE, related_name="comments", verbose_name=_("proposal")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposal_comments",
        verbose_name=_("author"),
    )
    author_name = models.TextField(_("author (name)"), blank=True, default="")
    text = models.TextField(_("comment"), blank=True, default="")
    state = models.CharField(
        _("state that it led to"), max_length=20, choices=Proposal.State, blank=True, default=""
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["", *PROPOSAL_STATES]), name="roles_proposalcomment_state"
            ),
            models.CheckConstraint(
                condition=~Q(text="") | ~Q(state=""), name="roles_proposalcomment_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.text
