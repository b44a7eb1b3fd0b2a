"""A change of a document that waits, while the document itself goes on changing.

Pure functions from values to values, as everything here: what waits is told by two documents, and never by a
list of steps.
"""

from dataclasses import dataclass

from roles.documents.document import Key, RoleDocument, statements
from roles.documents.merge import Conflict, Merged, merge


class Incompatible(Exception):
    """Two changes that wait make no document together."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__(f"{len(conflicts)} statements don't fit together")
        self.conflicts = conflicts


def differing(one: RoleDocument, other: RoleDocument) -> set[Key]:
    """The keys of the statements that two documents don't make alike."""
    here, there = statements(one), statements(other)
    return {key for key in here.keys() | there.keys() if here.get(key) != there.get(key)}


@dataclass(frozen=True, slots=True)
class Pending:
    """A change that waits: what its author saw, and what they want to be said instead."""

    base: RoleDocument
    document: RoleDocument

    @property
    def keys(self) -> set[Key]:
        """The statements that it is about."""
        return differing(self.base, self.document)

    def applied_to(self, current: RoleDocument) -> Merged:
        """What becomes of a document that says this by now, and what both changed."""
        return merge(self.base, current, self.document)

    def onto(self, current: RoleDocument) -> "Pending":
        """The same change of a document that says this by now.

        What the change is about stays as its author saw it and wants it; all else is as it is said now. So
        nothing that both changed is decided by this.
        """
        base = merge(self.base, current, self.base, yielding=self.keys)
        document = merge(self.base, current, self.document, yielding=self.keys)
        # What no document can say together stays apart, for a person to decide.
        return self if base.conflicts or document.conflicts else Pending(base.document, document.document)

    def followed_by(self, seen: RoleDocument, wanted: RoleDocument) -> "Pending":
        """This change and a further one of its author, who was shown a document and made another of it.

        Where both are about the same, the further one counts.

        Raises:
            Incompatible: if no document can say both.
        """
        here, further = self.onto(seen), differing(seen, wanted)
        merged = merge(seen, wanted, here.document)
        if {conflict.key for conflict in merged.conflicts} - further:
            raise Incompatible(merged.conflicts)
        return Pending(merge(seen, here.base, seen, yielding=further).document, merged.document)
