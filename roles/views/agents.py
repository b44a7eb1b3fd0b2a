"""All agents that work in roles, found by their names, prompts, servers and roles."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.text import Truncator

from roles.agents import with_words
from roles.models import AgentMcpServer, AgentProfile, Role, RoleQuerySet
from roles.rendering import plain_text
from roles.views import asked as asking

AGENTS_ON_PAGE = 25
PROMPT_LENGTH = 400
"""Characters of a prompt that its row has at most; the page cuts it to the width that there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEntry:
    """An agent in the list: its profile, how its prompt begins (without markup), and its servers."""

    agent: AgentProfile
    prompt: str
    servers: Sequence[AgentMcpServer]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentList:
    """One page of the agents in which all words of `text` occur."""

    text: str
    entries: Sequence[AgentEntry]
    paged: asking.Paged[AgentProfile]


def agents(request: HttpRequest) -> HttpResponse:
    """The agents that match words, page by page."""
    roles = Role.objects.visible_to(request.user).listed()
    return render(request, "agents/agents.html", {"list": agent_list(roles, request.GET)})


def agent_list(roles: RoleQuerySet, asked: QueryDict) -> AgentList:
    """Find agents of these roles: `q` for words in the names of agent, servers and role and in the prompt."""
    text = asking.text(asked, "q")
    found = with_words(AgentProfile.objects.filter(role__in=roles.order_by()), text)
    servers = AgentMcpServer.objects.select_related("server")
    found = (
        found.select_related("role__family")
        .prefetch_related(Prefetch("role__mcp_servers", servers))
        .annotate(prompt_html=KeyTextTransform("agent.system_prompt", "role__rendering__html"))
        .order_by("role__sort_key", "role__slug")
    )
    paged: asking.Paged[AgentProfile] = asking.paged(found, asked, AGENTS_ON_PAGE)
    return AgentList(text=text, entries=[_entry(agent) for agent in paged.page], paged=paged)


def _entry(agent: AgentProfile) -> AgentEntry:
    prompt = plain_text(vars(agent)["prompt_html"] or "") or agent.system_prompt
    return AgentEntry(
        agent=agent,
        prompt=Truncator(prompt).chars(PROMPT_LENGTH),
        servers=list(agent.role.mcp_servers.all()),
    )
