"""The words that roles share, as JSON: lists of them, each word, and who uses it."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from roles.documents.document import (
    Agent,
    Artifact,
    Capability,
    McpServer,
    Responsibility,
    RoleDocument,
)
from roles.models import Artifact as ArtifactWord
from roles.models import Capability as CapabilityWord
from roles.models import CapabilityAlias, CapabilityFormerSlug, CapabilityLevel, ProficiencyLevel, Role
from roles.models import McpServer as ServerWord
from tests.builders import FULL, document, written

pytestmark = pytest.mark.django_db

VOCABULARIES = ("responsibilities", "capabilities", "artifacts", "families", "mcp-servers")


def using(
    name: str, *, family: str | None = "Works", seniority: str | None = "Senior", **parts: Any
) -> RoleDocument:
    """What a role says that uses a word of each vocabulary."""
    said: dict[str, Any] = {
        "responsibilities": (Responsibility(name="Crossing", success_metric="No one falls", primary=True),),
        "capabilities": (Capability(name="Carpentry", level="Advanced"),),
        "artifacts": (Artifact(name="Logbook", type="record"),),
        "agent": Agent(name="Bot", mcp_servers=(McpServer(name="gauge", purpose="Water levels."),)),
    }
    return document(name, family=family, seniority=seniority, **(said | parts))


def get(client: Client, address: str) -> Any:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(client: Client, address: str) -> list[str]:
    return [item["name"] for item in get(client, address)["items"]]


def facet(client: Client, address: str, name: str) -> dict[str, int]:
    separator = "&" if "?" in address else "?"
    found = get(client, f"{address}{separator}facets={name}")["facets"][name]
    return {each["value"]: each["count"] for each in found}


@pytest.mark.parametrize(
    ("address", "word"),
    [
        (
            "responsibilities/crossing",
            {
                "slug": "crossing",
                "name": "Crossing",
                "url": "http://testserver/responsibilities/crossing/",
                "roles": [{"primary": True, "success_metric": "No one falls"}],
            },
        ),
        (
            "artifacts/logbook",
            {
                "slug": "logbook",
                "name": "Logbook",
                "url": "http://testserver/artifacts/logbook/",
                "types": ["record"],
                "roles": [{"type": "record"}],
            },
        ),
        (
            "families/works",
            {
                "slug": "works",
                "name": "Works",
                "url": "http://testserver/families/works/",
                "roles": [{"seniority": "Senior", "seniority_slug": "senior"}],
            },
        ),
        (
            "mcp-servers/gauge",
            {
                "slug": "gauge",
                "name": "gauge",
                "url": "http://testserver/mcp-servers/gauge/",
                "home_page": None,
                "connection": None,
                "approved": False,
                "roles": [{"purpose": "Water levels."}],
            },
        ),
    ],
)
def test_a_word_is_told_with_the_roles_that_use_it(
    client: Client, address: str, word: dict[str, Any]
) -> None:
    written(using("Bridge Keeper"))
    role = {
        "slug": "bridge-keeper",
        "name": "Bridge Keeper",
        "url": "http://testserver/roles/bridge-keeper/",
    }
    common: dict[str, Any] = {"aliases": [], "description": None, "role_count": 1}
    assert get(client, address) == {**common, **word, "roles": [role | word["roles"][0]]}


def test_a_capability_says_what_its_levels_mean(client: Client) -> None:
    written(using("Bridge Keeper"))
    word = CapabilityWord.objects.get(name="Carpentry")
    CapabilityAlias.objects.create(item=word, name="Woodwork")
    CapabilityLevel.objects.create(
        capability=word, proficiency=ProficiencyLevel.objects.get(slug="advanced"), meaning="Joins."
    )
    told = get(client, "capabilities/carpentry")
    assert told["aliases"] == ["Woodwork"]
    assert {level["slug"]: level["meaning"] for level in told["levels"]}["advanced"] == "Joins."
    assert [level["rank"] for level in told["levels"]] == sorted(level["rank"] for level in told["levels"])
    assert (told["roles"][0]["level"], told["roles"][0]["level_slug"]) == ("Advanced", "advanced")


@pytest.mark.parametrize("name", VOCABULARIES)
def test_a_list_tells_what_its_words_tell_if_it_is_asked_to(client: Client, name: str) -> None:
    written(using("Bridge Keeper"))
    expand = "roles,levels" if name == "capabilities" else "roles"
    [item] = get(client, f"{name}?expand={expand}")["items"]
    assert item == get(client, f"{name}/{item['slug']}")
    [short] = get(client, name)["items"]
    assert item.keys() - short.keys() == set(expand.split(","))


def test_roles_are_counted_once_each_without_archived_ones(client: Client) -> None:
    twice = (Capability(name="Carpentry"), Capability(name="carpentry", level="Expert"))
    written(using("Bridge Keeper", capabilities=twice))
    written(using("Ferry Master"))
    written(using("Moat Digger"), status=Role.Status.ARCHIVED)
    assert [item["role_count"] for item in get(client, "capabilities")["items"]] == [2]


@pytest.mark.parametrize("name", VOCABULARIES)
def test_words_of_drafts_are_there_only_for_those_who_may_see_them(
    client: Client, editor_client: Client, name: str
) -> None:
    written(using("Bridge Keeper"), status=Role.Status.DRAFT)
    [item] = get(editor_client, name)["items"]
    assert item["role_count"] == 1
    assert get(client, name)["count"] == 0
    assert client.get(f"/api/v1/{name}/{item['slug']}").status_code == 404


@pytest.mark.parametrize("name", VOCABULARIES)
def test_a_word_of_archived_roles_only_is_used_by_none(client: Client, name: str) -> None:
    written(using("Bridge Keeper"), status=Role.Status.ARCHIVED)
    [item] = get(client, f"{name}?expand=roles&unused=true")["items"]
    assert (item["role_count"], item["roles"]) == (0, [])
    assert get(client, f"{name}?unused=false")["count"] == 0


def test_only_who_edits_words_finds_those_that_no_role_uses(client: Client, reviewer_client: Client) -> None:
    CapabilityWord.objects.create(name="Juggling")
    assert names(client, "capabilities") == []
    assert names(reviewer_client, "capabilities?unused=true") == ["Juggling"]


def test_a_former_slug_of_a_word_leads_on(client: Client) -> None:
    written(using("Bridge Keeper"))
    CapabilityFormerSlug.objects.create(item=CapabilityWord.objects.get(), slug="woodwork")
    answer = client.get("/api/v1/capabilities/woodwork")
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/capabilities/carpentry")
    assert answer["Cache-Control"] == "no-cache"


@pytest.fixture
def four_roles(db: None) -> None:
    written(
        using(
            "Bridge Keeper",
            capabilities=(
                Capability(name="Carpentry", level="Advanced"),
                Capability(name="Swimming", level="Novice"),
            ),
        )
    )
    written(
        using("Ferry Master", family="River", capabilities=(Capability(name="Swimming", level="Expert"),))
    )
    written(
        using(
            "Toll Collector",
            family="Money",
            seniority="Junior",
            capabilities=(Capability(name="Counting"),),
            artifacts=(Artifact(name="Toll table", type="Price list"),),
            agent=Agent(mcp_servers=(McpServer(name="till"),)),
        )
    )
    written(using("Owl", family=None, seniority=None, capabilities=(), artifacts=(), agent=None))
    CapabilityWord.objects.filter(name="Counting").update(category="Office")
    CapabilityAlias.objects.create(item=CapabilityWord.objects.get(name="Carpentry"), name="Fine work")
    ArtifactWord.objects.filter(name="Logbook").update(type="Book")
    ServerWord.objects.filter(name="gauge").update(approved=True)


@pytest.mark.usefixtures("four_roles")
@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("capabilities?q=swim", ["Swimming"]),
        ("capabilities?q=ING", ["Counting", "Swimming"]),
        ("capabilities?q=work+FINE", ["Carpentry"]),
        ("capabilities?q=nothing", []),
        ("capabilities?role=ferry-master", ["Swimming"]),
        ("capabilities?role=ferry-master&role=toll-collector", ["Counting", "Swimming"]),
        ("capabilities?family=works", ["Carpentry", "Swimming"]),
        ("capabilities?level=expert", ["Swimming"]),
        # One role says all that is asked for: no role of the works is expert.
        ("capabilities?family=works&level=expert", []),
        ("capabilities?family=works&level=novice&level=expert", ["Swimming"]),
        ("capabilities?category=Office", ["Counting"]),
        ("capabilities?sort=-role_count", ["Swimming", "Carpentry", "Counting"]),
        ("capabilities?sort=role_count", ["Counting", "Carpentry", "Swimming"]),
        ("capabilities?sort=-name", ["Swimming", "Counting", "Carpentry"]),
        ("artifacts?type=book", ["Logbook"]),
        ("artifacts?type=record", []),
        ("artifacts?type=price-list&type=book", ["Logbook", "Toll table"]),
        ("families?seniority=junior", ["Money"]),
        ("families?family=money&family=river", ["Money", "River"]),
        ("families?role=ferry-master", ["River"]),
        ("mcp-servers?approved=true", ["gauge"]),
        ("mcp-servers?approved=false", ["till"]),
        ("mcp-servers?family=money", ["till"]),
        ("responsibilities?role=owl&q=cross", ["Crossing"]),
    ],
)
def test_filters_find_words(client: Client, address: str, found: list[str]) -> None:
    assert names(client, address) == found


@pytest.mark.usefixtures("four_roles")
@pytest.mark.parametrize(
    ("address", "filters"),
    [
        ("responsibilities", ["family", "unused"]),
        ("capabilities", ["family", "category", "level", "unused"]),
        ("capabilities?level=novice&level=expert", ["family", "category"]),
        ("capabilities?family=works", ["level"]),
        ("artifacts", ["family", "type", "unused"]),
        ("families", ["family", "seniority", "unused"]),
        ("mcp-servers?approved=true", ["family", "approved", "unused"]),
    ],
)
def test_facets_count_what_their_filters_find(client: Client, address: str, filters: list[str]) -> None:
    separator = "&" if "?" in address else "?"
    for name in filters:
        others = "&".join(
            part for part in address.partition("?")[2].split("&") if not part.startswith(f"{name}=")
        )
        counted = facet(client, address, name)
        assert counted or name == "category"
        for value, count in counted.items():
            asked = f"{address.partition('?')[0]}?{others}{separator and '&'}{name}={value}"
            assert (asked, get(client, asked)["count"]) == (asked, count)


@pytest.mark.parametrize("name", VOCABULARIES)
def test_a_list_of_words_takes_the_same_queries_however_long_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, name: str
) -> None:
    expand = "roles,levels" if name == "capabilities" else "roles"
    # The state, the count, the words, their other names, numbers of roles, and first roles; for capabilities
    # the ladder and what its levels mean; for artifacts the types that roles state.
    queries = 6 + {"capabilities": 2, "artifacts": 1}.get(name, 0)
    for number in range(3):
        written(
            using(
                f"Keeper {number}",
                family=f"Family {number}",
                responsibilities=tuple(Responsibility(name=f"R{n}") for n in range(number + 1)),
                capabilities=tuple(Capability(name=f"C{n}", level="Expert") for n in range(number + 1)),
                artifacts=tuple(Artifact(name=f"A{n}", type="t") for n in range(number + 1)),
                agent=Agent(mcp_servers=tuple(McpServer(name=f"S{n}") for n in range(number + 1))),
            )
        )
        with django_assert_num_queries(queries):
            assert get(client, f"{name}?expand={expand}")["count"] == number + 1


def test_a_word_names_the_first_hundred_roles(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.words.ROLES_TOLD", 2)
    for name in ("Ferry Master", "Bridge Keeper", "Toll Collector"):
        written(using(name))
    told = get(client, "capabilities/carpentry")
    assert [role["name"] for role in told["roles"]] == ["Bridge Keeper", "Ferry Master"]
    assert told["role_count"] == 3


def test_everything_a_role_says_is_found_from_its_words(client: Client) -> None:
    written(FULL)
    for name in VOCABULARIES:
        for item in get(client, f"{name}?limit=100&expand=roles")["items"]:
            assert [role["slug"] for role in item["roles"]] == ["bridge-keeper"]
