"""Scripts of other sites: those that CORS_ORIGINS names read the API, and do no more."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.test_settings import REQUIRED, load

BOARD = "https://board.example.org"
LIST = "/api/v1/roles"

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(settings: Any) -> None:
    """One other site is named."""
    settings.CORS_ALLOWED_ORIGINS = [BOARD]


def allowed(client: Client, address: str = LIST, origin: str = BOARD, method: str = "get") -> str | None:
    """The origin whose scripts may know an answer."""
    answer: HttpResponse = getattr(client, method)(address, headers={"origin": origin})
    return answer.headers.get("Access-Control-Allow-Origin")


@pytest.mark.usefixtures("board")
def test_a_site_that_is_named_reads_answers_and_what_their_headers_tell(client: Client) -> None:
    answer = client.get(LIST, headers={"origin": BOARD})
    told = answer.headers["Access-Control-Expose-Headers"]
    assert answer.headers["Access-Control-Allow-Origin"] == BOARD
    assert {"ETag", "Link", "RateLimit", "Retry-After"} <= set(told.split(", "))
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.usefixtures("board")
def test_it_reads_problems_too(client: Client) -> None:
    assert allowed(client, "/api/v1/nothing") == BOARD


@pytest.mark.usefixtures("board")
def test_another_site_reads_nothing(client: Client) -> None:
    assert allowed(client, origin="https://board.example.org.evil.example") is None


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("address", ["/roles/", "/admin/", "/accounts/login/"])
def test_pages_are_for_no_other_site(client: Client, address: str) -> None:
    assert allowed(client, address) is None


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_other_site_learns_what_came_of_a_write(client: Client, method: str) -> None:
    assert allowed(client, method=method) is None


@pytest.mark.usefixtures("board")
def test_a_browser_that_asks_first_learns_what_it_may_send(client: Client) -> None:
    asks = {"origin": BOARD, "access-control-request-method": "GET"}
    answer = client.options(LIST, headers=asks)
    headers = set(answer.headers["Access-Control-Allow-Headers"].split(", "))
    assert answer.status_code == 200
    assert {"authorization", "if-none-match"} <= headers
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_without_the_setting_no_site_reads(client: Client) -> None:
    assert allowed(client) is None


@pytest.mark.parametrize(
    ("value", "origins", "everybody"),
    [
        ("*", [], True),
        (f"{BOARD},http://localhost:3000", [BOARD, "http://localhost:3000"], False),
        ("", [], False),
    ],
)
def test_the_setting_names_sites_or_all(
    monkeypatch: pytest.MonkeyPatch, value: str, origins: list[str], everybody: bool
) -> None:
    found = load(monkeypatch, **REQUIRED, CORS_ORIGINS=value)
    assert (found["CORS_ALLOWED_ORIGINS"], found["CORS_ALLOW_ALL_ORIGINS"]) == (origins, everybody)


def test_all_sites_read_where_all_are_named(client: Client, settings: Any) -> None:
    settings.CORS_ALLOW_ALL_ORIGINS = True
    assert allowed(client, origin="https://anywhere.example") == "*"


def test_whoever_asks_which_methods_there_are_is_told(client: Client) -> None:
    answer = client.options(LIST)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert not {"Content-Length", "Content-Type"} & set(answer.headers)
