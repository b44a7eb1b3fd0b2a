"""The difference of two documents, told in terms of the role."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from roles.documents.document import LISTS, Capability, Key, RoleDocument, Statement, field_of, statements

Kind = Literal["gained", "lost", "changed", "raised", "lowered", "moved"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One statement that differs. `moved` is told once a list, with the list's field as key."""

    kind: Kind
    key: Key
    before: Statement | None = None
    after: Statement | None = None


def diff(
    before: RoleDocument, after: RoleDocument, *, rank: Callable[[str], int | None] = lambda _: None
) -> list[Difference]:
    """What changed from one document to another, each statement told at most once.

    A statement is known by its key: in other letters it is changed, under another name it is one lost and one
    gained. A list is moved if what stayed in it stands in another order.

    `rank` gives a proficiency level's rank (higher is more, None is unranked): with it, a capability whose
    level changed is raised or lowered.
    """
    old, new = statements(before), statements(after)
    found = []
    for key in dict.fromkeys((*new, *old)):
        if old.get(key) != new.get(key):
            found.append(Difference(_kind(old.get(key), new.get(key), rank), key, old.get(key), new.get(key)))
    for name in LISTS:
        orders = [[key for key in side if field_of(key) == name] for side in (old, new)]
        kept = [[key for key in order if key in old and key in new] for order in orders]
        if kept[0] != kept[1]:
            found.append(Difference("moved", name))
    return found


def _kind(before: Statement | None, after: Statement | None, rank: Callable[[str], int | None]) -> Kind:
    if before is None:
        return "gained"
    if after is None:
        return "lost"
    if isinstance(before, Capability) and isinstance(after, Capability) and before.level and after.level:
        ranks = rank(before.level), rank(after.level)
        if ranks[0] is not None and ranks[1] is not None and ranks[0] != ranks[1]:
            return "raised" if ranks[1] > ranks[0] else "lowered"
    return "changed"
