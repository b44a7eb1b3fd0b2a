"""Agents that work in roles, found by words."""

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from roles.models import AgentMcpServer, AgentProfile

WORDS: Final = 8
"""The most words that are looked for."""


def with_words(agents: QuerySet[AgentProfile], text: str) -> QuerySet[AgentProfile]:
    """Keep the agents with all words of the text in their names, prompts, servers or roles' names."""
    for word in text.split()[:WORDS]:
        agents = _with_word(agents, word)
    return agents


def _with_word(agents: QuerySet[AgentProfile], word: str) -> QuerySet[AgentProfile]:
    servers = AgentMcpServer.objects.filter(role=OuterRef("role"))
    return agents.filter(
        Q(name__icontains=word)
        | Q(system_prompt__icontains=word)
        | Q(role__name__icontains=word)
        | Exists(servers.filter(Q(name__icontains=word) | Q(server__name__icontains=word)))
    )
