"""Tools and other facts that roles state as properties: each value, and how many roles have it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import Http404, QueryDict
from django.urls import reverse

from roles.documents.text import fold_key, sort_key
from roles.models import RoleProperty, RoleQuerySet
from roles.views import asked as asking

PROPERTIES_ON_PAGE = 25
VALUES_IN_ROW = 12
VALUES_ON_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueEntry:
    """A value of a property, how many roles have it, and the address of the list of those."""

    value: str
    count: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyEntry:
    """A property, how many roles state it, and values of it; it has `value_count` in all."""

    name: str
    slug: str
    count: int
    values: Sequence[ValueEntry]
    value_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyList:
    """One page of the properties, those that most roles state first, each with its most frequent values."""

    entries: Sequence[PropertyEntry]
    paged: asking.Paged[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyPage:
    """One property: its values by name, those that `text` narrows them to, page by page."""

    name: str
    slug: str
    count: int
    text: str
    paged: asking.Paged[ValueEntry]


def property_list(roles: RoleQuerySet, asked: QueryDict) -> PropertyList:
    """List the properties that these roles state."""
    named = _named(_stated(roles)).annotate(
        value_count=Count("folded", distinct=True, filter=~Q(folded="")),
    )
    paged: asking.Paged[Any] = asking.paged(named.order_by("-roles", "name_slug"), asked, PROPERTIES_ON_PAGE)
    on_page = list(paged.page)
    values: dict[str, list[ValueEntry]] = defaultdict(list)
    most_frequent = Window(RowNumber(), partition_by="name_slug", order_by=[F("roles").desc(), "folded"])
    valued = _valued(_stated(roles).filter(name_slug__in=[row["name_slug"] for row in on_page]))
    for row in valued.annotate(place=most_frequent).filter(place__lte=VALUES_IN_ROW).order_by("place"):
        values[row["name_slug"]].append(_entry(row))
    return PropertyList(
        entries=[
            PropertyEntry(
                name=row["written"],
                slug=row["name_slug"],
                count=row["roles"],
                values=values[row["name_slug"]],
                value_count=row["value_count"],
            )
            for row in on_page
        ],
        paged=paged,
    )


def property_page(roles: RoleQuerySet, slug: str, asked: QueryDict) -> PropertyPage:
    """Put the page of one property together; `q` narrows its values.

    Raises:
        Http404: if none of these roles states it.
    """
    stated = _stated(roles).filter(name_slug=slug)
    named = _named(stated).first()
    if named is None:
        raise Http404
    text = asking.text(asked, "q")
    parts = fold_key(text).split()
    values = [_entry(row) for row in _valued(stated) if all(part in row["folded"] for part in parts)]
    return PropertyPage(
        name=named["written"],
        slug=slug,
        count=named["roles"],
        text=text,
        paged=asking.paged(sorted(values, key=lambda each: sort_key(each.value)), asked, VALUES_ON_PAGE),
    )


def _stated(roles: RoleQuerySet) -> QuerySet[RoleProperty]:
    return RoleProperty.objects.filter(role__in=roles.order_by()).order_by()


def _named(stated: QuerySet[RoleProperty]) -> QuerySet[Any, Any]:
    """Properties, however their names are written, and how many roles state them."""
    counted = stated.values("name_slug").annotate(written=Max("name"), roles=Count("role", distinct=True))
    return counted.order_by("name_slug")


def _valued(stated: QuerySet[RoleProperty]) -> QuerySet[Any, Any]:
    """Values of properties, however they are written, and how many roles have them."""
    values = stated.exclude(folded="").values("name_slug", "folded")
    return values.annotate(written=Max("value"), roles=Count("role", distinct=True))


def _entry(row: dict[str, Any]) -> ValueEntry:
    chosen = urlencode({"property": f"{row['name_slug']}:{row['folded']}"})
    return ValueEntry(value=row["written"], count=row["roles"], address=f"{reverse('roles')}?{chosen}")
