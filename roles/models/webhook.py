"""Where other systems want to be told of events, and what was sent to them."""

import base64
import secrets
import uuid
from datetime import datetime
from typing import Any, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from roles.models.event import RoleEvent

SECRET_PREFIX: Final = "whsec_"  # noqa: S105
_SECRET_BYTES: Final = 32

Kind = RoleEvent.Kind
KINDS: Final = [Kind.PUBLISHED, Kind.CHANGED, Kind.ARCHIVED, Kind.HIDDEN, Kind.DELETED]
"""The kinds of events that a webhook can be sent: those that can be public."""


def new_secret() -> str:
    """A key for signatures, as Standard Webhooks writes one."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def new_message_id() -> str:
    """What a receiver knows a message by, however often it comes."""
    return f"msg_{uuid.uuid4().hex}"


def usual_kinds() -> list[str]:
    """What a new webhook is told unless somebody chooses otherwise."""
    return [Kind.PUBLISHED.value, Kind.CHANGED.value, Kind.ARCHIVED.value]


class Webhook(models.Model):
    """An address at which another system is told what happens to roles, as far as everybody may know it."""

    name = models.CharField(_("name"), max_length=100, help_text=_("Which system it tells."))
    url = models.TextField(
        _("address"), unique=True, help_text=_("For example: https://hr.example.org/role-changes")
    )
    kinds = models.JSONField(_("is told when a role was"), default=usual_kinds)
    secret = models.TextField(_("secret"), default=new_secret, editable=False)
    former_secret = models.TextField(_("secret before"), blank=True, default="", editable=False)
    former_secret_until = models.DateTimeField(
        _("secret before is used until"), null=True, blank=True, editable=False
    )
    active = models.BooleanField(_("active"), default=True, help_text=_("Off, it is told nothing."))
    stopped = models.TextField(
        _("why it was switched off"),
        blank=True,
        default="",
        editable=False,
        help_text=_("Empty unless the catalogue did so."),
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("made by"),
    )
    created_by_name = models.TextField(_("made by (name)"), blank=True, default="", editable=False)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="roles_webhook_has_name"),
            models.CheckConstraint(condition=~Q(url=""), name="roles_webhook_has_address"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def told_of(self) -> list[Any]:
        """What it is told of, in words."""
        return [kind.label for kind in KINDS if kind.value in self.kinds]

    def former_secrets(self, moment: datetime) -> list[str]:
        """The secrets before that still sign at a moment: more than one, if a new one was made repeatedly."""
        until = self.former_secret_until
        return self.former_secret.split() if until and moment < until else []


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """Messages, narrowed in the words of the outbox."""

    def open(self) -> Self:
        """Keep those that are still to be sent."""
        return self.filter(state__in=WebhookDelivery.OPEN)

    def due(self, moment: datetime) -> Self:
        """Keep those of active webhooks that are to be sent now, the oldest event of each webhook first."""
        return self.open().filter(next_at__lte=moment, webhook__active=True).order_by("webhook", "id")

    def over_before(self, moment: datetime) -> Self:
        """Keep those from before a moment that are sent no more, and were not sent since."""
        since = WebhookAttempt.objects.filter(delivery=OuterRef("pk"), at__gte=moment)
        over = self.exclude(state__in=WebhookDelivery.OPEN)
        return over.filter(~Exists(since), created_at__lt=moment)


class WebhookDelivery(models.Model):
    """A message to a webhook: a row of the outbox, written in the transaction of its event."""

    class State(models.TextChoices):
        """What became of a message."""

        WAITING = "waiting", _("waits")
        FAILED = "failed", _("failed, will be tried again")
        SENT = "sent", _("sent")
        GIVEN_UP = "given-up", _("given up")

    OPEN = (State.WAITING, State.FAILED)

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    event = models.ForeignKey(
        RoleEvent,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("event"),
        help_text=_("None for a test."),
    )
    message_id = models.CharField(
        _("message"), max_length=40, unique=True, default=new_message_id, editable=False
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("Since it was put into the outbox, or put there again.")
    )
    next_at = models.DateTimeField(_("next attempt"), null=True, blank=True, default=timezone.now)
    status_code = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    error = models.TextField(_("what went wrong"), blank=True, default="")
    created_at = models.DateTimeField(_("put into the outbox"), default=timezone.now)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("webhook message")
        verbose_name_plural = _("webhook messages")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "failed", "sent", "given-up"]),
                name="roles_webhookdelivery_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "failed"], next_at=None)
                & ~Q(state__in=["sent", "given-up"], next_at__isnull=False),
                name="roles_webhookdelivery_next_while_open",
            ),
        ]
        indexes = [
            # What is due, asked every few seconds.
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=["waiting", "failed"]),
                name="roles_webhookdelivery_due",
            ),
            # What is old, deleted whenever something was sent.
            models.Index(fields=["created_at"], name="roles_webhookdelivery_age"),
        ]

    def __str__(self) -> str:
        if self.event is None:
            return gettext("Test")
        return f"{self.event.name}: {self.event.get_kind_display()}"


class WebhookAttempt(models.Model):
    """One attempt to deliver a message, and what came of it."""

    delivery = models.ForeignKey(
        WebhookDelivery, models.CASCADE, related_name="log", verbose_name=_("message")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    status_code = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    error = models.TextField(_("what went wrong"), blank=True, default="")
    excerpt = models.TextField(_("beginning of the answer"), blank=True, default="")
    duration = models.PositiveIntegerField(_("duration in milliseconds"), default=0)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("attempt to send")
        verbose_name_plural = _("attempts to send")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status_code or self.error}"
