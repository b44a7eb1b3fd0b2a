"""The lifecycle of a role: its status, owner, review date and successor, which are no part of its document.

Every door changes it here, so that each change is kept with who made it, when and why.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from roles import events, store
from roles.models import LifecycleChange, PreviewLink, Role, RoleRevision
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
    for some in chunks([role.pk for role, _values in wanted]):
        present |= known.in_bulk(some)
    changes = []
    changed: dict[int, Role] = {}
    of_role: defaultdict[int, list[LifecycleChange]] = defaultdict(list)
    for role, values in wanted:
        now = present[role.pk]
        for field in Field:
            if field.value not in values:
                continue
            value = values[field.value]  # type: ignore[literal-required]
            before, after = _as_text(getattr(now, field.value)), _as_text(value)
            if before != after:
                name = by_name or (by.get_username() if by else "")
                made = LifecycleChange(
                    role_uid=now.uid,
                    field=field,
                    before=before,
                    after=after,
                    by=by,
                    by_name=name,
                    reason=reason,
                )
                changes.append(made)
                of_role[now.pk].append(made)
                setattr(now, field.value, value)
                changed[now.pk] = now
            setattr(role, field.value, value)
    if not changes:
        return []
    fields = sorted({each.field for each in changes})
    Role.objects.bulk_update(changed.values(), fields, batch_size=500)
    LifecycleChange.objects.bulk_create(changes)
    # What is made a draft again is not to be read by whom it was shown before.
    ended = [
        each.role_uid for each in changes if each.field == Field.STATUS and each.after != Role.Status.DRAFT
    ]
    for uids in chunks(ended):
        PreviewLink.objects.filter(role__uid__in=uids).delete()
    for now in changed.values():
        store.publish(now)
    numbers = store.take_numbers(len(changed))
    events.record(
        [
            (now, events.of_lifecycle(number, now, of_role[now.pk]))
            for number, now in zip(numbers, changed.values(), strict=True)
        ]
    )
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


def told(change: LifecycleChange) -> str:
    """What a change changed, in a sentence without a full stop."""
    said = {
        "what": change.get_field_display(),
        "before": _in_words(change, change.before),
        "after": _in_words(change, change.after),
    }
    match change.field:
        case Field.STATUS if change.after == Role.Status.PUBLISHED:
            return _("Published the role")
        case Field.STATUS if change.after == Role.Status.ARCHIVED:
            return _("Archived the role")
        case Field.STATUS:
            return _("Made the role a draft")
    if not change.before:
        return _("Gave the %(what)s “%(after)s”") % said
    if not change.after:
        return _("Took the %(what)s “%(before)s” away") % said
    return _("Changed the %(what)s from “%(before)s” to “%(after)s”") % said


def _in_words(change: LifecycleChange, value: str) -> str:
    if change.field == Field.REVIEW_BY and value:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    return value


def between(uid: UUID, revisions: Sequence[RoleRevision]) -> list[LifecycleChange]:
    """The changes that belong among some revisions of a role that follow each other, the newest first.

    Each stands above the revision that was the newest when it was made; those from before the first revision
    that is left stand with that. Two queries.
    """
    if not revisions:
        return []
    newer = RoleRevision.objects.of_role(uid).filter(number__gt=revisions[0].number).last()
    found = LifecycleChange.objects.of_role(uid)
    if revisions[-1].number > 1:
        found = found.filter(created_at__gte=revisions[-1].created_at)
    return list(found.filter(created_at__lt=newer.created_at) if newer else found)
