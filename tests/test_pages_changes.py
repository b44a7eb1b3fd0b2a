"""What changed in the catalogue: by day and role as a page, change by change as a feed."""

from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from roles import history, store
from roles.documents.document import Capability
from roles.models import Role, RoleRevision
from roles.views.change_list import CHANGES_IN_FEED, CHANGES_ON_PAGE
from tests.builders import change, document, edit, written
from tests.test_pages import editor_client, page, words_of

__all__ = ["editor_client"]

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def at(days_ago: int) -> datetime:
    """Noon of some day."""
    noon = timezone.now().replace(hour=12, minute=0)
    return noon - timedelta(days=days_ago)


def date_back(days_ago: int, **which: Any) -> None:
    """Let revisions have been made some days ago."""
    RoleRevision.objects.filter(**which).update(created_at=at(days_ago))


def told(client: Client, query: str = "") -> list[tuple[str, list[str]]]:
    """The changes on a page, each with the role's name, new roles last in their day."""
    days = client.get(f"/changes/{query}").context["changes"].days
    return [(each.name, list(each.told.sentences)) for day in days for each in (*day.changes, *day.new)]


def feed(client: Client, query: str = "") -> Any:
    response = client.get(f"/changes/feed.atom{query}")
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)  # noqa: S314


def entries(client: Client, query: str = "") -> list[tuple[str, str]]:
    """Title and summary of each entry of the feed."""
    found = feed(client, query).findall(f"{ATOM}entry")
    return [(entry.find(f"{ATOM}title").text, entry.find(f"{ATOM}summary").text) for entry in found]


# By day and role


def test_changes_stand_by_day_the_latest_first(client: Client) -> None:
    written(document("Cook"))
    date_back(2)
    edit("cook", mission="Feed people.")
    date_back(1, number=2)
    edit("cook", tags=("kitchen",))
    days = client.get("/changes/").context["changes"].days
    assert [day.date for day in days] == [timezone.localdate(at(ago)) for ago in (0, 1, 2)]
    assert told(client) == [
        ("Cook", ["Gained tag “kitchen”"]),
        ("Cook", ["Wrote the mission"]),
        ("Cook", ["Made the role"]),
    ]


def test_what_one_person_did_to_a_role_on_a_day_is_told_as_one_change(client: Client) -> None:
    written(document("Cook"))
    date_back(1)
    edit("cook", mission="Feed people.")
    written(document("Baker"))
    edit("cook", mission="Feed everybody.", capabilities=(Capability(name="Soup"),))
    assert told(client) == [
        ("Cook", ["Wrote the mission", "Gained capability “Soup”"]),
        ("Baker", ["Made the role"]),
        ("Cook", ["Made the role"]),
    ]
    assert "in 2 revisions" in words_of(page(client, "/changes/"))


def test_changes_of_two_people_are_told_apart(client: Client) -> None:
    role = written(document("Cook"))
    date_back(1)
    edit("cook", mission="Feed people.")
    store.write(
        role,
        document("Cook", mission="Feed people.", tags=("kitchen",)),
        store.Change(origin=RoleRevision.Origin.ADMIN, author_name="Max"),
    )
    assert [sentences for _name, sentences in told(client)[:2]] == [
        ["Gained tag “kitchen”"],
        ["Wrote the mission"],
    ]


def test_a_role_that_was_made_and_edited_on_a_day_is_a_new_role(client: Client) -> None:
    written(document("Cook"))
    edit("cook", mission="Feed people.")
    assert told(client) == [("Cook", ["Made the role"])]


def test_a_family_can_be_looked_at_alone(client: Client) -> None:
    written(document("Cook", family="Kitchen"))
    written(document("Clerk", family="Office"))
    assert told(client, "?family=kitchen") == [("Cook", ["Made the role"])]


@pytest.mark.parametrize("query", ["?family=nothing", "?family=%00", "?family=" + "x" * 10_000])
def test_a_family_that_does_not_exist_is_said_not_to(client: Client, query: str) -> None:
    written(document("Cook", family="Kitchen"))
    assert "There is no such family" in words_of(page(client, f"/changes/{query}"))


def test_pages_follow_each_other_without_a_gap_while_changes_come_in(client: Client) -> None:
    for number in range(CHANGES_ON_PAGE + 5):
        written(document(f"Cook {number:03}"))
    first = client.get("/changes/").context["changes"]
    written(document("Latecomer"))
    seen = [change.name for day in first.days for change in day.new]
    rest = [name for name, _sentences in told(client, f"?before={first.older}")]
    assert sorted(seen + rest) == [f"Cook {number:03}" for number in range(CHANGES_ON_PAGE + 5)]


@pytest.mark.parametrize("before", ["0", "-1", "abc", "%00", "9" * 5000, "²"])
def test_a_beginning_that_makes_no_sense_is_no_error(client: Client, before: str) -> None:
    written(document("Cook"))
    assert client.get(f"/changes/?before={before}").status_code == 200


def test_an_empty_catalogue_has_a_page_of_changes(client: Client) -> None:
    assert "Nothing has changed yet." in words_of(page(client, "/changes/"))


def test_editors_are_not_named_to_the_public(client: Client) -> None:
    store.write(None, document("Cook"), change("The kitchen opens"))
    edit("cook", mission="Feed people.")
    date_back(1, number=1)
    for address in ("/changes/", "/changes/feed.atom"):
        text = client.get(address).content.decode()
        assert "Hanna" not in text
        assert "kitchen" not in text


# What must not be told


@pytest.mark.parametrize("address", ["/changes/", "/changes/feed.atom"])
def test_drafts_are_told_of_to_nobody_but_editors(
    client: Client, editor_client: Client, address: str
) -> None:
    written(document("Secret Successor"), status=Role.Status.DRAFT)
    assert "Secret" not in client.get(address).content.decode()
    assert "Secret" in editor_client.get(address).content.decode()


def test_a_deleted_role_is_said_to_be_deleted_and_no_more(client: Client) -> None:
    role = written(document("Cook", mission="Feed people."))
    edit("cook", mission="Feed everybody.")
    history.delete([role], change())
    assert told(client) == [("Cook", ["Deleted the role"])]
    assert "/roles/cook/" not in page(client, "/changes/")
    assert entries(client)[0][0] == "Cook"
    assert "Deleted the role" in entries(client)[0][1]


def test_a_draft_that_is_deleted_is_not_told_of(client: Client) -> None:
    history.delete([written(document("Secret Successor"), status=Role.Status.DRAFT)], change())
    assert told(client) == []
    assert entries(client) == []


# The feed


def test_the_feed_tells_each_change_with_its_revision(client: Client) -> None:
    written(document("Cook"))
    edit("cook", mission="Feed <people>.")
    edit("cook", tags=("kitchen",))
    root = feed(client)
    assert [title for title, _summary in entries(client)] == ["Cook"] * 3
    assert "Wrote the mission" in entries(client)[1][1]
    link = root.find(f"{ATOM}entry/{ATOM}link")
    assert link.get("href") == "http://testserver/roles/cook/revisions/3/"
    links = {each.get("rel"): each.get("href") for each in root.findall(f"{ATOM}link")}
    assert links == {
        "alternate": "http://testserver/changes/",
        "self": "http://testserver/changes/feed.atom",
    }


def test_an_entry_keeps_its_id_when_the_role_gets_another_slug(client: Client) -> None:
    role = written(document("Cook"))
    before = [entry.find(f"{ATOM}id").text for entry in feed(client).findall(f"{ATOM}entry")]
    store.write(role, document("Chef"), change())
    after = [entry.find(f"{ATOM}id").text for entry in feed(client).findall(f"{ATOM}entry")]
    assert after[1:] == before
    assert len(set(after)) == 2


def test_a_reader_that_has_the_feed_is_told_so(client: Client) -> None:
    written(document("Cook"))
    response = client.get("/changes/feed.atom")
    for header, value in (
        ("If-None-Match", response["ETag"]),
        ("If-Modified-Since", response["Last-Modified"]),
    ):
        again = client.get("/changes/feed.atom", headers={header: value})
        assert (again.status_code, again.content) == (304, b"")
    edit("cook", mission="Feed people.")
    assert client.get("/changes/feed.atom", headers={"If-None-Match": response["ETag"]}).status_code == 200


def test_the_feed_of_one_person_is_not_that_of_another(client: Client) -> None:
    written(document("Cook"))
    tag = client.get("/changes/feed.atom")["ETag"]
    client.force_login(User.objects.create_user("tess"))
    response = client.get("/changes/feed.atom", headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert "Cookie" in response["Vary"]
    assert "Hanna" in response.content.decode()


def test_the_feed_can_be_of_one_family(client: Client) -> None:
    written(document("Cook", family="Kitchen"))
    written(document("Clerk", family="Office"))
    assert [title for title, _summary in entries(client, "?family=kitchen")] == ["Cook"]
    assert client.get("/changes/feed.atom?family=nothing").status_code == 404
    assert client.get("/changes/feed.atom?family=%00").status_code == 404


def test_the_feed_holds_the_newest_changes_alone(client: Client) -> None:
    for number in range(CHANGES_IN_FEED + 3):
        written(document(f"Cook {number:03}"))
    titles = [title for title, _summary in entries(client)]
    assert (len(titles), titles[0]) == (CHANGES_IN_FEED, f"Cook {CHANGES_IN_FEED + 2:03}")


def test_pages_name_the_feed(client: Client) -> None:
    written(document("Cook"))
    for address in ("/changes/", "/roles/cook/"):
        assert 'type="application/atom+xml"' in page(client, address)


# Queries


def test_changes_take_the_same_queries_however_many_there_are(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def look() -> None:
        # The families, the revisions, the documents that are compared, the ladder by names and by aliases.
        with django_assert_num_queries(5):
            page(client, "/changes/")
        # The version of the feed, and the same again without families.
        with django_assert_num_queries(5):
            feed(client)

    written(document("Cook", family="Kitchen"))
    date_back(1)
    edit("cook", mission="Feed people.")
    look()
    for number in range(12):
        written(document(f"Clerk {number}", family=f"Office {number}"))
        date_back(1, number=1)
        edit(f"clerk-{number}", mission="Write.")
    look()
