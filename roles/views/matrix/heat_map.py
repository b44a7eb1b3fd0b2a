"""The heat map: a row for each role, a column for each capability, and how well a role needs to master it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from roles.ladder import Ladder
from roles.matrix import COLUMNS, Column, columns_of, needs_of
from roles.models import ProficiencyLevel, Role
from roles.models.vocabulary import RankedVocabularyItem
from roles.views import asked as asking
from roles.views.matrix.choice import Choice

ROLES_ON_PAGE = 40
CAPABILITIES_SHOWN = COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How well a role needs to master a capability; `step` is the number of the level's rung, or 0."""

    level: RankedVocabularyItem | None
    step: int
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A role, whether it was chosen by itself, and a cell for each column, None where it needs it not."""

    role: Role
    chosen: bool
    cells: Sequence[Cell | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """One page of the matrix. `left_out` is the number of capabilities that have no column here.

    `elsewhere` are the slugs of chosen roles that stand on another page.
    """

    choice: Choice
    legend: Sequence[Cell]
    columns: Sequence[Column]
    left_out: int
    rows: Sequence[Row]
    elsewhere: Sequence[str]
    paged: asking.Paged[Role] | None


def columns(choice: Choice, most: int) -> tuple[list[Column], int]:
    """Give the capabilities that most roles of the choice need, and how many more there are. Two queries."""
    first = [choice.capability.slug] if choice.capability else []
    return columns_of(choice.roles, most, by_name=choice.by_name, first=first)


def heat_map(choice: Choice, asked: QueryDict) -> HeatMap:
    """Put one page of the matrix together; nothing chosen gives an empty one."""
    if not choice.made:
        return HeatMap(choice=choice, legend=[], columns=[], left_out=0, rows=[], elsewhere=[], paged=None)
    paged = asking.paged(choice.roles.select_related("family", "seniority"), asked, ROLES_ON_PAGE)
    roles = list(paged.page)
    shown, left_out = columns(choice, CAPABILITIES_SHOWN)
    levels = needs_of(roles, shown)
    ladder = Ladder.fetch()

    def cell(level: RankedVocabularyItem | None) -> Cell:
        return Cell(level=level, step=ladder.step(level), shade=ladder.shade(level))

    def cells(role: Role) -> list[Cell | None]:
        pairs = [(role.pk, column.pk) for column in shown]
        return [cell(levels[pair]) if pair in levels else None for pair in pairs]

    return HeatMap(
        choice=choice,
        legend=[cell(level) for level in _legend(levels.values(), ladder)],
        columns=shown,
        left_out=left_out,
        rows=[Row(role=role, chosen=role.slug in choice.chosen, cells=cells(role)) for role in roles],
        elsewhere=sorted(set(choice.chosen) - {role.slug for role in roles}),
        paged=paged,
    )


def _legend(levels: Iterable[ProficiencyLevel | None], ladder: Ladder) -> list[RankedVocabularyItem | None]:
    """Each rung, the highest first, then the levels beside the ladder that occur, then none if that does."""
    found = set(levels)
    beside = sorted(
        (level for level in found if level and level.rank is None), key=lambda each: each.sort_key
    )
    return [*reversed(ladder.levels), *beside, *([None] if None in found else [])]
