"""The two ladders: how senior roles are, and how well capabilities are mastered."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from roles.ladder import Ladder
from roles.models import ProficiencyLevel, RoleCapability, RoleQuerySet, SeniorityLevel
from roles.models.vocabulary import RankedVocabularyItem


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelEntry:
    """A level, its marks on the ladder, and how many roles stand at it or ask for it."""

    level: RankedVocabularyItem
    marks: Sequence[bool]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelsPage:
    """Both ladders, the highest rung first, each with the levels that roles state beside it."""

    seniority: Sequence[LevelEntry]
    other_seniority: Sequence[LevelEntry]
    proficiency: Sequence[LevelEntry]
    other_proficiency: Sequence[LevelEntry]


def levels_page(roles: RoleQuerySet) -> LevelsPage:
    """Count these roles by level."""
    unordered = roles.order_by()
    seniority = unordered.exclude(seniority=None).values_list("seniority").annotate(roles=Count("pk"))
    needs = RoleCapability.objects.filter(role__in=unordered).exclude(proficiency=None).order_by()
    proficiency = needs.values_list("proficiency").annotate(roles=Count("role", distinct=True))
    ranked, others = _entries(SeniorityLevel, dict(seniority))
    ranked_proficiency, other_proficiency = _entries(ProficiencyLevel, dict(proficiency))
    return LevelsPage(
        seniority=ranked,
        other_seniority=others,
        proficiency=ranked_proficiency,
        other_proficiency=other_proficiency,
    )


def _entries(
    kind: type[RankedVocabularyItem], counts: dict[int, int]
) -> tuple[list[LevelEntry], list[LevelEntry]]:
    """The rungs, the highest first, and beside them the levels without a rank that these roles state."""
    ladder = Ladder.fetch(kind)
    beside = kind._default_manager.filter(rank=None, pk__in=counts)
    entries = [
        LevelEntry(level=level, marks=ladder.marks(level), count=counts.get(level.pk, 0))
        for level in (*reversed(ladder.levels), *beside)
    ]
    return entries[: len(ladder.levels)], entries[len(ladder.levels) :]
