"""Roles held against each other by the API, and what lies between what is there and what a role needs."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from api.schemas.computed import Comparison, FittingRolePage, Gap
from roles.documents.document import Agent, Artifact, Capability, Interaction, Property, Responsibility
from roles.models import OldSlug, Role
from roles.partners import link_partners
from tests.builders import document, written
from tests.levels import ladder_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ladder(db: None) -> None:
    ladder_of("Basic", "Competent", "Advanced")


def needs(**levels: str | None) -> tuple[Capability, ...]:
    return tuple(Capability(name=name, level=level) for name, level in levels.items())


@pytest.fixture
def kitchen(_ladder: None) -> None:
    """A cook and a baker who share Bread, at different levels."""
    written(
        document(
            "Cook",
            family="Kitchen",
            mission="Feed people.",
            capabilities=needs(Bread="Basic", Soups="Advanced"),
            responsibilities=(Responsibility(name="Clean kitchen"),),
            artifacts=(Artifact(name="Menu"),),
            interactions=(Interaction(kind="Feeds", partner="Guest", frequency="daily"),),
            properties=(Property(name="Tools", values=("Pot", "Pan")),),
            agent=Agent(name="Cooky"),
        )
    )
    written(
        document(
            "Baker",
            family="Kitchen",
            mission="Feed people.",
            capabilities=needs(Bread="Advanced", Cakes=None),
            responsibilities=(Responsibility(name="Clean kitchen"),),
            properties=(Property(name="tools", values=("Pan", "Pot")),),
        )
    )
    link_partners()


def get(client: Client, address: str) -> Any:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def refused(client: Client, address: str) -> dict[str, str]:
    """What is said of each parameter that is refused."""
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 422, answer.content
    return {each["name"]: each["detail"] for each in answer.json()["errors"]}


# Side by side -----------------------------------------------------------------------------------------------


def compared(client: Client, more: str = "") -> dict[tuple[str, str | None], Any]:
    answer = get(client, f"compare?role=cook&role=baker{more}")
    Comparison.model_validate(answer)
    return {(row["field"], row["name"]): row for row in answer["statements"]}


@pytest.mark.usefixtures("kitchen")
def test_roles_are_told_in_the_order_in_which_they_were_named(client: Client) -> None:
    assert [role["slug"] for role in get(client, "compare?role=cook&role=baker")["roles"]] == [
        "cook",
        "baker",
    ]
    assert [role["slug"] for role in get(client, "compare?role=baker&role=cook")["roles"]] == [
        "baker",
        "cook",
    ]


@pytest.mark.usefixtures("kitchen")
def test_levels_are_held_against_those_of_the_first_role(client: Client) -> None:
    row = compared(client)["capabilities", "Bread"]
    assert (row["slug"], row["same"]) == ("bread", False)
    assert [(cell["level"], cell["mark"]) for cell in row["cells"]] == [
        ("Basic", None),
        ("Advanced", "higher"),
    ]
    assert row["cells"][0]["anchor"] == "capabilities-bread"


@pytest.mark.usefixtures("kitchen")
def test_what_one_role_alone_has_is_marked(client: Client) -> None:
    cook, baker = compared(client)["capabilities", "Soups"]["cells"]
    assert (cook["mark"], cook["stated"]) == ("only", True)
    assert (baker["mark"], baker["stated"], baker["level"]) == (None, False, None)


@pytest.mark.usefixtures("kitchen")
def test_every_part_of_roles_is_held_against_each_other(client: Client) -> None:
    rows = compared(client)
    assert rows["family", None]["same"]
    assert rows["mission", None]["same"]
    assert rows["responsibilities", "Clean kitchen"]["same"]
    assert rows["properties", "Tools"]["same"]
    assert not rows["agent", None]["same"]
    assert rows["artifacts", "Menu"]["slug"] == "menu"
    assert rows["partners", "Guest"]["cells"][0]["values"] == ["Feeds (daily)"]


@pytest.mark.usefixtures("kitchen")
def test_only_differences_are_told_if_asked_for(client: Client) -> None:
    rows = compared(client, "&differences=only")
    assert ("mission", None) not in rows
    assert ("capabilities", "Bread") in rows


@pytest.mark.usefixtures("kitchen")
def test_a_comparison_is_a_table_too(client: Client) -> None:
    answer = client.get("/api/v1/compare?role=cook&role=baker", headers={"Accept": "text/csv"})
    content = answer.getvalue()
    rows = list(csv.DictReader(StringIO(content.decode())))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert {
        "field": "capabilities",
        "name": "Bread",
        "same": "false",
        "cook": "Basic",
        "baker": "Advanced",
    } in rows
    same = client.get("/api/v1/compare?role=cook&role=baker&format=csv")
    assert same.getvalue() == content


@pytest.mark.usefixtures("kitchen")
def test_a_former_slug_still_names_a_role(client: Client) -> None:
    OldSlug.objects.create(role=Role.objects.get(slug="cook"), slug="chef")
    answer = get(client, "compare?role=chef&role=baker")
    assert [role["slug"] for role in answer["roles"]] == ["cook", "baker"]


@pytest.mark.usefixtures("kitchen")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["role"]),
        ("role=cook", ["role"]),
        ("role=cook&role=cook", ["role"]),
        ("role=cook&role=nobody&role=no-one", ["role", "role"]),
        ("role=cook&role=a%00", ["role"]),
        ("roles=cook,baker", ["roles", "role"]),
    ],
)
def test_roles_that_cannot_be_compared_are_refused(client: Client, query: str, names: list[str]) -> None:
    answer = client.get(f"/api/v1/compare?{query}")
    assert answer.status_code == 422
    assert [each["name"] for each in answer.json()["errors"]] == names


@pytest.mark.usefixtures("kitchen")
def test_a_draft_cannot_be_compared_by_who_may_not_see_it(client: Client, editor_client: Client) -> None:
    written(document("Secret"), status=Role.Status.DRAFT)
    assert "secret" in refused(client, "compare?role=cook&role=secret")["role"]
    assert get(editor_client, "compare?role=cook&role=secret")["roles"][1]["status"] == "draft"


@pytest.mark.parametrize("count", [2, 6])
def test_a_comparison_takes_a_fixed_number_of_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        written(document(f"Role {number}", capabilities=needs(Bread="Basic")))
    query = "&".join(f"role=role-{number}" for number in range(count))
    # The state, the roles, what belongs to them, the ladder.
    with django_assert_num_queries(8):
        get(client, f"compare?{query}")


# From one to another ----------------------------------------------------------------------------------------


def steps(answer: Any) -> dict[str, Any]:
    return {step["name"]: step for step in answer["steps"]}


@pytest.mark.usefixtures("kitchen")
def test_a_gap_says_of_each_needed_capability_what_is_missing(client: Client) -> None:
    answer = get(client, "gap?from=cook&to=baker")
    Gap.model_validate(answer)
    assert steps(answer)["Bread"] == {
        "name": "Bread",
        "slug": "bread",
        "have": "Basic",
        "need": "Advanced",
        "move": "raise",
        "missing": 2,
        "share": pytest.approx(1 / 3),
    }
    assert (steps(answer)["Cakes"]["move"], steps(answer)["Cakes"]["missing"]) == ("add", None)
    assert answer["unneeded"] == ["Soups"]
    assert answer["fit"] == pytest.approx(1 / 6)
    assert (answer["start"]["slug"], answer["target"]["slug"]) == ("cook", "baker")


@pytest.mark.usefixtures("kitchen")
def test_a_gap_between_roles_names_what_is_new_besides_capabilities(client: Client) -> None:
    answer = get(client, "gap?from=baker&to=cook")
    assert (answer["artifacts"], answer["partners"], answer["responsibilities"]) == (["Menu"], ["Guest"], [])


@pytest.mark.usefixtures("kitchen")
def test_a_gap_can_begin_at_levels(client: Client) -> None:
    answer = get(client, "gap?capability=soups:advanced&capability=bread&to=cook")
    assert answer["start"] is None
    assert {name: (step["have"], step["move"]) for name, step in steps(answer).items()} == {
        "Bread": (None, "open"),
        "Soups": ("Advanced", "keep"),
    }
    assert answer["artifacts"] == []


@pytest.mark.usefixtures("kitchen")
def test_no_cache_keeps_what_somebody_can_do(client: Client) -> None:
    for address in ("gap?capability=soups:advanced&to=cook", "gap/roles?capability=soups"):
        assert "no-store" in client.get(f"/api/v1/{address}")["Cache-Control"]
    assert "no-store" not in client.get("/api/v1/gap?from=cook&to=baker")["Cache-Control"]


@pytest.mark.usefixtures("kitchen")
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("from=cook", "to"),
        ("to=cook", "from"),
        ("from=cook&capability=bread&to=baker", "from"),
        ("from=cook&to=cook", "to"),
        ("from=nobody&to=cook", "from"),
        ("from=cook&to=nobody", "to"),
        ("capability=nothing&to=cook", "capability"),
        ("capability=bread:lots&to=cook", "capability"),
        ("form=cook&to=baker", "form"),
        ("start=cook&to=baker", "start"),
    ],
)
def test_a_way_that_is_none_is_refused(client: Client, query: str, name: str) -> None:
    assert name in refused(client, f"gap?{query}")


@pytest.mark.usefixtures("kitchen")
def test_roles_come_in_the_order_of_how_well_levels_fit(client: Client) -> None:
    answer = get(client, "gap/roles?capability=bread:advanced&capability=cakes")
    FittingRolePage.model_validate(answer)
    assert [(item["role"]["slug"], item["fit"]) for item in answer["items"]] == [
        ("baker", 1.0),
        ("cook", 0.5),
    ]
    assert (answer["count"], answer["next"], answer["previous"]) == (2, None, None)


@pytest.mark.usefixtures("kitchen")
def test_roles_that_fit_a_role_leave_it_out(client: Client) -> None:
    answer = get(client, "gap/roles?from=cook")
    assert [item["role"]["slug"] for item in answer["items"]] == ["baker"]
    assert answer["items"][0]["fit"] == get(client, "gap?from=cook&to=baker")["fit"]


@pytest.mark.usefixtures("kitchen")
def test_a_level_that_is_not_known_reaches_no_rung(client: Client) -> None:
    fit = {each["role"]["slug"]: each["fit"] for each in get(client, "gap/roles?capability=bread")["items"]}
    assert fit == {"baker": 0, "cook": 0}


@pytest.mark.usefixtures("kitchen")
def test_pages_of_fitting_roles_follow_each_other(client: Client) -> None:
    first = get(client, "gap/roles?capability=bread:basic&limit=1")
    second = client.get(first["next"]).json()
    assert [page["items"][0]["role"]["slug"] for page in (first, second)] == ["cook", "baker"]


@pytest.mark.usefixtures("kitchen")
def test_what_only_drafts_need_is_no_known_capability(client: Client) -> None:
    written(document("Secret", capabilities=needs(Alchemy="Basic")), status=Role.Status.DRAFT)
    assert "alchemy" in refused(client, "gap/roles?capability=alchemy")["capability"]


@pytest.mark.parametrize("count", [2, 6])
def test_a_gap_takes_a_fixed_number_of_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        written(document(f"Role {number}", capabilities=needs(Bread="Basic", Soups="Basic")))
    with django_assert_num_queries(8):
        get(client, "gap?from=role-0&to=role-1")
    # The state, the ladder, the role and what it needs (4), the ranks, the roles and what they need (4).
    with django_assert_num_queries(11):
        get(client, "gap/roles?from=role-0")
    with django_assert_num_queries(8):
        get(client, "gap/roles?capability=bread")
