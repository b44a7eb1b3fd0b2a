"""Vocabulary that roles share: each word stands once, however many roles use it and however they write it."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from roles.documents.text import SLUG_LENGTH, fold_key, slugify, sort_key

SLUG_FIELD_LENGTH = SLUG_LENGTH + 20
"""Room for a number behind the longest slug, in characters."""

_AT_ONCE = 500


Value = TypeVar("Value")


def chunks(values: Collection[Value]) -> Iterator[list[Value]]:
    """Give values in lists that a query can take: SQLite takes no more than some thousands."""
    listed = list(values)
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]


class VocabularyItem(models.Model):
    """A word of the shared vocabulary, found again by its folded name."""

    name = models.TextField(_("name"))
    folded = models.TextField(_("name for comparing"), unique=True, editable=False)
    sort_key = models.TextField(_("key for sorting"), editable=False)
    slug = models.SlugField(
        _("address name"),
        max_length=SLUG_FIELD_LENGTH,
        unique=True,
        blank=True,
        help_text=_("Used in web addresses. Left empty, it is made from the name."),
    )
    description = models.TextField(_("description"), blank=True, default="")

    class Meta:
        abstract = True
        ordering = ["sort_key", "slug"]
        constraints = [
            models.CheckConstraint(condition=~Q(folded=""), name="%(app_label)s_%(class)s_name_given"),
        ]
        indexes = [
            # A page of a list of thousands, by number or from a cursor on.
            models.Index(fields=["sort_key", "slug"], name="%(app_label)s_%(class)s_order"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the keys of the name brought up to date and a free slug if there is none yet."""
        self.folded = fold_key(self.name)
        self.sort_key = sort_key(self.name)
        if not self.slug:
            self.slug = self.free_slug(self.name)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "folded", "sort_key", "slug"}
        super().save(*args, **kwargs)

    def keep_slug(self, before: str) -> None:
        """Let a slug that the word had before lead to it."""
        if before and before != self.slug:
            former: Any = self._meta.get_field("former_slugs").related_model
            former.objects.get_or_create(slug=before, defaults={"item": self})
            former.objects.filter(slug=self.slug).delete()

    @classmethod
    def for_names(cls, names: Iterable[str]) -> list[Self]:
        """Return unsaved items for the names, as `bulk_create` needs them, since it does not call `save`.

        Names that fold alike give one item, written as the first of them. Slugs are free ones; which names
        are in the table already is the caller's to know.
        """
        wanted: dict[str, str] = {}
        for name in names:
            wanted.setdefault(fold_key(name), name)
        stems = {slugify(name) for name in wanted.values()}
        taken: set[str] = set()
        for some in chunks(stems):
            taken |= cls._slugs_among(some)
        items = []
        for key, name in wanted.items():
            slug = cls.free_slug(name, taken)
            taken.add(slug)
            items.append(cls(name=name, folded=key, sort_key=sort_key(name), slug=slug))
        return items

    @classmethod
    def free_slug(cls, name: str, taken: Collection[str] | None = None) -> str:
        """Return a slug for a name. `taken` has its plain slug if that is taken, and those that will be."""
        stem = slug = slugify(name)
        number = 1
        if taken is None:
            taken = cls._slugs_among([stem])
        while slug in taken or (number > 1 and cls._slugs_among([slug])):
            number += 1
            slug = f"{stem}-{number}"
        return slug

    @classmethod
    def _slugs_among(cls, slugs: list[str]) -> set[str]:
        """Which of these slugs lead to a word, or did so once."""
        former: Any = cls._meta.get_field("former_slugs").related_model
        held = cls._default_manager.filter(slug__in=slugs).values_list("slug")
        once = former.objects.filter(slug__in=slugs).order_by().values_list("slug")
        return {slug for (slug,) in held.order_by().union(once)}


class VocabularyAlias(models.Model):
    """Another name by which a word of the vocabulary is known; each concrete class links its own `item`."""

    name = models.TextField(_("name"))
    folded = models.TextField(_("name for comparing"), unique=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["folded", "id"]
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        constraints = [
            models.CheckConstraint(condition=~Q(folded=""), name="%(app_label)s_%(class)s_name_given"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the folded name brought up to date."""
        self.folded = fold_key(self.name)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "folded"}
        super().save(*args, **kwargs)


class FormerSlug(models.Model):
    """A slug that a word had before it was merged or given another; each concrete class links its own `item`.

    The address of its page leads on to the word, unless a word has the slug by now.
    """

    slug = models.SlugField(_("address name"), max_length=SLUG_FIELD_LENGTH, unique=True)

    class Meta:
        abstract = True
        ordering = ["slug"]
        verbose_name = _("former address name")
        verbose_name_plural = _("former address names")
        default_permissions = ()

    def __str__(self) -> str:
        return self.slug


class Responsibility(VocabularyItem):
    """Something that roles answer for, such as "Data quality"."""

    class Meta(VocabularyItem.Meta):
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("responsibility", args=[self.slug])


class ResponsibilityAlias(VocabularyAlias):
    """Another name of a responsibility."""

    item = models.ForeignKey(
        Responsibility, models.CASCADE, related_name="aliases", verbose_name=_("responsibility")
    )

    class Meta(VocabularyAlias.Meta):
        pass


class ResponsibilityFormerSlug(FormerSlug):
    """A slug that a responsibility had."""

    item = models.ForeignKey(
        Responsibility, models.CASCADE, related_name="former_slugs", verbose_name=_("responsibility")
    )

    class Meta(FormerSlug.Meta):
        pass


class Capability(VocabularyItem):
    """Something that people in a role can do, such as "SQL"."""

    category = models.TextField(_("category"), blank=True, default="", help_text=_("For example: Technical"))

    class Meta(VocabularyItem.Meta):
        verbose_name = _("capability")
        verbose_name_plural = _("capabilities")

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("capability", args=[self.slug])


class CapabilityAlias(VocabularyAlias):
    """Another name of a capability."""

    item = models.ForeignKey(Capability, models.CASCADE, related_name="aliases", verbose_name=_("capability"))

    class Meta(VocabularyAlias.Meta):
        pass


class CapabilityFormerSlug(FormerSlug):
    """A slug that a capability had."""

    item = models.ForeignKey(
        Capability, models.CASCADE, related_name="former_slugs", verbose_name=_("capability")
    )

    class Meta(FormerSlug.Meta):
        pass


class Artifact(VocabularyItem):
    """Something that roles make or look after, such as "Curated datasets"."""

    type = models.TextField(_("type"), blank=True, default="", help_text=_("For example: dataset"))

    class Meta(VocabularyItem.Meta):
        verbose_name = _("artifact")
        verbose_name_plural = _("artifacts")

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("artifact", args=[self.slug])


class ArtifactAlias(VocabularyAlias):
    """Another name of an artifact."""

    item = models.ForeignKey(Artifact, models.CASCADE, related_name="aliases", verbose_name=_("artifact"))

    class Meta(VocabularyAlias.Meta):
        pass


class ArtifactFormerSlug(FormerSlug):
    """A slug that an artifact had."""

    item = models.ForeignKey(
        Artifact, models.CASCADE, related_name="former_slugs", verbose_name=_("artifact")
    )

    class Meta(FormerSlug.Meta):
        pass


# How the names of kinds begin in which the role that states them is the one that gets something.
RECEIVING = (
    "receives ",
    "gets ",
    "is ",
    "has ",
    "needs ",
    "uses ",
    "depends on",
    "takes over ",
    "reports to",
)


class InteractionKind(VocabularyItem):
    """A way in which roles work together, such as "Delivers dataset", and what the other side calls it."""

    class Direction(models.TextChoices):
        """What the role that states such an interaction does in it."""

        GIVES = "gives", _("the role gives")
        RECEIVES = "receives", _("the role receives")
        TOGETHER = "together", _("both work together")

    direction = models.CharField(
        _("direction"),
        max_length=20,
        choices=Direction,
        default=Direction.GIVES,
        help_text=_("In which column of a role's page such interactions stand."),
    )
    inverse = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="inverse_of",
        verbose_name=_("seen from the other side"),
        help_text=_("What the partner calls it: another kind, or the same one again."),
    )

    class Meta(VocabularyItem.Meta):
        verbose_name = _("kind of interaction")
        verbose_name_plural = _("kinds of interaction")
        constraints = [
            *VocabularyItem.Meta.constraints,
            models.CheckConstraint(
                condition=Q(direction__in=["gives", "receives", "together"]),
                name="roles_interactionkind_direction",
            ),
        ]

    @classmethod
    def for_names(cls, names: Iterable[str]) -> list[Self]:
        """As for every vocabulary; the direction is guessed from the first word until HR says otherwise."""
        items = super().for_names(names)
        for item in items:
            if item.folded.startswith(RECEIVING):
                item.direction = cls.Direction.RECEIVES
        return items


class InteractionKindAlias(VocabularyAlias):
    """Another name of a kind of interaction."""

    item = models.ForeignKey(
        InteractionKind, models.CASCADE, related_name="aliases", verbose_name=_("kind of interaction")
    )

    class Meta(VocabularyAlias.Meta):
        pass


class InteractionKindFormerSlug(FormerSlug):
    """A slug that a kind of interaction had."""

    item = models.ForeignKey(
        InteractionKind, models.CASCADE, related_name="former_slugs", verbose_name=_("kind of interaction")
    )

    class Meta(FormerSlug.Meta):
        pass


class JobFamily(VocabularyItem):
    """A group of related roles, such as "Engineering Technology"."""

    class Meta(VocabularyItem.Meta):
        verbose_name = _("job family")
        verbose_name_plural = _("job families")

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("family", args=[self.slug])


class JobFamilyAlias(VocabularyAlias):
    """Another name of a job family."""

    item = models.ForeignKey(JobFamily, models.CASCADE, related_name="aliases", verbose_name=_("job family"))

    class Meta(VocabularyAlias.Meta):
        pass


class JobFamilyFormerSlug(FormerSlug):
    """A slug that a job family had."""

    item = models.ForeignKey(
        JobFamily, models.CASCADE, related_name="former_slugs", verbose_name=_("job family")
    )

    class Meta(FormerSlug.Meta):
        pass


class RankedVocabularyItem(VocabularyItem):
    """A word that stands on a ladder; without a rank it meets no minimum."""

    rank = models.PositiveSmallIntegerField(
        _("rank"),
        null=True,
        blank=True,
        unique=True,
        help_text=_("1 is the lowest. Left empty, this level is not compared with others."),
    )

    class Meta(VocabularyItem.Meta):
        abstract = True
        ordering = [models.F("rank").asc(nulls_last=True), "sort_key", "slug"]


class SeniorityLevel(RankedVocabularyItem):
    """How senior a role is by default, such as "Senior"."""

    class Meta(RankedVocabularyItem.Meta):
        verbose_name = _("seniority level")
        verbose_name_plural = _("seniority levels")


class SeniorityLevelAlias(VocabularyAlias):
    """Another name of a seniority level."""

    item = models.ForeignKey(
        SeniorityLevel, models.CASCADE, related_name="aliases", verbose_name=_("seniority level")
    )

    class Meta(VocabularyAlias.Meta):
        pass


class SeniorityLevelFormerSlug(FormerSlug):
    """A slug that a seniority level had."""

    item = models.ForeignKey(
        SeniorityLevel, models.CASCADE, related_name="former_slugs", verbose_name=_("seniority level")
    )

    class Meta(FormerSlug.Meta):
        pass


class ProficiencyLevel(RankedVocabularyItem):
    """How well a capability is mastered, such as "Advanced"."""

    class Meta(RankedVocabularyItem.Meta):
        verbose_name = _("proficiency level")
        verbose_name_plural = _("proficiency levels")


class ProficiencyLevelAlias(VocabularyAlias):
    """Another name of a proficiency level."""

    item = models.ForeignKey(
        ProficiencyLevel, models.CASCADE, related_name="aliases", verbose_name=_("proficiency level")
    )

    class Meta(VocabularyAlias.Meta):
        pass


class ProficiencyLevelFormerSlug(FormerSlug):
    """A slug that a proficiency level had."""

    item = models.ForeignKey(
        ProficiencyLevel, models.CASCADE, related_name="former_slugs", verbose_name=_("proficiency level")
    )

    class Meta(FormerSlug.Meta):
        pass


class CapabilityLevel(models.Model):
    """What a proficiency level means for one capability."""

    capability = models.ForeignKey(
        Capability, models.CASCADE, related_name="levels", verbose_name=_("capability")
    )
    proficiency = models.ForeignKey(
        ProficiencyLevel,
        models.CASCADE,
        related_name="capability_levels",
        verbose_name=_("proficiency level"),
    )
    meaning = models.TextField(
        _("meaning"), blank=True, default="", help_text=_("What somebody at this level can do.")
    )

    class Meta:
        ordering = ["capability", "proficiency", "id"]
        verbose_name = _("meaning of a level")
        verbose_name_plural = _("meanings of levels")
        constraints = [
            models.UniqueConstraint(fields=["capability", "proficiency"], name="roles_capabilitylevel_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.capability}: {self.proficiency}"


class McpServer(VocabularyItem):
    """A tool server that agents working in a role may use."""

    home_page = models.TextField(_("home page"), blank=True, default="")
    connection = models.TextField(
        _("how to connect"), blank=True, default="", help_text=_("Address or command, as an agent needs it.")
    )
    approved = models.BooleanField(_("approved for use"), default=False)

    class Meta(VocabularyItem.Meta):
        verbose_name = _("MCP server")
        verbose_name_plural = _("MCP servers")

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("mcp-server", args=[self.slug])


class McpServerAlias(VocabularyAlias):
    """Another name of an MCP server."""

    item = models.ForeignKey(McpServer, models.CASCADE, related_name="aliases", verbose_name=_("MCP server"))

    class Meta(VocabularyAlias.Meta):
        pass


class McpServerFormerSlug(FormerSlug):
    """A slug that an MCP server had."""

    item = models.ForeignKey(
        McpServer, models.CASCADE, related_name="former_slugs", verbose_name=_("MCP server")
    )

    class Meta(FormerSlug.Meta):
        pass
