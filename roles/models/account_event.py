"""The log of accounts."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

ACCOUNT_EVENTS = [
    "signed-in",
    "signed-in-elsewhere",
    "signed-out",
    "failed",
    "password",
    "created",
    "deactivated",
    "reactivated",
    "deleted",
    "linked",
    "pseudonymised",
    "groups",
    "permissions",
    "group-created",
    "group-deleted",
    "token-made",
    "token-revoked",
]


class AccountEventQuerySet(models.QuerySet["AccountEvent"]):
    """What happened to accounts, narrowed."""

    def older_than(self, days: int) -> Self:
        """Keep what happened more than this many days ago."""
        return self.filter(created_at__lt=timezone.now() - timedelta(days=days))


class AccountEvent(models.Model):
    """Something that happened to an account or a group: a sign-in, a new password, other permissions."""

    class Kind(models.TextChoices):
        """What can happen."""

        SIGNED_IN = "signed-in", _("signed in")
        SIGNED_IN_ELSEWHERE = "signed-in-elsewhere", _("signed in by single sign-on")
        SIGNED_OUT = "signed-out", _("signed out")
        FAILED = "failed", _("sign-in refused")
        PASSWORD = "password", _("new password")
        CREATED = "created", _("account made")
        DEACTIVATED = "deactivated", _("account deactivated")
        REACTIVATED = "reactivated", _("account activated again")
        DELETED = "deleted", _("account deleted")
        LINKED = "linked", _("linked to single sign-on")
        PSEUDONYMISED = "pseudonymised", _("account pseudonymised")
        GROUPS = "groups", _("groups changed")
        PERMISSIONS = "permissions", _("permissions changed")
        GROUP_CREATED = "group-created", _("group made")
        GROUP_DELETED = "group-deleted", _("group deleted")
        TOKEN_MADE = "token-made", _("token made")
        TOKEN_REVOKED = "token-revoked", _("token revoked")

    kind = models.CharField(_("what happened"), max_length=20, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    by_name = models.TextField(
        _("by (name)"), blank=True, default="", help_text=_("Empty if a command or the provider did it.")
    )
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    about_name = models.TextField(_("account or group (name)"), blank=True, default="")
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    gained = models.JSONField(_("given"), default=list, blank=True)
    lost = models.JSONField(_("taken away"), default=list, blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    objects = AccountEventQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("account event")
        verbose_name_plural = _("account events")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ACCOUNT_EVENTS), name="roles_accountevent_kind"),
        ]
        indexes = [
            # The list, newest first, and what is old enough to be deleted.
            models.Index(fields=["-created_at", "-id"], name="roles_accountevent_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.about_name}: {self.get_kind_display()}"
