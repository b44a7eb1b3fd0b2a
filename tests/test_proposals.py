"""Proposals: what waits, who decides on it, and what becomes of it."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from roles import history, lifecycle, proposals, store
from roles.documents.document import Capability, RoleDocument
from roles.models import LifecycleChange, Proposal, Role, RoleRevision
from roles.proposals import State
from tests.accounts import account
from tests.builders import change, document, edit, row_counts, written

pytestmark = pytest.mark.django_db

COOK = document("Cook", mission="Cook.", summary="Cooks.", capabilities=(Capability(name="Salt"),))


@pytest.fixture
def eve() -> User:
    return account("editor")


@pytest.fixture
def ruth() -> User:
    return account("reviewer")


@pytest.fixture
def cook() -> Role:
    return written(COOK)


def by(user: User, reason: str = "") -> store.Change:
    return store.Change(origin=RoleRevision.Origin.ADMIN, author=user, reason=reason)


def proposed(role: Role, user: User, **parts: Any) -> Proposal:
    """What somebody who sees what the role says now wants it to say."""
    role = Role.objects.select_related("revision").get(pk=role.pk)
    return proposals.propose(role, replace(store.current(role), **parts), by(user))


def said() -> RoleDocument:
    return store.current(Role.objects.select_related("revision").get(slug="cook"))


# Proposing --------------------------------------------------------------------------------------------------


def test_a_published_role_is_changed_at_once_by_who_may_publish_and_else_proposed(
    cook: Role, eve: User, ruth: User
) -> None:
    saved = proposals.save_or_propose(cook, replace(COOK, mission="Bake."), by(eve))
    assert (saved.revision, saved.proposal and saved.proposal.state) == (None, "waiting")
    assert said() == COOK
    assert proposals.save_or_propose(cook, replace(COOK, mission="Fry."), by(ruth)).revision
    assert said().mission == "Fry."


def test_a_draft_is_changed_at_once_by_everybody(eve: User) -> None:
    draft = written(COOK, status=Role.Status.DRAFT)
    assert proposals.save_or_propose(draft, replace(COOK, mission="Bake."), by(eve)).revision


def test_who_proposes_again_goes_on_with_what_they_proposed(cook: Role, eve: User) -> None:
    first = proposed(cook, eve, mission="Bake.")
    again = proposed(cook, eve, summary="Bakes.")
    assert again.pk == first.pk
    proposals.apply(again, None)
    assert (said().mission, said().summary) == ("Bake.", "Bakes.")


def test_two_people_propose_beside_each_other(cook: Role, eve: User, ruth: User) -> None:
    proposed(cook, eve, mission="Bake.")
    proposed(cook, ruth, summary="Bakes.")
    for proposal in Proposal.objects.open():
        proposals.apply(proposal, ruth)
    assert (said().mission, said().summary) == ("Bake.", "Bakes.")


def test_what_was_approved_for_later_waits_again_when_its_author_changes_it(
    cook: Role, eve: User, ruth: User
) -> None:
    proposals.schedule(proposed(cook, eve, mission="Bake."), ruth, timezone.now() + timedelta(days=1))
    again = proposed(cook, eve, mission="Fry.")
    assert (again.state, again.publish_at, again.decided_by) == (State.WAITING, None, None)


def test_revised_by_who_was_shown_how_the_role_differs_nothing_is_undecided(
    cook: Role, eve: User, ruth: User
) -> None:
    proposal = proposed(cook, eve, mission="Bake.")
    edit("cook", mission="Ours.")
    proposals.revise(proposal, replace(said(), mission="Steam."), by(ruth))
    proposals.apply(proposal, ruth)
    assert said().mission == "Steam."
    assert RoleRevision.objects.latest("number").author == eve


# Deciding ---------------------------------------------------------------------------------------------------


def test_approved_the_role_says_it_in_the_words_and_name_of_its_author(
    cook: Role, eve: User, ruth: User
) -> None:
    proposal = proposals.propose(cook, replace(COOK, mission="Bake."), by(eve, "Clearer"))
    revision = proposals.apply(proposal, ruth, "Good.")
    assert revision is not None
    assert (said().mission, revision.author, revision.reason) == ("Bake.", eve, "Clearer")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by, proposal.revision) == (State.APPLIED, ruth, revision)
    assert [(each.text, each.state) for each in proposal.comments.all()] == [("Good.", "applied")]


def test_what_changed_in_between_is_kept(cook: Role, eve: User, ruth: User) -> None:
    proposal = proposed(cook, eve, mission="Bake.")
    edit("cook", summary="Ours.")
    proposals.apply(proposal, ruth)
    assert (said().mission, said().summary) == ("Bake.", "Ours.")


def test_what_both_changed_is_chosen_first(cook: Role, eve: User, ruth: User) -> None:
    proposal = proposed(cook, eve, mission="Bake.", summary="Bakes.")
    edit("cook", mission="Ours.")
    before = row_counts()
    with pytest.raises(proposals.Undecided):
        proposals.apply(proposal, ruth)
    assert row_counts() == before
    proposals.apply(proposal, ruth, chosen={"mission": "Steam."})
    assert (said().mission, said().summary) == ("Steam.", "Bakes.")


def test_a_proposal_is_decided_on_once(cook: Role, eve: User, ruth: User) -> None:
    proposal = proposed(cook, eve, mission="Bake.")
    proposals.decline(proposal, ruth, "No.")
    for step in (proposals.apply, proposals.withdraw):
        with pytest.raises(proposals.Over):
            step(proposal, ruth)
    with pytest.raises(proposals.Over):
        proposals.send_back(proposal, ruth, "Why?")
    assert said() == COOK


def test_what_was_sent_back_is_sent_in_again_by_its_author(cook: Role, eve: User, ruth: User) -> None:
    proposal = proposed(cook, eve, mission="Bake.")
    proposals.send_back(proposal, ruth, "Why?")
    assert list(Proposal.objects.waiting()) == []
    proposals.send_in(proposal, eve, "Therefore.")
    assert list(Proposal.objects.waiting()) == [proposal]
    assert [each.text for each in proposal.comments.all()] == ["Why?", "Therefore."]


def test_what_is_proposed_for_a_deleted_role_waits_for_its_return(cook: Role, eve: User, ruth: User) -> None:
    proposal = proposed(cook, eve, mission="Bake.")
    history.delete([cook], change())
    with pytest.raises(proposals.RoleGone):
        proposals.apply(proposal, ruth)
    history.bring_back(cook.uid, change())
    proposals.apply(proposal, ruth)
    assert said().mission == "Bake."


# Status -----------------------------------------------------------------------------------------------------


def test_a_draft_is_published_as_it_is_when_its_publication_is_approved(eve: User, ruth: User) -> None:
    draft = written(COOK, status=Role.Status.DRAFT)
    proposals.apply(proposals.ask_to_publish(draft, by(eve, "Ready")), ruth)
    role = Role.objects.select_related("revision").get()
    assert (role.status, role.revision and role.revision.draft) == ("published", False)
    kept = LifecycleChange.objects.get()
    assert (kept.before, kept.after, kept.by, kept.reason) == ("draft", "published", ruth, "Ready")


def test_what_a_draft_said_before_it_was_changed_and_published_stays_its_own(eve: User, ruth: User) -> None:
    draft = written(COOK, status=Role.Status.DRAFT)
    proposal = proposals.ask_to_publish(draft, by(eve))
    proposals.revise(proposal, replace(COOK, mission="Bake."), by(ruth), status="published")
    proposals.apply(proposal, ruth)
    assert list(RoleRevision.objects.order_by("number").values_list("draft", flat=True)) == [True, False]


def test_who_proposes_a_status_again_says_anew_who_takes_the_place(cook: Role, eve: User) -> None:
    heir = written(document("Chef"))
    for successor in (heir, None):
        proposal = proposals.propose(cook, COOK, by(eve), status="archived", successor=successor)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.successor) == ("archived", None)


def test_archiving_is_proposed_with_the_role_that_takes_its_place(cook: Role, eve: User, ruth: User) -> None:
    heir = written(document("Chef"))
    proposal = proposals.propose(cook, COOK, by(eve), status="archived", successor=heir)
    assert Role.objects.get(slug="cook").status == "published"
    proposals.apply(proposal, ruth)
    cook.refresh_from_db()
    assert (cook.status, cook.successor) == ("archived", heir)


# Later ------------------------------------------------------------------------------------------------------


def scheduled(role: Role, author: User, ruth: User, minutes: int = -1, **parts: Any) -> Proposal:
    proposal = proposed(role, author, **parts)
    proposals.schedule(proposal, ruth, timezone.now() + timedelta(minutes=minutes))
    return proposal


def test_what_is_approved_for_later_is_published_when_its_time_has_come(
    cook: Role, eve: User, ruth: User
) -> None:
    proposal = scheduled(cook, eve, ruth, minutes=5, mission="Bake.")
    assert proposals.publish_due() == proposals.Published((), ())
    later = timezone.now() + timedelta(minutes=6)
    assert proposals.publish_due(later).applied == (proposal,)
    assert said().mission == "Bake."
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (State.APPLIED, ruth)
    before = row_counts()
    assert proposals.publish_due(later) == proposals.Published((), ())
    assert row_counts() == before


def test_the_command_tells_what_it_published(cook: Role, eve: User, ruth: User) -> None:
    scheduled(cook, eve, ruth, mission="Bake.")
    out = StringIO()
    call_command("publish_due", stdout=out)
    assert out.getvalue() == "Published: Cook.\n"


def test_what_can_not_be_published_in_time_waits_for_review_again_and_says_why(
    cook: Role, eve: User, ruth: User
) -> None:
    proposal = scheduled(cook, eve, ruth, mission="Bake.")
    edit("cook", mission="Ours.")
    assert proposals.publish_due().waiting == (proposal,)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.publish_at) == (State.WAITING, None)
    assert "somebody has to choose" in proposal.comments.latest("id").text
    assert said().mission == "Ours."


def test_one_that_can_not_be_published_holds_up_no_other(cook: Role, eve: User, ruth: User) -> None:
    scheduled(cook, eve, ruth, minutes=-2, mission="Bake.")
    edit("cook", mission="Ours.")
    baker = written(document("Baker"))
    other = scheduled(baker, eve, ruth, mission="Bake.")
    assert proposals.publish_due().applied == (other,)


def test_a_draft_that_was_changed_after_its_publication_was_approved_is_not_published(
    eve: User, ruth: User
) -> None:
    draft = written(COOK, status=Role.Status.DRAFT)
    proposals.schedule(proposals.ask_to_publish(draft, by(eve)), ruth, timezone.now())
    edit("cook", mission="Not reviewed.")
    assert proposals.publish_due().applied == ()
    assert Role.objects.get().status == "draft"


def test_what_should_have_been_published_a_while_ago_is_overdue(cook: Role, eve: User, ruth: User) -> None:
    scheduled(cook, eve, ruth, minutes=-14, mission="Bake.")
    assert not Proposal.objects.overdue(timezone.now()).exists()
    late = scheduled(written(document("Baker")), eve, ruth, minutes=-16, mission="Bake.")
    assert list(Proposal.objects.overdue(timezone.now())) == [late]
    late.refresh_from_db()
    assert late.is_overdue


def test_a_status_that_somebody_gave_meanwhile_is_logged_once(cook: Role, eve: User, ruth: User) -> None:
    proposal = proposals.propose(cook, COOK, by(eve), status="archived")
    lifecycle.change(cook, by=ruth, status=Role.Status.ARCHIVED)
    proposals.apply(proposal, ruth)
    assert LifecycleChange.objects.count() == 1
