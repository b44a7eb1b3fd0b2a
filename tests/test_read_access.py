"""Who may read: READ_ACCESS, held against every address that the catalogue has."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

from tests.addresses import patterns

# What answers everybody, whoever may read: health, what robots may visit, and the ways to sign in.
OPEN = {"/healthz", "/robots.txt", "/accounts/login/", "/admin/login/"}
# So do the choice of a language, which shows nothing, and of mails, at an address that only its owner knows.
CHOICES = {"/language/", "/mail/data-engineer/"}
SIGN_IN = ("/accounts/login/?next=", "/admin/login/?next=")
# A value for each kind of parameter in an address.
SAMPLES = {"int": "1", "slug": "data-engineer", "str": "data-engineer", "path": "1", "uuid": "0" * 32}


def concrete(route: str) -> str:
    """The route, which may have regular expressions in it, with a sample in the place of each parameter."""
    route = re.sub(r"\(\?P<\w+>(\w*)[^)]*\)", lambda match: match[1] or "anything", route)
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES[match[1] or "str"], route)
    return re.sub(r"[\^$]", "", route)


EVERY_ADDRESS = sorted({concrete(route) for _name, route in patterns(get_resolver().url_patterns)})


@pytest.fixture
def login_required(settings: Settings) -> None:
    settings.READ_ACCESS = "login"


@pytest.fixture
def reader() -> User:
    return User.objects.create_user("reader")


def test_the_map_is_walked_whole() -> None:
    expected = {"/", "/roles/", "/roles/data-engineer/", "/api/v1/roles", "/api/v1/roles/data-engineer"}
    expected |= {
        "/roles/data-engineer.md",
        "/roles/data-engineer.json",
        "/roles/data-engineer/job-description/",
    }
    expected |= {"/capabilities/data-engineer/", "/map/", "/matrix/", "/gap/roles.json", "/changes/feed.atom"}
    expected |= {"/sitemap.xml", "/sitemap-data-engineer.xml", "/llms.txt"}
    expected |= {"/api/v1/openapi.json", "/api/v1/docs", "/admin/", "/accounts/password_change/"}
    assert expected | OPEN <= set(EVERY_ADDRESS)


@pytest.mark.django_db
@pytest.mark.usefixtures("login_required")
@pytest.mark.parametrize("method", ["get", "head", "options", "post", "put", "patch", "delete"])
def test_nobody_reads_before_signing_in(client: Client, method: str) -> None:
    for address in set(EVERY_ADDRESS) - OPEN - CHOICES:
        response = getattr(client, method)(address)
        if address.startswith("/api/") and not address.startswith("/api/v1/docs"):
            assert response.status_code == 401, address
        else:
            assert response.status_code == 302, address
            assert response["Location"].startswith(SIGN_IN), address


@pytest.mark.django_db
@pytest.mark.usefixtures("login_required")
@pytest.mark.parametrize("address", sorted(OPEN))
def test_health_and_sign_in_answer_everybody(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("login_required")
def test_a_program_is_refused_with_a_problem(client: Client) -> None:
    response = client.get("/api/v1/roles")
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"]
    assert set(response.json()) == {"type", "title", "status", "detail"}
    assert response.json()["status"] == 401


@pytest.mark.django_db
@pytest.mark.usefixtures("login_required")
@pytest.mark.parametrize("accept", ["application/json", "text/markdown", "application/atom+xml"])
def test_a_program_that_takes_no_pages_is_not_led_to_one(client: Client, accept: str) -> None:
    for address in set(EVERY_ADDRESS) - OPEN - CHOICES:
        if not address.startswith("/admin/"):
            assert client.get(address, headers={"accept": accept}).status_code == 401, address


@pytest.mark.django_db
@pytest.mark.usefixtures("login_required")
@pytest.mark.parametrize("address", ["/", "/roles/", "/api/v1/roles"])
def test_whoever_signed_in_reads(client: Client, reader: User, address: str) -> None:
    client.force_login(reader)
    assert client.get(address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/roles/", "/api/v1/roles", "/api/v1/openapi.json"])
def test_with_public_access_everybody_reads(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_public_access_opens_no_account_page_and_no_admin(client: Client) -> None:
    for address in ("/accounts/password_change/", "/admin/"):
        assert client.get(address).status_code == 302
