"""What is said when something cannot be shown."""

import pytest
from django.contrib.auth.models import User
from django.template import loader
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from roles.models import Role
from tests.builders import document, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineers() -> None:
    """A published, a draft and an archived role whose slugs are alike."""
    written(document("Data Engineer"))
    written(document("Data Engineerer"), status=Role.Status.DRAFT)
    written(document("Data Engineers"), status=Role.Status.ARCHIVED)


@pytest.mark.usefixtures("engineers")
def test_a_mistyped_address_leads_to_the_roles_that_it_may_mean(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):  # the role, who once had the slug, and all slugs
        client.get("/roles/data-enginer/")
    page = client.get("/roles/data-enginer/")
    assert page.status_code == 404
    assert 'href="/roles/data-engineer/"' in page.text
    assert 'value="data enginer"' in page.text


@pytest.mark.usefixtures("engineers")
def test_it_leads_to_no_draft_and_no_archived_role(client: Client) -> None:
    text = client.get("/roles/data-engineerer-x/").text
    assert "Data Engineer<" in text
    assert "Data Engineerer" not in text
    assert "Data Engineers" not in text


@pytest.mark.usefixtures("engineers")
def test_it_names_no_role_to_whom_may_not_read(client: Client, settings: Settings) -> None:
    settings.READ_ACCESS = "login"
    assert "Data Engineer<" not in client.get("/data-enginer").text
    client.force_login(User.objects.create_user("reader"))
    assert "Data Engineer<" in client.get("/data-enginer").text


@pytest.mark.parametrize(
    "address", ["/nowhere/", "/roles/%00/", "/" + "x" * 10_000, "//", "/roles/<script>/", "/%F0%9F%98%80/"]
)
def test_no_address_is_too_odd(client: Client, address: str) -> None:
    page = client.get(address)
    assert page.status_code in (200, 404)
    assert "<script>/" not in page.text


def test_a_failure_is_told_without_the_database_and_without_the_request() -> None:
    assert "Something went wrong" in loader.get_template("500.html").render()


def test_a_form_without_its_token_says_what_to_do() -> None:
    page = Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "a", "password": "b"})
    assert page.status_code == 403
    assert "send the form again" in page.text
