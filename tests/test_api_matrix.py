"""Roles and the capabilities they need, as the API tells them."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from api.routers import matrix as matrix_module
from api.schemas.matrix import RoleMatrix
from roles.documents.document import Capability
from roles.models import Role
from tests.builders import document, written
from tests.levels import ladder_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ladder(db: None) -> None:
    ladder_of("Basic", "Advanced")


def role(name: str, family: str | None = None, **levels: str | None) -> Role:
    needs = tuple(Capability(name=name, level=level) for name, level in levels.items())
    return written(document(name, family=family, capabilities=needs))


@pytest.fixture
def kitchen(_ladder: None) -> None:
    role("Cook", "Kitchen", Bread="Basic", Soups="Advanced")
    role("Baker", "Kitchen", Bread="Advanced")
    role("Waiter", "Hall", Talking=None, Bread="Somehow")


def get(client: Client, query: str = "") -> Any:
    answer = client.get(f"/api/v1/matrix?{query}")
    assert answer.status_code == 200, answer.content
    RoleMatrix.model_validate(answer.json())
    return answer.json()


def rows(client: Client, query: str = "") -> dict[str, Any]:
    return {row["role"]["slug"]: row["needs"] for row in get(client, query)["items"]}


def table(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/api/v1/matrix?format=csv&{query}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(answer.getvalue().decode())))


@pytest.mark.usefixtures("kitchen")
def test_each_role_says_how_well_it_needs_what(client: Client) -> None:
    answer = get(client)
    assert [(each["slug"], each["roles"]) for each in answer["capabilities"]] == [
        ("bread", 3),
        ("soups", 1),
        ("talking", 1),
    ]
    assert rows(client) == {
        "baker": {"bread": {"level": "Advanced", "rung": 2}},
        "cook": {"bread": {"level": "Basic", "rung": 1}, "soups": {"level": "Advanced", "rung": 2}},
        "waiter": {"bread": {"level": "Somehow", "rung": None}, "talking": {"level": None, "rung": None}},
    }
    assert (answer["count"], answer["left_out"]) == (3, 0)


@pytest.mark.usefixtures("kitchen")
def test_filters_are_those_of_the_list_of_roles(client: Client) -> None:
    assert set(rows(client, "family=kitchen")) == {"baker", "cook"}
    assert set(rows(client, "capability=bread:advanced")) == {"baker"}
    assert set(rows(client, "q=wait")) == {"waiter"}


@pytest.mark.usefixtures("kitchen")
def test_capabilities_that_are_filtered_by_come_first(client: Client) -> None:
    assert get(client, "capability=soups&capability=bread&sort=name")["capabilities"][0]["slug"] == "bread"
    assert get(client, "capability=talking")["capabilities"][0]["slug"] == "talking"


@pytest.mark.usefixtures("kitchen")
def test_capabilities_without_room_are_counted(client: Client) -> None:
    answer = get(client, "columns=1")
    assert ([each["slug"] for each in answer["capabilities"]], answer["left_out"]) == (["bread"], 2)


@pytest.mark.usefixtures("kitchen")
def test_pages_of_roles_follow_each_other_under_the_same_capabilities(client: Client) -> None:
    first = get(client, "limit=2&sort=name")
    second = client.get(first["next"]).json()
    assert [row["role"]["slug"] for row in (*first["items"], *second["items"])] == ["baker", "cook", "waiter"]
    assert first["capabilities"] == second["capabilities"]


@pytest.mark.usefixtures("kitchen")
def test_all_of_it_is_a_table(client: Client) -> None:
    assert table(client, "family=kitchen&sort=name") == [
        {
            "role": "baker",
            "name": "Baker",
            "family": "Kitchen",
            "seniority": "",
            "capability:bread": "Advanced",
            "capability:soups": "",
        },
        {
            "role": "cook",
            "name": "Cook",
            "family": "Kitchen",
            "seniority": "",
            "capability:bread": "Basic",
            "capability:soups": "Advanced",
        },
    ]
    assert table(client, "q=waiter")[0]["capability:talking"] == "level not stated"


@pytest.mark.usefixtures("kitchen")
def test_a_table_has_the_part_of_the_roles_that_is_asked_for(client: Client) -> None:
    def roles(query: str) -> list[str]:
        return [row["role"] for row in table(client, f"sort=name&{query}")]

    assert roles("limit=1&offset=1") == ["cook"]
    assert roles("offset=1") == ["cook", "waiter"]


@pytest.mark.usefixtures("kitchen")
def test_a_table_that_has_no_room_says_what_it_leaves_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrix_module, "CELLS", 1)
    monkeypatch.setattr(matrix_module, "COLUMNS", 1)
    assert list(table(client)[0])[-1] == "2 capabilities are left out"


@pytest.mark.usefixtures("kitchen")
def test_drafts_are_in_no_count_for_who_may_not_see_them(client: Client, editor_client: Client) -> None:
    Role.objects.filter(slug="waiter").update(status="draft")
    assert get(client)["capabilities"][0]["roles"] == 2
    assert "talking" not in {each["slug"] for each in get(client)["capabilities"]}
    assert get(editor_client)["capabilities"][0]["roles"] == 3


@pytest.mark.parametrize("count", [1, 6])
def test_an_answer_takes_a_fixed_number_of_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        role(f"Role {number}", Bread="Basic", **{f"Skill {number}": "Basic"})
    # The state, the capabilities, which roles, who they are, their needs, the ladder.
    with django_assert_num_queries(6):
        get(client)
