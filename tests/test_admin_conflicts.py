"""The pages on which HR decides between what files and what the catalogue say."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles import store
from roles.documents.document import RoleDocument
from roles.loading.run import load
from roles.models import Conflict, Proposal, Role
from tests.accounts import account
from tests.builders import edit, profile, put
from tests.test_admin_late_saves import questions
from tests.test_admin_role import form_of

pytestmark = pytest.mark.django_db

LIST = "admin:roles_conflict_changelist"


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(account("reviewer"))
    return client


def file(name: str, mission: str) -> str:
    return profile(name).replace(f"Keep {name} going.", mission)


@pytest.fixture(autouse=True)
def roles(tmp_path: Path) -> Path:
    """Two roles, the mission of each changed both in its file and in the catalogue."""
    for mission in ("Base.", "Theirs."):
        load([put(tmp_path, {f"{name}.md": file(name, mission) for name in ("Ann", "Bob")})])
        for slug in ("ann", "bob"):
            edit(slug, mission="Ours.")
    return tmp_path


def said(slug: str) -> RoleDocument:
    return store.current(Role.objects.select_related("revision").get(slug=slug))


def page_of(slug: str) -> str:
    return reverse("admin:roles_conflict_decide", args=[Role.objects.get(slug=slug).pk])


def told(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def tick(client: Client, action: str, **more: Any) -> Any:
    """What answers an action on all conflicts."""
    keys = list(Conflict.objects.values_list("pk", flat=True))
    return client.post(reverse(LIST), {"action": action, "_selected_action": keys, **more})


def test_the_list_shows_what_waits_and_leads_to_where_it_is_decided(desk: Client) -> None:
    html = desk.get(reverse(LIST)).content.decode()
    assert (html.count("Theirs."), html.count("Ours.")) == (2, 2)
    conflict = Conflict.objects.get(role__slug="ann")
    answer = desk.get(reverse("admin:roles_conflict_change", args=[conflict.pk]))
    assert answer["Location"] == page_of("ann")


def test_a_page_puts_both_sides_beside_each_other_with_who_and_where(desk: Client) -> None:
    html = desk.get(page_of("ann")).content.decode()
    assert "Hanna, " in html
    assert "Ann.md, line 6" in html
    assert "Base." in html


@pytest.mark.parametrize(("side", "mission"), [("theirs", "Theirs."), ("ours", "Ours."), ("own", "Third.")])
def test_a_choice_is_done_and_told(desk: Client, side: str, mission: str) -> None:
    [name] = questions(desk.get(page_of("ann")).content.decode())
    answer = desk.post(page_of("ann"), {name: side, f"{name.replace('choose', 'own')}-value": "Third."})
    assert answer["Location"] == reverse(LIST)
    assert "1 statement is decided." in told(answer)
    assert said("ann").mission == mission
    assert [row.role.slug for row in Conflict.objects.waiting()] == ["bob"]  # type: ignore[union-attr]


def test_a_decided_conflict_says_what_was_chosen_by_whom(desk: Client) -> None:
    desk.post(page_of("ann"), {"all": "theirs"})
    conflict = Conflict.objects.get(role__slug="ann")
    html = desk.get(reverse("admin:roles_conflict_change", args=[conflict.pk])).content.decode()
    assert "the file&#x27;s, by reviewer, " in html
    assert "the file&#x27;s, by reviewer, " in desk.get(reverse(LIST) + "?state=decided").content.decode()


@pytest.mark.parametrize("choice", ["", "nobody", "\x00"])
def test_without_a_choice_nothing_is_done(desk: Client, choice: str) -> None:
    [name] = questions(desk.get(page_of("ann")).content.decode())
    answer = desk.post(page_of("ann"), {name: choice})
    assert answer.status_code == 200
    assert "You chose nothing" in answer.content.decode()
    assert Conflict.objects.waiting().count() == 2


def test_a_third_that_can_not_be_said_is_refused_beside_its_field(desk: Client) -> None:
    [name] = questions(desk.get(page_of("ann")).content.decode())
    wrong = "A\n\n## Heading\n\nB"
    answer = desk.post(page_of("ann"), {name: "own", f"{name.replace('choose', 'own')}-value": wrong})
    assert "contains a heading of level 2" in answer.content.decode()
    assert said("ann").mission == "Ours."


def test_a_choice_between_sides_that_changed_since_is_asked_for_again(desk: Client) -> None:
    [name] = questions(desk.get(page_of("ann")).content.decode())
    edit("ann", mission="Ours, newer.")
    assert desk.post(page_of("ann"), {name: "theirs"}).status_code == 200
    assert said("ann").mission == "Ours, newer."


@pytest.mark.parametrize(("action", "mission"), [("take_files", "Theirs."), ("keep_ours", "Ours.")])
def test_many_are_decided_at_once_after_one_look(desk: Client, action: str, mission: str) -> None:
    html = tick(desk, action).content.decode()
    assert "This decides 2 statements." in html
    assert Conflict.objects.waiting().count() == 2
    seen = form_of(html, "many_form")["seen"]
    answer = tick(desk, action, seen=seen, reason="As agreed")
    assert answer.status_code == 302
    assert "2 statements are decided." in told(answer)
    assert (said("ann").mission, said("bob").mission) == (mission, mission)
    assert Conflict.objects.waiting().count() == 0


def test_many_are_shown_again_if_one_changed_meanwhile(desk: Client) -> None:
    seen = form_of(tick(desk, "take_files").content.decode(), "many_form")["seen"]
    edit("ann", mission="Ours, newer.")
    answer = tick(desk, "take_files", seen=seen)
    assert "Somebody changed one of them" in answer.content.decode()
    assert said("bob").mission == "Ours."


def test_a_decision_can_be_asked_for_again(desk: Client) -> None:
    desk.post(page_of("ann"), {"all": "ours"})
    answer = desk.post(
        reverse(LIST) + "?state=decided",
        {"action": "ask_again", "_selected_action": [Conflict.objects.get(role__slug="ann").pk]},
    )
    assert "1 decision waits again." in told(answer)
    assert Conflict.objects.waiting().count() == 2


def test_who_may_only_propose_proposes_and_sees_so(desk: Client) -> None:
    client = Client()
    client.force_login(account("editor"))
    answer = client.post(page_of("ann"), {"all": "theirs"})
    assert "a reviewer looks at it" in told(answer)
    assert (said("ann").mission, Proposal.objects.count()) == ("Ours.", 1)
    assert Conflict.objects.waiting().count() == 1


def test_viewers_decide_nothing() -> None:
    client = Client()
    client.force_login(account("viewer"))
    assert client.post(page_of("ann"), {"all": "theirs"}).status_code == 403


@pytest.mark.each_database
def test_the_list_takes_as_many_queries_for_many_conflicts(desk: Client) -> None:
    desk.get(reverse(LIST))
    with CaptureQueriesContext(connection) as few:
        desk.get(reverse(LIST))
    for role in Role.objects.all():
        for key in ("summary", "description", "capabilities:sql"):
            Conflict.objects.create(role=role, key=key, ours=None, theirs=None)
    with CaptureQueriesContext(connection) as many:
        desk.get(reverse(LIST))
    assert len(few) == len(many)
