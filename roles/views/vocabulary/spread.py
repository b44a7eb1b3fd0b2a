"""How many roles stand at which level: a bar in shades, and its words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.db.models import Count

from roles.ladder import Ladder
from roles.models import Capability, ProficiencyLevel, RoleCapability, RoleQuerySet
from roles.models.vocabulary import RankedVocabularyItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The roles at one level, None if none is stated; in a bar, `start` roles stand before them."""

    level: RankedVocabularyItem | None
    marks: Sequence[bool]
    shade: int
    count: int
    start: int


def spread(counts: Iterable[tuple[RankedVocabularyItem | None, int]], ladder: Ladder) -> list[Share]:
    """Put counts by level in order: the highest first, then levels beside the ladder, then no level."""
    ordered = sorted(counts, key=lambda each: _place(each[0]))
    starts = accumulate((count for _level, count in ordered), initial=0)
    return [
        Share(level=level, marks=ladder.marks(level), shade=ladder.shade(level), count=count, start=start)
        for (level, count), start in zip(ordered, starts, strict=False)
    ]


def needs(words: Sequence[Capability], roles: RoleQuerySet, ladder: Ladder) -> dict[int, list[Share]]:
    """Give how many of these roles need each capability at which level, by its id. Two queries."""
    uses = RoleCapability.objects.filter(capability__in=words, role__in=roles).order_by()
    counted = uses.values_list("capability", "proficiency").annotate(roles=Count("role", distinct=True))
    rows = list(counted)
    levels = ProficiencyLevel.objects.in_bulk({level for _word, level, _count in rows if level})
    counts: dict[int, list[tuple[ProficiencyLevel | None, int]]] = defaultdict(list)
    for word, level, count in rows:
        counts[word].append((levels[level] if level else None, count))
    return {word: spread(each, ladder) for word, each in counts.items()}


def _place(level: RankedVocabularyItem | None) -> tuple[bool, int, str]:
    if level is None:
        return True, 1, ""
    return level.rank is None, -(level.rank or 0), level.sort_key
