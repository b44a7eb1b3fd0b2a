"""Roles side by side, and what lies between what is there and what a role needs."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from api.collections import Slug
from api.collections.forms import OF_TABLES, TableForm, chosen_form, described, streamed
from api.computed import head, named_roles, told
from api.conditional import conditional
from api.errors import faulty
from api.operations import readable
from api.pagination import Parameters, Window, beside
from api.routers.roles import Level
from api.schemas.computed import (
    CapabilityStep,
    ComparedCell,
    ComparedField,
    ComparedStatement,
    Comparison,
    FittingRole,
    FittingRolePage,
    Gap,
)
from api.schemas.problems import Problem
from roles import comparison
from roles.comparison import Row, Step, align, aligned_properties, behind, fit, for_comparison, outline, share
from roles.documents.anchors import anchors
from roles.documents.document import RoleDocument
from roles.fitting import Fitting, Levels, fittings, levels_of, outline_of_levels, ranking
from roles.ladder import Ladder
from roles.models import Capability, Role
from roles.sources import stated_document
from roles.vocabulary import used_by

FEWEST, MOST = 2, 20
MOST_LEVELS = 60
"""Capabilities that an address can state; no person needs more."""

_PARTNERS = "interactions"
"""The field of an outline that has the partners."""

router = Router(tags=["Comparing"])

RoleSlug = Annotated[Slug, Field(max_length=200)]


# Side by side -----------------------------------------------------------------------------------------------


class Compared(Parameters):
    """Which roles are held against each other."""

    role: list[RoleSlug] = Field(
        min_length=FEWEST,
        max_length=MOST,
        description="Slugs of the roles; the levels of others are compared with those of the first one.",
        examples=[["data-engineer", "data-analyst"]],
    )
    differences: Literal["only"] | None = Field(None, description="Leave out what all roles say the same.")
    format: TableForm = None


@readable(
    router,
    "/compare",
    {200: Comparison, 406: Problem},
    operation_id="compare_roles",
    summary="Compare roles",
    openapi_extra=described(csv="A line for each thing, a column for each role."),
)
def compare_roles(request: HttpRequest, asked: Query[Compared]) -> HttpResponseBase:
    """Hold roles against each other: what each says of capabilities, responsibilities and all else.

    Things are told in the words of the shared vocabulary, so that what roles spell in their own ways is one.
    """
    form = chosen_form(request, asked.format, OF_TABLES)
    return conditional(request, lambda _state: _compared(request, asked, form))


def _compared(request: HttpRequest, asked: Compared, form: str) -> HttpResponseBase:
    visible = for_comparison(Role.objects.visible_to(request.user), request.user)
    found = named_roles(visible, [("role", slug) for slug in asked.role])
    roles = list({role.pk: role for role in found}.values())
    if len(roles) < FEWEST:
        raise faulty([("role", _("Name at least two different roles"))])
    rows = [row for row in _statements(roles) if not (asked.differences and row.same)]
    if form == "json":
        return told(Comparison(roles=[head(role, request) for role in roles], statements=rows))
    lines = (
        {"field": row.field, "name": row.name, "same": row.same}
        | {role.slug: _in_words(cell) for role, cell in zip(roles, row.cells, strict=True)}
        for row in rows
    )
    return streamed(lines, ["field", "name", "same", *(role.slug for role in roles)], "csv", "compare")


def _statements(roles: Sequence[Role]) -> Iterator[ComparedStatement]:
    documents = [stated_document(role) for role in roles]
    outlines = [outline(role) for role in roles]
    rows = align(outlines, rank=Ladder.fetch().rung)
    stated = [behind(role, said) for role, said in zip(roles, outlines, strict=True)]
    yield _of_roles("family", [role.family.name if role.family else "" for role in roles])
    yield _of_roles("seniority", [role.seniority.name if role.seniority else "" for role in roles])
    for field in ("summary", "mission", "description"):
        yield _of_roles(field, [getattr(said, field) or "" for said in documents])
    yield _of_roles("agent", [(said.agent.name or _("yes")) if said.agent else "" for said in documents])
    for field in ("capabilities", "responsibilities", "artifacts", _PARTNERS):
        yield from (_of_row(row, roles, stated) for row in rows if row.field == field)
    for properties in aligned_properties(documents):
        cells = [
            _cell(stated=item is not None, values=list(item.values) if item else ())
            for item in properties.items
        ]
        yield ComparedStatement(
            field="properties", name=properties.name, slug=None, same=properties.same, cells=cells
        )


def _of_roles(field: ComparedField, texts: Sequence[str]) -> ComparedStatement:
    same = len({" ".join(text.split()) for text in texts}) == 1
    cells = [_cell(stated=bool(text), text=text or None) for text in texts]
    return ComparedStatement(field=field, name=None, slug=None, same=same, cells=cells)


def _of_row(row: Row, roles: Sequence[Role], stated: Sequence[dict[str, Any]]) -> ComparedStatement:
    first = next(each[row.key] for each in stated if row.key in each)
    match row.field:
        case "capabilities":
            word = first.capability
        case "responsibilities":
            word = first.responsibility
        case "artifacts":
            word = first.artifact
        case _:
            word = first
    return ComparedStatement(
        field="partners" if row.field == _PARTNERS else cast(ComparedField, row.field),
        name=row.name,
        slug=word.slug if word else None,
        same=row.same,
        cells=[
            _of_cell(row, cell.mark or None, role, each)
            for cell, role, each in zip(row.cells, roles, stated, strict=True)
        ],
    )


def _of_cell(row: Row, mark: Any, role: Role, stated: dict[str, Any]) -> ComparedCell:
    if row.key not in stated:
        return _cell(stated=False)
    if row.field == _PARTNERS:
        return _cell(values=comparison.meetings(role, row.name), mark=mark)
    said = stated[row.key]
    level = said.proficiency.name if row.field == "capabilities" and said.proficiency else None
    return _cell(text=str(said), level=level, mark=mark, anchor=anchors([said.key])[said.key])


def _cell(
    *,
    stated: bool = True,
    text: str | None = None,
    level: str | None = None,
    values: Sequence[str] = (),
    mark: Literal["only", "higher", "lower"] | None = None,
    anchor: str | None = None,
) -> ComparedCell:
    return ComparedCell(stated=stated, text=text, level=level, values=list(values), mark=mark, anchor=anchor)


def _in_words(cell: ComparedCell) -> str | None:
    """What stands in a cell of a table: the level where there is one, else what is said."""
    if not cell.stated:
        return None
    return cell.level or "; ".join(cell.values) or cell.text or _("yes")


# From one to another ----------------------------------------------------------------------------------------


class Start(Parameters):
    """Where the way begins: at a role, or at levels."""

    start: RoleSlug | None = Field(
        None, alias="from", description="The slug of the role that somebody has.", examples=["data-analyst"]
    )
    capability: list[Annotated[Level, Field(max_length=300)]] = Field(
        [],
        max_length=MOST_LEVELS,
        description="Instead of a role: slugs of capabilities that somebody has, each perhaps with that of "
        "its level, as sql:advanced. They are neither stored nor logged.",
        examples=[["sql:advanced"]],
    )


class AskedGap(Start):
    """Both ends of the way."""

    to: RoleSlug = Field(description="The slug of the role to get to.", examples=["data-engineer"])


class AskedFitting(Start, Window):
    """Where the way begins, and which part of the roles is asked for."""


@readable(router, "/gap", {200: Gap}, operation_id="get_gap", summary="See what a role needs beyond")
def get_gap(request: HttpRequest, asked: Query[AskedGap]) -> HttpResponseBase:
    """What it takes to get from a role, or from levels that somebody has, to another role."""
    answer = conditional(request, lambda _state: _gap(request, asked))
    return _unseen(answer) if asked.capability else answer


def _gap(request: HttpRequest, asked: AskedGap) -> HttpResponseBase:
    visible = for_comparison(Role.objects.visible_to(request.user), request.user)
    _one_start(asked)
    ends = [("from", asked.start)] if asked.start else []
    *starts, target = named_roles(visible, [*ends, ("to", asked.to)])
    start, ladder = (starts[0] if starts else None), Ladder.fetch()
    if start == target:
        raise faulty([("to", _("Both ends of the way are the same role"))])
    there: RoleDocument = outline(start) if start else outline_of_levels(_levels(request, asked, ladder))
    found = comparison.gap(there, outline(target), rank=ladder.rung)
    words = {row.capability.name: row.capability for row in comparison.highest(target.capabilities.all())}
    return told(
        Gap(
            start=head(start, request) if start else None,
            target=head(target, request),
            fit=float(fit(found.steps, rank=ladder.rung)),
            steps=[_step(step, words[step.name], ladder) for step in found.steps],
            responsibilities=list(found.responsibilities) if start else [],
            artifacts=list(found.artifacts) if start else [],
            partners=list(found.partners) if start else [],
            unneeded=list(found.unneeded),
        )
    )


@readable(
    router,
    "/gap/roles",
    {200: FittingRolePage},
    operation_id="list_fitting_roles",
    summary="List the roles that fit best",
)
def list_fitting_roles(request: HttpRequest, asked: Query[AskedFitting]) -> HttpResponseBase:
    """The roles that need one of the capabilities of a role, or of somebody: those that fit best come first.

    Roles that fit equally well come in the order of their names.
    """
    answer = conditional(request, lambda _state: _fitting(request, asked))
    return _unseen(answer) if asked.capability else answer


def _fitting(request: HttpRequest, asked: AskedFitting) -> HttpResponseBase:
    visible, ladder = Role.objects.visible_to(request.user), Ladder.fetch()
    _one_start(asked)
    if asked.start:
        [start] = named_roles(visible.with_needs(), [("from", asked.start)])
        levels, others = levels_of(start), visible.exclude(pk=start.pk)
    else:
        levels, others = _levels(request, asked, ladder), visible
    ranked = list(ranking(others, levels, ladder))
    shown = ranked[asked.offset : asked.end]
    found = {each.role.pk: each for each in fittings(visible, shown, levels, ladder)}
    # One that was deleted just now is missing.
    items = [_fitting_role(found[role], request, ladder) for role in shown if role in found]
    return told(FittingRolePage(**beside(asked, len(ranked), request), items=items))


def _fitting_role(fitting: Fitting, request: HttpRequest, ladder: Ladder) -> FittingRole:
    words = {capability.name: capability for capability in levels_of(fitting.role)}
    return FittingRole(
        role=head(fitting.role, request),
        fit=float(fitting.fit),
        steps=[_step(part.step, words[part.step.name], ladder) for part in fitting.parts],
    )


def _step(step: Step, word: Capability, ladder: Ladder) -> CapabilityStep:
    have, need = (ladder.rung(level) if level else None for level in (step.have, step.need))
    missing = max(0, need - (have or 0)) if need and (have or step.move == "add") else None
    return CapabilityStep(
        name=step.name,
        slug=word.slug,
        have=step.have,
        need=step.need,
        move=step.move,
        missing=missing,
        share=float(share(step, rank=ladder.rung)),
    )


def _one_start(asked: Start) -> None:
    if bool(asked.start) == bool(asked.capability):
        raise faulty(
            [("from", _("Send either from, for a role, or capability, for levels that somebody has"))]
        )


def _levels(request: HttpRequest, asked: Start, ladder: Ladder) -> Levels:
    """The levels that were sent. What only drafts need is not known to who may not see them."""
    parted = (each.partition(":") for each in asked.capability)
    pairs = {slug: level for slug, _colon, level in parted}
    needed = used_by(Capability.objects.all(), Role.objects.visible_to(request.user))
    known = {word.slug: word for word in needed.filter(slug__in=pairs)}
    rungs = {level.slug: level for level in ladder.levels}
    unknown = [
        ("capability", _("No role needs a capability with the slug “%(slug)s”") % {"slug": slug})
        for slug in pairs
        if slug not in known
    ] + [
        (
            "capability",
            _("“%(level)s” is no level that can be compared. There are: %(levels)s")
            % {"level": level, "levels": ", ".join(rungs)},
        )
        for level in dict.fromkeys(pairs.values())
        if level and level not in rungs
    ]
    if unknown:
        raise faulty(unknown)
    return {known[slug]: rungs.get(level) for slug, level in pairs.items()}


def _unseen(answer: HttpResponseBase) -> HttpResponseBase:
    """What somebody can do is in the address: no cache keeps the answer."""
    patch_cache_control(answer, private=True, no_store=True)
    return answer
