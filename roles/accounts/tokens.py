"""Tokens: making, renewing and ending them, and finding out whom one acts for."""

import hmac
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from roles.accounts import log, powers
from roles.models import AccountEvent, ApiToken
from roles.models.api_token import FURTHER, LONGEST, WRITTEN, Scope, digest, new_prefix, new_secret

Kind = AccountEvent.Kind

OVERLAP: Final = timedelta(days=1)
"""How long a token that is renewed still works beside the new one, unless it is ended at once."""
USE_NOTED_EVERY: Final = timedelta(minutes=1)
"""How exactly the last use is known."""
_DIGEST_OF_NONE: Final = "0" * 64


class Invalid(Exception):
    """A token opens nothing; the text says why, in English and without the token."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new token, and how it is written: the only time that this is known."""

    token: ApiToken
    written: str = field(repr=False)


# Who may ----------------------------------------------------------------------------------------------------


def may_end(somebody: User, token: ApiToken) -> bool:
    """Whether somebody may end a token: their own, and as a keeper of accounts those of others."""
    return token.user_id == somebody.pk or keeps(somebody, token.user)


def may_make_for(maker: User, person: User) -> bool:
    """Whether somebody may make tokens that act for a person: for themselves, or as a keeper of accounts."""
    if not person.is_active:
        return False
    return maker.pk == person.pk or keeps(maker, person)


def keeps(keeper: User, person: User) -> bool:
    """Whether somebody may change the account of a person, and so act in their name."""
    return keeps_accounts(keeper) and powers.may_keep(keeper, person)


def keeps_accounts(somebody: User) -> bool:
    """Whether somebody changes accounts of others, and so sees their tokens."""
    return somebody.has_perm("auth.change_user")


def seen_by(somebody: User, found: QuerySet[ApiToken]) -> QuerySet[ApiToken]:
    """Keep those tokens that somebody may see: their own, and as a keeper of accounts everybody's."""
    return found if keeps_accounts(somebody) else found.filter(user=somebody)


def renewable_by(somebody: User, found: QuerySet[ApiToken]) -> QuerySet[ApiToken]:
    """Keep those tokens that somebody may see and renew, as far as one query tells."""
    seen = seen_by(somebody, found)
    return seen if somebody.is_superuser else seen.filter(Q(user=somebody) | Q(user__is_superuser=False))


def scopes_open_to(person: User) -> list[Scope]:
    """What a token of this person can be used for."""
    needed = {
        Scope.READ: [],
        Scope.READ_DRAFTS: ["roles.view_draft_role"],
        Scope.PROPOSE: ["roles.change_role"],
        Scope.WRITE: ["roles.change_role"],
        Scope.LOAD: ["roles.add_role", "roles.change_role"],
    }
    return [scope for scope, permissions in needed.items() if person.has_perms(permissions)]


# Making and ending ------------------------------------------------------------------------------------------


class MadeBefore(Exception):
    """There is a token of this prefix: the form that asks for it was sent before."""


def end_of(day: date) -> datetime:
    """When a token ends that works until this day, the day included."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def last_day() -> date:
    """Until when a token can work that is made today."""
    return timezone.localdate() + LONGEST


@transaction.atomic
def make(
    name: str,
    person: User,
    scopes: Iterable[Scope],
    expires_at: datetime,
    *,
    by: User | None = None,
    prefix: str = "",
) -> Made:
    """Make a token that acts for a person, `by` whom it is made unless that is the person.

    Who asks with a prefix gets one token, however often the same is asked for.

    Raises:
        MadeBefore: if a token has the prefix already.
    """
    maker, prefix = by or person, prefix or new_prefix()
    if ApiToken.objects.filter(prefix=prefix).exists():
        raise MadeBefore
    written = new_secret(prefix)
    chosen = set(scopes)
    token = ApiToken.objects.create(
        name=name,
        user=person,
        prefix=prefix,
        digest=digest(written),
        scopes=" ".join(["read", *(scope for scope in FURTHER if scope in chosen)]),
        expires_at=expires_at,
        created_by=maker,
        created_by_name=maker.get_username(),
    )
    log.record(Kind.TOKEN_MADE, person, by=maker, gained=[_told(token)])
    return Made(token, written)


@transaction.atomic
def renew(token: ApiToken, *, by: User, at_once: bool, prefix: str = "") -> Made:
    """Make another token like this one, which ends at once, or in a day so that programs can follow.

    Raises:
        MadeBefore: if a token has the prefix already.
    """
    now = timezone.now()
    scopes = map(Scope, token.scopes.split())
    made = make(token.name, token.user, scopes, end_of(last_day()), by=by, prefix=prefix)
    if at_once:
        revoke(token, by=by)
    else:
        running = ApiToken.objects.running().filter(pk=token.pk, expires_at__gt=now + OVERLAP)
        running.update(expires_at=now + OVERLAP)
    return made


@transaction.atomic
def revoke(token: ApiToken, *, by: User) -> bool:
    """End a token at once and for good; False if it was revoked already."""
    ended = ApiToken.objects.filter(pk=token.pk).revoke()
    if ended:
        log.record(Kind.TOKEN_REVOKED, token.user, by=by, lost=[_told(token)])
    return bool(ended)


def _told(token: ApiToken) -> str:
    return f"{token.name} (rc_{token.prefix}): {token.scopes.replace(' ', ', ')}"


# Using ------------------------------------------------------------------------------------------------------


@sensitive_variables()
def holding(written: str) -> ApiToken:
    """The token that is written so, with its user and whether their password is to be changed.

    Raises:
        Invalid: if it opens nothing.
    """
    match = WRITTEN.fullmatch(written)
    if match is None:
        raise Invalid("The token is not written as tokens are.")
    found = ApiToken.objects.select_related("user__password_change_due").filter(prefix=match[1])
    token = found.first()
    # The comparison takes as long for a prefix that there is as for one that there is not.
    is_right = hmac.compare_digest(digest(written), token.digest if token else _DIGEST_OF_NONE)
    if token is None or not is_right:
        raise Invalid("There is no such token.")
    if token.revoked_at is not None:
        raise Invalid("The token was revoked.")
    if not token.is_running(timezone.now()):
        raise Invalid("The token has expired.")
    if not token.user.is_active:
        raise Invalid("The account that the token acts for is not active.")
    return token


def note_use(token: ApiToken) -> None:
    """Note that a token was used just now, unless that was noted within the minute or would have to wait.

    While another transaction writes, on SQLite any and on PostgreSQL one that holds this token, the next use
    notes it.
    """
    now = timezone.now()
    if token.last_used_at is not None and now - token.last_used_at < USE_NOTED_EVERY:
        return
    if connection.vendor == "sqlite":
        with _not_waiting():
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return
    with transaction.atomic():
        free = ApiToken.objects.select_for_update(skip_locked=True).filter(pk=token.pk)
        ApiToken.objects.filter(pk__in=free.values("pk")).update(last_used_at=now)


@contextmanager
def _not_waiting() -> Iterator[None]:
    """Give up what would have to wait for another writer. SQLite's time to wait belongs to the connection."""
    with connection.cursor() as cursor:
        waits = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        except OperationalError:
            pass
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {waits:d}")
