"""How roles work together, as the API tells it: as JSON, as a picture and in the language of Mermaid."""

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from api.schemas.graph import RoleGraph
from roles.documents.document import Interaction
from roles.models import InteractionKind, OldSlug, Role
from roles.partners import link_partners
from tests.builders import document, written

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/graph"
SVG = "{http://www.w3.org/2000/svg}"


def role(name: str, family: str | None = None, **partners: str) -> Role:
    """A role that does something with each of these partners, given as kind and name."""
    said = tuple(
        Interaction(kind=kind.replace("_", " ").capitalize(), partner=partner, frequency="daily")
        for kind, partner in partners.items()
    )
    return written(document(name, family=family, interactions=said))


@pytest.fixture
def kitchen(db: None) -> None:
    """A farmer feeds a cook, who feeds a guest, who is no role; a baker helps the cook."""
    InteractionKind.objects.create(name="Feeds", direction="gives")
    role("Farmer", feeds="Cook")
    role("Cook", "Kitchen", feeds="Guest", collaborates_with="Baker")
    role("Baker", "Kitchen")
    link_partners()


def get(client: Client, query: str = "") -> Any:
    answer = client.get(f"{ADDRESS}?{query}")
    assert answer.status_code == 200, answer.content
    RoleGraph.model_validate(answer.json())
    return answer.json()


def nodes(client: Client, query: str = "") -> list[str]:
    return [node["id"] for node in get(client, query)["nodes"]]


def edges(client: Client, query: str = "") -> list[tuple[str, str, str]]:
    return [(edge["source"], edge["kind"], edge["target"]) for edge in get(client, query)["edges"]]


# JSON -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("kitchen")
def test_roles_are_nodes_and_interactions_edges_that_read_as_sentences(client: Client) -> None:
    answer = get(client)
    assert [node["id"] for node in answer["nodes"]] == ["baker", "cook", "farmer"]
    assert edges(client) == [("baker", "Collaborates with", "cook"), ("farmer", "Feeds", "cook")]
    assert answer["edges"][1] == {
        "source": "farmer",
        "kind": "Feeds",
        "kind_slug": "feeds",
        "target": "cook",
        "direction": "gives",
        "frequencies": ["daily"],
        "stated_by": ["farmer"],
    }
    assert answer["nodes"][1] == {
        "id": "cook",
        "slug": "cook",
        "name": "Cook",
        "url": "http://testserver/roles/cook/",
        "family": "Kitchen",
        "family_slug": "kitchen",
        "archived": False,
        "partners": 2,
        "steps": None,
    }
    assert (answer["count"], answer["truncated"]) == (3, False)


@pytest.mark.usefixtures("kitchen")
def test_what_is_around_a_role_comes_with_the_steps_to_it(client: Client) -> None:
    answer = get(client, "role=baker&depth=2")
    assert {node["id"]: node["steps"] for node in answer["nodes"]} == {"baker": 0, "cook": 1, "farmer": 2}
    assert nodes(client, "role=baker") == ["baker", "cook"]


@pytest.mark.usefixtures("kitchen")
def test_filters_are_those_of_the_page(client: Client) -> None:
    assert nodes(client, "family=kitchen&kind=collaborates-with") == ["baker", "cook"]
    assert nodes(client, "kind=feeds&kind=collaborates-with") == ["baker", "cook", "farmer"]
    assert nodes(client, "family=nothing") == []
    assert nodes(client, "others=true") == ["baker", "cook", "farmer", "~guest"]
    assert nodes(client, "role=baker&depth=4&kind=feeds") == ["baker"]


@pytest.mark.usefixtures("kitchen")
def test_names_that_no_role_bears_have_no_page(client: Client) -> None:
    guest = get(client, "others=true")["nodes"][-1]
    assert (guest["name"], guest["slug"], guest["url"]) == ("Guest", None, None)


@pytest.mark.usefixtures("kitchen")
def test_too_many_nodes_are_cut_to_those_with_most_partners(client: Client) -> None:
    answer = get(client, "limit=1")
    assert [node["id"] for node in answer["nodes"]] == ["cook"]
    assert (answer["count"], answer["truncated"], answer["edges"]) == (3, True, [])
    assert nodes(client, "role=farmer&depth=2&limit=1") == ["farmer"]


@pytest.mark.usefixtures("kitchen")
def test_an_archived_role_can_stand_in_the_middle(client: Client) -> None:
    Role.objects.filter(slug="farmer").update(status="archived")
    assert nodes(client) == ["baker", "cook"]
    assert nodes(client, "role=farmer") == ["cook", "farmer"]


@pytest.mark.usefixtures("kitchen")
def test_a_draft_is_but_a_name_to_who_may_not_see_it(client: Client, editor_client: Client) -> None:
    Role.objects.filter(slug="farmer").update(status="draft")
    assert nodes(client, "others=true") == ["baker", "cook", "~guest"]
    assert "farmer" in nodes(editor_client)
    assert client.get(f"{ADDRESS}?role=farmer").status_code == 422


@pytest.mark.usefixtures("kitchen")
def test_a_former_slug_still_names_a_role(client: Client) -> None:
    OldSlug.objects.create(role=Role.objects.get(slug="cook"), slug="chef")
    assert nodes(client, "role=chef") == ["baker", "cook", "farmer"]


@pytest.mark.usefixtures("kitchen")
def test_the_graph_follows_the_catalogue(client: Client) -> None:
    etag = client.get(ADDRESS)["ETag"]
    assert client.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 304
    role("Waiter", helps="Cook")
    link_partners()
    assert "waiter" in [
        node["id"] for node in client.get(ADDRESS, headers={"If-None-Match": etag}).json()["nodes"]
    ]


@pytest.mark.parametrize("count", [1, 5])
def test_an_answer_takes_a_fixed_number_of_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        role(f"Role {number}", feeds="Role 0")
    link_partners()
    # The state, the roles, their interactions, the kinds.
    with django_assert_num_queries(4):
        get(client)
    # Once more in the same state: the state and the role in the middle.
    with django_assert_num_queries(2):
        get(client, "role=role-0&depth=2")


# The picture ------------------------------------------------------------------------------------------------


def picture(client: Client, query: str = "") -> ElementTree.Element:
    answer = client.get(f"{ADDRESS}?format=svg&{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)  # noqa: S314


@pytest.mark.usefixtures("kitchen")
def test_a_picture_has_each_role_with_its_name_and_whole_address(client: Client) -> None:
    drawn = picture(client, "others=true")
    marks = {mark.findtext(f"{SVG}text"): mark.get("href") for mark in drawn.iter(f"{SVG}a")}
    assert marks == {
        "Baker": "http://testserver/roles/baker/",
        "Cook": "http://testserver/roles/cook/",
        "Farmer": "http://testserver/roles/farmer/",
        "Guest": None,
    }


@pytest.mark.usefixtures("kitchen")
def test_a_picture_has_no_style_but_the_one_that_its_policy_names(client: Client) -> None:
    answer = client.get(f"{ADDRESS}?format=svg")
    [style] = re.findall(r"<style>(.*?)</style>", answer.content.decode())
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}'" in answer["Content-Security-Policy"]
    assert "style=" not in answer.content.decode()
    assert "<script" not in answer.content.decode()


@pytest.mark.usefixtures("kitchen")
def test_a_picture_says_how_many_roles_are_left_out(client: Client) -> None:
    said = picture(client, "limit=2").findtext(f"{SVG}desc")
    assert said == "1 role with few partners is left out, for want of room."


@pytest.mark.parametrize("name", ["<b>&\"'", "Ａ & B", "]]>"])
def test_any_name_can_stand_in_a_picture(client: Client, name: str) -> None:
    written(document("Role", slug="role"))
    Role.objects.update(name=name)
    assert [mark.findtext(f"{SVG}text") for mark in picture(client).iter(f"{SVG}a")] == [name]


def test_nothing_to_draw_is_a_picture_too(client: Client) -> None:
    assert picture(client).findtext(f"{SVG}title") == "Nothing to draw here"


def test_a_picture_has_room_for_so_many(client: Client) -> None:
    answer = client.get(f"{ADDRESS}?format=svg&limit=601")
    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (422, "limit")


# Mermaid ----------------------------------------------------------------------------------------------------


def flowchart(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"{ADDRESS}?format=mermaid&{query}")
    assert answer.status_code == 200
    return [line.strip() for line in answer.content.decode().splitlines()]


@pytest.mark.usefixtures("kitchen")
def test_a_flowchart_groups_roles_by_family_and_reads_as_sentences(client: Client) -> None:
    assert flowchart(client, "others=true") == [
        "flowchart LR",
        'subgraph f0["Kitchen"]',
        'n0["Baker"]',
        'n1["Cook"]',
        "end",
        'n2["Farmer"]',
        'n3(["Guest"])',
        'n0 ---|"Collaborates with"| n1',
        'n1 -->|"Feeds"| n3',
        'n2 -->|"Feeds"| n1',
    ]


@pytest.mark.usefixtures("kitchen")
def test_a_flowchart_says_how_many_roles_are_left_out(client: Client) -> None:
    assert flowchart(client, "limit=2")[1] == "%% 1 role with few partners is left out"


def test_signs_that_mean_something_to_mermaid_are_written_as_numbers(client: Client) -> None:
    written(document("Role", slug="role"))
    Role.objects.update(name='"] --> `x`; #35; <b> ünd %% Käse')
    assert (
        flowchart(client)[1] == 'n0["#34;#93; --#62; #96;x#96;#59; #35;35#59; #60;b#62; ünd #37;#37; Käse"]'
    )


# The form ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        ("*/*", "application/json"),
        ("application/vnd.mermaid", "application/vnd.mermaid"),
        ("text/plain", "text/plain"),
        ("image/svg+xml,*/*;q=0.5", "image/svg+xml"),
    ],
)
def test_the_form_follows_the_header_accept(client: Client, accept: str, sent: str) -> None:
    answer = client.get(ADDRESS, headers={"Accept": accept})
    assert answer["Content-Type"].partition(";")[0] == sent


def test_a_form_that_there_is_not_is_refused(client: Client) -> None:
    answer = client.get(ADDRESS, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "image/svg+xml" in answer.json()["detail"]
    assert client.get(f"{ADDRESS}?format=png").status_code == 422
