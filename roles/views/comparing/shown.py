"""What several of these pages show."""

from collections.abc import Sequence
from dataclasses import dataclass

from roles.comparison import Step
from roles.documents.anchors import anchors
from roles.ladder import Ladder

WIDTH, MARGIN = 120, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that can be followed: its name, where it leads (perhaps nowhere), and a word on it."""

    name: str
    address: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A step drawn on the ladder: where the rungs are, what is there and what is needed, in pixels.

    What cannot be compared is None.
    """

    rungs: Sequence[int]
    have: int | None
    need: int | None
    width: int = WIDTH


def place(home: str, key: str) -> str:
    """The address of a statement, by its key, on the page of its role."""
    return f"{home}#{anchors([key])[key]}"


def rungs(ladder: Ladder) -> list[int]:
    """Where the rungs of the ladder are, in pixels."""
    room, gaps = WIDTH - 2 * MARGIN, max(1, len(ladder.levels) - 1)
    return [MARGIN + round(number * room / gaps) for number in range(len(ladder.levels))]


def draw(step: Step, ladder: Ladder) -> Drawing:
    """Draw a step."""
    places = rungs(ladder)
    have, need = (ladder.rung(level) if level else None for level in (step.have, step.need))
    return Drawing(
        rungs=places,
        have=places[have - 1] if have else None,
        need=places[need - 1] if need else None,
    )
