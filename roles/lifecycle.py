"""The lifecycle of a role: its status, owner, review date and successor, which are no part of its document.

Every door changes it here, so that each change is kept with who made it, when and why.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict, Unpack

from django.contrib.auth.models import User
from django.db import transaction

from roles import store
from roles.models import LifecycleChange, Role
from roles.models.vocabulary import chunks

Field = LifecycleChange.Field


class Wanted(TypedDict, total=False):
    """What a role is to have; what is not named stays."""

    status: Role.Status | str
    owner: User | None
    review_by: date | None
    successor: Role | None


def change(
    role: Role, *, by: User | None, by_name: str = "", reason: str = "", **wanted: Unpack[Wanted]
) -> list[LifecycleChange]:
    """Give a role another status, owner, review date or successor, and keep who did so and why.

    Held against what the database has, and `role` is brought up to date. A draft that is published shows its
    newest revision to everybody. Returns what was changed; nothing is written where nothing differs. Nobody
    is asked for permission here: see `proposals.must_propose`.
    """
    return change_many([(role, wanted)], by=by, by_name=by_name, reason=reason)


@transaction.atomic
def change_many(
    wanted: Sequence[tuple[Role, Wanted]], *, by: User | None, by_name: str = "", reason: str = ""
) -> list[LifecycleChange]:
    """Change the lifecycle of several roles as `change` does, all or none. No role may be named twice.

    The number of queries does not grow with theirs, but for drafts that are published.
    """
    store.lock()
    known = Role.objects.select_related("owner", "successor", "revision")
    present: dict[int, Role] = {}
    for some in chunks([role.pk for role, _ in wanted]):
        present |= known.in_bulk(some)
    changes = []
    changed: dict[int, Role] = {}
    for role, values in wanted:
        now = present[role.pk]
        for field in Field:
            if field.value not in values:
                continue
            value = values[field.value]  # type: ignore[literal-required]
            before, after = _as_text(getattr(now, field.value)), _as_text(value)
            if before != after:
                name = by_name or (by.get_username() if by else "")
                changes.append(
                    LifecycleChange(
                        role_uid=now.uid,
                        field=field,
                        before=before,
                        after=after,
                        by=by,
                        by_name=name,
                        reason=reason,
                    )
                )
                setattr(now, field.value, value)
                changed[now.pk] = now
            setattr(role, field.value, value)
    if changes:
        fields = sorted({each.field for each in changes})
        Role.objects.bulk_update(changed.values(), fields, batch_size=500)
        LifecycleChange.objects.bulk_create(changes)
    for now in changed.values():
        store.publish(now)
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
