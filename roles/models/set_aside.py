"""Findings of the quality report that somebody has looked at and wants to hear no more of."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roles.models.role import Role


class SetAside(models.Model):
    """A finding that HR set aside, and why. It comes back once what it is about has changed."""

    code = models.CharField(_("kind of finding"), max_length=40)
    role = models.ForeignKey(
        Role, models.CASCADE, null=True, blank=True, related_name="set_aside", verbose_name=_("role")
    )
    # No foreign key, because words stand in several tables. Numbers are not given out again.
    word_table = models.CharField(_("table of the word"), max_length=40, blank=True, default="")
    word = models.BigIntegerField(_("word"), null=True, blank=True)
    subject = models.TextField(_("what it is about"), blank=True, default="")
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="set_aside",
        verbose_name=_("set aside by"),
    )
    by_name = models.TextField(_("set aside by (name)"), blank=True, default="")
    created_at = models.DateTimeField(_("set aside"), default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("finding set aside")
        verbose_name_plural = _("findings set aside")
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="roles_setaside_code_given"),
            models.CheckConstraint(condition=~Q(reason=""), name="roles_setaside_reason_given"),
            models.CheckConstraint(
                condition=Q(word__isnull=True, word_table="")
                | (Q(word__isnull=False, role__isnull=True) & ~Q(word_table="")),
                name="roles_setaside_role_or_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"
