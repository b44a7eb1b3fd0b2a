"""What all lists of the API have in common: pages, cursors, fields, facets, forms, and what is kept."""

import base64
import csv
import io
import json
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from roles.documents.document import Capability, Interaction, RoleDocument
from roles.models import Capability as CapabilityWord
from roles.models import Role
from roles.partners import link_partners
from tests.builders import document, edit, written

pytestmark = pytest.mark.django_db

ROLES = "/api/v1/roles"
LISTS = (
    *("roles", "responsibilities", "capabilities", "artifacts", "families", "levels", "mcp-servers"),
    *("interactions", "agents", "documents", "revisions", "roles/keeper-0/revisions"),
)


def get(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.content)
    return answer.json()


def content(client: Client, address: str, **headers: str) -> bytes:
    answer: Any = client.get(address, headers=headers)
    assert answer.status_code == 200
    whole: bytes = answer.getvalue() if answer.streaming else answer.content
    return whole


def faults(client: Client, address: str) -> dict[str, str]:
    answer = client.get(address)
    assert answer.status_code == 422, answer.content
    return {fault["name"]: fault["detail"] for fault in answer.json()["errors"]}


def walked(client: Client, address: str, way: str = "next") -> list[list[dict[str, Any]]]:
    """The items of each page from this one on."""
    pages = []
    following: str | None = address
    while following:
        page = get(client, following)
        pages.append(page["items"])
        following = page[way]
    return pages


def flat(pages: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [item for page in pages for item in page]


@pytest.fixture
def keepers(db: None) -> None:
    """Five roles that say something of everything."""
    for number in range(5):
        written(keeper(number))
    link_partners()
    edit("keeper-0", summary="Keeps the first bridge.")


def keeper(number: int) -> RoleDocument:
    return document(
        f"Keeper {number}",
        family="River" if number % 2 else "Works",
        seniority="Senior",
        tags=("bridge", f"number {number}"),
        summary="=SUM(A1)" if number == 3 else f"Keeps; bridge, “{number}”\nof many.",
        capabilities=(Capability(name="Carpentry", level="Advanced"), Capability(name=f"Skill {number}")),
        interactions=(Interaction(kind="Reports to", partner=f"Keeper {(number + 1) % 5}"),),
    )


# Parts of a list


@pytest.mark.usefixtures("keepers")
@pytest.mark.parametrize("name", LISTS)
def test_pages_by_cursor_are_those_by_offset(client: Client, name: str) -> None:
    address = f"/api/v1/{name}?limit=2"
    by_offset = walked(client, address)
    assert walked(client, f"{address}&cursor=") == by_offset
    assert [len(page) for page in by_offset[:-1]] == [2] * (len(by_offset) - 1)
    assert sum(map(len, by_offset)) == get(client, address)["count"]


@pytest.mark.usefixtures("keepers")
@pytest.mark.parametrize("sort", ["name", "-name", "seniority", "-updated_at"])
def test_a_cursor_leads_back_as_it_led_on(client: Client, sort: str) -> None:
    forth = walked(client, f"{ROLES}?sort={sort}&limit=2&cursor=")
    last = f"{ROLES}?sort={sort}&limit=2&cursor="
    while following := get(client, last)["next"]:
        last = following
    back = walked(client, last, "previous")
    # The first page is as full as all others on the way back, so only the order of items is the same.
    assert flat(back[::-1]) == flat(forth)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_cursor_meets_what_stays_once_whatever_comes_and_goes(client: Client, data: st.DataObject) -> None:
    Role.objects.all().delete()
    letters = st.text("abcde", min_size=1, max_size=3)
    stay = data.draw(st.sets(letters, min_size=2, max_size=6), label="stay")
    others = data.draw(st.sets(letters, max_size=6), label="others") - stay
    for slug in stay:
        Role.objects.create(slug=slug, name=slug)
    sort = data.draw(st.sampled_from(["name", "-name", "-seniority", "updated_at", "-updated_at"]))
    limit = data.draw(st.integers(1, 3), label="limit")
    way = data.draw(st.sampled_from(["next", "previous"]), label="way")
    address: str | None = f"{ROLES}?sort={sort}&limit={limit}&cursor="
    if way == "previous":
        while following := get(client, address or "")["next"]:
            address = following
    met = []
    while address:
        page = get(client, address)
        met += [item["slug"] for item in page["items"]]
        address = page[way]
        for slug in data.draw(st.sets(st.sampled_from(sorted(others)) if others else st.nothing())):
            if not Role.objects.filter(slug=slug).delete()[0]:
                Role.objects.create(slug=slug, name=slug)
    assert sorted(slug for slug in met if slug in stay) == sorted(stay)


@pytest.mark.usefixtures("keepers")
@pytest.mark.parametrize("cursor", ["x", "bm8", "W10", "a" * 2_000, "%00", "W1tdLGZhbHNlLFtdXQ"])
def test_a_cursor_that_this_list_did_not_give_is_refused(client: Client, cursor: str) -> None:
    assert "Begin with an empty one" in faults(client, f"{ROLES}?cursor={cursor}")["cursor"]


@pytest.mark.usefixtures("keepers")
def test_a_cursor_of_another_order_is_refused(client: Client) -> None:
    following = get(client, f"{ROLES}?limit=1&cursor=")["next"]
    assert "cursor" in faults(client, f"{following}&sort=-name")


@pytest.mark.usefixtures("keepers")
@pytest.mark.parametrize("name", ["levels", "capabilities"])
def test_a_cursor_with_values_of_another_type_is_refused(client: Client, name: str) -> None:
    sorts = {"levels": ["kind", "place", "sort_key", "slug"], "capabilities": ["sort_key", "slug"]}
    said = orjson.dumps([sorts[name], False, [[]] * len(sorts[name])])
    cursor = base64.urlsafe_b64encode(said).decode().rstrip("=")
    assert "cursor" in faults(client, f"/api/v1/{name}?cursor={cursor}")


def test_a_cursor_goes_with_no_offset(client: Client) -> None:
    assert "cursor" in faults(client, f"{ROLES}?offset=1&cursor=")["offset"].lower()


def test_ranks_have_no_cursor(client: Client) -> None:
    assert "sort=name" in faults(client, f"{ROLES}?q=keeper&cursor=")["cursor"]


def test_only_words_have_a_relevance(client: Client) -> None:
    assert "q" in faults(client, f"{ROLES}?sort=relevance")["sort"]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x"])
def test_a_limit_out_of_bounds_is_refused(client: Client, limit: str) -> None:
    assert "limit" in faults(client, f"/api/v1/capabilities?limit={limit}")


# What of an item


@pytest.mark.usefixtures("keepers")
@pytest.mark.parametrize("name", LISTS)
def test_fields_leave_the_others_out(client: Client, name: str) -> None:
    [whole] = get(client, f"/api/v1/{name}?limit=1")["items"] or [{}]
    for wanted in list(whole)[:3]:
        [item] = get(client, f"/api/v1/{name}?limit=1&fields={wanted}")["items"]
        assert item == {wanted: whole[wanted]}


@pytest.mark.usefixtures("keepers")
def test_a_field_that_is_asked_for_need_not_be_expanded(client: Client) -> None:
    [item] = get(client, f"{ROLES}?limit=1&fields=slug,tags")["items"]
    assert item == {"slug": "keeper-0", "tags": ["bridge", "number 0"]}


@pytest.mark.usefixtures("keepers")
@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_is_expanded_is_wanted_beside_the_fields_that_are_asked_for(client: Client, form: str) -> None:
    answer = client.get(f"{ROLES}?limit=1&fields=slug&expand=tags&format={form}")
    if form == "json":
        assert answer.json()["items"] == [{"slug": "keeper-0", "tags": ["bridge", "number 0"]}]
    else:
        assert answer.getvalue() == b"slug,tags\r\nkeeper-0,bridge; number 0\r\n"


@pytest.mark.usefixtures("keepers")
def test_repeating_is_the_same_as_a_comma(client: Client) -> None:
    ones = get(client, f"{ROLES}?fields=slug&fields=name")["items"]
    assert ones == get(client, f"{ROLES}?fields=slug,name")["items"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("fields=slugs", "did you mean slug?"),
        ("expand=capability", "did you mean capabilities?"),
        ("sort=nmae", "did you mean name?"),
        ("facets=famly", "did you mean family?"),
        ("format=jsonlines", "did you mean jsonl?"),
        ("status=publised", "did you mean published?"),
        ("famly=data", "did you mean family?"),
    ],
)
def test_what_is_misspelt_is_refused_and_the_near_miss_named(client: Client, asked: str, meant: str) -> None:
    [detail] = faults(client, f"{ROLES}?{asked}").values()
    assert meant in detail


# Facets


@pytest.mark.usefixtures("keepers")
@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("roles", ["family", "seniority", "capability", "partner", "tag", "has_agent", "status"]),
        ("levels", ["kind"]),
        ("interactions", ["family", "partner", "kind", "status", "resolved"]),
        ("revisions", ["origin", "family"]),
    ],
)
def test_facets_count_what_their_filters_find(client: Client, name: str, names: list[str]) -> None:
    found = get(client, f"/api/v1/{name}?facets={','.join(names)}")["facets"]
    for facet in names:
        assert found[facet], facet
        for each in found[facet]:
            address = f"/api/v1/{name}?{urlencode({facet: each['value']})}"
            assert (address, get(client, address)["count"]) == (address, each["count"])


@pytest.mark.usefixtures("keepers")
def test_a_facet_follows_all_filters_but_its_own(client: Client) -> None:
    found = get(client, f"{ROLES}?family=river&capability=carpentry&facets=family,capability")["facets"]
    assert {each["value"]: each["count"] for each in found["family"]} == {"works": 3, "river": 2}
    assert {each["value"] for each in found["capability"]} == {"carpentry", "skill-1", "skill-3"}


# Forms


@pytest.mark.usefixtures("keepers")
@pytest.mark.parametrize("name", LISTS)
def test_streams_are_all_pages(client: Client, name: str) -> None:
    whole = flat(walked(client, f"/api/v1/{name}?limit=2"))
    lines = content(client, f"/api/v1/{name}?format=jsonl").splitlines()
    assert [json.loads(line) for line in lines] == whole
    rows = list(csv.DictReader(io.StringIO(content(client, f"/api/v1/{name}?format=csv").decode())))
    assert [{key: _text(value) for key, value in item.items()} for item in whole] == rows


def _text(value: Any) -> str:
    """How CSV tells a value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "; ".join(value)
    if isinstance(value, list | dict):
        return orjson.dumps(value).decode()
    return f"'{value}" if str(value).startswith("=") else str(value)


@pytest.mark.usefixtures("keepers")
def test_a_stream_has_the_window_and_the_fields_that_are_asked_for(client: Client) -> None:
    lines = content(client, f"{ROLES}?format=csv&fields=slug,family_slug&offset=1&limit=2").splitlines()
    assert lines == [b"slug,family_slug", b"keeper-1,river", b"keeper-2,works"]


def test_a_stream_has_no_cursor(client: Client) -> None:
    assert "cursor" in faults(client, f"{ROLES}?format=jsonl&cursor=")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("application/jsonl", "application/jsonl"),
        ("application/x-ndjson", "application/jsonl"),
        ("text/csv;q=0.5, application/json", "application/json"),
    ],
)
def test_the_header_accept_chooses_the_form(client: Client, accept: str, media_type: str) -> None:
    answer = client.get("/api/v1/families", headers={"Accept": accept})
    assert answer["Content-Type"].partition(";")[0] == media_type
    assert "Accept" in answer["Vary"]


def test_a_form_that_there_is_not_is_refused(client: Client) -> None:
    answer = client.get("/api/v1/families", headers={"Accept": "image/png"})
    assert (answer.status_code, answer.json()["type"]) == (406, "/api/v1/docs/problems#not-acceptable")


def test_an_address_decides_before_the_header(client: Client) -> None:
    answer = client.get("/api/v1/families?format=json", headers={"Accept": "text/csv"})
    assert answer["Content-Type"].startswith("application/json")


def test_a_stream_holds_but_few_rows_at_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.collections.collection.AT_ONCE", 10)
    monkeypatch.setattr("api.collections.operation.AT_ONCE", 10)
    Role.objects.bulk_create(Role(slug=f"r-{n}", name=f"R {n}", sort_key=f"{n:03}") for n in range(35))
    with CaptureQueriesContext(connection) as captured:
        assert len(content(client, f"{ROLES}?format=jsonl").splitlines()) == 35
    # The state, the roles, and for each ten of them what they need.
    assert len(captured) == 1 + 1 + 4


# What is kept


@pytest.mark.usefixtures("keepers")
@pytest.mark.parametrize("name", LISTS)
def test_what_was_read_is_not_read_again(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, name: str
) -> None:
    first = client.get(f"/api/v1/{name}")
    with django_assert_num_queries(1):
        again = client.get(f"/api/v1/{name}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


@pytest.mark.usefixtures("keepers")
def test_whatever_changes_the_catalogue_changes_the_tag(client: Client) -> None:
    tags = [client.get("/api/v1/capabilities")["ETag"]]
    for step in (
        lambda: edit("keeper-1", summary="Another."),
        lambda: CapabilityWord.objects.update(category="Technical"),
        lambda: Role.objects.filter(slug="keeper-2").update(status="draft"),
    ):
        step()
        tags.append(client.get("/api/v1/capabilities")["ETag"])
    assert len({*tags}) == len(tags)


@pytest.mark.usefixtures("keepers")
def test_each_reader_form_and_address_has_a_tag_of_its_own(client: Client, editor_client: Client) -> None:
    answers = [
        client.get(ROLES),
        client.get(f"{ROLES}?limit=1"),
        client.get(ROLES, headers={"Accept": "text/csv"}),
        client.get(ROLES, headers={"Accept-Language": "de"}),
        editor_client.get(ROLES),
    ]
    assert len({answer["ETag"] for answer in answers}) == len(answers)


@pytest.mark.usefixtures("keepers")
def test_what_is_counted_is_counted_once_in_a_state(client: Client) -> None:
    with CaptureQueriesContext(connection) as first:
        get(client, f"{ROLES}?limit=1&facets=family,capability")
    with CaptureQueriesContext(connection) as second:
        get(client, f"{ROLES}?limit=1&offset=1&facets=family,capability")
    assert len(first) - len(second) == 3


@pytest.mark.usefixtures("keepers")
def test_what_is_kept_for_one_reader_is_not_told_to_another(client: Client, editor_client: Client) -> None:
    Role.objects.filter(slug="keeper-0").update(status="draft")
    asked = f"{ROLES}?facets=capability"
    mine, theirs = get(editor_client, asked), get(client, asked)
    assert (mine["count"], theirs["count"]) == (5, 4)
    assert len(mine["facets"]["capability"]) - len(theirs["facets"]["capability"]) == 1


@pytest.mark.usefixtures("keepers")
@pytest.mark.parametrize("name", LISTS)
def test_head_says_what_get_does(client: Client, name: str) -> None:
    whole, head = client.get(f"/api/v1/{name}"), client.head(f"/api/v1/{name}")
    assert (head.status_code, head.content) == (200, b"")
    # In the second of a change, Last-Modified names the one before, so it may be another by now.
    said = ("ETag", "Content-Type", "Vary")
    assert [head[each] for each in said] == [whole[each] for each in said]
