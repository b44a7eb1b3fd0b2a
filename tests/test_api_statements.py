"""What roles say across all of them, as JSON: interactions, agents, documents; and what became of roles."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from roles import history
from roles.documents.document import Agent, Capability, Interaction, McpServer
from roles.models import InteractionKind, OldSlug, Role, RoleRevision, SeniorityLevel, SourceDocument
from roles.models import McpServer as ServerWord
from roles.partners import link_partners
from tests.builders import FULL, change, document, edit, written

pytestmark = pytest.mark.django_db


def get(client: Client, address: str) -> Any:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def described_by(role: Role, path: str, **fields: Any) -> SourceDocument:
    """A file that describes a role."""
    said: dict[str, Any] = {"dialect": "profile", "digest": "0" * 64, "content": b"", "rank": 1}
    said["parsed"] = document(role.name).to_json()
    return SourceDocument.objects.create(role=role, path=path, **(said | fields))


@pytest.fixture
def works(db: None) -> None:
    """Three roles that work together, one of them archived."""
    written(FULL)
    written(
        document(
            "Ferry Master",
            family="River",
            interactions=(
                Interaction(kind="Delivers logs", partner="Bridge Keeper", frequency="daily"),
                Interaction(kind="Advises", partner="The Board", frequency="weekly", notes="In *person*."),
            ),
            agent=Agent(name="Ferry_Bot", system_prompt="You row.", mcp_servers=(McpServer(name="gauge"),)),
        )
    )
    written(
        document(
            "Moat Digger",
            family="River",
            interactions=(Interaction(kind="Advises", partner="Ferry Master"),),
            agent=Agent(name="Spade"),
        ),
        status=Role.Status.ARCHIVED,
    )
    link_partners()
    ServerWord.objects.update(approved=True)
    gives = InteractionKind.objects.get(name="Delivers logs")
    gives.inverse = InteractionKind.objects.create(name="Reads logs of")
    gives.save()
    for slug, path in (
        ("bridge-keeper", "data/a.md"),
        ("ferry-master", "Data/b.md"),
        ("moat-digger", "x/c.md"),
    ):
        described_by(Role.objects.get(slug=slug), path, missing=slug == "ferry-master")


# Interactions


@pytest.mark.usefixtures("works")
def test_an_interaction_says_who_does_what_with_whom(client: Client) -> None:
    [first, second] = get(client, "interactions?role=ferry-master")["items"]
    assert first == {
        "role": "ferry-master",
        "role_name": "Ferry Master",
        "url": "http://testserver/roles/ferry-master/#interactions-delivers-logs--bridge-keeper",
        "kind": "Delivers logs",
        "kind_slug": "delivers-logs",
        "direction": "gives",
        "inverse": "Reads logs of",
        "partner": "bridge-keeper",
        "partner_name": "Bridge Keeper",
        "frequency": "daily",
        "notes": None,
        "link": None,
        "anchor": "interactions-delivers-logs--bridge-keeper",
    }
    assert (second["partner"], second["partner_name"], second["notes"]) == (None, "The Board", "In *person*.")


@pytest.mark.usefixtures("works")
def test_anchors_are_those_of_the_role(client: Client) -> None:
    told = get(client, "roles/bridge-keeper")["interactions"]
    listed = get(client, "interactions?role=bridge-keeper")["items"]
    assert [item["anchor"] for item in listed] == [item["anchor"] for item in told]


@pytest.mark.usefixtures("works")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ferry Master", "Toll Collector", "Bridge Keeper", "The Board"]),
        ("role=ferry-master", ["Bridge Keeper", "The Board"]),
        ("partner=the-board", ["The Board"]),
        ("partner=ferry-master&partner=bridge-keeper", ["Ferry Master", "Bridge Keeper"]),
        ("kind=advises", ["The Board"]),
        ("family=river", ["Bridge Keeper", "The Board"]),
        ("frequency=daily&frequency=weekly&family=river", ["Bridge Keeper", "The Board"]),
        ("resolved=true", ["Ferry Master", "Bridge Keeper"]),
        ("resolved=false", ["Toll Collector", "The Board"]),
        ("status=archived", ["Ferry Master"]),
        ("sort=partner", ["Bridge Keeper", "Ferry Master", "The Board", "Toll Collector"]),
        ("sort=-kind", ["Ferry Master", "Bridge Keeper", "Toll Collector", "The Board"]),
    ],
)
def test_filters_find_interactions(client: Client, query: str, found: list[str]) -> None:
    assert [item["partner_name"] for item in get(client, f"interactions?{query}")["items"]] == found


@pytest.mark.usefixtures("works")
def test_a_partner_that_is_a_draft_is_but_a_name(client: Client, editor_client: Client) -> None:
    Role.objects.filter(slug="bridge-keeper").update(status=Role.Status.DRAFT)
    asked = "interactions?role=ferry-master&facets=partner,resolved"
    mine, theirs = get(editor_client, asked), get(client, asked)
    assert [answer["items"][0]["partner"] for answer in (mine, theirs)] == ["bridge-keeper", None]
    assert [each["value"] for each in theirs["facets"]["resolved"]] == ["false"]
    assert {each["value"] for each in mine["facets"]["resolved"]} == {"true", "false"}
    assert get(client, "interactions?role=bridge-keeper")["count"] == 0


# Agents


@pytest.mark.usefixtures("works")
def test_an_agent_says_what_its_role_says_of_it(client: Client) -> None:
    expand = "expand=system_prompt,personalities,example_phrases,knowledge"
    [agent] = get(client, f"agents?role=bridge-keeper&{expand}")["items"]
    stated = get(client, "roles/bridge-keeper")["agent"]
    same = ("name", "system_prompt", "personalities", "example_phrases", "knowledge")
    assert {name: agent[name] for name in same} == {name: stated[name] for name in same}
    assert agent["url"] == "http://testserver/roles/bridge-keeper/#agent"
    assert agent["mcp_servers"] == [
        {
            "slug": "gauge",
            "name": "gauge",
            "approved": True,
            "link": "https://gauge.example/",
            "purpose": "Water levels.",
        }
    ]


@pytest.mark.usefixtures("works")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Bridge_Bot", "Ferry_Bot"]),
        ("q=row+FERRY", ["Ferry_Bot"]),
        ("q=gauge", ["Bridge_Bot", "Ferry_Bot"]),
        ("mcp_server=gauge&family=river", ["Ferry_Bot"]),
        ("mcp_server=none", []),
        ("approved=true", ["Bridge_Bot", "Ferry_Bot"]),
        ("approved=false", []),
        ("status=archived", ["Spade"]),
        ("sort=-role", ["Ferry_Bot", "Bridge_Bot"]),
    ],
)
def test_filters_find_agents(client: Client, query: str, found: list[str]) -> None:
    assert [item["name"] for item in get(client, f"agents?{query}")["items"]] == found


# Documents


@pytest.mark.usefixtures("works")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Data/b.md", "data/a.md"]),
        ("folder=data", ["data/a.md"]),
        ("folder=/data/&folder=x&status=archived&status=published", ["data/a.md", "x/c.md"]),
        ("folder=dat", []),
        ("missing=true", ["Data/b.md"]),
        ("dialect=job", []),
        ("role=bridge-keeper", ["data/a.md"]),
        ("family=river", ["Data/b.md"]),
    ],
)
def test_filters_find_documents(client: Client, query: str, found: list[str]) -> None:
    assert sorted(item["path"] for item in get(client, f"documents?{query}")["items"]) == found


@pytest.mark.usefixtures("works")
def test_a_document_says_where_it_differs_and_not_what_stands_in_it(client: Client) -> None:
    role = Role.objects.get(slug="bridge-keeper")
    said = document("Bridge Keeper", mission="Keep it shut.").to_json()
    described_by(role, "data/d.md", rank=2, parsed=said, lines={"mission": 3}, content=b"secret")
    [told] = get(client, "documents?role=bridge-keeper&folder=data&expand=differs&sort=-path&limit=1")[
        "items"
    ]
    assert told.keys() == {
        *(
            "role",
            "role_name",
            "url",
            "path",
            "dialect",
            "rank",
            "missing",
            "digest",
            "updated_at",
            "differs",
        ),
    }
    assert told["differs"] == [{"field": "mission", "value": "Keep it shut.", "line": 3}]
    assert told["differs"] == get(client, "roles/bridge-keeper")["sources"][1]["differs"]


@pytest.mark.usefixtures("works")
@pytest.mark.parametrize("name", ["interactions", "agents", "documents"])
def test_nothing_is_told_of_drafts(client: Client, name: str) -> None:
    Role.objects.update(status=Role.Status.DRAFT)
    assert get(client, f"{name}?status=draft&facets=family,status")["count"] == 0


@pytest.mark.usefixtures("works")
@pytest.mark.parametrize(
    ("address", "facets"),
    [
        ("interactions", "family,status,partner,kind,frequency,resolved"),
        ("agents", "family,status,mcp_server,approved"),
        ("documents", "family,status,dialect,missing"),
        ("revisions", "origin,family"),
    ],
)
def test_facets_count_what_their_filters_find(client: Client, address: str, facets: str) -> None:
    for name, counted in get(client, f"{address}?facets={facets}")["facets"].items():
        assert counted, name
        for each in counted:
            asked = f"{address}?{urlencode({name: each['value']})}"
            assert (asked, get(client, asked)["count"]) == (asked, each["count"])


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        # The state, the count, the rows; and partners; servers; documents with their roles; earlier ones.
        ("interactions", 4),
        ("agents?expand=system_prompt,personalities,example_phrases,knowledge", 7),
        ("documents?expand=differs", 5),
        ("revisions?expand=changes,document", 6),
        ("roles/bridge-keeper/revisions?expand=changes", 7),
    ],
)
def test_a_list_takes_the_same_queries_however_long_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, name: str, queries: int
) -> None:
    written(FULL)
    for number in range(3):
        role = written(
            document(
                f"Keeper {number}",
                interactions=tuple(
                    Interaction(kind=f"Kind {n}", partner="Bridge Keeper") for n in range(number + 1)
                ),
                agent=Agent(
                    system_prompt="You keep.",
                    mcp_servers=tuple(McpServer(name=f"s{n}") for n in range(number + 1)),
                    knowledge=("a", "b"),
                ),
            )
        )
        described_by(role, f"{number}.md")
        edit("bridge-keeper", summary=f"Summary {number}.")
        link_partners()
        with django_assert_num_queries(queries):
            get(client, name)


# Revisions


def test_a_revision_says_what_it_changed_and_what_the_role_said(client: Client) -> None:
    role = written(document("Keeper", capabilities=(Capability(name="SQL", level="Novice"),)))
    edit("keeper", capabilities=(Capability(name="SQL", level="Expert"),))
    told = get(client, "roles/keeper/revisions/2")
    assert told["changes"] == {
        "since": 1,
        "summary": ["Raised SQL from Novice to Expert"],
        "differences": [
            {
                "kind": "raised",
                "field": "capabilities:sql",
                "before": {"name": "SQL", "level": "Novice", "detail": None},
                "after": {"name": "SQL", "level": "Expert", "detail": None},
            }
        ],
    }
    assert told["document"]["capabilities"][0]["level"] == "Expert"
    assert (told["number"], told["role"], told["name"], told["uid"]) == (2, "keeper", "Keeper", str(role.uid))
    assert told["url"] == "http://testserver/roles/keeper/revisions/2/"
    [newest, first] = get(client, "roles/keeper/revisions?expand=changes,document")["items"]
    assert newest == told
    assert first["changes"] == {"since": None, "summary": ["Made the role"], "differences": []}


def test_authors_and_reasons_are_for_those_who_have_signed_in(client: Client, viewer_client: Client) -> None:
    written(document("Keeper"))
    RoleRevision.objects.update(reason="New grades")
    asked = [get(reader, "revisions")["items"][0] for reader in (client, viewer_client)]
    assert [(item["author"], item["reason"]) for item in asked] == [(None, None), ("Hanna", "New grades")]
    assert get(viewer_client, "revisions?author=Hanna&facets=author")["facets"]["author"][0]["count"] == 1
    for query in ("author=Hanna", "facets=author"):
        assert client.get(f"/api/v1/revisions?{query}").status_code == 401


def test_filters_find_revisions(client: Client) -> None:
    keeper = written(document("Keeper", family="River"))
    written(document("Owl"))
    RoleRevision.objects.filter(slug="keeper").update(created_at=timezone.now() - timedelta(days=3))
    edit("keeper", slug="river-keeper", summary="Changed.")
    moment = urlencode({"since": (timezone.now() - timedelta(days=1)).isoformat()})
    before = urlencode({"until": (timezone.now() - timedelta(days=1)).isoformat()})
    for query, found in (
        ("", [3, 2, 1]),
        ("sort=catalogue_number", [1, 2, 3]),
        ("role=river-keeper", [3, 1]),
        (f"uid={keeper.uid}", [3, 1]),
        ("family=river", [3, 1]),
        ("origin=admin&role=owl", [2]),
        ("origin=load", []),
        ("run=1", []),
        (moment, [3, 2]),
        (before, [1]),
    ):
        items = get(client, f"revisions?{query}")["items"]
        first = RoleRevision.objects.order_by("catalogue_number")[0].catalogue_number - 1
        assert (query, [item["catalogue_number"] - first for item in items]) == (query, found)


def test_of_a_deleted_role_only_its_end_is_told(client: Client, editor_client: Client) -> None:
    role = written(document("Keeper", mission="Tames the quagga."))
    history.delete([role], change())
    [told] = get(client, "revisions?role=keeper&expand=changes,document")["items"]
    assert (told["role"], told["url"], told["document"]) == (None, None, None)
    assert told["changes"] == {"since": None, "summary": ["Deleted the role"], "differences": []}
    assert get(editor_client, "revisions?role=keeper")["count"] == 2
    assert client.get("/api/v1/roles/keeper/revisions").status_code == 404


def test_what_a_role_said_as_a_draft_is_in_no_revision(client: Client) -> None:
    written(document("Keeper", mission="Tames the quagga."), status=Role.Status.DRAFT)
    Role.objects.update(status=Role.Status.PUBLISHED)
    assert get(client, "roles/keeper/revisions?expand=document")["items"] == []
    assert client.get("/api/v1/roles/keeper/revisions/1").status_code == 404


@pytest.mark.parametrize("rest", ["", "/1"])
def test_an_old_slug_leads_on_to_the_revisions(client: Client, rest: str) -> None:
    OldSlug.objects.create(role=written(document("Keeper")), slug="warden")
    answer = client.get(f"/api/v1/roles/warden/revisions{rest}")
    assert (answer.status_code, answer["Location"]) == (308, f"/api/v1/roles/keeper/revisions{rest}")


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999"])
def test_a_revision_that_there_is_not_is_not_found(client: Client, number: str) -> None:
    written(document("Keeper"))
    assert client.get(f"/api/v1/roles/keeper/revisions/{number}").status_code == 404


# Levels


def test_both_ladders_are_one_list(client: Client) -> None:
    written(document("Keeper", seniority="Senior", capabilities=(Capability(name="SQL", level="Expert"),)))
    told = get(client, "levels")["items"]
    assert [level["kind"] for level in told] == ["proficiency"] * 4 + ["seniority"] * 5
    assert [level["rank"] for level in told] == [1, 2, 3, 4, 1, 2, 3, 4, 5]
    used = [(level["kind"], level["slug"]) for level in get(client, "levels?unused=false")["items"]]
    assert used == [("proficiency", "expert"), ("seniority", "senior")]
    assert [level["slug"] for level in get(client, "levels?kind=seniority&q=SEN")["items"]] == ["senior"]
    assert get(client, "levels/seniority/senior") == told[6]
    assert told[6]["url"] == "http://testserver/levels/#seniority-senior"


def test_a_level_beside_the_ladder_is_found_where_a_role_states_it(
    client: Client, reviewer_client: Client
) -> None:
    written(document("Keeper", seniority="Endless"))
    SeniorityLevel.objects.create(name="Unheard")
    names = [
        [level["name"] for level in get(reader, "levels?ranked=false")["items"]]
        for reader in (client, reviewer_client)
    ]
    assert names == [["Endless"], ["Endless", "Unheard"]]
    assert client.get("/api/v1/levels/seniority/unheard").status_code == 404


def test_a_former_slug_of_a_level_leads_on(client: Client) -> None:
    level = SeniorityLevel.objects.get(slug="senior")
    level.former_slugs.create(slug="old-hand")
    answer = client.get("/api/v1/levels/seniority/old-hand")
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/levels/seniority/senior")
