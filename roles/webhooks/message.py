"""What a webhook is sent: a small body that says which role to look at, and headers that sign it."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

import orjson
from django.conf import settings
from django.urls import reverse

from roles.models import RoleEvent, WebhookDelivery
from roles.models.webhook import SECRET_PREFIX

SIGNED_BY = "v1"
"""HMAC with SHA-256, in Standard Webhooks."""

TEST = "webhook.test"


def body_of(delivery: WebhookDelivery) -> bytes:
    """The body of a message: JSON, the same whenever it is sent.

    It says nothing that a reader without an account could not know.
    """
    event = delivery.event
    stated = {
        "type": f"role.{event.kind}" if event else TEST,
        "timestamp": event.at if event else delivery.created_at,
        "data": _data(event) if event else {},
    }
    return orjson.dumps(stated, option=orjson.OPT_UTC_Z)


def _data(event: RoleEvent) -> dict[str, object]:
    has_page = bool(settings.SITE_URL) and event.kind not in RoleEvent.TAKEN_AWAY
    return {
        "number": event.number,
        "uid": str(event.role_uid),
        "slug": event.slug,
        "name": event.name,
        "url": f"{settings.SITE_URL}{reverse('role', args=[event.slug])}" if has_page else None,
        "revision": event.revision,
        "fields": event.fields,
    }


def headers_of(delivery: WebhookDelivery, body: bytes, moment: datetime) -> dict[str, str]:
    """The headers of a message that is sent at this moment.

    For a day after its secret was changed, a webhook's messages are signed with those before, too.
    """
    webhook = delivery.webhook
    secrets = [webhook.secret, *webhook.former_secrets(moment)]
    timestamp = int(moment.timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": "role-catalogue",
        "Webhook-Id": delivery.message_id,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": signatures(secrets, delivery.message_id, timestamp, body),
    }


def signatures(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The signatures of a message by these secrets, between blanks."""
    said = f"{message_id}.{timestamp}.".encode() + body
    signed = (hmac.new(_key(secret), said, hashlib.sha256).digest() for secret in secrets)
    return " ".join(f"{SIGNED_BY},{base64.b64encode(each).decode()}" for each in signed)


def _key(secret: str) -> bytes:
    return binascii.a2b_base64(secret.removeprefix(SECRET_PREFIX))
