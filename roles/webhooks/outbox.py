"""The outbox: what is to be sent, written together with what happened."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from roles.models import RoleEvent, Webhook, WebhookDelivery
from roles.models.webhook import WebhookDeliveryQuerySet, new_secret

State = WebhookDelivery.State

OVERLAP = timedelta(days=1)
"""How long the secret before goes on signing beside a new one."""


def enqueue(events: Iterable[RoleEvent]) -> None:
    """Put a message into the outbox for each webhook and each of these events that it is told of.

    One query, and another one if there is something to tell: their number does not grow with the events.
    """
    active = list(Webhook.objects.filter(active=True))
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(webhook=webhook, event=event)
            for event in events
            if event.public
            for webhook in active
            if event.kind in webhook.kinds
        ],
        batch_size=500,
    )


def put_test(webhook: Webhook) -> WebhookDelivery:
    """Put a message into the outbox that tells of nothing, to see whether it arrives."""
    return WebhookDelivery.objects.create(webhook=webhook)


def put_again(deliveries: WebhookDeliveryQuerySet) -> int:
    """Put messages into the outbox once more, with all attempts before them; those that wait go at once.

    They keep their ids, so that a receiver who has one already can tell. Returns how many they are.
    """
    return deliveries.order_by().update(state=State.WAITING, attempts=0, next_at=timezone.now())


@transaction.atomic
def rotate_secret(webhook: Webhook) -> str:
    """Give a webhook a new secret, and return it; the one before signs too, for a day.

    If there was a new one within the last day already, so do those before: perhaps nobody has copied it.
    """
    held = Webhook.objects.select_for_update().get(pk=webhook.pk)
    held.former_secret = " ".join([held.secret, *held.former_secrets(timezone.now())])
    held.former_secret_until = timezone.now() + OVERLAP
    held.secret = new_secret()
    held.save(update_fields=["secret", "former_secret", "former_secret_until"])
    return held.secret
