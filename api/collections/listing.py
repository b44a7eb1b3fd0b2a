"""What can be asked of every list, beside its own filters."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from django.db.models import QuerySet
from django.http import HttpRequest
from pydantic import BeforeValidator, Field, StringConstraints, create_model

from api.collections.forms import ListForm
from api.pagination import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET, Parameters

MAX_CURSOR = 2_000

Slug = Annotated[str, StringConstraints(pattern="^[-a-zA-Z0-9_]+$", max_length=250)]
Text = Annotated[str, StringConstraints(pattern="^[^\\x00]*$", max_length=500)]
"""A text to be compared with stored ones, which have no NUL."""


def several(names: Iterable[str]) -> Any:
    """The type of a parameter that takes any of these names, repeated or separated by commas."""
    return Annotated[list[Literal[tuple(names)]], BeforeValidator(_split)]  # type: ignore[misc]


def _split(values: object) -> object:
    if not isinstance(values, list):
        return values
    parted = [part for value in values for part in (value.split(",") if isinstance(value, str) else [value])]
    return list(dict.fromkeys(parted))


def chosen(asked: object, name: Literal["expand", "facets"]) -> list[str]:
    """What a parameter asks for that only those lists have that have something to expand, or to count."""
    names: list[str] = getattr(asked, name, [])
    return names


def selection(fields: Iterable[str], expansions: Iterable[str]) -> dict[str, Any]:
    """The parameters that say what of each item is wanted, with their types."""
    wanted, known = "What of each item is wanted; everything if not given.", list(expansions)
    if not known:
        return {"fields": (several(fields), Field([], description=wanted))}
    wanted = "What of each item is wanted, beside what `expand` names; all else if not given."
    expand = "What is told in full within each item; what is among `fields` is so, too."
    return {
        "fields": (several(fields), Field([], description=wanted)),
        "expand": (several(known), Field([], description=expand)),
    }


class Listing(Parameters):
    """Which items of a list are asked for, which part of them, what of each, and in which form.

    Every list has a class of its own that adds its filters and says in `narrowed` what they find.
    """

    limit: int | None = Field(
        None,
        ge=1,
        le=MAX_LIMIT,
        description=f"How many items at most: {DEFAULT_LIMIT} if not given; all as CSV and JSON Lines.",
    )
    offset: int = Field(0, ge=0, le=MAX_OFFSET, description="How many items to pass over.")
    cursor: str | None = Field(
        None,
        max_length=MAX_CURSOR,
        description="Where to go on, as `next` and `previous` say it; empty to begin. So nothing is passed "
        "over or comes twice while items are added.",
    )
    format: ListForm = None
    sort: str | None = None
    fields: list[str] = []

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        """Keep the rows that the filters find, as this reader may see them.

        `besides` is a parameter that is left out of account: the counts of a facet follow all filters but its
        own.
        """
        raise NotImplementedError

    @property
    def has_words(self) -> bool:
        """Whether words are looked for, so that there is a best match."""
        return bool(getattr(self, "q", "").strip())

    @classmethod
    def of(
        cls,
        *,
        sorts: Iterable[str],
        usual_sort: str,
        fields: Iterable[str],
        expansions: Iterable[str],
        facets: Iterable[str],
    ) -> type[Self]:
        """The class with these choices."""
        orders = [
            order for name in sorts for order in ((name,) if name == "relevance" else (name, f"-{name}"))
        ]
        stated: dict[str, Any] = {
            "sort": (
                Literal[tuple(orders)] | None,
                Field(None, description=f"The order, with a hyphen backwards; {usual_sort} if not given."),
            ),
            **selection(fields, expansions),
        }
        if known := list(facets):
            told = "Which facets are counted: their values, and the items of each."
            stated["facets"] = (several(known), Field([], description=told))
        # mypy knows no models that are made of others at run time.
        made: Any = create_model(cls.__name__, __base__=cls, __module__=cls.__module__, **stated)
        return made  # type: ignore[no-any-return]
