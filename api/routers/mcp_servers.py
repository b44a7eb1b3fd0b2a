"""Tool servers that agents use."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from api import words
from api.schemas.vocabulary import McpServerDetail
from roles.models import McpServer

router = Router(tags=["Agents"])


class McpServerFilters(words.WordFilters):
    """Which MCP servers are asked for."""

    vocabulary = McpServer

    approved: bool | None = Field(None, description="Whether it is approved for use.")

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        found = super().narrowed(rows, request, besides)
        if self.approved is None or besides == "approved":
            return found
        return found.filter(approved=self.approved)


MCP_SERVERS = words.collection(
    "mcp-servers",
    McpServerDetail,
    McpServerFilters,
    told=lambda server: {
        "home_page": server.home_page or None,
        "connection": server.connection or None,
        "approved": server.approved,
    },
    role=lambda use: {"purpose": use.purpose or None},
    fetch_uses=lambda uses: uses.select_related("role"),
    facets={"approved": words.of_words("approved", empty=None)},
)
words.published(router, MCP_SERVERS, McpServerDetail, one="MCP server", described="MCP servers")
