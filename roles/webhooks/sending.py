"""Sending what lies in the outbox.

Messages of one webhook are sent in the order of their events, for as long as each is taken. One that fails is
tried again later, and newer ones don't wait for it: each says by its number and revision what is newer.
"""

import http.client
import logging
import random
import ssl
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from roles.models import Webhook, WebhookAttempt, WebhookDelivery
from roles.webhooks import addresses
from roles.webhooks.connection import Answer, TooSlow, post
from roles.webhooks.message import body_of, headers_of

State = WebhookDelivery.State

logger = logging.getLogger(__name__)

SECONDS: Final = 10
"""How long one attempt takes at most, once the host is found."""
CLAIMED: Final = timedelta(minutes=2)
"""How long nobody else takes a message that one sender has taken: longer than an attempt can last."""
AT_ONCE: Final = 50
"""The most messages of one webhook that are sent in a row, before the others have their turn."""
TURN: Final = 10
"""Seconds after which a webhook's turn ends with the message that is being sent."""
KEPT: Final = timedelta(days=30)
"""For how long what was sent or given up can be looked at."""
EXCERPT: Final = 500
"""Characters of an answer that are kept."""

DELAYS: Final = tuple(timedelta(minutes=minutes) for minutes in (0.25, 2, 10, 60, 3 * 60, 8 * 60, 12 * 60))
"""How long to wait after each failed attempt; the next one, a day after the first, is the last."""
LONGEST_DELAY: Final = timedelta(days=1)
"""The longest time that a receiver can ask to be left alone for."""
JITTER: Final = 0.2
"""By what share a delay is longer at random, so that not all messages come back at the same moment."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the messages that were due."""

    sent: int
    failed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt."""

    status: int | None = None
    error: str = ""
    excerpt: str = ""
    again_after: timedelta = timedelta()
    """How long the receiver wants to be left alone."""
    unwanted: bool = False
    """Whether the receiver wants no message any more."""

    @property
    def arrived(self) -> bool:
        """Whether the message was taken."""
        return not self.error


def send_due() -> Sent:
    """Send all messages that are due, in turns: one webhook's many messages don't keep others waiting.

    A webhook that does not take a message is left alone until the next time. Done twice at once, each message
    is sent once at a time.
    """
    sent = failed = 0
    refusing: set[int] = set()
    while waiting := _webhooks_with_due() - refusing:
        for webhook in sorted(waiting):
            ends = time.monotonic() + TURN
            due = WebhookDelivery.objects.due(timezone.now()).filter(webhook=webhook)
            for delivery in _claimed(list(due.values_list("pk", "next_at")[:AT_ONCE])):
                if not _attempt(delivery):
                    failed += 1
                    refusing.add(webhook)
                    break
                sent += 1
                if time.monotonic() >= ends:
                    break
    if sent or failed:
        WebhookDelivery.objects.over_before(timezone.now() - KEPT).delete()
    return Sent(sent, failed)


def send_now(delivery: WebhookDelivery) -> None:
    """Send one message at once, unless another sender has it."""
    for claimed in _claimed([(delivery.pk, delivery.next_at)]):
        _attempt(claimed)


def _webhooks_with_due() -> set[int]:
    due = WebhookDelivery.objects.due(timezone.now())
    return set(due.order_by().values_list("webhook", flat=True).distinct())


def _claimed(due: Iterable[tuple[int, datetime | None]]) -> Iterator[WebhookDelivery]:
    """Messages, told by their ids and when they are due, each taken from other senders before it is given."""
    for pk, next_at in due:
        rows = WebhookDelivery.objects.open().filter(pk=pk, next_at=next_at)
        if rows.update(next_at=timezone.now() + CLAIMED, attempts=F("attempts") + 1):
            # None, if its webhook is deleted meanwhile.
            yield from WebhookDelivery.objects.select_related("webhook", "event").filter(pk=pk)


def _attempt(delivery: WebhookDelivery) -> bool:
    """Send one message, and keep what came of it. Returns whether it arrived."""
    began, moment = time.monotonic(), timezone.now()
    outcome = _send(delivery, moment)
    row = WebhookDelivery.objects.filter(pk=delivery.pk)
    with transaction.atomic():
        # Deleted with its webhook meanwhile, there is nothing to keep.
        if not row.update(status_code=outcome.status, error=outcome.error):
            return outcome.arrived
        # Put into the outbox again meanwhile, it is to be sent once more.
        state, next_at = _next(delivery.attempts, outcome)
        row.filter(next_at=delivery.next_at).update(state=state, next_at=next_at)
        WebhookAttempt.objects.create(
            delivery=delivery,
            at=moment,
            status_code=outcome.status,
            error=outcome.error,
            excerpt=outcome.excerpt,
            duration=round((time.monotonic() - began) * 1000),
        )
        if outcome.unwanted:
            Webhook.objects.filter(pk=delivery.webhook_id).update(active=False, stopped=outcome.error)
    return outcome.arrived


def _next(attempts: int, outcome: Outcome) -> tuple[State, datetime | None]:
    """What becomes of a message after so many attempts, and when it is sent next."""
    if outcome.arrived:
        return State.SENT, None
    if outcome.unwanted or attempts > len(DELAYS):
        return State.GIVEN_UP, None
    delay = DELAYS[attempts - 1] * random.uniform(1, 1 + JITTER)  # noqa: S311
    return State.FAILED, timezone.now() + max(delay, min(outcome.again_after, LONGEST_DELAY))


def _send(delivery: WebhookDelivery, moment: datetime) -> Outcome:
    """Send a message, and say what came of it in a sentence where it did not arrive."""
    try:
        body = body_of(delivery)
        target = addresses.read(delivery.webhook.url)
        found = addresses.checked(target)
        answer = post(target, found, headers_of(delivery, body, moment), body, seconds=SECONDS)
    except addresses.AddressRefused as refused:
        return Outcome(error=str(refused))
    except TooSlow:
        return Outcome(error=_("There was no answer within %(seconds)d seconds.") % {"seconds": SECONDS})
    except ssl.SSLCertVerificationError as error:
        said = _("The certificate of the receiver is not valid: %(why)s.")
        return Outcome(error=said % {"why": error.verify_message})
    except OSError as error:
        return Outcome(error=_("No connection: %(why)s.") % {"why": error.strerror or type(error).__name__})
    except http.client.HTTPException as error:
        return Outcome(error=_("The answer is no HTTP: %(why)s.") % {"why": type(error).__name__})
    except Exception as error:
        # Else the message would be tried again for ever, and those behind it would wait.
        logger.exception("Sending %s", delivery.message_id)
        return Outcome(error=_("The program failed: %(why)s.") % {"why": type(error).__name__})
    return _judged(answer)


def _judged(answer: Answer) -> Outcome:
    excerpt = answer.body.decode("utf-8", "replace").replace("\x00", "\ufffd")[:EXCERPT]
    status = answer.status
    if 200 <= status < 300:
        return Outcome(status, excerpt=excerpt)
    if status == http.client.GONE:
        said = _("The receiver answered 410: it wants no messages any more. The webhook was switched off.")
        return Outcome(status, said, excerpt, unwanted=True)
    if 300 <= status < 400:
        said = _("The receiver answered %(status)d, a redirect. Enter the address that it leads to.")
    else:
        said = _("The receiver answered %(status)d.")
    return Outcome(status, said % {"status": status}, excerpt, _asked_for(answer))


def _asked_for(answer: Answer) -> timedelta:
    """How long the header Retry-After asks to wait: seconds, or until a moment."""
    said = answer.headers.get("retry-after", "").strip()
    try:
        if said.isascii() and said.isdecimal():
            return timedelta(seconds=min(int(said[:9]), LONGEST_DELAY.total_seconds()))
        wait = parsedate_to_datetime(said) - timezone.now()
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    return max(wait, timedelta())
