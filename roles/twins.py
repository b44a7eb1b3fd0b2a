"""Documents of one kind that describe the same role: which of them decides, and how one is let go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from roles import store
from roles.documents.diff import Difference, diff
from roles.documents.document import RoleDocument, statements, to_json
from roles.documents.merge import merge
from roles.loading.sources import folded, sources_of
from roles.models import Conflict, Role, RoleRevision, SourceDocument
from roles.partners import link_partners


@dataclass(frozen=True, slots=True)
class Twins:
    """The documents of one kind that a role has, the one that decides first."""

    role: Role
    documents: Sequence[SourceDocument]

    def differences(self, other: SourceDocument) -> list[Difference]:
        """What another one of them says otherwise than the one that decides."""
        first, second = (RoleDocument.stored(each.parsed) for each in (self.documents[0], other))
        return diff(first, second)


def twins_of(role: Role, dialect: str) -> Twins | None:
    """The documents of this kind that a role has, None if there are not two of them."""
    found = role.documents.filter(dialect=dialect, missing=False).order_by("rank", "path")
    documents = list(found.defer("content", "messages"))
    return Twins(role, documents) if len(documents) > 1 else None


def accept(twins: Twins) -> None:
    """Let them stand beside each other as they are, and ask no more."""
    SourceDocument.objects.filter(pk__in=[each.pk for each in twins.documents]).update(beside_twin=True)


def let_decide(twins: Twins, document: SourceDocument, change: store.Change) -> RoleRevision | None:
    """Let one of them rank before the others, and the role follow where nobody edited it since.

    Returns the role's new revision, None if the documents agree where it counts. What was edited too becomes
    a conflict.

    Raises:
        InvalidDocument: if what the documents say together makes no document.
        store.SlugTaken, store.IdentifierTaken: if another role has them.
        Nothing is written then.
    """

    def reorder(rows: list[SourceDocument]) -> list[SourceDocument]:
        first = min(place for place, row in enumerate(rows) if row in twins.documents)
        rows = [row for row in rows if row != document]
        rows.insert(first, document)
        for rank, row in enumerate(rows, start=1):
            SourceDocument.objects.filter(pk=row.pk).update(rank=rank)
        return rows

    return _follow(twins, reorder, change)


def drop(twins: Twins, document: SourceDocument, change: store.Change) -> RoleRevision | None:
    """Forget one of them: what only it said is withdrawn where nobody edited it since.

    Its file stays where it is, and is read again by the next load that finds it. Returns and raises what
    `let_decide` does.
    """

    def forget(rows: list[SourceDocument]) -> list[SourceDocument]:
        SourceDocument.objects.filter(pk=document.pk).delete()
        return [row for row in rows if row != document]

    return _follow(twins, forget, change)


@transaction.atomic
def _follow(
    twins: Twins, rearrange: Callable[[list[SourceDocument]], list[SourceDocument]], change: store.Change
) -> RoleRevision | None:
    """Rearrange the documents of a role, and bring it together with what they say then."""
    store.lock()
    role = Role.objects.select_related("revision").get(pk=twins.role.pk)
    rows = list(role.documents.order_by("rank", "path").defer("content", "messages"))
    base = folded(sources_of(rows))
    theirs = folded(sources_of(rearrange(rows)))
    accept(twins)
    merged = merge(base, store.current(role), theirs)
    revision = store.write(role, merged.document, change).revision
    said = statements(theirs)
    for row in Conflict.objects.open().filter(role=role):
        row.theirs = to_json(said.get(row.key))
        row.save(update_fields=["theirs"])
    for conflict in merged.conflicts:
        base, ours, new = (to_json(side) for side in (conflict.base, conflict.ours, conflict.theirs))
        Conflict.objects.update_or_create(
            role=role, key=conflict.key, closed_at=None, defaults={"base": base, "ours": ours, "theirs": new}
        )
    if revision:
        link_partners()
    return revision
