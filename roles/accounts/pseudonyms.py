"""Putting a pseudonym in the place of a person, everywhere and for good, history included.

What somebody did stays, and stays the doing of one and the same person; who that was is not said any more.
A table names a person by a relation to the account, and mostly by a name beside it, which outlives the
account: `author` and `author_name`. That rule covers every table that keeps it; others stand below.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from roles import store
from roles.accounts import log, sessions
from roles.models import (
    AccountEvent,
    ApiToken,
    BulkChange,
    LifecycleChange,
    MailSettings,
    PasswordChangeDue,
    Suggestion,
    Upload,
)

PREFIX = "former-colleague-"
"""What the user names of pseudonyms begin with."""

DELETED: dict[type[models.Model], str] = {
    SocialAccount: "user",
    EmailAddress: "user",
    MailSettings: "user",
    PasswordChangeDue: "user",
    Upload: "owner",
    ApiToken: "user",
}
"""Tables whose rows are for nobody else, each with its relation to the account: they are deleted."""

ATTEMPTS: list[type[models.Model]] = [AccessAttempt, AccessFailureLog, AccessLog]
"""Failed sign-ins, by user name: they are deleted."""

ACCOUNT_ONLY = {"roles.role.owner", "roles.role.reviewed_by", "admin.logentry.user"}
"""Relations without a name beside them: they go on pointing to the account, which has a pseudonym."""


class Nobody(Exception):
    """No account and no name in the history is called so."""


class Named(NamedTuple):
    """A relation of a table to an account, and the name beside it."""

    model: type[models.Model]
    person: str
    name: str


def named() -> Iterator[Named]:
    """Every relation to an account that has a name beside it."""
    for model in apps.get_models():
        columns = {field.name for field in model._meta.get_fields()}
        for field in model._meta.get_fields():
            if field.concrete and field.related_model is User and f"{field.name}_name" in columns:
                yield Named(model, field.name, f"{field.name}_name")


@transaction.atomic
def pseudonymise(username: str) -> tuple[str, Counter[str]]:
    """Put a pseudonym in the place of whoever has, or had, this user name.

    Returns the pseudonym, and how many rows of which table were changed or deleted. The account stays, under
    the pseudonym, and opens nothing any more. What people wrote is not searched for names.

    Raises:
        Nobody: if the name is neither an account's nor anywhere in the history.
    """
    store.lock()
    user = User.objects.filter(username=username).first()
    if user is None:
        if not any(rows.exists() for rows in _without_account(username)):
            raise Nobody(username)
        # One that was deleted: the pseudonym is taken by an account all the same, so that no other gets it.
        user = User.objects.create(username=username, is_active=False)
    number = 1 + max(map(_number, User.objects.filter(username__startswith=PREFIX)), default=0)
    pseudonym = _("Former colleague %(number)d") % {"number": number}
    changed: Counter[str] = Counter()
    for model, rows, values in _changes(user, pseudonym):
        changed[_title(model)] += rows.update(**values)
    for table, person in DELETED.items():
        changed[_title(table)] += _delete(table, **{person: user})
    for table in ATTEMPTS:
        changed[_title(table)] += _delete(table, username=username)
    changed[_("Sessions")] += sessions.end(user)
    _hollow_out(user, f"{PREFIX}{number}", pseudonym)
    return pseudonym, +changed


def _title(model: type[models.Model]) -> str:
    return capfirst(str(model._meta.verbose_name_plural))


def _number(user: User) -> int:
    end = user.username.removeprefix(PREFIX)
    return int(end) if end.isascii() and end.isdecimal() and len(end) < 9 else 0


def _without_account(username: str) -> Iterator[models.QuerySet[Any]]:
    """The rows that bear a name and point to no account any more."""
    for model, person, name in named():
        yield model._default_manager.filter(**{person: None, name: username})


def _changes(
    user: User, pseudonym: str
) -> Iterator[tuple[type[models.Model], models.QuerySet[Any], dict[str, Any]]]:
    """Which rows of which table say what from now on."""
    # Before the names go by which rows are found, what stands beside them.
    own = Q(by=user) | Q(about=user) | Q(by=None, by_name=user.username)
    events = AccountEvent.objects.filter(own, address__isnull=False)
    yield AccountEvent, events, {"address": None}
    sent = Q(sender=user) | Q(sender=None, sender_name=user.username)
    if user.email:
        sent |= Q(sender=None, sender_email__iexact=user.email)
    yield Suggestion, Suggestion.objects.filter(sent), {"sender_name": pseudonym, "sender_email": ""}
    for model, person, name in named():
        rows = model._default_manager.filter(Q(**{person: user}) | Q(**{person: None, name: user.username}))
        yield model, rows.exclude(**{name: pseudonym}), {name: pseudonym}
    owners = LifecycleChange.objects.filter(field=LifecycleChange.Field.OWNER)
    for side in ("before", "after"):
        yield LifecycleChange, owners.filter(**{side: user.username}), {side: pseudonym}
    for made in BulkChange.objects.filter(asked__owner=user.username):
        yield BulkChange, BulkChange.objects.filter(pk=made.pk), {"asked": made.asked | {"owner": pseudonym}}
    about = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    )
    yield LogEntry, about, {"object_repr": pseudonym}


def _delete(table: type[models.Model], **whose: Any) -> int:
    rows = table._default_manager.filter(**whose)
    count = rows.count()
    rows.delete()
    return count


def _hollow_out(user: User, username: str, pseudonym: str) -> None:
    """Leave of an account nothing but that there was one."""
    user.username, user.first_name, user.last_name, user.email = username, pseudonym, "", ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    log.record(AccountEvent.Kind.PSEUDONYMISED, user)
