"""The ladders of levels: what a level is worth, and how it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from roles.models import ProficiencyLevel
from roles.models.vocabulary import RankedVocabularyItem

SHADES = 5
"""How many strengths of shading tell levels apart, besides none."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The ranked levels, the lowest first. A level without a rank stands beside the ladder."""

    levels: Sequence[RankedVocabularyItem]

    @classmethod
    def fetch(cls, kind: type[RankedVocabularyItem] = ProficiencyLevel) -> Self:
        """The ladder as HR has set it up, of proficiency unless told otherwise. One query."""
        return cls(list(kind._default_manager.exclude(rank=None).order_by("rank")))

    def marks(self, level: RankedVocabularyItem | None) -> list[bool]:
        """A mark for each rung, set up to this level; none where there is nothing to compare."""
        if level is None or level.rank is None:
            return []
        return [rung.rank is not None and rung.rank <= level.rank for rung in self.levels]

    def step(self, level: RankedVocabularyItem | None) -> int:
        """The number of the level's rung, from 1 for the lowest; 0 where there is nothing to compare."""
        return sum(self.marks(level))

    def shade(self, level: RankedVocabularyItem | None) -> int:
        """How strongly the level is drawn, from 1 to `SHADES` for the highest; 0 beside the ladder."""
        step = self.step(level)
        above = len(self.levels) - step
        return SHADES - round(above * (SHADES - 1) / max(1, len(self.levels) - 1)) if step else 0

    def rung(self, name: str) -> int | None:
        """Which rung, from 1, the level of this name is; None where there is nothing to compare."""
        return next((number for number, level in enumerate(self.levels, start=1) if level.name == name), None)
