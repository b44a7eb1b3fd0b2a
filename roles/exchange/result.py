"""What came of each row of a table, to be shown before it counts and after."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from roles.differences import Detail


class Outcome(Enum):
    """The ways a row can end."""

    REFUSED = "refused"
    NEW = "new"
    CHANGED = "changed"
    PROPOSED = "proposed"
    SAME = "same"

    @property
    def label(self) -> "str | Promise":
        """What it is called."""
        return LABELS[self]


LABELS = {
    Outcome.REFUSED: _("refused"),
    Outcome.NEW: _("new"),
    Outcome.CHANGED: _("changed"),
    Outcome.PROPOSED: _("proposed"),
    Outcome.SAME: _("nothing new"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused: the heading of the column, empty if it is the row, and what to do."""

    column: str
    text: str


class Refused(ValueError):
    """A cell that can't count; the text says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a row changes, as a sentence, with what was there before and what will be after."""

    sentence: str
    details: Sequence[Detail] = ()


@dataclass(slots=True)
class Row:
    """What came of one row. `number` is that of the file, where the headings are row 1."""

    number: int
    subject: str = ""
    """What the row is about, as people call it."""
    outcome: Outcome = Outcome.SAME
    told: list[Told] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is to be known before the row counts."""

    def refuse(self, column: str, text: str) -> None:
        """Leave the row out, and say why."""
        self.problems.append(Problem(column, Truncator(text).chars(600)))
        self.outcome = Outcome.REFUSED

    @property
    def refused(self) -> bool:
        """Whether the row is left out."""
        return bool(self.problems)


@dataclass(slots=True)
class Result:
    """What came of a table."""

    rows: list[Row]
    notes: list[str] = field(default_factory=list)
    """What is to be known of the file as a whole."""

    @property
    def counts(self) -> dict[Outcome, int]:
        """Rows by outcome, all outcomes in their order."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in Outcome}

    @property
    def effective(self) -> int:
        """How many rows change something."""
        return sum(count for outcome, count in self.counts.items() if outcome in EFFECTIVE)

    def of(self, outcomes: Iterable[Outcome]) -> list[Row]:
        """The rows that ended so."""
        wanted = set(outcomes)
        return [row for row in self.rows if row.outcome in wanted]

    @property
    def digest(self) -> str:
        """What tells this result from another one: who saw this one has seen what happens."""
        said = [
            (row.number, row.outcome, row.subject, row.told, row.problems, row.notes)
            for row in self.rows
            if row.outcome is not Outcome.SAME
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()


EFFECTIVE = (Outcome.NEW, Outcome.CHANGED, Outcome.PROPOSED)
