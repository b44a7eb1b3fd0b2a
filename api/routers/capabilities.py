"""What people in roles can do."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from api import words
from api.collections import Reading, Slug, Text
from api.schemas.vocabulary import CapabilityDetail
from roles.ladder import Ladder
from roles.models import Capability, CapabilityLevel
from roles.models.vocabulary import RankedVocabularyItem

router = Router(tags=["Vocabulary"])


class CapabilityFilters(words.WordFilters):
    """Which capabilities are asked for."""

    vocabulary = Capability

    category: list[Text] = Field([], description="Categories; it is in one of them.")
    level: list[Slug] = Field([], description="Slugs of proficiency levels; a role needs it at one of them.")

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        found = super().narrowed(rows, request, besides)
        return found.filter(category__in=self.category) if self.category and besides != "category" else found

    @classmethod
    def of_uses(cls) -> dict[str, str]:
        return super().of_uses() | {"level": "proficiency__slug"}


def _fetch_levels(capabilities: Sequence[Any], reading: Reading) -> None:
    """Add what each level means: each rung of the ladder, then the levels beside it that mean something."""
    if "levels" not in reading.expand:
        return
    rungs = Ladder.fetch().levels
    texts: dict[int, dict[RankedVocabularyItem, str]] = defaultdict(dict)
    stated = CapabilityLevel.objects.filter(capability__in=capabilities).exclude(meaning="")
    for each in stated.select_related("proficiency").order_by("proficiency__sort_key", "proficiency__slug"):
        texts[each.capability_id][each.proficiency] = each.meaning
    for capability in capabilities:
        said = texts[capability.pk]
        capability.told_levels = [
            {"slug": level.slug, "name": level.name, "rank": level.rank, "meaning": said.get(level)}
            for level in (*rungs, *(level for level in said if level.rank is None))
        ]


CAPABILITIES = words.collection(
    "capabilities",
    CapabilityDetail,
    CapabilityFilters,
    told=lambda word: {"category": word.category or None, "levels": getattr(word, "told_levels", None)},
    role=lambda use: {
        "level": use.level or None,
        "level_slug": use.proficiency.slug if use.proficiency else None,
    },
    fetch_uses=lambda uses: uses.select_related("role", "proficiency"),
    complete=_fetch_levels,
    expansions=["levels"],
    facets={
        "category": words.of_words("category"),
        "level": words.of_uses("proficiency__slug", "proficiency__name"),
    },
)
words.published(router, CAPABILITIES, CapabilityDetail, one="capability", described="capabilities")
