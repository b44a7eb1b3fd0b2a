"""What the catalogue tells a browser about what it may load, and from whom."""

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client
from pytest_django import Settings

from tests.test_read_access import EVERY_ADDRESS

pytestmark = pytest.mark.django_db


def policy(client: Client, address: str) -> dict[str, set[str]]:
    """The Content-Security-Policy of a page, as sources by directive."""
    header = client.get(address)["Content-Security-Policy"]
    directives = (directive.split() for directive in header.split(";"))
    return {name: set(sources) for name, *sources in directives}


@pytest.mark.parametrize("address", ["/", "/roles/", "/nowhere/", "/accounts/login/", "/api/v1/roles"])
def test_the_public_site_loads_only_its_own_files(client: Client, address: str) -> None:
    assert policy(client, address) == {
        "default-src": {"'none'"},
        "script-src": {"'self'"},
        "style-src": {"'self'"},
        "img-src": {"'self'"},
        "connect-src": {"'self'"},
        "form-action": {"'self'"},
        "frame-ancestors": {"'none'"},
        "base-uri": {"'none'"},
    }


def test_every_address_but_the_admins_keeps_the_strict_policy(client: Client) -> None:
    for address in EVERY_ADDRESS:
        answer = client.get(address)
        if not address.startswith("/admin/"):
            assert "unsafe" not in answer["Content-Security-Policy"], address
        assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"]) == ("nosniff", "DENY"), address


def test_the_admin_alone_evaluates_and_styles_in_place(client: Client) -> None:
    admin = policy(client, "/admin/login/")
    assert admin["script-src"] == {"'self'", "'unsafe-eval'"}
    assert admin["style-src"] == {"'self'", "'unsafe-inline'"}
    assert admin["frame-ancestors"] == {"'none'"}


def test_no_page_is_framed_sniffed_or_named_to_others(client: Client) -> None:
    page = client.get("/roles/")
    assert page["X-Frame-Options"] == "DENY"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "same-origin"


def test_static_files_are_served_without_debug_and_for_this_site_alone(client: Client) -> None:
    answer = client.get("/static/admin/img/search.svg")
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer
    answer.close()


def test_http_is_led_to_https_but_health_answers(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/roles/")["Location"] == "https://testserver/roles/"
    assert client.get("/healthz").status_code == 200


def test_health_says_that_the_database_answers(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_health_says_that_the_database_does_not_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", refuse)
    assert client.get("/healthz").status_code == 503
