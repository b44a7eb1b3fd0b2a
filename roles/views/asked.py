"""What an address asks for, made harmless: anybody can type anything into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

QUERY_LENGTH = 200
"""Characters of a text to look for that count, as many as a search box takes."""
QUERY_WORDS = 8

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged(Generic[Item]):
    """One page of many things, and the numbers of the pages to offer."""

    page: Page[Item]
    numbers: Sequence[int | str]


def paged(
    found: QuerySet[Any, Item] | Sequence[Item], asked: QueryDict, size: int, count: int | None = None
) -> Paged[Item]:
    """Give the page that `page` asks for, as `page_of` does."""
    return page_of(found, asked.get("page"), size, count)


def page_of(
    found: QuerySet[Any, Item] | Sequence[Item], number: str | None, size: int, count: int | None = None
) -> Paged[Item]:
    """Give the page of this number, or the nearest one; a known `count` saves a query."""
    paginator: Paginator[Item] = Paginator(found, size)
    if count is not None:
        paginator.count = count
    page = paginator.get_page(number)
    numbers = paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return Paged(page=page, numbers=list(numbers))


def text(asked: QueryDict, name: str) -> str:
    """Give a parameter as one line of at most `QUERY_LENGTH` characters, empty if it is missing."""
    return one_line(asked.get(name, ""))[:QUERY_LENGTH].rstrip()


def one_line(text: str) -> str:
    """Give what somebody typed with one blank between words."""
    # PostgreSQL knows no NUL in a text.
    return " ".join(text.replace("\x00", " ").split())


def slugs(asked: QueryDict, name: str, most: int) -> list[str]:
    """Give the different slugs of a parameter that is repeated or has commas, at most so many."""
    each = (one_line(slug) for value in asked.getlist(name) for slug in value.split(","))
    return list(dict.fromkeys(filter(None, each)))[:most]


def address(asked: QueryDict, **changes: Any) -> str:
    """Give the query of an address that asks for the same, but for these parameters; None leaves one out."""
    query = asked.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"
