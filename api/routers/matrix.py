"""The matrix of roles and the capabilities they need."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ninja import Query, Router
from pydantic import Field

from api.collections.collection import KEPT
from api.collections.forms import OF_TABLES, TableForm, chosen_form, described, streamed
from api.computed import head, told
from api.conditional import conditional
from api.operations import readable
from api.pagination import Window, beside
from api.routers.roles import ROLES, RoleFilters
from api.schemas.matrix import MatrixCapability, MatrixRow, Needed, RoleMatrix
from api.schemas.problems import Problem
from roles.ladder import Ladder
from roles.matrix import CELLS, COLUMNS, Column, by_seniority, columns_of, needs_of
from roles.models import ProficiencyLevel, Role, RoleQuerySet
from roles.models.role import sees_drafts
from roles.models.vocabulary import chunks
from roles.state import State

MOST_COLUMNS = 500

router = Router(tags=["Comparing"])


class Asked(RoleFilters, Window):
    """Which roles stand in the matrix, and how many capabilities."""

    sort: Literal["seniority", "name"] = Field(
        "seniority", description="The order of roles and capabilities: by seniority and need, or by name."
    )
    columns: int = Field(
        COLUMNS,
        ge=1,
        le=MOST_COLUMNS,
        description="How many capabilities at most, those that most roles need; all of them as CSV.",
    )
    format: TableForm = None


@readable(
    router,
    "/matrix",
    {200: RoleMatrix, 406: Problem},
    operation_id="get_matrix",
    summary="See roles against capabilities",
    openapi_extra=described(
        csv="All roles that were asked for, a line for each; a column for each capability."
    ),
)
def get_matrix(request: HttpRequest, asked: Query[Asked]) -> HttpResponseBase:
    """Which roles need which capabilities, and how well. The filters are those of the list of roles.

    Capabilities that are filtered by come first.
    """
    form = chosen_form(request, asked.format, OF_TABLES)
    answer = _table if form == "csv" else _matrix
    return conditional(request, lambda state: answer(request, asked, state))


def _matrix(request: HttpRequest, asked: Asked, state: State) -> HttpResponseBase:
    roles = _roles(request, asked)
    columns, left_out = _columns(request, asked, state, roles, asked.columns)
    shown = list(roles.select_related("family", "seniority")[asked.offset : asked.end])
    levels, ladder = needs_of(shown, columns), Ladder.fetch()
    return told(
        RoleMatrix(
            **beside(asked, ROLES.count(roles, _which(request, asked), state), request),
            capabilities=[
                MatrixCapability(slug=column.slug, name=column.name, roles=column.count) for column in columns
            ],
            left_out=left_out,
            items=[
                MatrixRow(role=head(role, request), needs=dict(_needs(role, columns, levels, ladder)))
                for role in shown
            ],
        )
    )


def _needs(
    role: Role,
    columns: Sequence[Column],
    levels: dict[tuple[int, int], ProficiencyLevel | None],
    ladder: Ladder,
) -> Iterator[tuple[str, Needed]]:
    for column in columns:
        if (role.pk, column.pk) in levels:
            level = levels[role.pk, column.pk]
            rung = ladder.step(level) or None
            yield column.slug, Needed(level=level.name if level else None, rung=rung)


def _roles(request: HttpRequest, asked: Asked) -> RoleQuerySet:
    """The roles that stand in the matrix, in order."""
    found = cast(RoleQuerySet, asked.narrowed(Role.objects.visible_to(request.user), request))
    return found.order_by("sort_key", "slug") if asked.sort == "name" else by_seniority(found)


def _which(request: HttpRequest, asked: Asked) -> object:
    """What tells apart which roles stand in matrices, and in which order."""
    stated = asked.model_dump_json(exclude={"limit", "offset", "format", "columns"})
    return sees_drafts(request.user), stated


def _columns(
    request: HttpRequest, asked: Asked, state: State, roles: RoleQuerySet, most: int
) -> tuple[list[Column], int]:
    """The capabilities that have columns, and how many have none; counted once in each state."""
    return KEPT.get(
        state,
        ("matrix", _which(request, asked), most),
        lambda: columns_of(
            roles,
            most,
            by_name=asked.sort == "name",
            first=[each.partition(":")[0] for each in (*asked.capability, *asked.each_capability)],
        ),
    )


def _table(request: HttpRequest, asked: Asked, state: State) -> HttpResponseBase:
    """All roles and capabilities, or as many of these as a table has room for."""
    roles = list(asked.part(_roles(request, asked).select_related("family", "seniority")))
    most = max(COLUMNS, CELLS // max(1, len(roles)))
    columns, left_out = _columns(request, asked, state, _roles(request, asked), most)
    names = ["role", "name", "family", "seniority", *map(_title, columns)]
    if left_out:
        said = ngettext("%d capability is left out", "%d capabilities are left out", left_out)
        names.append(said % left_out)
    return streamed(_lines(roles, columns), names, "csv", "matrix")


def _lines(roles: Sequence[Role], columns: Sequence[Column]) -> Iterator[dict[str, Any]]:
    for some in chunks(roles):
        levels = needs_of(some, columns)
        for role in some:
            yield {
                "role": role.slug,
                "name": role.name,
                "family": role.family.name if role.family else None,
                "seniority": role.seniority.name if role.seniority else None,
            } | {
                _title(column): (
                    level.name if (level := levels[role.pk, column.pk]) else _("level not stated")
                )
                for column in columns
                if (role.pk, column.pk) in levels
            }


def _title(column: Column) -> str:
    return f"capability:{column.slug}"
