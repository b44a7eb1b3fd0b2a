"""What became of a role beside its document: who gave it which status, owner, review date and successor."""

from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LifecycleChangeQuerySet(models.QuerySet["LifecycleChange"]):
    """Changes of lifecycles, narrowed in the words of the history."""

    def of_role(self, uid: UUID) -> Self:
        """Keep those of one role, deleted or not, the newest first."""
        return self.filter(role_uid=uid)


class LifecycleChange(models.Model):
    """One change of a role's status, owner, review date or successor; it outlives the role."""

    class Field(models.TextChoices):
        """What of the lifecycle was changed."""

        STATUS = "status", _("status")
        OWNER = "owner", _("owner")
        REVIEW_BY = "review_by", _("review date")
        SUCCESSOR = "successor", _("successor")

    role_uid = models.UUIDField(_("permanent identifier of the role"))
    field = models.CharField(_("what was changed"), max_length=20, choices=Field)
    before = models.TextField(
        _("before"),
        blank=True,
        default="",
        help_text=_("A status, a user name, a date or an address name; empty for none."),
    )
    after = models.TextField(_("after"), blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="lifecycle_changes",
        verbose_name=_("changed by"),
    )
    by_name = models.TextField(_("changed by (name)"), blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    created_at = models.DateTimeField(_("changed"), default=timezone.now)

    objects = LifecycleChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("change of status or keeper")
        verbose_name_plural = _("changes of status or keeper")
        constraints = [
            models.CheckConstraint(
                condition=Q(field__in=["status", "owner", "review_by", "successor"]),
                name="roles_lifecyclechange_field",
            ),
            models.CheckConstraint(
                condition=~Q(before=models.F("after")), name="roles_lifecyclechange_differs"
            ),
        ]
        indexes = [
            # The history of a role, newest first.
            models.Index(fields=["role_uid", "-created_at"], name="roles_lifecyclechange_of_role"),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()}: {self.before} → {self.after}"
