"""The ladder of proficiency levels: what a level is worth, and how it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from roles.models import ProficiencyLevel


@dataclass(frozen=True, slots=True)
class Ladder:
    """The ranked proficiency levels, the lowest first. A level without a rank stands beside the ladder."""

    levels: Sequence[ProficiencyLevel]

    @classmethod
    def fetch(cls) -> Self:
        """The ladder as HR has set it up. One query."""
        return cls(list(ProficiencyLevel.objects.exclude(rank=None).order_by("rank")))

    def marks(self, level: ProficiencyLevel | None) -> list[bool]:
        """A mark for each rung, set up to this level; none where there is nothing to compare."""
        if level is None or level.rank is None:
            return []
        return [rung.rank is not None and rung.rank <= level.rank for rung in self.levels]

    def rung(self, name: str) -> int | None:
        """Which rung, from 1, the level of this name is; None where there is nothing to compare."""
        return next((number for number, level in enumerate(self.levels, start=1) if level.name == name), None)
