"""A form of a role that is saved after somebody else changed the role."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from roles import history, lifecycle, store
from roles.admin.typed import Lifecycle, Opened, Typed
from roles.documents.document import Capability, Identifier, Responsibility, RoleDocument
from roles.models import Proposal, Role, RoleRevision
from tests.accounts import account
from tests.builders import FULL, document, edit, written
from tests.test_admin_role import Fields, add_row, address, everything, form_of, opened, prefix_of, problems

pytestmark = pytest.mark.django_db

COOK = RoleDocument(
    slug="cook",
    name="Cook",
    mission="Cook every day.",
    summary="Cooks.",
    metrics=("Soups", "Guests", "Plates"),
    capabilities=(Capability(name="Knives", level="Advanced"), Capability(name="Fire")),
    responsibilities=(Responsibility(name="Soup", text="Cooks it."),),
)


@pytest.fixture
def reviewer() -> User:
    return account("reviewer")


@pytest.fixture
def desk(reviewer: User) -> Client:
    """A browser in which a reviewer has signed in."""
    client = Client()
    client.force_login(reviewer)
    return client


@pytest.fixture
def cook() -> Role:
    return written(COOK)


def ben_changes(**parts: Any) -> None:
    """Somebody else changes the cook."""
    store.write(
        Role.objects.select_related("revision").get(slug="cook"),
        replace(store.current(Role.objects.select_related("revision").get(slug="cook")), **parts),
        store.Change(origin=RoleRevision.Origin.ADMIN, author_name="Ben"),
    )


def said(role: Role) -> RoleDocument:
    return store.current(Role.objects.select_related("revision").get(pk=role.pk))


def told(answer: Any) -> str:
    """What the page that was led to says on top."""
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def merged_by(client: Client, role: Role, fields: Fields) -> str:
    """Save a late form that needs no choice, and return what is said of it."""
    answer = client.post(address(role), fields)
    assert answer.status_code == 302, answer.context.get("choices") or problems(answer)
    return told(answer)


def asked(client: Client, role: Role, fields: Fields) -> tuple[str, Fields]:
    """The page on which a late form is answered, and its fields; nothing is saved yet."""
    before = everything(role)
    answer = client.post(address(role), fields)
    assert answer.status_code == 200
    assert everything(role) == before
    html = answer.content.decode()
    return html, unanswered(html)


def unanswered(html: str) -> Fields:
    """What a page holds before anything is chosen on it."""
    return {
        name: value
        for name, value in form_of(html, "late_form").items()
        if name != "all" and not name.startswith("choose-")
    }


def settle(client: Client, fields: Fields, **more: str) -> Any:
    return client.post(reverse("admin:roles_role_settle"), fields | more)


def questions(html: str) -> list[str]:
    """The names of the answers that a page asks for."""
    names = [part.split('"', 1)[0] for part in html.split('type="radio" name="')[1:]]
    return list(dict.fromkeys(names))


# Different statements ---------------------------------------------------------------------------------------


def test_what_only_one_of_two_people_changed_is_saved_and_says_who_did_what(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    ben_changes(mission="Cook every morning.", metrics=("Soups", "Guests", "Plates", "Smiles"))
    message = merged_by(desk, cook, fields | {"summary": "Cooks well.", "reason": "Praise"})
    assert said(cook) == replace(
        COOK,
        mission="Cook every morning.",
        summary="Cooks well.",
        metrics=("Soups", "Guests", "Plates", "Smiles"),
    )
    assert "Ben changed this role after you opened it: Reworded the mission" in message
    revision = Role.objects.get(pk=cook.pk).revision
    assert revision is not None
    assert (revision.number, revision.author_name, revision.reason) == (3, "reviewer", "Praise")


def test_rows_that_somebody_else_removed_moved_or_added_are_taken_for_no_change(
    desk: Client, cook: Role
) -> None:
    fields = opened(desk, cook)
    ben_changes(metrics=("Plates", "Smiles"), capabilities=COOK.capabilities[1:])
    fields[f"{prefix_of(fields, 'name', 'Soup')}-text"] = "Tastes it."
    merged_by(desk, cook, fields)
    assert said(cook) == replace(
        COOK,
        metrics=("Plates", "Smiles"),
        capabilities=COOK.capabilities[1:],
        responsibilities=(Responsibility(name="Soup", text="Tastes it."),),
    )


@pytest.mark.each_database
def test_both_orders_come_together(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    ben_changes(metrics=("Soups", "Guests", "Plates", "Smiles"))
    places = {f"metrics-{row}-position": str(place) for row, place in enumerate((2, 1, 0))}
    merged_by(desk, cook, fields | places)
    assert said(cook).metrics == ("Plates", "Smiles", "Guests", "Soups")


def test_both_add_what_they_like(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    add_row(fields, "principles", text="Taste it.")
    ben_changes(principles=("Wash your hands.",))
    merged_by(desk, cook, fields)
    assert set(said(cook).principles) == {"Taste it.", "Wash your hands."}


@pytest.mark.each_database
def test_every_kind_of_row_is_held_against_what_it_was(desk: Client) -> None:
    role = written(FULL)
    fields = opened(desk, role)
    edit(
        FULL.slug,
        **{
            name: getattr(FULL, name)[1:]
            for name in ("identifiers", "aliases", "tags", "properties", "capabilities", "interactions")
        },
        agent=None,
        sections=(),
    )
    before = said(role)
    message = merged_by(desk, role, fields | {"summary": "Typed."})
    assert said(role) == replace(before, summary="Typed.")
    assert "Hanna" in message


def test_the_same_change_by_two_people_is_one(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    ben_changes(mission="Cook every morning.")
    message = merged_by(desk, cook, fields | {"mission": "Cook every morning."})
    assert "You changed nothing else." in message
    assert cook.revisions.count() == 2


def test_a_status_that_only_somebody_else_changed_stays(desk: Client, cook: Role, reviewer: User) -> None:
    fields = opened(desk, cook)
    lifecycle.change(cook, by=None, by_name="Ben", status="archived")
    message = merged_by(desk, cook, fields | {"summary": "Cooks well.", "owner": str(reviewer.pk)})
    cook.refresh_from_db()
    assert (cook.status, cook.owner, said(cook).summary) == ("archived", reviewer, "Cooks well.")
    assert "Ben changed this role after you opened it: Changed the status." in message


def test_a_code_and_an_address_that_others_have_by_now_do_no_harm(desk: Client) -> None:
    role = written(replace(COOK, identifiers=(Identifier(scheme="role-code", value="COOK1"),)))
    fields = opened(desk, role)
    ben_changes(slug="chef", identifiers=())
    other = replace(COOK, name="Other", identifiers=(Identifier(scheme="role-code", value="cook1"),))
    role.old_slugs.all().delete()
    taken = written(other)
    merged_by(desk, role, fields | {"summary": "Typed."})
    assert (said(role).slug, said(role).identifiers, said(role).summary) == ("chef", (), "Typed.")
    assert said(taken) == other


# The same statement -----------------------------------------------------------------------------------------


def test_only_what_both_changed_is_put_side_by_side(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    ben_changes(mission="Cook every morning.", metrics=())
    html, page = asked(desk, cook, fields | {"mission": "Bake every day.", "summary": "Cooks well."})
    assert len(questions(html)) == 1
    assert "<del>day</del><ins>morning</ins>" in html
    assert "<del>Cook</del><ins>Bake</ins>" in html
    assert "Ben, " in html
    answer = settle(desk, page, **{questions(html)[0]: "theirs"})
    assert answer.status_code == 302
    assert said(cook) == replace(COOK, mission="Bake every day.", summary="Cooks well.", metrics=())


@pytest.mark.parametrize(
    ("side", "mission"), [("ours", "Cook every morning."), ("own", "Bake every morning.")]
)
def test_one_takes_what_is_there_or_writes_a_third(desk: Client, cook: Role, side: str, mission: str) -> None:
    fields = opened(desk, cook)
    ben_changes(mission="Cook every morning.")
    html, page = asked(desk, cook, fields | {"mission": "Bake every day.", "summary": "Cooks well."})
    [name] = questions(html)
    own = f"{name.replace('choose', 'own')}-value"
    settle(desk, page, **{name: side, own: "Bake every morning."})
    assert (said(cook).mission, said(cook).summary) == (mission, "Cooks well.")


def test_a_row_that_the_one_removed_and_the_other_changed_is_asked_for(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    ben_changes(responsibilities=())
    fields[f"{prefix_of(fields, 'name', 'Soup')}-text"] = "Tastes it."
    html, page = asked(desk, cook, fields)
    assert "Takes it away." in html
    settle(desk, page, **{questions(html)[0]: "theirs"})
    assert said(cook).responsibilities == (Responsibility(name="Soup", text="Tastes it."),)


def test_a_status_that_both_changed_is_asked_for(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    lifecycle.change(cook, by=None, by_name="Ben", status="archived")
    html, page = asked(desk, cook, fields | {"status": "draft"})
    assert "Archived" in html or "archived" in html
    settle(desk, page, **{questions(html)[0]: "theirs"})
    assert Role.objects.get(pk=cook.pk).status == "draft"


def test_without_an_answer_it_is_asked_again_with_what_was_answered(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    ben_changes(mission="Cook every morning.", summary="Cooked.")
    html, page = asked(desk, cook, fields | {"mission": "Bake.", "summary": "Bakes."})
    first, second = questions(html)
    again = settle(desk, page, **{first: "theirs"})
    assert again.status_code == 200
    assert "Choose one of them." in again.content.decode()
    html = again.content.decode()
    assert f'name="{first}" value="theirs" checked' in html
    settle(desk, unanswered(html), **{first: "theirs", second: "ours"})
    assert (said(cook).mission, said(cook).summary) == ("Bake.", "Cooked.")


def test_all_can_be_answered_at_once(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    ben_changes(mission="Cook every morning.", summary="Cooked.")
    _, page = asked(desk, cook, fields | {"mission": "Bake.", "summary": "Bakes."})
    settle(desk, page, all="theirs")
    assert (said(cook).mission, said(cook).summary) == ("Bake.", "Bakes.")


def test_another_change_while_one_chooses_is_brought_together_too(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    ben_changes(mission="Cook every morning.")
    html, page = asked(desk, cook, fields | {"mission": "Bake."})
    ben_changes(metrics=("Smiles",))
    settle(desk, page, **{questions(html)[0]: "theirs"})
    assert (said(cook).mission, said(cook).metrics) == ("Bake.", ("Smiles",))


def test_an_answer_is_asked_for_again_once_the_statement_changed_again(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    ben_changes(mission="Cook every morning.")
    html, page = asked(desk, cook, fields | {"mission": "Bake."})
    ben_changes(mission="Cook at night.")
    again = settle(desk, page, **{questions(html)[0]: "theirs"})
    assert again.status_code == 200
    assert "Cook at night." in said(cook).mission  # type: ignore[operator]
    assert questions(again.content.decode()) != questions(html)


def test_a_page_sent_twice_saves_once(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    ben_changes(mission="Cook every morning.")
    html, page = asked(desk, cook, fields | {"mission": "Bake."})
    for _ in range(2):
        assert settle(desk, page, **{questions(html)[0]: "theirs"}).status_code == 302
    assert cook.revisions.count() == 3


# What is refused loses nothing ------------------------------------------------------------------------------


def test_a_late_form_with_something_wrong_shows_all_that_was_typed_and_can_be_sent_again(
    desk: Client, cook: Role
) -> None:
    fields = opened(desk, cook)
    ben_changes(metrics=("Smiles",), capabilities=())
    fields |= {"summary": "Typed.", "mission": "A\n\n## Heading\n\nB", "metrics-0-text": "More soups"}
    before = everything(cook)
    answer = desk.post(address(cook), fields)
    assert answer.status_code == 200
    assert everything(cook) == before
    page = form_of(answer.content.decode())
    ids = {name for name in fields if name.endswith(("-id", "-role"))}
    kept = {name: page[name] for name in fields if name not in ids | {"csrfmiddlewaretoken"}}
    wanted = {name: value for name, value in fields.items() if name in kept}
    assert {name: value.replace("\r\n", "\n") for name, value in kept.items()} == wanted
    merged_by(desk, cook, page | {"mission": "Mended."})
    assert said(cook).mission == "Mended."
    assert said(cook).metrics == ("More soups", "Smiles") or set(said(cook).metrics) == {
        "More soups",
        "Smiles",
    }


def test_what_both_together_can_not_say_is_told_and_nothing_is_saved(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    ben_changes(mission="Cook every morning.")
    html, page = asked(desk, cook, fields | {"mission": "Bake."})
    [name] = questions(html)
    wrong = "A\n\n## Heading\n\nB"
    answer = settle(desk, page, **{name: "own", f"{name.replace('choose', 'own')}-value": wrong})
    assert answer.status_code == 200
    assert "contains a heading of level 2" in answer.content.decode()
    assert said(cook).mission == "Cook every morning."


def test_what_was_typed_into_the_form_of_a_deleted_role_can_be_saved_as_a_new_draft(
    desk: Client, cook: Role
) -> None:
    fields = opened(desk, cook)
    history.delete([cook], store.Change(origin=RoleRevision.Origin.DELETE, author_name="Ben"))
    answer = desk.post(address(cook), fields | {"summary": "Typed."})
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "Ben deleted this role on" in html
    page = form_of(html)
    assert page["summary"] == "Typed."
    answer = desk.post(address(cook), page)
    assert answer.status_code == 302, problems(answer)
    role = Role.objects.get()
    assert said(role) == replace(COOK, summary="Typed.")
    assert role.status == "draft"


def test_what_was_typed_of_a_role_that_is_deleted_while_one_chooses_is_not_lost(
    desk: Client, cook: Role
) -> None:
    fields = opened(desk, cook)
    ben_changes(mission="Cook every morning.")
    _html, page = asked(desk, cook, fields | {"mission": "Bake."})
    history.delete([cook], store.Change(origin=RoleRevision.Origin.DELETE, author_name="Ben"))
    answer = settle(desk, page, all="theirs")
    assert answer.status_code == 200
    page = form_of(answer.content.decode(), "late_form")
    answer = settle(desk, page, as_new="1")
    role = Role.objects.get()
    assert (said(role), role.status) == (replace(COOK, mission="Bake."), "draft")


def test_a_role_that_was_deleted_and_brought_back_is_still_the_same(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    history.delete([cook], store.Change(origin=RoleRevision.Origin.DELETE, author_name="Ben"))
    back = history.bring_back(cook.uid, store.Change(origin=RoleRevision.Origin.RESTORE, author_name="Ben"))
    merged_by(desk, cook, fields | {"summary": "Typed."})
    assert said(back).summary == "Typed."


def test_a_new_role_with_the_name_of_another_is_asked_about_once(desk: Client, cook: Role) -> None:
    add = reverse("admin:roles_role_add")
    fields = form_of(desk.get(add).content.decode()) | {"name": "Cook", "slug": "another-cook"}
    answer = desk.post(add, fields)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "There is a role of this name already" in html
    assert desk.post(add, form_of(html)).status_code == 302
    assert Role.objects.filter(name="Cook").count() == 2


# Who may what -----------------------------------------------------------------------------------------------


def test_who_may_only_propose_proposes_both_changes(cook: Role) -> None:
    client = Client()
    client.force_login(account("editor"))
    fields = opened(client, cook)
    ben_changes(mission="Cook every morning.")
    message = merged_by(client, cook, fields | {"summary": "Cooks well."})
    assert "a reviewer looks at" in message
    assert said(cook).summary == "Cooks."
    [proposal] = Proposal.objects.all()
    assert proposal.document["summary"] == "Cooks well."
    assert proposal.document["mission"] == "Cook every morning."


def test_who_asked_to_propose_late_proposes_and_publishes_nothing(desk: Client, cook: Role) -> None:
    fields = opened(desk, cook)
    ben_changes(mission="Cook every morning.")
    html, page = asked(desk, cook, fields | {"mission": "Bake.", "_propose": "1"})
    settle(desk, page, **{questions(html)[0]: "theirs"})
    assert said(cook).mission == "Cook every morning."
    assert Proposal.objects.get().document["mission"] == "Bake."


def test_who_may_not_publish_can_not_do_so_by_an_answer_of_their_own_making() -> None:
    draft = written(COOK, status=Role.Status.DRAFT)
    client = Client()
    client.force_login(account("editor"))
    fields = opened(client, draft)
    ben_changes(mission="Cook every morning.")
    _html, page = asked(client, draft, fields | {"mission": "Bake."})
    typed = json.loads(page["typed"])
    typed["lifecycle"]["status"] = "published"
    settle(client, page | {"typed": json.dumps(typed)}, all="theirs")
    assert Role.objects.get(pk=draft.pk).status == "draft"


def test_viewers_settle_nothing(cook: Role) -> None:
    client = Client()
    client.force_login(account("viewer"))
    assert settle(client, {"typed": "x"}).status_code == 403


@pytest.mark.parametrize(
    "typed",
    ["", "x", "[]", "{}", "null", "\x00", "[" * 10_000, '{"role": 1, "opened_on": "", "document": {}}'],
)
def test_an_answer_to_nothing_leads_back_to_the_roles(desk: Client, typed: str) -> None:
    answer = settle(desk, {"typed": typed})
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:roles_role_changelist"))


@pytest.mark.parametrize("number", ["-1", "2", "99", "null", str(10**30)])
def test_a_state_that_never_was_is_refused(desk: Client, cook: Role, number: str) -> None:
    fields = opened(desk, cook)
    state = json.loads(fields["opened_on"])
    fields["opened_on"] = json.dumps([state[0], json.loads(number), state[2]])
    before = everything(cook)
    answer = desk.post(address(cook), fields | {"summary": "Typed."})
    assert answer.status_code == 200
    assert "does not say any more what the role was" in answer.content.decode()
    assert everything(cook) == before


def test_what_no_database_can_hold_is_taken_out_of_a_late_reason() -> None:
    role = written(document("Cook"))
    typed = Typed(role.pk, str(Opened.of(role)), document("Cook"), Lifecycle.of(role), "")
    for character in ("\0", "\ud800"):
        found = Typed.read(str(replace(typed, reason=f"a{character}b")))
        assert found is not None
        assert found.reason == "a b"
