"""Two roles made one, which says what both said.

What both say otherwise somebody chooses; the other wording stays in the history of the role that goes. Its
name and codes belong to the one that stays, and so its partners mean that one, its documents describe it,
and its addresses lead there.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from roles import history, lifecycle, store
from roles.documents import merge as documents
from roles.documents.document import Json, Key, RoleDocument, Statement, from_statements, statements
from roles.documents.text import fold_key
from roles.models import Interaction, Merge, OldSlug, Role, RoleMember, SourceDocument
from roles.partners import link_partners
from roles.store import Change

Chosen = Mapping[Key, Statement | None]


def conflicts(kept: Role, gone: Role) -> tuple[documents.Conflict, ...]:
    """What both roles say otherwise; what stays is on our side."""
    return documents.merge(None, *_sides(kept, gone)).conflicts


def joined(kept: Role, gone: Role, chosen: Chosen) -> RoleDocument:
    """What the role that stays is to say; where nothing is chosen, its own wording stays.

    Raises:
        InvalidDocument: if together they make no document.
    """
    ours, theirs = _sides(kept, gone)
    document = documents.settle(None, ours, theirs, chosen)
    known = {fold_key(kept.name)}
    aliases = []
    for name in (*document.aliases, gone.name):
        if fold_key(name) not in known:
            aliases.append(name)
            known.add(fold_key(name))
    return replace(document, aliases=tuple(aliases))


@transaction.atomic
def merge(kept: Role, gone: Role, change: Change, chosen: Chosen | None = None) -> Merge:
    """Let one role take the place of another, which is deleted with its history kept.

    Raises:
        ValueError: if they are one role.
        ObjectDoesNotExist: if one of them is not there any more.
        InvalidDocument: if together they make no document.
        Nothing is written then.
    """
    if kept.pk == gone.pk:
        raise ValueError("two roles are needed")
    store.lock()
    for role in (kept, gone):
        role.refresh_from_db()
    said, document = store.current(kept), joined(kept, gone, chosen or {})
    record = _record(kept, gone)
    _succeed(kept, gone, change)
    reason = _("Merged into %(role)s") % {"role": kept.name}
    history.delete([gone], replace(change, reason=_with(reason, change.reason)))
    reason = _("Merged with %(role)s") % {"role": record["name"]}
    store.write(kept, document, replace(change, reason=_with(reason, change.reason)))
    for number, (pk, _rank) in enumerate(record["documents"], start=1):
        described = SourceDocument.objects.filter(pk=pk)
        described.update(role=kept, deleted_role_uid=None, rank=record["last_rank"] + number)
    former = [record["slug"], *record["old_slugs"]]
    OldSlug.objects.bulk_create(OldSlug(role=kept, slug=slug) for slug in former)
    link_partners()
    return Merge.objects.create(
        kind="role",
        kept=str(kept.uid),
        gone=str(gone.uid),
        kept_name=kept.name,
        gone_name=record["name"],
        record=record | {"before": said.to_json(), "after": document.to_json()},
        author=change.author,
        author_name=change.author_name or (change.author.get_username() if change.author else ""),
        reason=change.reason,
    )


def _sides(kept: Role, gone: Role) -> tuple[RoleDocument, RoleDocument]:
    """What both say, under one name, and without what they say of each other."""
    ours, theirs = (
        _without(store.current(role), _said_of(role, other)) for role, other in ((kept, gone), (gone, kept))
    )
    return ours, replace(theirs, slug=ours.slug, name=ours.name)


def _without(document: RoleDocument, keys: set[Key]) -> RoleDocument:
    if not keys:
        return document
    return from_statements({key: each for key, each in statements(document).items() if key not in keys})


def _said_of(role: Role, other: Role) -> set[Key]:
    interactions = Interaction.objects.filter(role=role, partner=other).values_list("key", flat=True)
    return {*interactions, *RoleMember.objects.filter(role=role, member=other).values_list("key", flat=True)}


def _record(kept: Role, gone: Role) -> dict[str, Json]:
    """What is not in the history of the role that goes, and is needed to bring it back."""
    ranks = kept.documents.values_list("rank", flat=True)
    return {
        "name": gone.name,
        "slug": gone.slug,
        "old_slugs": list(gone.old_slugs.values_list("slug", flat=True)),
        "status": gone.status,
        "owner": gone.owner_id,
        "review_by": gone.review_by.isoformat() if gone.review_by else None,
        "successor": str(gone.successor.uid) if gone.successor else None,
        "predecessors": [str(uid) for uid in gone.predecessors.values_list("uid", flat=True)],
        "documents": [list(row) for row in gone.documents.order_by("rank", "path").values_list("pk", "rank")],
        "last_rank": max(ranks, default=0),
    }


def _succeed(kept: Role, gone: Role, change: Change) -> None:
    """Let the role that stays take the place that the other one had taken."""
    for role in gone.predecessors.all():
        successor: Any = None if role.pk == kept.pk else kept
        lifecycle.change(role, by=change.author, reason=change.reason, successor=successor)
    kept.refresh_from_db()


def _with(said: str, reason: str) -> str:
    return f"{said}: {reason}" if reason else said
