"""The page of an MCP server: how to connect, and which roles use it for what."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.safestring import SafeString

from roles.models import AgentMcpServer, McpServer, Role
from roles.views import asked as asking
from roles.views.role_page.shown import web_address
from roles.views.vocabulary.words import USES_ON_PAGE, Head, head, wording
from roles.vocabulary import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """A role whose agent uses the server, and the HTML of what for."""

    role: Role
    text: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class McpServerPage:
    """What the page of an MCP server shows. `home_page` is empty unless a browser can go there."""

    head: Head[McpServer]
    home_page: str
    purposes: Sequence[Purpose]
    paged: asking.Paged[AgentMcpServer]


def mcp_server_page(slug: str, user: User, asked: QueryDict) -> McpServerPage:
    """Put the page together.

    Raises:
        Http404: if there is no such server for this reader.
    """
    found = head(McpServer, slug, user)
    roles = Role.objects.visible_to(user).listed()
    uses = AgentMcpServer.objects.filter(server=found.word, role__in=roles)
    ordered = uses.select_related("role__family", "role__agent", "role__rendering").order_by(
        "role__sort_key", "role__slug", "position"
    )
    paged = asking.paged(ordered, asked, USES_ON_PAGE)
    return McpServerPage(
        head=found,
        home_page=web_address(found.word.home_page),
        purposes=[
            Purpose(
                role=use.role,
                text=wording(use.role, f"agent.mcp_servers.{use.position}.purpose", use.purpose),
            )
            for use in paged.page
        ],
        paged=paged,
    )
