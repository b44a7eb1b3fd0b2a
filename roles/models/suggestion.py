"""What readers would have said otherwise, and what HR answered."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roles.models.proposal import Proposal, new_token
from roles.models.provenance import RoleRevision


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    """Suggestions, narrowed in the words of the desk."""

    def waiting(self) -> Self:
        """Keep those that nobody has answered."""
        return self.filter(state=Suggestion.State.WAITING)

    def of_sender(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep what this person sent while signed in."""
        return self.filter(sender=user.pk) if user.pk else self.none()


class Suggestion(models.Model):
    """A reader's words about a role, or about one statement of it, as the reader saw it in `revision`.

    Revisions outlive roles, and so what the suggestion is about can still be read when the role is gone, and
    leads to the role again when it is brought back.
    """

    class State(models.TextChoices):
        """What became of a suggestion."""

        WAITING = "waiting", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        SPAM = "spam", _("spam")

    revision = models.ForeignKey(
        RoleRevision, models.PROTECT, related_name="suggestions", verbose_name=_("what the role said then")
    )
    key = models.TextField(_("statement"), blank=True, default="", help_text=_("Empty for the whole role."))
    text = models.TextField(_("suggestion"), blank=True, default="")
    wording = models.TextField(_("suggested wording"), blank=True, default="")
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=_("sender"),
    )
    sender_name = models.TextField(_("sender (name)"), blank=True, default="")
    sender_email = models.EmailField(_("e-mail of the sender"), blank=True, default="")
    sent_from = models.CharField(
        _("digest of the address it was sent from"),
        max_length=64,
        blank=True,
        default="",
        editable=False,
        help_text=_("Cannot be turned back into the address, and is erased after a day."),
    )
    token = models.CharField(
        _("secret of its page"), max_length=64, unique=True, default=new_token, editable=False
    )
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.WAITING)
    answer = models.TextField(_("answer"), blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="decided_suggestions",
        verbose_name=_("answered by"),
    )
    decided_by_name = models.TextField(_("answered by (name)"), blank=True, default="")
    decided_at = models.DateTimeField(_("answered"), null=True, blank=True)
    proposal = models.ForeignKey(
        Proposal,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=_("proposal that it became"),
    )

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "accepted", "declined", "spam"]),
                name="roles_suggestion_state",
            ),
            models.CheckConstraint(
                condition=~Q(text="") | ~Q(wording=""), name="roles_suggestion_says_something"
            ),
        ]
        indexes = [
            # What waits, newest first, and how many.
            models.Index(
                fields=["-created_at"], condition=Q(state="waiting"), name="roles_suggestion_waiting"
            ),
            # How many came from one place lately.
            models.Index(
                fields=["sent_from", "created_at"], condition=~Q(sent_from=""), name="roles_suggestion_place"
            ),
        ]

    def __str__(self) -> str:
        return self.text or self.wording

    def get_absolute_url(self) -> str:
        """The page on which its sender follows it."""
        return reverse("suggestion", args=[self.token])
