"""Search: roles that have all of some words, and where these stand in them."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router
from pydantic import Field

from api.collections import several
from api.computed import head, told
from api.conditional import conditional
from api.operations import readable
from api.pagination import Window, beside
from api.routers.roles import ROLES, RoleFilters
from api.schemas.search import Correction, Piece, SearchHit, SearchPage, Snippet
from roles import snippets
from roles.found import Row, rows
from roles.ladder import Ladder
from roles.models import Role, RoleQuerySet
from roles.models.role import sees_drafts
from roles.spelling import meant
from roles.state import Kept, State

MOST_CHARACTERS = 200
"""Of the words, as many as a search box takes."""

_KEPT = Kept()
"""What is looked for instead of words that no role has."""

_Facets: Any = several(ROLES.facets)

router = Router(tags=["Roles"])


class Asked(RoleFilters, Window):
    """What is looked for, and among which roles."""

    q: str = Field(
        min_length=1,
        max_length=MOST_CHARACTERS,
        description="Words that all have to occur in the role, the last one perhaps only as a beginning.",
        examples=["data pipelines"],
    )
    exact: bool = Field(False, description="Look for nothing else if no role has the words.")
    facets: _Facets = Field([], description="Which facets are counted: their values, and the roles of each.")


@readable(
    router,
    "/search",
    {200: SearchPage},
    operation_id="search_roles",
    summary="Search roles, and see where words stand",
)
def search_roles(request: HttpRequest, asked: Query[Asked]) -> HttpResponseBase:
    """Roles that have all of the words, best match first, with the places where these stand.

    Where no role has them, what was probably meant is looked for, and `correction` says what that is. The
    filters are those of the list of roles.
    """
    return conditional(request, lambda state: _found(request, asked, state))


def _found(request: HttpRequest, asked: Asked, state: State) -> HttpResponseBase:
    visible = Role.objects.visible_to(request.user)
    drafts = sees_drafts(request.user)
    correction = None
    if not asked.exact:
        correction = _KEPT.get(state, (drafts, asked.q), lambda: _instead(visible.listed(), asked.q))
    if correction:
        asked = asked.model_copy(update={"q": correction.text})
    key = (drafts, asked.model_dump_json(exclude={"limit", "offset", "facets", "exact"}))
    roles = asked.narrowed(ROLES.rows(request), request)
    page = list(roles.values_list("pk", flat=True)[asked.offset : asked.end])
    facets: Any = {name: ROLES.facet_values(name, asked, request, key, state) for name in asked.facets}
    told_correction = None
    if correction:
        told_correction = Correction(
            text=correction.text, unknown=list(correction.unknown), meant=list(correction.meant)
        )
    return told(
        SearchPage(
            **beside(asked, ROLES.count(roles, key, state), request),
            items=[_hit(row, request) for row in rows(visible, page, asked.q, Ladder.fetch())],
            correction=told_correction,
            facets=facets,
        )
    )


def _instead(listed: RoleQuerySet, words: str) -> Any:
    """What is looked for instead, if no role has the words."""
    return None if listed.matching(words).exists() else meant(listed, words)


def _hit(row: Row, request: HttpRequest) -> SearchHit:
    return SearchHit(
        role=head(row.role, request),
        name=_pieces(row.name),
        line=_pieces(row.line),
        snippets=[
            Snippet(label=str(snippet.label), pieces=_pieces(snippet.pieces)) for snippet in row.snippets
        ],
    )


def _pieces(pieces: Iterable[snippets.Piece]) -> list[Piece]:
    return [Piece(text=piece.text, marked=piece.marked) for piece in pieces]
