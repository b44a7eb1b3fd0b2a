"""What happened to roles as JSON: for a program that follows the catalogue."""

import csv
import io
from typing import Any

import orjson
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from api.schemas.changes import ChangePage
from roles import history, lifecycle, store
from roles.models import Role, RoleRevision
from tests.builders import document, edit, written

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/changes"


def get(client: Client, address: str = ADDRESS) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    ChangePage.model_validate_json(answer.content)
    return answer.json()


def told(client: Client, asked: str = "") -> list[tuple[str, str]]:
    return [(item["kind"], item["slug"]) for item in get(client, ADDRESS + asked)["items"]]


def delete(slug: str) -> None:
    gone = Role.objects.filter(slug=slug)
    history.delete(gone, store.Change(origin=RoleRevision.Origin.DELETE, author_name="Hanna"))


def test_a_change_says_what_happened_to_which_role(client: Client) -> None:
    role = written(document("Ann"))
    edit("ann", mission="Row.")
    item = get(client, f"{ADDRESS}?since=1")["items"][0]
    revision = RoleRevision.objects.latest("catalogue_number")
    assert item == {
        "number": 2,
        "kind": "changed",
        "at": revision.created_at.isoformat().replace("+00:00", "Z"),
        "uid": str(role.uid),
        "slug": "ann",
        "name": "Ann",
        "url": "http://testserver/roles/ann/",
        "revision": 2,
        "fields": ["mission"],
        "author": None,
        "reason": None,
    }


def test_who_did_it_and_why_is_for_readers_who_have_signed_in(client: Client, viewer_client: Client) -> None:
    lifecycle.change(written(document("Ann")), by=None, by_name="Hanna", reason="Why", status="archived")
    said = [(item["author"], item["reason"]) for item in get(viewer_client)["items"]]
    assert said == [("Hanna", None), ("Hanna", "Why")]
    assert {(item["author"], item["reason"]) for item in get(client)["items"]} == {(None, None)}


def test_the_page_that_is_named_is_that_of_the_role_as_it_is_called_now(client: Client) -> None:
    written(document("Ann"))
    edit("ann", slug="anna")
    written(document("Ben"))
    lifecycle.change(Role.objects.get(slug="ben"), by=None, status="draft")
    delete("anna")
    written(document("Cid"))
    edit("cid", slug="anna")
    urls = [(item["kind"], item["slug"], item["url"]) for item in get(client)["items"]]
    assert urls == [
        ("hidden", "ben", None),
        ("deleted", "anna", None),
        ("published", "cid", "http://testserver/roles/anna/"),
        ("changed", "anna", "http://testserver/roles/anna/"),
    ]


def test_one_address_that_is_kept_leads_through_all_that_happens(client: Client) -> None:
    for name in ("Ann", "Bob", "Cid"):
        written(document(name))
    page = get(client, f"{ADDRESS}?limit=2")
    assert ([item["number"] for item in page["items"]], page["last"]) == ([1, 2], 2)
    page = get(client, page["next"])
    assert ([item["number"] for item in page["items"]], page["last"]) == ([3], 3)
    assert page["next"] == "http://testserver/api/v1/changes?limit=2&since=3"
    page = get(client, page["next"])
    assert (page["items"], page["last"]) == ([], 3)
    edit("bob", mission="Row.")
    assert [item["slug"] for item in get(client, page["next"])["items"]] == ["bob"]


def test_what_the_reader_may_not_know_of_is_not_told_by_a_number_either(client: Client) -> None:
    for name in ("Ann", "Bob", "Cid"):
        written(document(name), status=Role.Status.DRAFT)
    page = get(client)
    assert (page["items"], page["last"]) == ([], 0)
    lifecycle.change(Role.objects.get(slug="ann"), by=None, status="published")
    assert [item["number"] for item in get(client, page["next"])["items"]] == [4]


def test_a_number_beyond_the_end_finds_nothing_and_leads_back_to_the_end(client: Client) -> None:
    written(document("Ann"))
    page = get(client, f"{ADDRESS}?since=9000000000000000000")
    assert (page["items"], page["last"]) == ([], 1)


@pytest.mark.parametrize("asked", ["since=-1", "since=x", "since=9223372036854775808", "kind=lost", "sinc=1"])
def test_what_can_not_be_asked_is_refused(client: Client, asked: str) -> None:
    assert client.get(f"{ADDRESS}?{asked}").status_code == 422


def test_the_filters_narrow_to_kinds_roles_and_families(client: Client) -> None:
    written(document("Ann", family="River Works"))
    written(document("Bob", family="Harbour"))
    edit("ann", slug="anna")
    lifecycle.change(Role.objects.get(slug="bob"), by=None, status="archived")
    assert told(client, "?kind=archived&kind=changed") == [("changed", "anna"), ("archived", "bob")]
    assert told(client, "?role=ann") == [("published", "ann"), ("changed", "anna")]
    assert told(client, "?family=harbour&kind=published") == [("published", "bob")]
    assert told(client, "?family=nowhere") == told(client, "?role=nobody") == []


def test_as_json_lines_all_come_at_once(client: Client) -> None:
    for number in range(25):
        written(document(f"Role {number}"))
    answer = client.get(f"{ADDRESS}?format=jsonl&since=2")
    assert answer["Content-Type"] == "application/jsonl"
    lines = [orjson.loads(line) for line in answer.getvalue().splitlines()]
    assert [line["number"] for line in lines] == list(range(3, 26))


def test_as_csv_each_has_a_line(client: Client) -> None:
    role = written(document("Ann"))
    edit("ann", mission="Row.", summary="Rows.")
    text = client.get(ADDRESS, headers={"Accept": "text/csv"}).getvalue().decode()
    first, second = csv.DictReader(io.StringIO(text))
    assert (first["kind"], first["uid"], first["fields"]) == ("published", str(role.uid), "")
    assert (second["number"], second["fields"], second["author"]) == ("2", "mission; summary", "")


def test_a_follower_who_has_all_is_told_so_without_looking(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    written(document("Ann"))
    etag = client.get(ADDRESS)["ETag"]
    with django_assert_num_queries(1):
        assert client.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 304
    lifecycle.change(Role.objects.get(), by=None, status="archived")
    assert client.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("count", [1, 6])
def test_the_number_of_queries_does_not_grow(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        written(document(f"Role {number}", family="Harbour"))
    # The state, the newest number, the events.
    with django_assert_num_queries(3):
        get(client, f"{ADDRESS}?family=harbour&role=role-0&kind=published")
