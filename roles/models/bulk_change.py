"""Changes of many roles at once, which are undone as one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from roles.models.merge import Undoable
from roles.models.proposal import Proposal
from roles.models.provenance import RoleRevision
from roles.models.role import Role


class BulkChange(Undoable):
    """One change of many roles."""

    asked = models.JSONField(_("what was asked for"))

    class Meta(Undoable.Meta):
        verbose_name = _("change of many roles")
        verbose_name_plural = _("changes of many roles")

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class BulkChangedRole(models.Model):
    """What such a change did to one role: a revision, a change of its lifecycle, or a proposal."""

    change = models.ForeignKey(
        BulkChange, models.CASCADE, related_name="roles", verbose_name=_("change of many roles")
    )
    role = models.ForeignKey(
        Role, models.SET_NULL, null=True, blank=True, related_name="bulk_changes", verbose_name=_("role")
    )
    name = models.TextField(_("name at the time"))
    before = models.ForeignKey(
        RoleRevision,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revision before"),
    )
    after = models.ForeignKey(
        RoleRevision,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revision that it made"),
    )
    proposal = models.ForeignKey(
        Proposal, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("proposal")
    )
    lifecycle = models.JSONField(
        _("changes of the lifecycle"),
        default=dict,
        blank=True,
        help_text=_("Value before and after, by the name of the field."),
    )

    class Meta:
        ordering = ["change", "id"]
        verbose_name = _("role changed with others")
        verbose_name_plural = _("roles changed with others")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["change", "role"], name="roles_bulkchangedrole_once"),
        ]

    def __str__(self) -> str:
        return self.name
