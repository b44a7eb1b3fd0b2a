"""How roles work together."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from roles.models.role import Role
from roles.models.statements import Statement
from roles.models.vocabulary import InteractionKind


class Interaction(Statement):
    """What a role does with a partner: another role, or a name that no role bears yet."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="interactions", verbose_name=_("role"))
    kind_name = models.TextField(_("kind as written"), blank=True, default="")
    kind = models.ForeignKey(
        InteractionKind, models.PROTECT, related_name="uses", verbose_name=_("kind of interaction")
    )
    partner_name = models.TextField(_("partner as written"))
    partner_slug = models.TextField(_("partner for comparing"), blank=True, default="", editable=False)
    partner = models.ForeignKey(
        Role,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="incoming",
        verbose_name=_("partner role"),
        help_text=_("Found by itself once a role bears the partner's name."),
    )
    frequency = models.TextField(_("frequency"), blank=True, default="", help_text=_("For example: daily"))
    notes = models.TextField(_("notes"), blank=True, default="")
    link = models.TextField(_("link as written"), blank=True, default="")

    class Meta(Statement.Meta):
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(condition=~Q(partner_name=""), name="roles_interaction_partner_given"),
        ]
        indexes = [
            # How many names mean no role, counted on every page of the desk.
            models.Index(
                fields=["partner_slug"],
                condition=Q(partner__isnull=True),
                name="roles_interaction_unresolved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_name} → {self.partner_name}"
