"""The AI agents that stand in for roles."""

from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from api.collections import Collection, Facet, Listing, Reading, Slug, Sort, Text, listed
from api.of_roles import BY_ROLE, FACETS, OfRolesFilters, of_visible_roles
from api.schemas.parts import in_list
from api.schemas.statements import AgentDetail
from roles.agents import with_words
from roles.documents.anchors import anchors
from roles.models import AgentMcpServer, AgentProfile

router = Router(tags=["Agents"])

EXPANSIONS = ("system_prompt", "personalities", "example_phrases", "knowledge")


class AgentFilters(OfRolesFilters):
    """Which agents are asked for."""

    q: Text = Field(
        "",
        description="Words that all have to occur in its name, its prompt, its servers or its role's name.",
    )
    mcp_server: list[Slug] = Field([], description="Slugs of MCP servers; it uses one of them.")
    approved: bool | None = Field(None, description="Whether all its MCP servers are approved for use.")

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        rows = with_words(super().narrowed(rows, request, besides), self.q)
        if self.mcp_server and besides != "mcp_server":
            using = AgentMcpServer.objects.filter(server__slug__in=self.mcp_server)
            rows = rows.filter(role__in=using.order_by().values("role"))
        if self.approved is not None and besides != "approved":
            rows = rows.exclude(_unapproved()) if self.approved else rows.filter(_unapproved())
        return rows


def _unapproved() -> Exists:
    return Exists(AgentMcpServer.objects.filter(role=OuterRef("role"), server__approved=False))


def _servers(rows: QuerySet[Any], request: HttpRequest, asked: Listing) -> QuerySet[Any, Any]:
    uses = AgentMcpServer.objects.order_by().filter(role__in=rows.values("role"))
    counted: QuerySet[Any, Any] = uses.values("server__slug")
    counted = counted.annotate(_name=Min("server__name"), _agents=Count("role", distinct=True))
    return counted.order_by("-_agents", "server__slug").values_list("server__slug", "_name", "_agents")


def _approvals(rows: QuerySet[Any], request: HttpRequest, asked: Listing) -> list[tuple[bool, bool, int]]:
    without = rows.filter(_unapproved()).count()
    counts = ((False, without), (True, rows.count() - without))
    return sorted(((value, value, count) for value, count in counts if count), key=lambda each: -each[2])


def _fetch(rows: QuerySet[Any], reading: Reading) -> QuerySet[Any]:
    wanted = {"personalities": "personalities", "example_phrases": "phrases", "knowledge": "knowledge"}
    told = ["name", "role__slug", "role__name", "role__updated_at"]
    if "system_prompt" in reading.expand:
        told.append("system_prompt")
    return (
        rows.select_related("role")
        .only(*told)
        .prefetch_related(
            Prefetch("role__mcp_servers", AgentMcpServer.objects.select_related("server")),
            *(f"role__{name}" for field, name in wanted.items() if field in reading.expand),
        )
    )


def _tell(agent: AgentProfile, reading: Reading) -> dict[str, Any]:
    role = agent.role
    item: dict[str, Any] = {
        "role": role.slug,
        "role_name": role.name,
        "url": f"{reading.page('role', role.slug)}#agent",
        "name": agent.name or None,
        "mcp_servers": [
            {
                "slug": row.server.slug,
                "name": row.name,
                "approved": row.server.approved,
                "link": row.url or None,
                "purpose": row.purpose or None,
            }
            for row in role.mcp_servers.all()
        ],
        "updated_at": role.updated_at,
    }
    if "system_prompt" in reading.expand:
        item["system_prompt"] = agent.system_prompt or None
    if "personalities" in reading.expand:
        item["personalities"] = [
            {"anchor": _anchor(row.key), "name": row.name or None, "text": row.text or None}
            for row in role.personalities.all()
        ]
    if "example_phrases" in reading.expand:
        item["example_phrases"] = [
            {"anchor": _anchor(row.key), "label": row.label or None, "text": row.text}
            for row in role.phrases.all()
        ]
    if "knowledge" in reading.expand:
        item["knowledge"] = [row.text for row in role.knowledge.all()]
    return item


def _anchor(key: str) -> str:
    return anchors([key])[key]


AGENTS = Collection(
    name="agents",
    item=in_list(AgentDetail, EXPANSIONS),
    rows=lambda request: of_visible_roles(AgentProfile.objects.all(), request),
    fetch=_fetch,
    tell=_tell,
    filters=AgentFilters,
    sorts={"role": Sort(BY_ROLE), "updated_at": Sort(("role__updated_at", "role__slug"))},
    expansions=EXPANSIONS,
    facets={**FACETS, "mcp_server": Facet(_servers), "approved": Facet(_approvals)},
)
listed(
    router,
    "/agents",
    AGENTS,
    operation_id="list_agents",
    summary="List and search agents",
    description="By role. A role has one agent at most, which the role itself tells in full as well.",
)
