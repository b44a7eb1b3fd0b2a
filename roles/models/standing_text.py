"""What HR adds to every job description."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StandingText(models.Model):
    """Words of the company that belong to no role: who it is, equal opportunity, how to apply.

    They stand in a table, and neither in a setting nor in a template, because HR owns them and changes them
    without anybody else.
    """

    name = models.TextField(
        _("heading"), help_text=_("For example: About us, Equal opportunity, How to apply")
    )
    text = models.TextField(_("text"), help_text=_("Markdown."))
    position = models.PositiveIntegerField(
        _("order"), default=0, help_text=_("The lowest comes first, after what the role says.")
    )
    chosen = models.BooleanField(
        _("chosen"), default=True, help_text=_("Part of a job description unless somebody leaves it out.")
    )

    class Meta:
        ordering = ["position", "name", "id"]
        verbose_name = _("standing text")
        verbose_name_plural = _("standing texts")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="roles_standingtext_name_given"),
            models.CheckConstraint(condition=~Q(text=""), name="roles_standingtext_says_something"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def anchor(self) -> str:
        """What it is picked by; no statement of a role has such an anchor."""
        return f"standing-{self.pk}"
