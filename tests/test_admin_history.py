"""The history of a role in the admin, and the ways back."""

from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from roles import history, store
from roles.documents.document import Capability, Identifier
from roles.models import OldSlug, Proposal, Role, RoleRevision
from tests.accounts import account
from tests.builders import FULL, change, document, edit, written
from tests.conftest import signed_in
from tests.test_admin_role import editor, form_of, hr

__all__ = ["editor", "hr"]

pytestmark = pytest.mark.django_db

NOWHERE = UUID(int=0)


def at(page: str, *args: object) -> str:
    return reverse(f"admin:roles_rolerevision_{page}", args=args)


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, address: str, **values: str) -> Any:
    """Send the form of a page as it was opened, with these values, and follow to where it leads."""
    return client.post(address, form_of(shown(client, address), "way_back_form") | values, follow=True)


def told(answer: Any) -> list[str]:
    """The messages on a page."""
    return [str(message) for message in answer.context["messages"]]


def errors(answer: Any) -> str:
    return str(answer.context["form"].non_field_errors())


@pytest.fixture
def cook() -> Role:
    """A role that was changed twice."""
    written(document("Cook", mission="Cook.", capabilities=(Capability(name="Soups", level="Novice"),)))
    edit("cook", capabilities=(Capability(name="Soups", level="Expert"),), metrics=("Nobody <hungry>",))
    return edit("cook", mission="Bake.")


@pytest.fixture
def gone(cook: Role) -> UUID:
    """The permanent identifier of a role that was deleted."""
    history.delete([cook], change("Nobody does it"))
    return cook.uid


def viewer() -> Client:
    user = User.objects.create_user("vera", is_staff=True)
    user.groups.add(Group.objects.get(name="Viewers"))
    client = Client()
    client.force_login(user)
    return client


# Looking back -----------------------------------------------------------------------------------------------


def test_the_history_says_who_changed_what_when_and_why(hr: Client, cook: Role) -> None:
    store.write(cook, document("Cook", mission="Fry."), change("We <fry> now"))
    answer = hr.get(at("of", cook.uid))
    rows = [[str(cell) for cell in row] for row in answer.context["table"]["rows"]]
    assert [row[1] for row in rows] == [
        "Reworded the mission; Lost capability “Soups”; and 1 more",
        "Reworded the mission",
        "Raised Soups from Novice to Expert; Gained success metric “Nobody &lt;hungry&gt;”".replace(
            "&lt;", "<"
        ).replace("&gt;", ">"),
        "Made the role",
    ]
    assert [row[3:] for row in rows][:2] == [
        ["Hanna", "edited in the admin", "We <fry> now"],
        ["Hanna", "edited in the admin", ""],
    ]
    html = answer.content.decode()
    assert "We &lt;fry&gt; now" in html
    newest = RoleRevision.objects.of_role(cook.uid)[0]
    assert f'href="{at("change", newest.pk)}"' in html


def test_a_revision_shows_each_statement_before_and_after(hr: Client, cook: Role) -> None:
    revision = RoleRevision.objects.get(role=cook, number=2)
    html = shown(hr, at("change", revision.pk))
    assert "Raised Soups from Novice to Expert" in html
    for marked in (
        "Before:</span>Novice</del>",
        "After:</span>Expert</ins>",
        "After:</span>Nobody &lt;hungry&gt;</ins>",
    ):
        assert marked in html
    assert f'href="{at("of", cook.uid)}"' in html
    assert f'href="{at("restore", cook.uid, 2)}"' in html


def test_the_first_revision_says_that_it_made_the_role(hr: Client, cook: Role) -> None:
    assert "Made the role." in shown(hr, at("change", RoleRevision.objects.get(role=cook, number=1).pk))


def test_the_newest_revision_offers_no_way_back_to_itself(hr: Client, cook: Role) -> None:
    assert at("restore", cook.uid, 3) not in shown(hr, at("change", RoleRevision.objects.get(number=3).pk))


def test_who_may_not_change_roles_is_offered_no_way_back(cook: Role) -> None:
    reader = User.objects.create_user("rita", is_staff=True)
    reader.user_permissions.add(
        *Group.objects.get(name="Editors").permissions.filter(codename__startswith="view_")
    )
    client = Client()
    client.force_login(reader)
    assert at("restore", cook.uid, 1) not in shown(
        client, at("change", RoleRevision.objects.get(number=1).pk)
    )
    assert client.get(at("restore", cook.uid, 1)).status_code == 403
    history.delete([cook], change())
    assert at("bring_back", cook.uid) not in shown(client, at("of", cook.uid)) + shown(client, at("deleted"))
    assert client.get(at("bring_back", cook.uid)).status_code == 403


def test_viewers_see_no_history(cook: Role, gone: UUID) -> None:
    client = viewer()
    for page in (at("of", gone), at("deleted"), at("restore", gone, 1), at("bring_back", gone)):
        assert client.get(page).status_code == 403
        assert client.post(page).status_code == 403


@pytest.mark.parametrize("address", [at("of", NOWHERE), at("restore", NOWHERE, 1), at("bring_back", NOWHERE)])
def test_a_role_that_never_was_has_no_history(hr: Client, address: str) -> None:
    assert hr.get(address).status_code == hr.post(address).status_code == 404


def test_a_page_of_another_site_sends_nobody_back(editor: User, cook: Role) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    for address in (
        at("restore", cook.uid, 1),
        at("bring_back", cook.uid),
        reverse("admin:roles_role_unresolved"),
    ):
        assert client.post(address, {"newest": "3"}).status_code == 403
    assert RoleRevision.objects.count() == 3


@pytest.mark.each_database
def test_looking_at_a_page_waits_for_no_writer(hr: Client, cook: Role) -> None:
    for address in (at("of", cook.uid), at("restore", cook.uid, 1), at("deleted")):
        with CaptureQueriesContext(connection) as queries:
            hr.get(address)
        assert not [
            query["sql"] for query in queries if query["sql"].startswith('SELECT "roles_revisioncounter"')
        ]


# Restoring --------------------------------------------------------------------------------------------------


def test_before_restoring_one_sees_what_it_changes(hr: Client, cook: Role) -> None:
    html = shown(hr, at("restore", cook.uid, 1))
    for sentence in ("Reworded the mission", "Lowered Soups from Expert to Novice", "Lost success metric"):
        assert sentence in html
    assert cook.revisions.count() == 3


def test_a_revision_is_restored_with_who_and_why(hr: Client, editor: User, cook: Role) -> None:
    answer = send(hr, at("restore", cook.uid, 1), reason="It was better")
    assert answer.redirect_chain == [(at("of", cook.uid), 302)]
    assert told(answer) == ["Cook says again what it said in revision 1."]
    newest = RoleRevision.objects.of_role(cook.uid)[0]
    assert (newest.number, newest.origin, newest.author) == (4, "restore", editor)
    assert newest.reason == "Restored revision 1: It was better"
    assert newest.document == RoleRevision.objects.get(number=1).document


def test_an_editor_proposes_the_restoration_of_a_published_role(cook: Role) -> None:
    editor_client = signed_in(account("second-editor"))
    assert "Propose" in shown(editor_client, at("restore", cook.uid, 1))
    answer = send(editor_client, at("restore", cook.uid, 1), reason="It was better")
    proposal = Proposal.objects.get()
    assert answer.redirect_chain == [(reverse("admin:roles_proposal_change", args=[proposal.pk]), 302)]
    assert told(answer) == ["Proposed: a reviewer looks at it. Until then Cook stays as it is."]
    assert (proposal.reason, proposal.document["mission"]) == ("Restored revision 1: It was better", "Cook.")
    assert cook.revisions.count() == 3


def test_an_editor_restores_a_draft_at_once(cook: Role) -> None:
    Role.objects.update(status=Role.Status.DRAFT)
    send(signed_in(account("second-editor")), at("restore", cook.uid, 1))
    assert cook.revisions.count() == 4


def test_restoring_what_the_role_says_is_not_offered_and_does_nothing(hr: Client, cook: Role) -> None:
    address = at("restore", cook.uid, 3)
    html = shown(hr, address)
    assert "The role says all this already." in html
    assert "Restore this revision" not in html
    assert told(send(hr, address)) == ["Nothing was changed, so there is no new revision."]
    assert cook.revisions.count() == 3


def test_a_slug_that_leads_elsewhere_by_now_is_told(hr: Client, cook: Role) -> None:
    edit("cook", slug="chef", mission="Fry.")
    OldSlug.objects.all().delete()
    written(document("Kitchen", slug="cook"))
    assert told(send(hr, at("restore", cook.uid, 1)))[1:] == [
        "The address name is still chef, for cook leads to another role by now."
    ]


def test_a_code_that_another_role_has_by_now_is_told_with_its_holder(hr: Client) -> None:
    code = Identifier(scheme="role-code", value="COOK1")
    role = written(document("Cook", identifiers=(code,)))
    edit("cook", identifiers=())
    chef = written(document("Chef", identifiers=(code,)))
    refused = errors(send(hr, at("restore", role.uid, 1)))
    assert "The code role-code COOK1 is that of" in refused
    assert reverse("admin:roles_role_change", args=[chef.pk]) in refused
    assert role.revisions.count() == 2


def test_a_restoration_decided_on_before_anothers_change_is_refused(hr: Client, cook: Role) -> None:
    address = at("restore", cook.uid, 1)
    fields = form_of(shown(hr, address), "way_back_form") | {"reason": "It was better"}
    edit("cook", mission="Fry.")
    answer = hr.post(address, fields)
    assert "Somebody changed this role" in errors(answer)
    assert cook.revisions.count() == 4
    again = form_of(answer.content.decode(), "way_back_form")
    assert again["reason"] == "It was better"
    assert told(hr.post(address, again, follow=True)) == ["Cook says again what it said in revision 1."]


def test_a_revision_that_is_no_document_any_more_says_so(hr: Client, cook: Role) -> None:
    RoleRevision.objects.filter(number=1).update(document={"slug": "cook", "name": ""})
    answer = hr.get(at("restore", cook.uid, 1))
    assert "the rules for documents changed since" in errors(answer)
    assert "Restore this revision" not in answer.content.decode()
    assert "Can&#x27;t be compared" in shown(hr, at("change", RoleRevision.objects.get(number=2).pk))


# Deleted roles ----------------------------------------------------------------------------------------------


def test_deleting_in_the_admin_is_in_the_history(admin_client: Client, admin_user: User, cook: Role) -> None:
    address = reverse("admin:roles_role_delete", args=[cook.pk])
    fields = form_of(shown(admin_client, address), "delete_form")
    admin_client.post(address, fields | {"reason": " Nobody  cooks "})
    assert not Role.objects.exists()
    last = RoleRevision.objects.last_of_deleted_roles().get()
    assert (last.role_uid, last.number, last.origin, last.author) == (cook.uid, 4, "delete", admin_user)
    assert last.reason == "Nobody cooks"


def test_deleting_many_roles_is_in_the_history_of_each(admin_client: Client, cook: Role) -> None:
    other = written(FULL)
    chosen = {"action": "delete_selected", "_selected_action": [cook.pk, other.pk], "post": "yes"}
    admin_client.post(reverse("admin:roles_role_changelist"), chosen)
    last = RoleRevision.objects.last_of_deleted_roles()
    assert {(item.role_uid, item.origin) for item in last} == {(cook.uid, "delete"), (other.uid, "delete")}


def test_deleted_roles_are_listed_with_who_deleted_them_and_why(hr: Client, gone: UUID) -> None:
    html = shown(hr, at("deleted"))
    for said in ("Cook", "Hanna", "Nobody does it", at("of", gone), at("bring_back", gone)):
        assert said in html


def test_without_deleted_roles_the_list_says_so(hr: Client, cook: Role) -> None:
    assert "No role was deleted" in shown(hr, at("deleted"))


def test_the_history_of_a_deleted_role_stays_and_leads_back(hr: Client, gone: UUID) -> None:
    html = shown(hr, at("of", gone))
    assert "This role is deleted. Its history stays." in html
    assert "Deleted the role" in html
    assert at("bring_back", gone) in html
    last = RoleRevision.objects.of_role(gone)[0]
    assert at("bring_back", gone) in shown(hr, at("change", last.pk))
    assert hr.get(at("restore", gone, 1)).status_code == 404


def test_a_deleted_role_is_brought_back_with_who_and_why(hr: Client, editor: User, gone: UUID) -> None:
    answer = send(hr, at("bring_back", gone), reason="We need it")
    role = Role.objects.get(uid=gone)
    assert answer.redirect_chain == [(reverse("admin:roles_role_change", args=[role.pk]), 302)]
    assert told(answer) == ["Cook is back, as a draft."]
    assert role.revision is not None
    assert (role.revision.author, role.revision.reason) == (editor, "We need it")
    assert role.revision.document == store.read(role).to_json()


def test_a_role_that_is_back_already_is_not_brought_back_again(hr: Client, gone: UUID) -> None:
    fields = form_of(shown(hr, at("bring_back", gone)), "way_back_form")
    history.bring_back(gone, change())
    assert told(hr.post(at("bring_back", gone), fields, follow=True)) == ["Cook is back already."]
    assert RoleRevision.objects.of_role(gone).count() == 5


def test_a_role_that_comes_back_under_another_slug_is_told(hr: Client, gone: UUID) -> None:
    written(document("Cook"))
    assert told(send(hr, at("bring_back", gone)))[1:] == [
        "Its address name is now cook-2, for cook leads to another role by now."
    ]


def test_a_role_whose_code_another_has_is_not_brought_back_and_the_holder_is_told(hr: Client) -> None:
    code = Identifier(scheme="role-code", value="COOK1")
    role = written(document("Cook", identifiers=(code,)))
    history.delete([role], change())
    written(document("Chef", identifiers=(code,)))
    assert "The code role-code COOK1 is that of" in errors(send(hr, at("bring_back", role.uid)))
    assert not Role.objects.filter(uid=role.uid).exists()


# Queries ----------------------------------------------------------------------------------------------------


def test_the_pages_take_as_many_queries_for_many_revisions_and_roles(
    hr: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few, many = written(FULL), written(document("Cook"))
    # Django asks for it once in each process.
    ContentType.objects.get_for_model(RoleRevision)
    for number in range(8):
        edit("cook", mission=f"Cook {number}.", metrics=tuple(f"Metric {n}" for n in range(number)))
    for role in (few, many):
        # Session, account, whether its password is due, two for its permissions, what waits; the newest
        # revision with its role, the numbers of revisions and lifecycle changes, a page of each, the one
        # before, levels with other names, levels.
        with django_assert_num_queries(14):
            hr.get(at("of", role.uid))
    for role in (few, many):
        revision = RoleRevision.objects.of_role(role.uid)[0]
        # As before; the revision, its role and its document, the one before, levels.
        with django_assert_num_queries(12):
            hr.get(at("change", revision.pk))
        # As before; the newest revision with its role, the one to go back to, the newest one, levels.
        with django_assert_num_queries(11):
            hr.get(at("restore", role.uid, 1))
    history.delete([few], change())
    # As before; the newest revision with its role.
    with django_assert_num_queries(7):
        hr.get(at("bring_back", few.uid))
    for expected in (1, 2):
        # As before; the number of roles, a page of them.
        with django_assert_num_queries(8):
            assert len(hr.get(at("deleted")).context["table"]["rows"]) == expected
        history.delete([many], change())
