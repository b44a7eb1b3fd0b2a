"""Errors of the API: one form, whatever went wrong and wherever."""

from typing import Any

import pytest
from django.test import Client, RequestFactory
from ninja.errors import AuthenticationError
from pytest_django import Settings

from api.api import api
from api.errors import ProblemType
from roles.models import Role

pytestmark = pytest.mark.django_db


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The problem that an answer is, checked for its form."""
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    content: dict[str, Any] = answer.json()
    assert content.keys() - {"errors", "current", "undecided"} == {"type", "title", "status", "detail"}
    kind = next(kind for kind in ProblemType if kind.address == content["type"])
    assert (content["status"], content["title"]) == (status, str(kind.title))
    assert kind.status == status
    assert content["detail"]
    assert ("errors" in content) == (status == 422)
    # RFC 9110 wants each 401 to name a way in.
    assert status != 401 or answer["WWW-Authenticate"].startswith("Bearer realm=")
    return content


def fail(*arguments: object, **options: object) -> None:
    raise RuntimeError("secret")


@pytest.mark.parametrize(
    "address",
    [
        "/api/",
        "/api/nothing",
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v1/roles/",
        "/api/v1/roles/data-engineer/",
        "/api/v1/roles/data%20engineer",
        "/api/v1/roles/%00",
        "/api/v1/roles/no-such-role",
        "/api/v1/openapi.json/",
        "/api/v2/roles",
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_where_there_is_nothing_a_problem_says_so(
    client: Client, settings: Settings, address: str, debug: bool
) -> None:
    settings.DEBUG = debug
    Role.objects.create(slug="data-engineer", name="Data Engineer")
    assert "/api/v1/docs" in problem(client.get(address), 404)["detail"]


@pytest.mark.parametrize("address", ["/nothing", "/api/v1/docs/nothing"])
def test_elsewhere_people_get_a_page(client: Client, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/api/v1/roles", "/api/v1/quality"])
def test_what_is_not_allowed_names_what_is(client: Client, method: str, address: str) -> None:
    answer = getattr(client, method)(address)
    content = problem(answer, 405)
    assert sorted(answer["Allow"].split(", ")) == ["GET", "HEAD"]
    assert answer["Allow"] in content["detail"]
    assert answer["Content-Length"] == str(len(answer.content))


@pytest.mark.parametrize(
    ("query", "faulty"),
    [
        ("limit=0", ["limit"]),
        ("limit=101", ["limit"]),
        ("limit=1000000", ["limit"]),
        ("limit=", ["limit"]),
        ("limit=ten", ["limit"]),
        ("offset=-1", ["offset"]),
        ("offset=2147483648", ["offset"]),
        ("limit=0&offset=x", ["limit", "offset"]),
        ("family=a%00b", ["family"]),
        ("family=data&family=", ["family"]),
        ("seniority=very+senior", ["seniority"]),
        ("famly=data", ["famly"]),
        ("updated_since=0.5", ["updated_since"]),
        ("updated_since=0001-01-01T00:00:00%2B01:00", ["updated_since"]),
        ("updated_since=2026-11-02", ["updated_since"]),
        ("page=2&Q=x", ["page", "Q"]),
        ("limit=1&limit=2", ["limit"]),
        ("famly=data&limit=0&q=a&q=b", ["famly", "q", "limit"]),
        ("q=a&q=b", ["q"]),
    ],
)
def test_a_request_that_is_not_understood_names_the_parameters(
    client: Client, query: str, faulty: list[str]
) -> None:
    content = problem(client.get(f"/api/v1/roles?{query}"), 422)
    assert [(fault["location"], fault["name"]) for fault in content["errors"]] == [
        ("query", name) for name in faulty
    ]
    assert all(fault.keys() == {"location", "name", "detail"} for fault in content["errors"])
    assert all(f"{fault['name']}: {fault['detail']}" in content["detail"] for fault in content["errors"])


def test_a_moment_may_be_told_with_any_offset(client: Client) -> None:
    assert client.get("/api/v1/roles?updated_since=3065-07-22T14:10:02%2B19:59").status_code == 200


def test_an_unknown_parameter_is_told_the_known_ones(client: Client) -> None:
    content = problem(client.get("/api/v1/roles?famly=data"), 422)
    detail = content["errors"][0]["detail"]
    assert detail.startswith("Not known here, did you mean family? Known are artifact_type, capability, ")


@pytest.mark.parametrize(
    "operation", [path for path, methods in api.get_openapi_schema()["paths"].items() if "get" in methods]
)
def test_every_operation_refuses_parameters_that_it_does_not_know(client: Client, operation: str) -> None:
    Role.objects.create(slug="analyst", name="Analyst")
    places = {"slug": "analyst", "id": 1, "number": 1, "kind": "seniority", "scheme": "code", "value": "A1"}
    answer = client.get(operation.format(**places) + "?nonsense=1")
    assert problem(answer, 422)["errors"][0]["name"] == "nonsense"


@pytest.mark.parametrize(
    "address", ["quality", "quality/roles", "proposals", "proposals/1", "revisions?author=x"]
)
def test_what_only_those_read_who_signed_in_says_how(client: Client, address: str) -> None:
    problem(client.get(f"/api/v1/{address}"), 401)


def test_a_failure_is_a_problem_that_tells_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    Role.objects.create(slug="analyst", name="Analyst")
    monkeypatch.setattr("api.representation.role_answer", fail)
    answer = Client(raise_request_exception=False).get("/api/v1/roles/analyst")
    problem(answer, 500)
    assert b"secret" not in answer.content
    assert "secret" in caplog.text


@pytest.mark.parametrize("address", ["/api/v1/roles", "/api/v1/openapi.json", "/api/nothing"])
def test_a_failure_outside_of_operations_is_a_problem_too(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr("django.middleware.common.CommonMiddleware.process_request", fail)
    problem(Client(raise_request_exception=False).get(address), 500)


def test_a_request_to_another_host_is_a_problem(client: Client) -> None:
    problem(client.get("/api/v1/roles", headers={"host": "evil.example"}), 400)


def test_what_an_operation_refuses_by_itself_keeps_its_words() -> None:
    answer = api.on_exception(
        RequestFactory().get("/api/v1/roles"), AuthenticationError(message="Who is it?")
    )
    assert b"Who is it?" in answer.content
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
