"""Roles that are asked for by codes, former slugs and permanent identifiers."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from api.schemas.references import ReferredRoles
from api.schemas.roles import RoleDetail
from roles.documents.document import Capability, Identifier
from roles.models import OldSlug, Role
from tests.builders import document, written

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/roles/by-refs"


def coded(name: str, value: str, scheme: str = "role-code", **said: Any) -> Role:
    return written(document(name, identifiers=(Identifier(scheme=scheme, value=value),), **said))


def by_code(client: Client, path: str) -> Any:
    return client.get(f"/api/v1/roles/by-identifier/{path}")


def ask(client: Client, *refs: Any, query: str = "") -> Any:
    return client.post(f"{ADDRESS}{query}", {"refs": refs}, content_type="application/json")


def slugs(client: Client, *refs: Any) -> list[str | None]:
    answer = ask(client, *refs)
    assert answer.status_code == 200, answer.content
    ReferredRoles.model_validate(answer.json())
    return [item and item["slug"] for item in answer.json()["items"]]


def refused(client: Client, *refs: Any, query: str = "") -> list[str]:
    """The names of what is refused."""
    answer = ask(client, *refs, query=query)
    assert answer.status_code == 422, answer.content
    return [each["name"] for each in answer.json()["errors"]]


# By identifier ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelt", ["DATA4002", "data4002", "%20data4002%20", "ＤＡＴＡ4002"])
def test_a_role_is_found_by_its_code_however_it_is_spelt(client: Client, spelt: str) -> None:
    coded("Data Engineer", "DATA4002")
    answer = by_code(client, f"role-code/{spelt}")
    assert answer.status_code == 200
    RoleDetail.model_validate(answer.json())
    assert answer["Content-Location"] == "http://testserver/api/v1/roles/data-engineer"


def test_what_a_code_finds_is_what_the_role_answers(client: Client) -> None:
    coded("Cook", "C1")
    direct = client.get("/api/v1/roles/cook")
    assert by_code(client, "role-code/C1").json() == direct.json()


@pytest.mark.parametrize("code", ["HR/2024/7", "a.b.c", "x/related", "50%", "what?#", "über"])
def test_a_code_may_have_any_signs(client: Client, code: str) -> None:
    coded("Cook", code)
    assert by_code(client, f"role-code/{quote(code)}").status_code == 200


def test_a_code_that_nobody_bears_is_named_with_its_scheme(client: Client) -> None:
    coded("Cook", "C1", scheme="profile-id")
    answer = by_code(client, "role-code/C1")
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("#not-found")
    assert "identifier “C1” in the scheme “role-code”" in answer.json()["detail"]


def test_a_draft_is_not_found_by_its_code(client: Client, editor_client: Client) -> None:
    coded("Cook", "C1")
    Role.objects.update(status=Role.Status.DRAFT)
    assert by_code(client, "role-code/c1").status_code == 404
    assert by_code(editor_client, "role-code/c1").status_code == 200


@pytest.mark.parametrize("path", ["role-code/%00", "%00/x", "role-code/C1?fields=name"])
def test_what_is_no_code_breaks_nothing(client: Client, path: str) -> None:
    coded("Cook", "C1")
    assert by_code(client, path).status_code in (404, 422)


# Many at once -----------------------------------------------------------------------------------------------


def test_many_are_found_in_the_order_in_which_they_are_asked_for(client: Client) -> None:
    cook = coded("Cook", "C1")
    written(document("Baker"))
    OldSlug.objects.create(role=cook, slug="chef")
    refs = [
        {"slug": "baker"},
        {"slug": "nobody"},
        {"scheme": "role-code", "value": "c1"},
        {"uid": str(cook.uid)},
        {"slug": "chef"},
        {"slug": "baker"},
        {"scheme": "profile-id", "value": "c1"},
    ]
    assert slugs(client, *refs) == ["baker", None, "cook", "cook", "cook", "baker", None]


def test_nothing_asked_for_is_nothing_found(client: Client) -> None:
    assert slugs(client) == []


def test_references_are_read_from_json_only(client: Client) -> None:
    form = client.post(ADDRESS, '{"refs": []}', content_type="application/x-www-form-urlencoded")
    assert form.status_code == 415
    assert "application/json" in form.json()["detail"]


def test_items_are_those_of_the_list(client: Client) -> None:
    written(document("Cook", mission="Feed people."))
    listed = client.get("/api/v1/roles?expand=mission").json()["items"]
    assert ask(client, {"slug": "cook"}, query="?expand=mission").json()["items"] == listed
    assert ask(client, {"slug": "cook"}, query="?fields=name,mission").json()["items"] == [
        {"name": "Cook", "mission": "Feed people."}
    ]


def test_archived_roles_are_found_and_drafts_are_not(client: Client) -> None:
    written(document("Cook"), status=Role.Status.ARCHIVED)
    written(document("Baker"), status=Role.Status.DRAFT)
    assert slugs(client, {"slug": "cook"}, {"slug": "baker"}) == ["cook", None]


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        ({}, "/refs/0"),
        ({"scheme": "role-code"}, "/refs/0"),
        ({"slug": "cook", "uid": "0e0f7a8e-63a3-4f5c-9d7c-0a1b2c3d4e5f"}, "/refs/0"),
        ({"uid": "x"}, "/refs/0/uid"),
        ({"slug": ""}, "/refs/0/slug"),
        ({"slug": "a\x00b"}, "/refs/0/slug"),
        ({"slug": "a" * 501}, "/refs/0/slug"),
        ({"slug": None}, "/refs/0"),
        ({"name": "Cook"}, "/refs/0/name"),
        ("cook", "/refs/0"),
    ],
)
def test_what_refers_to_nothing_is_refused(client: Client, ref: Any, name: str) -> None:
    assert refused(client, ref) == [name]


def test_more_than_a_hundred_are_refused(client: Client) -> None:
    assert refused(client, *[{"slug": "cook"}] * 101) == ["/refs"]


def test_parameters_that_are_not_known_are_refused(client: Client) -> None:
    assert refused(client, {"slug": "cook"}, query="?expnd=mission") == ["expnd"]


def test_whoever_may_read_may_ask_and_no_cache_keeps_it(client: Client, settings: Settings) -> None:
    checked = Client(enforce_csrf_checks=True)
    assert "no-store" in ask(checked, {"slug": "cook"})["Cache-Control"]
    settings.READ_ACCESS = "login"
    assert ask(client, {"slug": "cook"}).status_code == 401


@pytest.mark.parametrize("count", [1, 6])
def test_an_answer_takes_a_fixed_number_of_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    refs: list[Any] = []
    for number in range(count):
        role = coded(f"Role {number}", f"C{number}", capabilities=(Capability(name="Bread"),))
        refs += [{"slug": role.slug}, {"slug": f"old-{number}"}, {"uid": str(role.uid)}]
        refs.append({"scheme": "role-code", "value": f"C{number}"})
    # By slug, former slug, uid and code; the roles, and their capabilities, which have no levels.
    with django_assert_num_queries(6):
        ask(client, *refs)
