"""A list of the API: where its items come from, how they are sorted, counted and told."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, Final, NamedTuple, Protocol

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from pydantic import BaseModel, ConfigDict, Field

from api.answers import origin
from api.collections.listing import Listing, chosen
from roles.models.role import sees_drafts
from roles.state import Kept, State

AT_ONCE: Final = 500
"""The most rows that are fetched at once for a stream."""

FACET_VALUES: Final = 200
"""The most values of a facet that are counted: those of most items."""

KEPT: Final = Kept(5_000)
"""Numbers of items and values of facets, which take long to count and depend on the state only."""


class FacetValue(BaseModel):
    """A value that a filter can have, and how many items it would leave."""

    model_config = ConfigDict(extra="forbid")

    value: str = Field(description="What the filter takes.", examples=["data"])
    name: str = Field(description="What people read.", examples=["Data"])
    count: int = Field(description="How many items it leaves, all other filters in force.", examples=[4])


class Wanted(Protocol):
    """What of each item is wanted; what of it in full, if there is anything to expand, is its `expand`."""

    fields: list[str]


class Narrowing(Protocol):
    """Filters: see `Listing.narrowed`."""

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        """Keep the rows that they find."""


class Reading(NamedTuple):
    """Who reads, and what they want in full: what a list's items are told with."""

    request: HttpRequest
    expand: frozenset[str]
    origin: str
    """Scheme and host, before the paths of addresses."""

    def address(self, path: str) -> str:
        """The whole address of a path on this site."""
        return self.origin + path

    def page(self, name: str, *arguments: object) -> str:
        """The address of a page for people."""
        return self.origin + reverse(name, args=arguments)


@dataclass(frozen=True, slots=True)
class Sort:
    """An order by columns none of which is ever null, and that leave no two items equal."""

    columns: tuple[str, ...]
    """As `order_by` takes them."""
    given: Callable[[Any, HttpRequest], QuerySet[Any]] = lambda rows, _request: rows
    """Give the rows columns that they have for this order only."""


@dataclass(frozen=True, slots=True)
class Facet:
    """Counts the values of one filter among rows: for each, what the filter takes, its name, and how many."""

    count: Callable[[Any, HttpRequest, Any], QuerySet[Any, Any] | Sequence[tuple[Any, Any, int]]]
    """Gives rows of three columns, those of most items first, of what all filters but its own find, the
    request, and what is asked for."""


@dataclass(frozen=True, kw_only=True)
class Collection:
    """A list: what a reader may see of it, its filters, and how an item is told."""

    name: str
    """In the plural, as in the address."""
    item: type[BaseModel]
    """The schema of an item. Fields that are there only when asked for have a default, the others none."""
    rows: Callable[[HttpRequest], QuerySet[Any]]
    """All that this reader may see."""
    tell: Callable[[Any, Reading], dict[str, Any]]
    """An item of a row that was fetched by `fetch`."""
    filters: type[Listing]
    sorts: Mapping[str, Sort]
    """By name, the usual one first."""
    newest_first: bool = False
    """Whether the usual order is the first one backwards."""
    fetch: Callable[[Any, Reading], QuerySet[Any]] = lambda rows, _reading: rows
    """Fetch what `tell` reads, with as many queries for many rows as for one."""
    complete: Callable[[Sequence[Any], Reading], None] = lambda _rows, _reading: None
    """Add to rows what no query of theirs can fetch, with as many queries for many rows as for one."""
    facets: Mapping[str, Facet] = field(default_factory=dict)
    expansions: Sequence[str] = ()
    """The optional fields of an item that are told only when they are asked for."""
    ranked: bool = False
    """Whether it has `q`, so that the best match can come first."""
    sight: Callable[[HttpRequest], Hashable] = lambda request: sees_drafts(request.user)
    """What of a reader decides which rows they may see: whoever is alike in it sees the same."""

    @cached_property
    def asked(self) -> type[Listing]:
        """What can be asked of it."""
        return self.filters.of(
            sorts=[*(["relevance"] if self.ranked else []), *self.sorts],
            usual_sort=("relevance with words, else " if self.ranked else "") + self.usual_sort,
            fields=self.columns,
            expansions=self.expansions,
            facets=self.facets,
        )

    @property
    def usual_sort(self) -> str:
        """The order if none is asked for, as `sort` takes it."""
        return ("-" if self.newest_first else "") + next(iter(self.sorts))

    @property
    def columns(self) -> list[str]:
        """The names of an item's fields."""
        return list(self.item.model_fields)

    def found(self, asked: Listing, request: HttpRequest) -> QuerySet[Any]:
        """The rows that the filters find, in no order but that of the best match."""
        return asked.narrowed(self.rows(request), request)

    def count(self, rows: QuerySet[Any], key: object, state: State) -> int:
        """How many rows there are; counted once in each state."""
        return KEPT.get(state, (self.name, "count", key), rows.order_by().count)

    def facet_values(
        self, name: str, asked: Narrowing, request: HttpRequest, key: object, state: State
    ) -> list[dict[str, Any]]:
        """The values of a facet among what all filters but its own find; counted once in each state."""

        def count() -> list[dict[str, Any]]:
            rows = asked.narrowed(self.rows(request), request, besides=name).order_by()
            counted = self.facets[name].count(rows, request, asked)[:FACET_VALUES]
            return [{"value": _text(value), "name": _text(said), "count": n} for value, said, n in counted]

        return KEPT.get(state, (self.name, "facet", name, key), count)

    def wanted(self, asked: Wanted) -> list[str]:
        """The names of those fields of an item that are asked for, be it only in `expand`."""
        expand = chosen(asked, "expand")
        if asked.fields:
            return list(dict.fromkeys((*asked.fields, *expand)))
        return [name for name in self.columns if name not in self.expansions or name in expand]

    def reading(self, asked: Wanted, request: HttpRequest) -> Reading:
        """Who reads what in full; a field that is asked for by name need not be asked for twice."""
        return Reading(request, frozenset(self.expansions).intersection(self.wanted(asked)), origin(request))

    def told(self, rows: Iterable[Any], asked: Wanted, reading: Reading) -> Iterator[dict[str, Any]]:
        """Items of rows, of each only the fields that are asked for."""
        each, fields = iter(rows), self.wanted(asked) if asked.fields else None
        while some := list(islice(each, AT_ONCE)):
            self.complete(some, reading)
            for row in some:
                item = self.tell(row, reading)
                yield {name: item[name] for name in fields if name in item} if fields else item

    def in_full(self, request: HttpRequest) -> Reading:
        """Who reads, and that they want everything in full."""
        return Reading(request, frozenset(self.expansions), origin(request))

    def whole(self, rows: QuerySet[Any], request: HttpRequest, **named: object) -> dict[str, Any]:
        """The item of the one row with these values, everything told in full.

        Raises:
            Http404: if there is none.
        """
        reading = self.in_full(request)
        row = get_object_or_404(self.fetch(rows, reading), **named)
        self.complete([row], reading)
        return self.tell(row, reading)


def _text(value: object) -> str:
    """A value as a parameter takes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
