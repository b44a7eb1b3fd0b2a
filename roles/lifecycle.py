"""The lifecycle of a role: its status, owner, review date and successor, which are no part of its document.

Every door changes it here, so that each change is kept with who made it, when and why.
"""

from datetime import date
from typing import Any, TypedDict, Unpack

from django.contrib.auth.models import User
from django.db import transaction

from roles import store
from roles.models import LifecycleChange, Role

Field = LifecycleChange.Field


class Wanted(TypedDict, total=False):
    """What a role is to have; what is not named stays."""

    status: Role.Status | str
    owner: User | None
    review_by: date | None
    successor: Role | None


@transaction.atomic
def change(
    role: Role, *, by: User | None, by_name: str = "", reason: str = "", **wanted: Unpack[Wanted]
) -> list[LifecycleChange]:
    """Give a role another status, owner, review date or successor, and keep who did so and why.

    Held against what the database has, and `role` is brought up to date. A draft that is published shows its
    newest revision to everybody. Returns what was changed; nothing is written where nothing differs. Nobody
    is asked for permission here: see `proposals.must_propose`.
    """
    store.lock()
    now = Role.objects.select_related("owner", "successor", "revision").get(pk=role.pk)
    changes = []
    for field in Field:
        if field.value not in wanted:
            continue
        value = wanted[field.value]  # type: ignore[literal-required]
        before, after = _as_text(getattr(now, field.value)), _as_text(value)
        if before != after:
            changes.append(LifecycleChange(field=field, before=before, after=after))
            setattr(now, field.value, value)
        setattr(role, field.value, value)
    if not changes:
        return []
    for each in changes:
        each.role_uid, each.by, each.reason = now.uid, by, reason
        each.by_name = by_name or (by.get_username() if by else "")
    now.save(update_fields=[each.field for each in changes])
    store.publish(now)
    LifecycleChange.objects.bulk_create(changes)
    return changes


def _as_text(value: Any) -> str:
    """A value as the log keeps it: readable, and exact enough to be found again."""
    match value:
        case None:
            return ""
        case date():
            return value.isoformat()
        case Role():
            return value.slug
        case User():
            return value.get_username()
    return str(value)
