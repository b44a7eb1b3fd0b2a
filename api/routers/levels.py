"""The two ladders: how senior roles are, and how well capabilities are mastered."""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from api.answers import as_json
from api.collections import Collection, Facet, Held, Listing, Reading, Sort, Text, listed
from api.conditional import conditional
from api.operations import readable
from api.pagination import refuse_unknown
from api.schemas.problems import Problem
from api.schemas.vocabulary import Kind, LevelItem
from api.words import listed_roles
from roles import vocabulary as words
from roles.documents.text import fold_key
from roles.models import ProficiencyLevel, SeniorityLevel
from roles.models.role import UNRANKED, sees_drafts
from roles.models.vocabulary import RankedVocabularyItem
from roles.views.old_slugs import moved_to

router = Router(tags=["Vocabulary"])

VOCABULARIES: Final[dict[Kind, type[RankedVocabularyItem]]] = {
    "proficiency": ProficiencyLevel,
    "seniority": SeniorityLevel,
}


@dataclass(frozen=True, slots=True)
class Level:
    """A level of one of the ladders, with its other names and how many roles use it."""

    kind: Kind
    word: RankedVocabularyItem
    aliases: tuple[Any, ...]
    role_count: int

    @property
    def slug(self) -> str:
        """Unique on its ladder."""
        return self.word.slug

    @property
    def sort_key(self) -> str:
        """What its name is sorted by."""
        return self.word.sort_key

    @property
    def place(self) -> int:
        """Its rank, or a number above all if it has none."""
        return UNRANKED if self.word.rank is None else self.word.rank

    def is_called(self, text: str) -> bool:
        """Whether one of its names has every part of the text in it."""
        parts = fold_key(text).split()
        names = (self.word.folded, *(alias.folded for alias in self.aliases))
        return any(all(part in name for part in parts) for name in names)


class LevelFilters(Listing):
    """Which levels are asked for."""

    q: Text = Field("", description="Parts of a name, or of another name; all of them have to occur.")
    kind: list[Kind] = Field([], description="Ladders; it belongs to one of them.")
    ranked: bool | None = Field(None, description="Whether it has a rank, and so stands on its ladder.")
    unused: bool | None = Field(
        None, description="Whether no role uses it: none that you may see and that is not archived."
    )

    def narrowed(self, rows: Any, request: HttpRequest, besides: str = "") -> Any:
        return Held(level for level in rows if self._fits(level, besides))

    def _fits(self, level: Level, besides: str) -> bool:
        return (
            (not self.kind or besides == "kind" or level.kind in self.kind)
            and (self.ranked is None or self.ranked == (level.word.rank is not None))
            and (self.unused is None or self.unused == (level.role_count == 0))
            and level.is_called(self.q)
        )


def _rows(request: HttpRequest) -> Any:
    return Held(level for kind in VOCABULARIES for level in _levels(kind, request))


def _levels(kind: Kind, request: HttpRequest) -> Iterator[Level]:
    """The levels of a ladder that this reader may find: its rungs, and others that roles state."""
    levels = list(_found(kind, request).prefetch_related("aliases"))
    counts = words.role_counts(VOCABULARIES[kind], levels, listed_roles(request))
    for level in levels:
        yield Level(kind, level, tuple(level.aliases.all()), counts.get(level.pk, 0))


def _found(kind: Kind, request: HttpRequest) -> QuerySet[Any]:
    vocabulary = VOCABULARIES[kind]
    readable: Any = words.readable(vocabulary, request.user)
    found: QuerySet[Any] = (vocabulary._default_manager.exclude(rank=None) | readable).distinct()
    return found


def _tell(level: Level, reading: Reading) -> dict[str, Any]:
    return {
        "kind": level.kind,
        "slug": level.slug,
        "name": level.word.name,
        "url": f"{reading.page('levels')}#{level.kind}-{level.slug}",
        "aliases": [alias.name for alias in level.aliases],
        "description": level.word.description or None,
        "rank": level.word.rank,
        "role_count": level.role_count,
    }


def _kinds(rows: Any, request: HttpRequest, asked: Listing) -> list[tuple[str, str, int]]:
    return [(kind, kind, count) for kind, count in Counter(level.kind for level in rows).most_common()]


def _sight(request: HttpRequest) -> Hashable:
    edited = (words.edits(vocabulary, request.user) for vocabulary in VOCABULARIES.values())
    return sees_drafts(request.user), *edited


LEVELS = Collection(
    name="levels",
    item=LevelItem,
    rows=_rows,
    tell=_tell,
    filters=LevelFilters,
    sorts={
        "rank": Sort(("kind", "place", "sort_key", "slug")),
        "name": Sort(("sort_key", "slug", "kind")),
        "role_count": Sort(("role_count", "-sort_key", "-slug", "-kind")),
    },
    facets={"kind": Facet(_kinds)},
    sight=_sight,
)
listed(
    router,
    "/levels",
    LEVELS,
    operation_id="list_levels",
    summary="List the levels of both ladders",
    description="Those of proficiency, then those of seniority, the lowest first; without a rank last.",
)


@readable(
    router,
    "/levels/{kind}/{slug:slug}",
    {200: LevelItem, 308: None, 404: Problem},
    operation_id="get_level",
    summary="Get a level",
)
def get_level(request: HttpRequest, kind: Kind, slug: str) -> HttpResponseBase:
    """A level of one of the ladders. A slug that it had before leads on to it."""
    refuse_unknown(request)
    return conditional(request, lambda _state: _level(request, kind, slug))


def _level(request: HttpRequest, kind: Kind, slug: str) -> HttpResponseBase:
    level = next((each for each in _levels(kind, request) if each.slug == slug), None)
    if level is None:
        return moved_to(get_object_or_404(_found(kind, request), former_slugs__slug=slug).slug, request)
    return as_json(_tell(level, LEVELS.in_full(request)))
