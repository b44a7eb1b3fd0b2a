"""Proposals in the admin: the form that proposes, the list, and the page on which one is decided on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from roles import history, proposals, store
from roles.documents.document import RoleDocument
from roles.models import LifecycleChange, PreviewLink, Proposal, Role, RoleRevision
from tests.accounts import account
from tests.builders import change, document, edit, written
from tests.test_admin_role import FormReader, form_of

pytestmark = pytest.mark.django_db

COOK = document("Cook", mission="Cook.", summary="Cooks.")
LIST = "/admin/roles/proposal/"


@pytest.fixture
def eve(client: Client) -> User:
    """An editor, who is signed in."""
    user = account("editor")
    client.force_login(user)
    return user


@pytest.fixture
def ruth() -> User:
    return account("reviewer")


@pytest.fixture
def cook() -> Role:
    return written(COOK)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form_address(role: Role) -> str:
    return reverse("admin:roles_role_change", args=[role.pk])


def page_address(proposal: Proposal) -> str:
    return reverse("admin:roles_proposal_change", args=[proposal.pk])


def proposed(role: Role, user: User, **parts: Any) -> Proposal:
    made = store.Change(origin=RoleRevision.Origin.ADMIN, author=user)
    return proposals.propose(role, replace(COOK, **parts), made)


def said() -> RoleDocument:
    return store.current(Role.objects.select_related("revision").get(slug="cook"))


def sent(client: Client, proposal: Proposal, do: str, **fields: str) -> str:
    """The page that comes of a button, pressed on the page as it was opened."""
    reader = FormReader("decision_form")
    reader.feed(client.get(page_address(proposal)).content.decode())
    chosen = {name: value for name, value in reader.fields.items() if not name.startswith("choose-")}
    answer = client.post(page_address(proposal), {**chosen, "do": do, **fields}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


# The form ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("button", ["_propose", "_save", "_continue"])
def test_what_an_editor_types_of_a_published_role_is_proposed(
    client: Client, eve: User, cook: Role, button: str
) -> None:
    page = client.get(form_address(cook)).content.decode()
    assert 'name="_save"' not in page
    assert "Readers go on seeing the published text" in page
    fields = form_of(page) | {"mission": "Bake.", "reason": "Clearer", button: "1"}
    answer = client.post(form_address(cook), fields)
    proposal = Proposal.objects.get()
    assert answer["Location"] == page_address(proposal)
    assert (proposal.author, proposal.reason, proposal.document["mission"]) == (eve, "Clearer", "Bake.")
    assert said() == COOK


def test_a_reviewer_saves_or_proposes(cook: Role, ruth: User) -> None:
    client = signed_in(ruth)
    fields = form_of(client.get(form_address(cook)).content.decode()) | {"mission": "Bake."}
    client.post(form_address(cook), fields | {"_propose": "1"})
    assert (said().mission, Proposal.objects.count()) == ("Cook.", 1)
    client.post(form_address(cook), fields)
    assert said().mission == "Bake."


def test_the_form_goes_on_with_a_proposal_on_what_the_role_says_by_now(
    client: Client, eve: User, cook: Role
) -> None:
    proposal = proposed(cook, eve, mission="Bake.")
    edit("cook", summary="Ours.")
    address = f"{form_address(cook)}?proposal={proposal.pk}"
    fields = form_of(client.get(address).content.decode())
    assert (fields["mission"], fields["summary"]) == ("Bake.", "Ours.")
    client.post(address, fields | {"mission": "Steam."})
    assert Proposal.objects.get().document["mission"] == "Steam."


def test_nobody_goes_on_with_the_proposal_of_somebody_else(client: Client, eve: User, cook: Role) -> None:
    proposal = proposed(cook, account("second-editor"), mission="Bake.")
    page = client.get(f"{form_address(cook)}?proposal={proposal.pk}").content.decode()
    assert "it is not yours" in page
    assert form_of(page)["mission"] == "Cook."


@pytest.mark.parametrize("asked", ["", "0", "9" * 30, "1\0", "x", "-1"])
def test_a_form_that_goes_on_with_no_proposal_says_so(
    client: Client, eve: User, cook: Role, asked: str
) -> None:
    answer = client.get(form_address(cook), {"proposal": asked})
    assert "decided already, or it is not yours" in answer.content.decode()


def test_a_form_that_changes_nothing_proposes_nothing(client: Client, eve: User, cook: Role) -> None:
    fields = form_of(client.get(form_address(cook)).content.decode())
    client.post(form_address(cook), fields | {"_propose": "1"})
    assert not Proposal.objects.exists()


def test_an_editor_proposes_that_a_role_is_archived(client: Client, eve: User, cook: Role) -> None:
    heir = written(document("Chef"))
    fields = form_of(client.get(form_address(cook)).content.decode())
    client.post(form_address(cook), fields | {"status": "archived", "successor": str(heir.pk)})
    proposal = Proposal.objects.get()
    assert (proposal.status, proposal.successor) == ("archived", heir)
    assert Role.objects.get(slug="cook").status == "published"
    assert not LifecycleChange.objects.exists()


def test_a_new_role_of_an_editor_is_a_draft_whatever_is_sent(client: Client, eve: User) -> None:
    add = reverse("admin:roles_role_add")
    fields = form_of(client.get(add).content.decode())
    client.post(add, fields | {"name": "Chef", "slug": "chef", "status": "published", "_propose": "1"})
    assert Role.objects.get().status == "draft"
    assert (Proposal.objects.get().status, Proposal.objects.get().author) == ("published", eve)


def test_an_editor_saves_a_draft_and_publishes_nothing(client: Client, eve: User) -> None:
    draft = written(COOK, status=Role.Status.DRAFT)
    fields = form_of(client.get(form_address(draft)).content.decode())
    client.post(form_address(draft), fields | {"mission": "Bake.", "status": "published", "_save": "1"})
    draft.refresh_from_db()
    assert (draft.status, said().mission, Proposal.objects.count()) == ("draft", "Bake.", 0)


def test_the_form_and_the_public_page_tell_who_may_know_what_is_under_way(
    client: Client, eve: User, cook: Role
) -> None:
    proposal = proposed(cook, eve, mission="Bake.")
    for address in (form_address(cook), "/roles/cook/"):
        assert page_address(proposal) in client.get(address).content.decode()
        assert page_address(proposal) not in Client().get(address, follow=True).content.decode()


# The list ---------------------------------------------------------------------------------------------------


def test_the_list_has_a_part_for_each_thing_to_do(client: Client, eve: User, cook: Role, ruth: User) -> None:
    proposed(cook, eve, mission="Bake.")
    later = proposed(written(document("Chef")), ruth, name="Chef", mission="Fry.")
    proposals.schedule(later, ruth, timezone.now() - timedelta(hours=1))
    told = {
        part: client.get(LIST, {"show": part}).content.decode()
        for part in ("waiting", "mine", "scheduled", "decided", "x\0")
    }
    names = {part: [name for name in (">Cook<", ">Chef<") if name in page] for part, page in told.items()}
    assert names == {
        "waiting": [">Cook<"],
        "mine": [">Cook<"],
        "scheduled": [">Chef<"],
        "decided": [],
        "x\0": [">Cook<"],
    }
    assert "publish_due" in told["scheduled"]


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def test_the_list_and_the_page_make_as_many_queries_for_many_as_for_few(
    client: Client, eve: User, cook: Role
) -> None:
    proposal = proposed(cook, eve, mission="Bake.")
    proposals.comment(proposal, eve, "Please.")
    few = [queries(client, address) for address in (LIST, page_address(proposal))]
    for place in range(5):
        proposed(written(document(f"Chef {place}")), eve, mission="Bake.")
        proposals.comment(proposal, eve, "Please.")
    assert [queries(client, address) for address in (LIST, page_address(proposal))] == few
    assert max(few) <= MOST_QUERIES


MOST_QUERIES = 12
"""Those of the session, the account, its permissions and the badges of the admin among them."""


@pytest.mark.parametrize("address", [LIST, f"{LIST}1/change/"])
def test_who_may_not_see_proposals_sees_none(cook: Role, ruth: User, address: str) -> None:
    proposed(cook, ruth, mission="Bake.")
    assert signed_in(account("viewer")).get(address).status_code == 403
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("pk", ["0", "9" * 30, "x", "1%00"])
def test_a_proposal_that_never_was_is_not_found(client: Client, eve: User, pk: str) -> None:
    assert client.get(f"{LIST}{pk}/change/").status_code == 404


# Deciding ---------------------------------------------------------------------------------------------------


def test_the_page_tells_what_changes_and_what_changed_meanwhile(
    client: Client, eve: User, cook: Role
) -> None:
    proposal = proposed(cook, eve, mission="Bake.")
    edit("cook", summary="Ours.")
    page = client.get(page_address(proposal)).content.decode()
    told, _heading, meanwhile = page.partition("What changed in the role since")
    assert "Bake." in told
    assert "Ours." not in told
    assert "Ours." in meanwhile


def test_a_reviewer_approves(cook: Role, eve: User, ruth: User) -> None:
    page = sent(signed_in(ruth), proposed(cook, eve, mission="Bake."), "approve", text="Good.")
    assert "Approved: readers see it from now on." in page
    assert said().mission == "Bake."


@pytest.mark.parametrize("step", ["approve", "schedule", "send_back", "decline"])
def test_an_editor_decides_on_nothing(client: Client, eve: User, cook: Role, step: str) -> None:
    proposal = proposed(cook, eve, mission="Bake.")
    at = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert "This is not yours to decide" in sent(client, proposal, step, text="x", at=at)
    proposal.refresh_from_db()
    assert (proposal.state, said()) == ("waiting", COOK)


@pytest.mark.parametrize("step", ["withdraw", "send_in", "renew"])
def test_only_its_author_takes_a_proposal_back(client: Client, eve: User, cook: Role, step: str) -> None:
    proposal = proposed(cook, account("second-editor"), mission="Bake.")
    token = proposal.token
    sent(client, proposal, step)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.token) == ("waiting", token)


@pytest.mark.parametrize(("step", "state"), [("send_back", "returned"), ("decline", "declined")])
def test_who_sends_back_or_declines_says_why(
    cook: Role, eve: User, ruth: User, step: str, state: str
) -> None:
    proposal, client = proposed(cook, eve, mission="Bake."), signed_in(ruth)
    assert "Say why" in sent(client, proposal, step, text="  ")
    sent(client, proposal, step, text="Too long.")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.comments.get().text) == (state, "Too long.")


def test_two_reviewers_at_once_decide_once(cook: Role, eve: User, ruth: User) -> None:
    proposal, client = proposed(cook, eve, mission="Bake."), signed_in(ruth)
    opened = form_of(client.get(page_address(proposal)).content.decode(), "decision_form")
    sent(signed_in(account("second-reviewer")), proposal, "decline", text="No.")
    answer = client.post(page_address(proposal), opened | {"do": "approve"})
    assert "it is decided already" in answer.content.decode()
    assert "Declined by second-reviewer" in answer.content.decode()
    assert said() == COOK


def test_a_page_opened_before_the_role_changed_decides_nothing(cook: Role, eve: User, ruth: User) -> None:
    proposal, client = proposed(cook, eve, mission="Bake."), signed_in(ruth)
    opened = form_of(client.get(page_address(proposal)).content.decode(), "decision_form")
    edit("cook", summary="Ours.")
    answer = client.post(page_address(proposal), opened | {"do": "approve"})
    assert "Look again, then decide" in answer.content.decode()
    assert said().mission == "Cook."


def test_what_both_changed_is_chosen_before_it_is_approved(cook: Role, eve: User, ruth: User) -> None:
    proposal, client = proposed(cook, eve, mission="Bake."), signed_in(ruth)
    edit("cook", mission="Ours.")
    assert "Choose first" in sent(client, proposal, "approve")
    sent(client, proposal, "approve", all="theirs")
    assert said().mission == "Bake."


def test_a_proposal_for_a_deleted_role_can_but_be_declined(cook: Role, eve: User, ruth: User) -> None:
    proposal, client = proposed(cook, eve, mission="Bake."), signed_in(ruth)
    history.delete([cook], change())
    page = sent(client, proposal, "approve")
    assert "Its role was deleted" in page
    sent(client, proposal, "decline", text="Gone.")
    proposal.refresh_from_db()
    assert proposal.state == "declined"


def test_when_it_is_published_is_typed_in_local_time(
    cook: Role, eve: User, ruth: User, settings: Any
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    proposal, client = proposed(cook, eve, mission="Bake."), signed_in(ruth)
    year = timezone.now().year + 1
    assert "(Europe/Berlin)" in sent(client, proposal, "schedule", at=f"{year}-07-01T08:00")
    proposal.refresh_from_db()
    assert proposal.publish_at is not None
    assert proposal.publish_at.isoformat() == f"{year}-07-01T06:00:00+00:00"


@pytest.mark.parametrize("at", ["", "2020-01-01T08:00", "tomorrow", "2026-13-45T99:99", "\0"])
def test_a_moment_that_is_none_or_over_is_refused(cook: Role, eve: User, ruth: User, at: str) -> None:
    proposal = proposed(cook, eve, mission="Bake.")
    sent(signed_in(ruth), proposal, "schedule", at=at)
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


@pytest.mark.parametrize("fields", [{}, {"do": "x"}, {"do": "approve\0"}])
def test_a_button_that_never_was_does_nothing(
    client: Client, eve: User, cook: Role, fields: dict[str, str]
) -> None:
    assert client.post(page_address(proposed(cook, eve, mission="Bake.")), fields).status_code == 404


# Private links ----------------------------------------------------------------------------------------------


def test_a_draft_is_given_a_private_link_and_another_one(client: Client, eve: User) -> None:
    draft = written(COOK, status=Role.Status.DRAFT)
    share = reverse("admin:roles_role_share", args=[draft.pk])
    assert share in client.get(form_address(draft)).content.decode()
    client.post(share)
    first = PreviewLink.objects.get().get_absolute_url()
    assert first in client.get(share).content.decode()
    assert "Cook." in Client().get(first).content.decode()
    client.post(share)
    assert Client().get(first).status_code == 404


def test_a_published_role_needs_no_private_link(client: Client, eve: User, cook: Role) -> None:
    client.post(reverse("admin:roles_role_share", args=[cook.pk]))
    assert not PreviewLink.objects.exists()


def test_a_draft_whose_publication_is_proposed_is_changed_in_its_own_form(client: Client, eve: User) -> None:
    draft = written(COOK, status=Role.Status.DRAFT)
    made = store.Change(origin=RoleRevision.Origin.ADMIN, author=eve)
    page = client.get(page_address(proposals.ask_to_publish(draft, made))).content.decode()
    assert f'href="{form_address(draft)}"' in page
    assert "?proposal=" not in page
