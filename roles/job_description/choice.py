"""Which entries go into a job description."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from django.http import QueryDict

from roles.job_description.parts import Entry, Section


@dataclass(frozen=True, slots=True)
class Choice:
    """How a choice differs from the usual one, by anchors: what it adds and what it leaves out.

    So an address that holds it is short, and a statement that the role gains later is part of it too.
    """

    added: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()

    @classmethod
    def addressed(cls, query: QueryDict) -> Self:
        """The choice in an address that `address_query` has made."""
        return cls(frozenset(query.getlist("with")), frozenset(query.getlist("without")))

    @classmethod
    def ticked(cls, anchors: Iterable[str], offered: Sequence[Section]) -> Self:
        """The choice of exactly these entries among those offered."""
        picked = set(anchors)
        usual = {entry.anchor: section.chosen for section in offered for entry in section.entries}
        return cls(
            frozenset(anchor for anchor, chosen in usual.items() if anchor in picked and not chosen),
            frozenset(anchor for anchor, chosen in usual.items() if anchor not in picked and chosen),
        )

    def has(self, section: Section, entry: Entry) -> bool:
        """Whether an entry of the section goes in."""
        return entry.anchor not in self.left_out if section.chosen else entry.anchor in self.added

    def of(self, offered: Iterable[Section]) -> list[Section]:
        """The sections with the entries that go in; a section without any is left out."""
        picked = (
            replace(section, entries=[entry for entry in section.entries if self.has(section, entry)])
            for section in offered
        )
        return [section for section in picked if section.entries]

    @property
    def address_query(self) -> str:
        """The choice as the query of an address; empty for the usual one."""
        query = QueryDict(mutable=True)
        query.setlist("with", sorted(self.added))
        query.setlist("without", sorted(self.left_out))
        return f"?{query.urlencode()}" if self.added or self.left_out else ""
