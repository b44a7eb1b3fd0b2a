"""The role itself: names, lifecycle, and the querysets that every page, count and answer is made from."""

import uuid
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roles import search
from roles.documents.text import fold_key, sort_key
from roles.models.vocabulary import JobFamily, ProficiencyLevel, SeniorityLevel

SLUG_PATTERN = r"^[a-z0-9-]+\Z"
UNRANKED = 2**15 - 1
"""A rank above all that a level can have."""
SLUG_MAX_LENGTH = 200
"""Longest slug that a role can have, in characters; slugs made from names are shorter."""

validate_slug = RegexValidator(SLUG_PATTERN, _("Use small letters a to z, digits and hyphens."))


def sees_drafts(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person may see roles that are drafts."""
    return isinstance(user, PermissionsMixin) and user.has_perm("roles.view_draft_role")


def working_with(slugs: Iterable[str], known: "RoleQuerySet") -> Q:
    """The interactions with any of these partners: roles among the known ones, or names of no such."""
    wanted = list(slugs)
    partners = known.order_by().values("pk")
    named = Q(partner_slug__in=wanted) & (Q(partner=None) | ~Q(partner__in=partners))
    return Q(partner__in=known.filter(slug__in=wanted).order_by().values("pk")) | named


class RoleQuerySet(models.QuerySet["Role"]):
    """Roles, narrowed and prepared in the words of the catalogue."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the roles this person may see: drafts only with the permission to see drafts."""
        if sees_drafts(user):
            return self.all()
        return self.exclude(status=Role.Status.DRAFT)

    def listed(self) -> Self:
        """Keep what lists show, in the order of names: no archived roles."""
        return self.exclude(status=Role.Status.ARCHIVED).order_by("sort_key", "slug")

    def in_family(self, slugs: Iterable[str]) -> Self:
        """Keep the roles of any of these job families."""
        return self.filter(family__slug__in=list(slugs))

    def at_seniority(self, slugs: Iterable[str]) -> Self:
        """Keep the roles at any of these seniority levels."""
        return self.filter(seniority__slug__in=list(slugs))

    def needing(self, slug: str, at_least: int | None = None) -> Self:
        """Keep the roles that need this capability, at a level of at least this rank if one is given."""
        minimum = {} if at_least is None else {"proficiency__rank__gte": at_least}
        return self._stating("capabilities", Q(capability__slug=slug, **minimum))

    def needing_any(self, needs: Iterable[tuple[str, str]]) -> Self:
        """Keep the roles that need any of these capabilities, given as slugs of it and of the least level.

        A level of "" is any. One that is not compared with others is a minimum that nothing meets.
        """
        met = []
        for slug, level in needs:
            minimum = ProficiencyLevel.objects.filter(slug=level).order_by().values("rank")
            least = {"proficiency__rank__gte": Subquery(minimum)} if level else {}
            met.append(Q(capability__slug=slug, **least))
        # Nothing else beside them: else the databases would look at all that roles need.
        return self._stating("capabilities", reduce(or_, met)) if met else self.none()

    def with_artifact_of(self, types: Iterable[str]) -> Self:
        """Keep the roles that make or look after an artifact of any of these types, given as slugs."""
        return self._stating("artifacts", Q(type_slug__in=list(types)))

    def with_property(self, slug: str, values: Iterable[str]) -> Self:
        """Keep the roles whose property of this name has any of these values, given as they are folded."""
        return self._stating("properties", Q(name_slug=slug, folded__in=list(values)))

    def working_with(self, slugs: Iterable[str], known: "RoleQuerySet") -> Self:
        """Keep the roles that name any of these partners: roles among the known ones, or names of no such."""
        return self._stating("interactions", working_with(slugs, known))

    def unkept(self) -> Self:
        """Keep the roles that nobody owns, or that have no day on which they are looked at again."""
        return self.filter(Q(owner=None) | Q(review_by=None))

    def by_review(self) -> Self:
        """Order roles by the day of their review, those without one last."""
        return self.order_by(F("review_by").asc(nulls_last=True), "sort_key", "slug")

    def tagged(self, tags: Iterable[str]) -> Self:
        """Keep the roles that are filed under any of these words."""
        return self._stating("tags", Q(name__in=list(tags)))

    def with_seniority_rank(self) -> Self:
        """Give each role the rank of its seniority as `seniority_rank`, a number above all if it has none."""
        return self.annotate(seniority_rank=Coalesce("seniority__rank", Value(UNRANKED)))

    def with_agent(self, having: bool) -> Self:
        """Keep the roles that have an agent, or those that have none."""
        return self.filter(agent__isnull=not having)

    def _stating(self, field: str, condition: Q) -> Self:
        """Keep the roles with a row of this kind that the condition holds for."""
        rows: Any = self.model._meta.get_field(field).related_model
        return self.filter(pk__in=rows._default_manager.filter(condition).order_by().values("role"))

    def matching(self, query: str) -> Self:
        """Keep the roles in which every word of the query occurs, best first.

        Each carries `rank`, lower being better. A query without words, such as "" or "+", is told apart:
        blank text keeps all roles in the order they had, text without a letter or digit keeps none.
        """
        return search.matching(self, query)

    def called(self, words: str) -> Self:
        """Keep the roles of this name, alias, code or slug."""
        folded = fold_key(words)
        named = Q(name__iexact=words) | Q(slug=words) | Q(aliases__folded=folded)
        return self.filter(named | Q(identifiers__folded=folded)).distinct()

    def with_needs(self) -> Self:
        """Fetch family, seniority and the needed capabilities with their levels, with four queries."""
        return self.select_related("family", "seniority").prefetch_related(
            "capabilities__capability", "capabilities__proficiency"
        )

    def for_list(self) -> Self:
        """Fetch what a row of a list shows, with two queries however many rows there are."""
        return self.select_related("family", "seniority").prefetch_related("capabilities")


class Role(models.Model):
    """A role of the organisation: what it is for, where it stands, and whether people can see it."""

    class Status(models.TextChoices):
        """Who sees a role: drafts are for editors, archived ones stay readable but are not listed."""

        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    uid = models.UUIDField(
        _("permanent identifier"),
        unique=True,
        default=uuid.uuid4,
        editable=False,
        help_text=_("Outlasts a change of name, and in the history the role itself."),
    )
    slug = models.CharField(
        _("address name"),
        max_length=SLUG_MAX_LENGTH,
        unique=True,
        validators=[validate_slug],
        help_text=_("Used in web addresses, for example data-engineer. Old ones keep working."),
    )
    name = models.TextField(_("name"))
    sort_key = models.TextField(_("key for sorting"), db_index=True, editable=False)
    mission = models.TextField(_("mission"), blank=True, default="", help_text=_("What the role is for."))
    summary = models.TextField(
        _("summary"), blank=True, default="", help_text=_("The role in a sentence or two.")
    )
    description = models.TextField(_("description"), blank=True, default="")
    family_name = models.TextField(_("job family as written"), blank=True, default="")
    family = models.ForeignKey(
        JobFamily, models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("job family")
    )
    seniority_name = models.TextField(_("seniority as written"), blank=True, default="")
    seniority = models.ForeignKey(
        SeniorityLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("seniority level"),
    )
    extra = models.JSONField(
        _("further facts"),
        default=dict,
        blank=True,
        help_text=_("What the documents state in their head and no field has a place for."),
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PUBLISHED)
    successor = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
        help_text=_("The role that takes its place."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_roles",
        verbose_name=_("owner"),
        help_text=_("Who keeps this description up to date."),
    )
    review_by = models.DateField(_("review by"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("last reviewed"), null=True, blank=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="reviewed_roles",
        verbose_name=_("last reviewed by"),
        help_text=_("Who said last that the description is still right."),
    )
    revision = models.OneToOneField(
        "roles.RoleRevision",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("newest revision"),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "slug"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        permissions = [
            ("view_draft_role", _("Can see draft roles")),
            ("publish_role", _("Can publish roles and decide on proposals")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(slug__regex=SLUG_PATTERN), name="roles_role_slug"),
            models.CheckConstraint(condition=~Q(name=""), name="roles_role_name_given"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "archived"]), name="roles_role_status"
            ),
            models.CheckConstraint(condition=~Q(successor=F("id")), name="roles_role_succeeds_another"),
        ]
        # Lists of what was changed last, and of what was changed since.
        indexes = [models.Index(fields=["updated_at", "slug"], name="roles_role_updated_at")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the key for sorting brought up to date; bulk operations must set it themselves."""
        self.sort_key = sort_key(self.name)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the address of the role's page."""
        return reverse("role", args=[self.slug])

    def is_visible_to(self, user: AbstractBaseUser | AnonymousUser) -> bool:
        """Whether this person may see the role: as `visible_to`, for a role that was read already."""
        return self.status != self.Status.DRAFT or sees_drafts(user)


class OldSlug(models.Model):
    """A slug that a role had once; its address leads on to the role."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="old_slugs", verbose_name=_("role"))
    slug = models.CharField(
        _("address name"), max_length=SLUG_MAX_LENGTH, unique=True, validators=[validate_slug]
    )

    class Meta:
        ordering = ["slug"]
        verbose_name = _("former address name")
        verbose_name_plural = _("former address names")
        constraints = [
            models.CheckConstraint(condition=Q(slug__regex=SLUG_PATTERN), name="roles_oldslug_slug"),
        ]

    def __str__(self) -> str:
        return self.slug


class RoleIdentifier(models.Model):
    """A code that identifies the role in some scheme, such as `role-code` DATA4002."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="identifiers", verbose_name=_("role"))
    scheme = models.TextField(_("scheme"), help_text=_("For example: role-code"))
    value = models.TextField(_("value"), help_text=_("For example: DATA4002"))
    # Files spell codes as they like: "data4002" is the same.
    folded = models.TextField(_("value for comparing"), db_index=True, editable=False)

    class Meta:
        ordering = ["scheme", "value", "id"]
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "folded"], name="roles_roleidentifier_one_role"),
            models.CheckConstraint(condition=~Q(scheme=""), name="roles_roleidentifier_scheme_given"),
            models.CheckConstraint(condition=~Q(value=""), name="roles_roleidentifier_value_given"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}: {self.value}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the folded value brought up to date; bulk operations must set it themselves."""
        self.folded = fold_key(self.value)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "folded"}
        super().save(*args, **kwargs)


class RoleAlias(models.Model):
    """Another name of the role, by which partners can call it."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="aliases", verbose_name=_("role"))
    name = models.TextField(_("name"))
    # Partners are resolved by it; two roles may share an alias, which then resolves to neither.
    folded = models.TextField(_("name for comparing"), db_index=True, editable=False)
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        constraints = [
            models.CheckConstraint(condition=~Q(folded=""), name="roles_rolealias_name_given"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the folded name brought up to date; bulk operations must set it themselves."""
        self.folded = fold_key(self.name)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "folded"}
        super().save(*args, **kwargs)


class RoleTag(models.Model):
    """A word under which the role is filed."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="tags", verbose_name=_("role"))
    name = models.TextField(_("name"))
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="roles_roletag_name_given"),
        ]

    def __str__(self) -> str:
        return self.name
