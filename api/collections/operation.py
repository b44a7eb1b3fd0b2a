"""The address of a list: reads what is asked for, and answers with a page of it or with a stream."""

from functools import cache
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field, create_model

from api.answers import as_json
from api.collections import keyset
from api.collections.collection import AT_ONCE, Collection, FacetValue, Sort
from api.collections.forms import chosen_form, streamed, streams
from api.collections.listing import Listing, chosen
from api.conditional import conditional
from api.errors import faulty
from api.operations import readable
from api.pagination import DEFAULT_LIMIT, PageOf, Window, address, beside
from api.schemas.problems import Problem
from roles.state import State

_NOT_FILTERS: Final = {"limit", "offset", "cursor", "format", "sort", "fields", "expand", "facets"}


def listed(
    router: Router, path: str, collection: Collection, *, operation_id: str, summary: str, description: str
) -> None:
    """Give a list its address."""
    asked_for = collection.asked

    def view(request: HttpRequest, asked: Query[asked_for]) -> HttpResponseBase:  # type: ignore[valid-type]
        return conditional(request, lambda state: answered(collection, asked, request, state))

    view.__doc__ = description
    readable(
        router,
        path,
        {200: page_schema(collection), 406: Problem},
        operation_id=operation_id,
        summary=summary,
        openapi_extra=streams(collection.name),
    )(view)


def page_schema(collection: Collection) -> type[BaseModel]:
    """The schema of a page of a list."""
    name = collection.item.__name__.removesuffix("Item") + "Page"
    stated: dict[str, Any] = {"items": (list[collection.item] | list[some_of(collection.item)], Field())}  # type: ignore[misc, name-defined]
    if collection.facets:
        described = Field(None, description="The facets that were asked for, by the names of their filters.")
        stated["facets"] = (dict[str, list[FacetValue]], described)
    made: type[BaseModel] = create_model(
        name, __base__=PageOf, __doc__=f"Some of the {collection.name} that were asked for.", **stated
    )
    return made


@cache
def some_of(item: type[BaseModel]) -> type[BaseModel]:
    """The schema of those fields of an item that `fields` asked for."""

    def none_required(schema: dict[str, Any]) -> None:
        schema.pop("required", None)

    said = "Those fields of an item that were asked for."
    config = ConfigDict(json_schema_extra=none_required)
    members = {"__doc__": said, "__module__": __name__, "model_config": config}
    return type(f"Some{item.__name__}", (item,), members)


def answered(collection: Collection, asked: Listing, request: HttpRequest, state: State) -> HttpResponseBase:
    """The part of a list that is asked for, in the form that is."""
    form = chosen_form(request, asked.format)
    found = collection.found(asked, request)
    sort, order = _sort(collection, asked)
    rows = sort.given(found, request) if sort else found
    if form != "json":
        return _stream(collection, asked, request, _sorted(rows, order), form)
    key = (collection.sight(request), asked.model_dump_json(exclude=_NOT_FILTERS))
    count = collection.count(found, key, state)
    if asked.cursor is None:
        answer = _by_number(collection, asked, request, _sorted(rows, order), count)
    else:
        answer = {"count": count} | _by_cursor(collection, asked, request, rows, order)
    if facets := chosen(asked, "facets"):
        answer["facets"] = {
            name: collection.facet_values(name, asked, request, key, state) for name in facets
        }
    return as_json(answer)


def _sort(collection: Collection, asked: Listing) -> tuple[Sort | None, list[str]]:
    """The order that is asked for, or the usual one, and its columns; none for the best match first."""
    name = asked.sort or ("relevance" if collection.ranked and asked.has_words else collection.usual_sort)
    if name == "relevance":
        if not asked.has_words:
            raise faulty([("sort", _("Only what words are looked for in has a relevance. Send q as well"))])
        return None, []
    sort = collection.sorts[name.removeprefix("-")]
    return sort, keyset.backwards(sort.columns) if name.startswith("-") else list(sort.columns)


def _sorted(rows: QuerySet[Any], order: list[str]) -> QuerySet[Any]:
    return rows.order_by(*order) if order else rows


def _by_number(
    collection: Collection, asked: Listing, request: HttpRequest, rows: QuerySet[Any], count: int
) -> dict[str, Any]:
    """The part of the rows behind as many as are to be passed over."""
    window = Window.model_construct(offset=asked.offset, limit=asked.limit or DEFAULT_LIMIT)
    told = collection.reading(asked, request)
    page = collection.fetch(rows, told)[window.offset : window.end] if window.offset < count else ()
    return {**beside(window, count, request), "items": list(collection.told(page, asked, told))}


def _by_cursor(
    collection: Collection, asked: Listing, request: HttpRequest, rows: QuerySet[Any], order: list[str]
) -> dict[str, Any]:
    """The part of the rows behind the one that the cursor tells of, or before it."""
    if not order:
        raise faulty([("cursor", _("Ranks change with every new item. Choose an order: sort=name, say"))])
    if asked.offset:
        raise faulty([("offset", _("A cursor says where to go on. Leave one of the two out"))])
    limit = asked.limit or DEFAULT_LIMIT
    cursor = None
    if asked.cursor:
        try:
            cursor = keyset.Cursor.read(asked.cursor, order, rows)
        except ValueError:
            said = _("This is no cursor of this list in this order. Begin with an empty one")
            raise faulty([("cursor", said)]) from None
    back = cursor is not None and cursor.backwards
    direction = keyset.backwards(order) if back else order
    left = keyset.behind(rows, direction, cursor.values) if cursor else rows
    told = collection.reading(asked, request)
    page = list(keyset.with_place(collection.fetch(left.order_by(*direction), told), order)[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    if back:
        page.reverse()

    def cursor_at(row: Any, *, backwards: bool) -> str:
        cursor = keyset.Cursor(keyset.place(row, order), backwards)
        return address(request, cursor=cursor.write(order), limit=limit)

    after = page and (more or back)
    ahead = page and (more if back else cursor is not None)
    return {
        "next": cursor_at(page[-1], backwards=False) if after else None,
        "previous": cursor_at(page[0], backwards=True) if ahead else None,
        "items": list(collection.told(page, asked, told)),
    }


def _stream(
    collection: Collection, asked: Listing, request: HttpRequest, rows: QuerySet[Any], form: str
) -> StreamingHttpResponse:
    """All rows, or those of the window if one is asked for, however many, with the memory of a few."""
    if asked.cursor is not None:
        raise faulty([("cursor", _("As CSV or JSON Lines, all items come at once. Leave the cursor out"))])
    told = collection.reading(asked, request)
    fetched = collection.fetch(rows, told)
    if asked.offset or asked.limit:
        fetched = fetched[asked.offset : asked.offset + asked.limit if asked.limit else None]
    items = collection.told(fetched.iterator(AT_ONCE), asked, told)
    return streamed(items, collection.wanted(asked), form, collection.name)
