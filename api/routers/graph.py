"""How roles work together, as a graph: as JSON, as a picture, and in the language of Mermaid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from api.collections import Slug
from api.collections.forms import MEDIA_TYPES, OF_GRAPHS, GraphForm, chosen_form, described
from api.computed import named_roles, told
from api.conditional import conditional
from api.errors import faulty
from api.operations import readable
from api.pagination import Parameters
from api.representation import page_address
from api.schemas.graph import GraphEdge, GraphNode, RoleGraph
from api.schemas.problems import Problem
from roles.graph import Graph, Node
from roles.map.drawing import MOST_DRAWN
from roles.map.mermaid import mermaid
from roles.map.picture import picture, style_source
from roles.models import Role
from roles.models.role import sees_drafts
from roles.state import Kept, State

MOST_NODES: Final = 5_000
MOST_STEPS: Final = 4
_WHOLE: Final = Kept(8)
"""Graphs of the whole catalogue: without and with drafts, without and with partners that are no roles."""

router = Router(tags=["Comparing"])


class Asked(Parameters):
    """Which part of the graph is asked for, and in which form."""

    role: Annotated[Slug, Field(max_length=200)] | None = Field(
        None, description="The slug of the role in the middle; only what is around it is told."
    )
    depth: int = Field(1, ge=1, le=MOST_STEPS, description="How many steps around the role.")
    family: list[Slug] = Field(
        [], description="Slugs of job families; only what their roles do is told, and with whom."
    )
    kind: list[Slug] = Field([], description="Slugs of kinds of interactions; only these are told.")
    others: bool = Field(False, description="Add partners that are archived roles, or names of no role.")
    limit: int = Field(
        MOST_DRAWN,
        ge=1,
        le=MOST_NODES,
        description=f"How many nodes at most, those with most partners; as SVG no more than {MOST_DRAWN}.",
    )
    format: GraphForm = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What was asked for: the part that is told, how many nodes there were, and the steps from the role."""

    graph: Graph
    whole: Graph
    count: int
    steps: Mapping[str, int] | None


@readable(
    router,
    "/graph",
    {200: RoleGraph, 406: Problem},
    operation_id="get_graph",
    summary="See how roles work together",
    openapi_extra=described(
        svg="A picture that stands alone, for light and dark paper, with links to the roles' pages.",
        mermaid="A flowchart, families as groups. It is sent as text/plain to who asks for that.",
    ),
)
def get_graph(request: HttpRequest, asked: Query[Asked]) -> HttpResponseBase:
    """Roles as nodes, and what they do with each other as edges, as one of both sides states it, or both."""
    form = chosen_form(request, asked.format, OF_GRAPHS)
    if form == "svg" and asked.limit > MOST_DRAWN:
        raise faulty(
            [("limit", _("A picture has no room for more than %(most)d nodes") % {"most": MOST_DRAWN})]
        )

    def answer(state: State) -> HttpResponseBase:
        found = _found(request, asked, state)
        match form:
            case "svg":
                return _picture(request, found)
            case "mermaid":
                return _mermaid(request, found)
        return told(_graph(request, found))

    return conditional(request, answer)


def _found(request: HttpRequest, asked: Asked, state: State) -> _Found:
    visible = Role.objects.visible_to(request.user)
    [role] = named_roles(visible, [("role", asked.role)]) if asked.role else [None]
    middle = role.slug if role else ""
    # Of a role that lists do not show, a graph is made for itself.
    around = middle if role and role.status == Role.Status.ARCHIVED else ""
    key = (sees_drafts(request.user), asked.others, around)
    whole = _WHOLE.get(state, key, lambda: Graph.fetch(visible, around=around, others=asked.others))
    if middle and middle not in whole.nodes:
        raise faulty([("role", _("This role was taken out of the catalogue just now"))])
    graph = whole.surroundings(middle, asked.depth) if middle else whole
    graph = graph.kept(asked.family, asked.kind, middle=middle, depth=asked.depth)
    shown = graph.most_connected(asked.limit, middle)
    return _Found(shown, whole, len(graph.nodes), graph.distances(middle, asked.depth) if middle else None)


def _graph(request: HttpRequest, found: _Found) -> RoleGraph:
    graph = found.graph

    def node(each: Node) -> GraphNode:
        return GraphNode.model_construct(
            id=each.key,
            slug=each.slug or None,
            name=each.name,
            url=page_address(each.slug, request) if each.slug else None,
            family=each.family_name or None,
            family_slug=each.family or None,
            archived=each.archived,
            partners=len(graph.neighbours.get(each.key, ())),
            steps=found.steps.get(each.key) if found.steps else None,
        )

    return RoleGraph.model_construct(
        count=found.count,
        truncated=len(graph.nodes) < found.count,
        nodes=[node(each) for each in graph.nodes.values()],
        edges=[
            GraphEdge.model_construct(
                source=edge.who,
                kind=edge.kind,
                kind_slug=edge.kind_slug,
                target=edge.whom,
                direction=edge.flow,
                frequencies=list(edge.frequencies),
                stated_by=list(edge.tellers),
            )
            for edge in graph.edges
        ],
    )


def _picture(request: HttpRequest, found: _Found) -> HttpResponse:
    text = picture(
        found.graph,
        found.whole,
        request.build_absolute_uri,
        steps=found.steps,
        left_out=found.count - len(found.graph.nodes),
    )
    answer = HttpResponse(text, content_type="image/svg+xml; charset=utf-8")
    # Without it, the picture would be for light paper only where it is opened by itself.
    answer._csp_update = {"style-src": [style_source()]}  # type: ignore[attr-defined]
    return answer


def _mermaid(request: HttpRequest, found: _Found) -> HttpResponse:
    text = mermaid(found.graph, found.count - len(found.graph.nodes))
    mermaid_type = MEDIA_TYPES["mermaid"]
    media_type = request.get_preferred_type([mermaid_type, "text/plain"]) or mermaid_type
    return HttpResponse(text, content_type=f"{media_type}; charset=utf-8")
