"""Several documents of one role as one, and two changes of a document brought together.

Both work on statements (`document.statements`): pure functions from values to values.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from roles.documents.document import (
    LISTS,
    InvalidDocument,
    Key,
    RoleDocument,
    Statement,
    field_of,
    from_statements,
    statements,
    to_fields,
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A statement that both sides changed, each otherwise. None stands for no such statement."""

    key: Key
    base: Statement | None
    ours: Statement | None
    theirs: Statement | None


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a merge. Where there is a conflict, the document says what ours says."""

    document: RoleDocument
    conflicts: tuple[Conflict, ...] = ()


def fold(documents: Sequence[RoleDocument]) -> RoleDocument:
    """One document with the statements of all; the first one that makes a statement decides on its wording.

    `documents` are in the order of their rank and at least one.
    """
    if len(documents) == 1:
        return documents[0]
    result: dict[Key, Statement] = {}
    for document in documents:
        for key, value in statements(document).items():
            result.setdefault(key, value)
    try:
        return from_statements(result)
    except InvalidDocument:
        # Documents that were stored under other rules are none by those of today, and count all the same.
        return RoleDocument.stored(to_fields(result))


def merge(
    base: RoleDocument | None, ours: RoleDocument, theirs: RoleDocument, *, yielding: Collection[Key] = ()
) -> Merged:
    """Bring two changes of one document together, statement by statement.

    A statement that one side changed is taken from that side; one that both changed otherwise is a conflict,
    where ours stays. The order of a list is one value of its own: it is taken from the side that moved
    something, from ours if both did. Without a base, everything is new on both sides. For the statements
    `yielding`, theirs is taken wherever it differs, and there is no conflict.
    """
    before = statements(base) if base is not None else {}
    here, there = statements(ours), statements(theirs)
    decided = {key: there.get(key) for key in yielding}
    values, conflicts = _taken(before, here, there, decided)
    try:
        return Merged(from_statements(_ordered(values, before, here, there)), tuple(conflicts))
    except InvalidDocument:
        # Each side is a document, but both together are not: then every difference is for a person to decide.
        differing = [key for key in dict.fromkeys((*here, *there)) if here.get(key) != there.get(key)]
        return Merged(
            ours, tuple(Conflict(key, before.get(key), here.get(key), there.get(key)) for key in differing)
        )


def settle(
    base: RoleDocument | None,
    ours: RoleDocument,
    theirs: RoleDocument,
    chosen: Mapping[Key, Statement | None],
) -> RoleDocument:
    """Bring two changes together, where a person chose what some statements say; None is no such statement.

    All else is merged as `merge` does; a conflict that nobody chose for stays as ours says.

    Raises:
        InvalidDocument: if what was chosen makes no document.
    """
    before = statements(base) if base is not None else {}
    here, there = statements(ours), statements(theirs)
    values, _conflicts = _taken(before, here, there, chosen)
    return from_statements(_ordered(values, before, here, there))


def _taken(
    before: Mapping[Key, Statement],
    here: Mapping[Key, Statement],
    there: Mapping[Key, Statement],
    decided: Mapping[Key, Statement | None],
) -> tuple[dict[Key, Statement], list[Conflict]]:
    """What is taken of both sides, and what they changed otherwise; there, ours is taken."""
    values: dict[Key, Statement] = {}
    conflicts = []
    for key in dict.fromkeys((*here, *there)):
        old, mine, new = before.get(key), here.get(key), there.get(key)
        if key in decided:
            taken = decided[key]
        elif mine == old:
            taken = new
        elif mine == new or new == old:
            taken = mine
        else:
            conflicts.append(Conflict(key, old, mine, new))
            taken = mine
        if taken is not None:
            values[key] = taken
    return values, conflicts


def _ordered(
    values: Mapping[Key, Statement],
    before: Mapping[Key, Statement],
    here: Mapping[Key, Statement],
    there: Mapping[Key, Statement],
) -> dict[Key, Statement]:
    """The merged statements with each list in its merged order."""
    result = {key: value for key, value in values.items() if field_of(key) not in LISTS}
    for name in LISTS:
        orders = [[key for key in side if field_of(key) == name] for side in (before, here, there)]
        for key in _merged_order(*orders):
            if key in values:
                result[key] = values[key]
    return result


def _merged_order(before: list[Key], here: list[Key], there: list[Key]) -> list[Key]:
    moved = _common(here, before) != _common(before, here)
    order, other = (here, there) if moved else (there, here)
    # Statements that only the other side has come after the one they follow there.
    known, runs, before_run = set(order), dict[Key | None, list[Key]](), None
    for key in other:
        if key in known:
            before_run = key
        else:
            runs.setdefault(before_run, []).append(key)
    followed = (one for key in order for one in (key, *runs.get(key, ())))
    return [*runs.get(None, ()), *followed]


def _common(order: list[Key], other: list[Key]) -> list[Key]:
    present = set(other)
    return [key for key in order if key in present]
