"""What was made one of two, with all that it takes to part them again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MERGEABLE = [
    "role",
    "responsibility",
    "capability",
    "artifact",
    "interactionkind",
    "jobfamily",
    "senioritylevel",
    "proficiencylevel",
    "mcpserver",
]


class Undoable(models.Model):
    """Something that somebody did to many rows at once, and that can be undone as one."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("author"),
    )
    author_name = models.TextField(_("author (name)"), blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    created_at = models.DateTimeField(_("done"), default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="undone_%(class)ss",
        verbose_name=_("undone by"),
    )
    undone_by_name = models.TextField(_("undone by (name)"), blank=True, default="")
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    left = models.JSONField(
        _("what undoing it left"), default=list, blank=True, help_text=_("It was changed by somebody since.")
    )

    class Meta:
        abstract = True
        ordering = ["-created_at", "-id"]
        # Whoever may look back may see it, and whoever may do it may undo it.
        default_permissions = ()


class Merge(Undoable):
    """Two words of a vocabulary, or two roles, of which the one took the other's place."""

    kind = models.CharField(_("what was merged"), max_length=40)
    kept = models.TextField(_("what stayed"), help_text=_("Its number; of a role, its permanent identifier."))
    gone = models.TextField(_("what is part of it now"))
    kept_name = models.TextField(_("name of what stayed"))
    gone_name = models.TextField(_("name of what is part of it now"))
    record = models.JSONField(_("what it takes to part them"))

    class Meta(Undoable.Meta):
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MERGEABLE), name="roles_merge_kind"),
            models.CheckConstraint(condition=~Q(kept=models.F("gone")), name="roles_merge_of_two"),
        ]
        indexes = [
            # The merge that took something away, for whoever looks for it in order to undo an earlier one.
            models.Index(fields=["kind", "gone"], name="roles_merge_gone"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_name} → {self.kept_name}"
