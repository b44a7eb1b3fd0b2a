"""The list of agents."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from roles.documents.document import Agent, McpServer
from roles.models import McpServer as SharedServer
from roles.models import Role, RoleRendering
from roles.views.agents import AGENTS_ON_PAGE, PROMPT_LENGTH
from tests.builders import document, written

pytestmark = pytest.mark.django_db


def with_agent(name: str, prompt: str | None = None, *servers: str, agent: str | None = "Bot") -> Role:
    tools = tuple(McpServer(name=server) for server in servers)
    return written(
        document(name, agent=Agent(name=agent, system_prompt=prompt or "Help.", mcp_servers=tools))
    )


def roles_on(client: Client, query: str = "") -> list[str]:
    return [entry.agent.role.name for entry in client.get(f"/agents/{query}").context["list"].entries]


def test_only_roles_with_an_agent_are_listed(client: Client) -> None:
    with_agent("Keeper")
    written(document("Walker"))
    assert roles_on(client) == ["Keeper"]


@pytest.mark.parametrize("status", [Role.Status.DRAFT, Role.Status.ARCHIVED])
def test_agents_of_roles_that_are_not_listed_are_not_either(client: Client, status: Role.Status) -> None:
    written(document("Hidden", agent=Agent(name="Bot")), status=status)
    assert roles_on(client) == []


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("ferry", ["Ferry Master"]),
        ("TIDES", ["Keeper"]),
        ("gauge", ["Keeper"]),
        ("bridge_bot", ["Keeper"]),
        ("bridge_bot tides", ["Keeper"]),
        ("ferry tides", []),
        ("%00", ["Ferry Master", "Keeper"]),
        ("%25", []),
        ("a+" * 5_000, ["Ferry Master", "Keeper"]),
        ("x" * 10_000, []),
    ],
)
def test_all_words_must_be_in_names_prompt_or_servers(client: Client, words: str, names: list[str]) -> None:
    with_agent("Keeper", "You watch the tides.", "gauge", agent="Bridge_Bot")
    with_agent("Ferry Master", "You ask.")
    assert roles_on(client, f"?q={words}") == names


def test_a_row_has_the_beginning_of_the_prompt_without_markup(client: Client) -> None:
    with_agent("Keeper", "You *keep* a <bridge>.\n\n## Rules\n\n- be kind\n\n" + "word " * 500 + "end")
    [entry] = client.get("/agents/").context["list"].entries
    assert entry.prompt.startswith("You keep a <bridge>. Rules be kind word")
    assert len(entry.prompt) <= PROMPT_LENGTH


def test_a_prompt_that_waits_to_be_rendered_is_shown_as_written(client: Client) -> None:
    with_agent("Keeper", "You *keep* a bridge.")
    RoleRendering.objects.all().delete()
    [entry] = client.get("/agents/").context["list"].entries
    assert entry.prompt == "You *keep* a bridge."


def test_servers_lead_to_their_pages_and_say_whether_they_are_approved(client: Client) -> None:
    with_agent("Keeper", None, "gauge", "lamp")
    SharedServer.objects.filter(name="lamp").update(approved=True)
    html = client.get("/agents/").content.decode()
    assert '<a href="/mcp-servers/gauge/">gauge</a></li>' in html
    assert '<a href="/mcp-servers/lamp/">lamp</a> <span class="badge">approved</span>' in html


def test_many_agents_are_paged(client: Client) -> None:
    for number in range(AGENTS_ON_PAGE + 1):
        with_agent(f"Keeper {number:02}")
    assert roles_on(client, "?page=2") == [f"Keeper {AGENTS_ON_PAGE:02}"]


def test_an_empty_list_says_why(client: Client) -> None:
    assert "No agents yet" in client.get("/agents/").content.decode()
    assert "No agent has all of these words" in client.get("/agents/?q=zebra").content.decode()


def test_the_list_takes_the_same_queries_however_long_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with_agent("Keeper", None, "gauge")
    # How many, the page of them, their servers.
    with django_assert_num_queries(3):
        client.get("/agents/")
    for number in range(5):
        with_agent(f"Keeper {number}", None, *(f"tool {each}" for each in range(number)))
    with django_assert_num_queries(3):
        client.get("/agents/")
