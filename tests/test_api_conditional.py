"""Answers that are sent only to who does not have them: with ETag, Last-Modified and 304."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date
from pytest_django import DjangoAssertNumQueries

from api.api import api
from roles.models import Capability, Proposal
from tests.builders import FULL, document, written
from tests.test_api_errors import problem
from tests.tokens import program

pytestmark = pytest.mark.django_db

READING: dict[str, str] = {
    operation["operationId"]: path
    for path, methods in api.get_openapi_schema()["paths"].items()
    for method, operation in methods.items()
    if method == "get"
}
QUERIES = {
    "compare_roles": "?role=bridge-keeper&role=ferry-master",
    "get_gap": "?from=ferry-master&to=bridge-keeper",
    "list_fitting_roles": "?from=bridge-keeper",
    "search_roles": "?q=bridge",
}
"""What cannot be asked without saying more."""


@pytest.fixture
def reader() -> Client:
    """A program that may read whatever there is, of a catalogue that has something at each address."""
    written(FULL)
    written(document("Ferry Master", capabilities=FULL.capabilities))
    reader = program(User.objects.create_superuser("hanna"))
    keeper = "/api/v1/roles/bridge-keeper"
    made = reader.post(
        f"{keeper}/proposals?reason=Shorter",
        {"summary": "Short."},
        content_type="application/merge-patch+json",
        headers={"If-Match": reader.get(keeper)["ETag"]},
    )
    assert made.status_code == 201, made.content
    return reader


def address(operation: str) -> str:
    path = READING[operation]
    slugs = {
        "levels": "senior",
        "roles": "bridge-keeper",
        "capabilities": "carpentry",
        "responsibilities": "crossing",
        "artifacts": "logbook",
        "families": "river-works",
        "mcp-servers": "gauge",
    }
    places = {
        "slug": slugs.get(path.split("/")[3], ""),
        "kind": "seniority",
        "scheme": "role-code",
        "value": "BRID7001",
        "number": 1,
        "id": getattr(Proposal.objects.first(), "pk", 0),
    }
    return path.format(**places) + QUERIES.get(operation, "")


def test_whatever_can_be_read_is_sent_only_to_who_does_not_have_it(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In the second of a change, the one before is named, and the next one might have come.
    monkeypatch.setattr("api.conditional._A_SECOND", timedelta())
    for operation in READING:
        first: Any = reader.get(address(operation))
        assert first.status_code == 200, first.content
        conditions = {"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]}
        for name, value in conditions.items():
            again = reader.get(address(operation), headers={name: value})
            assert (again.status_code, again.content) == (304, b""), (operation, name)
            assert again["ETag"] == first["ETag"], (operation, name)


@pytest.mark.parametrize(
    "condition", [{"If-None-Match": "*"}, {"If-Modified-Since": http_date(timezone.now().timestamp() + 9)}]
)
@pytest.mark.parametrize(
    "missing", ["capabilities/none", "roles/none", "roles/none/related", "levels/seniority/none"]
)
def test_what_is_not_there_is_not_said_to_be_as_it_was(
    client: Client, missing: str, condition: dict[str, str]
) -> None:
    problem(client.get(f"/api/v1/{missing}", headers=condition), 404)


@pytest.mark.parametrize("path", ["roles", "openapi.json", "roles/bridge-keeper"])
def test_a_condition_that_does_not_hold_is_a_problem_of_its_kind(client: Client, path: str) -> None:
    written(FULL)
    told = problem(client.get(f"/api/v1/{path}", headers={"If-Match": '"other"'}), 412)
    assert told["type"].endswith("#precondition-failed")


def test_who_names_a_tag_costs_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Capability.objects.create(name="Rowing", slug="rowing")
    tag = client.get("/api/v1/capabilities")["ETag"]
    with django_assert_num_queries(1):
        assert (
            client.get("/api/v1/capabilities", headers={"If-None-Match": f'W/{tag}, "x"'}).status_code == 304
        )
