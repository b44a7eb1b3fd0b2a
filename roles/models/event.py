"""What happened to roles, numbered in the order in which it came to be true."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roles.models.role import SLUG_MAX_LENGTH, Role, sees_drafts

Reader = AbstractBaseUser | AnonymousUser


class RoleEventQuerySet(models.QuerySet["RoleEvent"]):
    """Events, narrowed in the words of the feed."""

    def visible_to(self, user: Reader) -> Self:
        """Keep the events this person may know of.

        Whoever may see drafts knows of all. Everybody else knows what happened in public to roles that they
        may see now, and of the others only that they were hidden or deleted. So the last event of a role
        that somebody sees always says whether they may see the role, and which revision of it.
        """
        if sees_drafts(user):
            return self.all()
        role = Role.objects.visible_to(user).filter(uid=OuterRef("role_uid"))
        return self.filter(Q(kind__in=RoleEvent.TAKEN_AWAY) | Exists(role), public=True)

    def after(self, number: int) -> Self:
        """Keep those after the one of this number, in their order."""
        return self.filter(number__gt=number).order_by("number")

    def of_kinds(self, kinds: Iterable[str]) -> Self:
        """Keep the events of any of these kinds."""
        return self.filter(kind__in=list(kinds))

    def of_roles(self, slugs: Iterable[str], user: Reader) -> Self:
        """Keep all events of the roles that, as far as this person may know, had any of these slugs."""
        had = RoleEvent.objects.visible_to(user).filter(slug__in=list(slugs))
        return self.filter(role_uid__in=had.values("role_uid"))

    def of_families(self, slugs: Iterable[str], user: Reader) -> Self:
        """Keep all events of the roles that, as far as this person may know, are in these families, or were.

        So whoever follows a family also learns that a role left it, or was deleted.
        """
        wanted = list(slugs)
        once = RoleEvent.objects.visible_to(user).filter(family__in=wanted).values("role_uid")
        now = Role.objects.visible_to(user).in_family(wanted).order_by().values("uid")
        return self.filter(Q(role_uid__in=once) | Q(role_uid__in=now))


class RoleEvent(models.Model):
    """Something that happened to a role, as it was then. Rows are only added; they outlive the role.

    Each says by itself what has become of the role, so it points to no row that could change or go. It is
    written in the transaction in which it happened, under the lock of the counter that numbers revisions,
    too: numbers become visible in their order, and whoever asks for what came after one misses nothing.
    """

    class Kind(models.TextChoices):
        """What can happen to a role. Exactly one of them is told of each step."""

        CREATED = "created", _("made, as a draft")
        CHANGED = "changed", _("changed")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")
        HIDDEN = "hidden", _("made a draft again")
        DELETED = "deleted", _("deleted")

    TAKEN_AWAY = (Kind.HIDDEN, Kind.DELETED)
    """The kinds after which people who may not see drafts see the role no more."""

    number = models.PositiveBigIntegerField(_("number in the catalogue"), primary_key=True)
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind)
    role_uid = models.UUIDField(_("permanent identifier of the role"))
    slug = models.CharField(_("address name at the time"), max_length=SLUG_MAX_LENGTH)
    name = models.TextField(_("name at the time"))
    family = models.TextField(
        _("job family at the time"), blank=True, default="", help_text=_("Its address name; empty for none.")
    )
    revision = models.PositiveIntegerField(
        _("revision"), null=True, blank=True, help_text=_("The number of the role's newest one at the time.")
    )
    fields = models.JSONField(
        _("changed fields"),
        default=list,
        blank=True,
        help_text=_("Of the role's document, or status, owner, review_by and successor."),
    )
    public = models.BooleanField(
        _("known to everybody"), help_text=_("Whether the role was no draft before or after it.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="role_events",
        verbose_name=_("by"),
    )
    by_name = models.TextField(_("by (name)"), blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = RoleEventQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="roles_roleevent_number"),
            models.CheckConstraint(
                condition=Q(kind__in=["created", "changed", "published", "archived", "hidden", "deleted"]),
                name="roles_roleevent_kind",
            ),
        ]
        indexes = [
            # What happened to a role.
            models.Index(fields=["role_uid", "number"], name="roles_roleevent_of_role"),
            # Which roles had a slug, or were in a family.
            models.Index(fields=["slug", "role_uid"], name="roles_roleevent_slug"),
            models.Index(fields=["family", "role_uid"], name="roles_roleevent_family"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.slug} {self.kind}"
