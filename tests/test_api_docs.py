"""The documentation of the API for people: pages of the catalogue, made from what the API says of itself."""

import re
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from api.errors import ProblemType
from tests.contract.snapshot import described

pytestmark = pytest.mark.django_db

DESCRIPTION = described()
DOCUMENTATION = (Path(configured.BASE_DIR) / "docs" / "api.md").read_text()
OPERATIONS = [operation for methods in DESCRIPTION["paths"].values() for operation in methods.values()]
PAGES = ("/api/v1/docs", "/api/v1/docs/recipes", "/api/v1/docs/problems")


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    return answer.content.decode()


def test_the_reference_has_every_operation_at_an_address_of_its_own(client: Client) -> None:
    html = page(client, "/api/v1/docs")
    for operation in OPERATIONS:
        assert f'id="{operation["operationId"]}"' in html
        assert f'href="#{operation["operationId"]}"' in html


def test_the_reference_begins_with_the_list_of_roles(client: Client) -> None:
    html = page(client, "/api/v1/docs")
    assert html.index('href="#list_roles"') == min(
        html.index(f'href="#{operation["operationId"]}"') for operation in OPERATIONS
    )


def test_the_reference_explains_every_part_that_it_names(client: Client) -> None:
    html = page(client, "/api/v1/docs")
    assert set(re.findall(r'href="#(part-\w+)"', html)) <= set(re.findall(r'id="(part-\w+)"', html))


def test_the_reference_asks_the_host_that_it_is_read_from(client: Client) -> None:
    assert "curl 'http://testserver/api/v1/roles/data-engineer'" in page(client, "/api/v1/docs")


def test_what_the_description_says_cannot_become_part_of_the_page(client: Client) -> None:
    assert "<script" not in page(client, "/api/v1/docs").replace('<script src="', "")


def test_the_recipes_are_shown_with_their_commands_and_the_host_that_they_are_read_from(
    client: Client,
) -> None:
    html = page(client, "/api/v1/docs/recipes")
    assert html.count("<h2 id=") == 5
    assert "export CATALOGUE=http://testserver\n" in html
    assert "```" not in html
    assert "meanwhile\n" not in html


@pytest.mark.parametrize("kind", ProblemType)
def test_the_type_of_a_problem_leads_to_its_explanation(client: Client, kind: ProblemType) -> None:
    address, _hash, place = kind.address.partition("#")
    html = page(client, address)
    assert html.count(f'id="{place}"') == 1
    assert str(kind.title) in html


@pytest.mark.parametrize("address", PAGES)
def test_the_pages_lead_to_each_other(client: Client, address: str) -> None:
    html = page(client, address)
    assert [other for other in (*PAGES, "/api/v1/openapi.json") if f'href="{other}"' not in html] == []


@pytest.mark.parametrize("address", PAGES)
def test_the_pages_ask_the_database_for_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    with django_assert_num_queries(0):
        page(client, address)


@pytest.mark.parametrize("address", PAGES)
def test_the_pages_are_only_read(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", PAGES)
def test_where_reading_needs_a_session_a_browser_is_led_to_sign_in(
    client: Client, settings: Settings, address: str
) -> None:
    settings.READ_ACCESS = "login"
    answer = client.get(address, headers={"accept": "text/html"})
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")


def test_the_documentation_in_files_has_every_operation() -> None:
    paths = DESCRIPTION["paths"].items()
    words = [f"{method.upper()} {path}" for path, methods in paths for method in methods]
    assert [word for word in words if f"`{word}`" not in DOCUMENTATION] == []
