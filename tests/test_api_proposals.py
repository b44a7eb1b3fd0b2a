"""Proposals through the API: made, listed, read, and decided by whoever may."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from roles import proposals
from roles.documents.document import Capability
from roles.loading.run import load as load_files
from roles.models import Proposal, Role
from roles.models.api_token import Scope
from tests.builders import SAMPLES, document, edit, written
from tests.test_api_errors import problem
from tests.test_api_writes import PATCH, faults, patch, read, send
from tests.tokens import program

pytestmark = pytest.mark.django_db

PROPOSALS = "/api/v1/proposals"
COOK = "/api/v1/roles/cook"


@pytest.fixture
def cook() -> Role:
    """A published role."""
    return written(
        document("Cook", mission="Cooks.", capabilities=(Capability(name="Soups", level="Novice"),))
    )


@pytest.fixture
def author(editor: User) -> Client:
    """A program of somebody who may not publish."""
    return program(editor, name="Author's program")


@pytest.fixture
def judge(reviewer: User) -> Client:
    """A program of somebody who may publish."""
    return program(reviewer, name="Judge's program")


def propose(client: Client, body: dict[str, Any], *, reason: str = "Clearer") -> Any:
    """The answer to a proposal to change the cook."""
    _said, tag = read(client, COOK)
    return send(client, "POST", f"{COOK}/proposals", body, media=PATCH, If_Match=tag, reason=reason)


def proposed(client: Client, **body: Any) -> str:
    """The address of a proposal to change the cook."""
    answer = propose(client, body)
    assert answer.status_code == 201, answer.content
    return str(answer["Location"]).removeprefix("http://testserver")


def review(client: Client, address: str, decision: str, tag: str | None = None, **further: Any) -> Any:
    """The answer to a decision on a proposal, made after it was read."""
    if tag is None:
        tag = client.get(address).headers.get("ETag", '"none"')
    body = {"decision": decision, **further}
    return send(client, "POST", f"{address}/reviews", body, If_Match=tag, reason="")


# Made


def test_a_proposal_says_what_it_would_change(author: Client, cook: Role) -> None:
    answer = propose(author, {"mission": "Cooks well.", "capabilities": []})
    told = answer.json()
    assert (answer.status_code, author.get(answer["Location"]).json()) == (201, told)
    assert (told["role"]["slug"], told["state"], told["author"]) == ("cook", "waiting", "Author's program")
    assert (told["origin"], told["reason"], told["status"], told["revision"]) == (
        "api",
        "Clearer",
        None,
        None,
    )
    assert told["statements"] == [
        {
            "field": "mission",
            "base": "Cooks.",
            "now": "Cooks.",
            "proposed": "Cooks well.",
            "undecided": False,
        },
        {
            "field": "capabilities:soups",
            "base": {"name": "Soups", "level": "Novice", "detail": None},
            "now": {"name": "Soups", "level": "Novice", "detail": None},
            "proposed": None,
            "undecided": False,
        },
    ]
    assert len(told["summary"]) == 2
    assert cook.revisions.count() == 1


def test_a_whole_role_can_be_proposed_as_json(author: Client, cook: Role) -> None:
    body, tag = read(author, COOK)
    body["mission"] = "Cooks well."
    answer = send(author, "POST", f"{COOK}/proposals", body, If_Match=tag)
    assert [each["field"] for each in answer.json()["statements"]] == ["mission"]


def test_whoever_proposes_again_goes_on_with_their_proposal(author: Client, cook: Role) -> None:
    first, second = proposed(author, mission="Cooks well."), proposed(author, summary="A cook.")
    assert first == second
    assert {each["field"] for each in author.get(first).json()["statements"]} == {"mission", "summary"}


def lifecycle_of(answer: Any) -> tuple[str | None, str | None]:
    """The status and the successor that a proposal gives its role."""
    told = answer.json()
    return told["status"], told["replaced_by"]


def test_a_status_and_a_successor_can_be_proposed_one_after_the_other(author: Client, cook: Role) -> None:
    written(document("Chef"))
    propose(author, {"status": "archived"})
    assert lifecycle_of(propose(author, {"replaced_by": {"slug": "chef"}})) == ("archived", "chef")


def test_a_successor_that_stays_is_the_one_that_was_proposed(author: Client, cook: Role) -> None:
    written(document("Chef"))
    propose(author, {"replaced_by": {"slug": "chef"}})
    assert lifecycle_of(propose(author, {"status": "archived"})) == ("archived", "chef")


def test_a_successor_is_taken_out_of_a_proposal_that_archives(author: Client, cook: Role) -> None:
    cook.successor = written(document("Chef"))
    cook.save()
    propose(author, {"status": "archived"})
    assert lifecycle_of(propose(author, {"replaced_by": None})) == ("archived", None)


def test_nothing_is_no_proposal(author: Client, cook: Role) -> None:
    assert list(faults(propose(author, {}))) == [""]


def test_a_proposal_says_what_was_read(author: Client, cook: Role) -> None:
    problem(send(author, "POST", f"{COOK}/proposals", {}, media=PATCH), 428)
    _said, tag = read(author, COOK)
    edit("cook", mission="Other.")
    problem(send(author, "POST", f"{COOK}/proposals", {}, media=PATCH, If_Match=tag), 412)


def test_an_old_slug_leads_on(author: Client, cook: Role) -> None:
    edit("cook", slug="chef")
    answer = send(author, "POST", f"{COOK}/proposals", {}, media=PATCH, If_Match='"x"')
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/roles/chef/proposals?reason=Because")


# Seen


def test_proposals_are_listed_by_state_and_role(author: Client, judge: Client, cook: Role) -> None:
    written(document("Baker"))
    first = proposed(author, mission="Cooks well.")
    _said, tag = read(author, "/api/v1/roles/baker")
    patch(author, {"mission": "Bakes."}, tag, "/api/v1/roles/baker")
    review(judge, first, "decline", text="No.")

    def listed(query: str) -> list[str]:
        return [item["name"] for item in judge.get(f"{PROPOSALS}{query}").json()["items"]]

    assert sorted(listed("")) == ["Baker", "Cook"]
    assert listed("?state=waiting") == ["Baker"]
    assert sorted(listed("?state=waiting&state=declined")) == ["Baker", "Cook"]
    assert listed("?role=cook&origin=api") == ["Cook"]
    assert listed("?origin=admin") == []


def test_a_list_takes_as_many_queries_for_many_as_for_one(
    author: Client, reviewer: User, cook: Role, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = program(reviewer)
    client.get(PROPOSALS)
    proposed(author, mission="Cooks well.")
    # Token, state, rights of person and groups, count, proposals, comments.
    with django_assert_num_queries(7):
        client.get(PROPOSALS)
    for number in range(3):
        written(document(f"Role {number}"))
        address = f"/api/v1/roles/role-{number}"
        patch(author, {"mission": "x"}, read(author, address)[1], address)
    with django_assert_num_queries(7):
        assert client.get(PROPOSALS).json()["count"] == 4


@pytest.mark.parametrize("address", [PROPOSALS, f"{PROPOSALS}/1"])
def test_proposals_are_seen_by_whoever_may_see_them(
    client: Client, viewer_client: Client, editor: User, address: str
) -> None:
    stranger, reader = client.get(address), program(editor, Scope.READ).get(address)
    problem(stranger, 401)
    problem(viewer_client.get(address), 403)
    problem(reader, 403)
    assert stranger["WWW-Authenticate"] == 'Bearer realm="role catalogue", scope="read-drafts"'
    assert 'error="insufficient_scope", scope="read-drafts"' in reader["WWW-Authenticate"]


def test_a_token_that_only_proposes_sees_what_it_proposed_and_takes_it_back(
    editor: User, reviewer: User, cook: Role
) -> None:
    client = program(editor, Scope.PROPOSE)
    address = proposed(client, mission="Cooks well.")
    edit("cook", mission="Other.")
    assert client.get(address).json()["statements"][0]["now"] == "Other."
    assert review(client, address, "withdraw").status_code == 200
    problem(program(reviewer, Scope.PROPOSE).get(address), 403)
    problem(program(reviewer).get(f"{PROPOSALS}/999999"), 404)


def test_a_proposal_of_what_is_a_draft_by_now_is_told_to_nobody_who_sees_no_drafts(
    editor: User, cook: Role
) -> None:
    client = program(editor, Scope.PROPOSE)
    address = proposed(client, mission="Cooks well.")
    Role.objects.update(status=Role.Status.DRAFT)
    problem(client.get(address), 403)
    problem(review(client, address, "comment", text="Well?"), 404)


def test_who_has_a_proposal_as_it_is_is_told_so(author: Client, cook: Role) -> None:
    address = proposed(author, mission="Cooks well.")
    tag = author.get(address)["ETag"]
    assert author.get(address, headers={"If-None-Match": tag}).status_code == 304
    edit("cook", mission="Other.")
    assert author.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_of_the_secret_of_its_preview_nothing_is_told(author: Client, cook: Role) -> None:
    address = proposed(author, mission="Cooks well.")
    assert Proposal.objects.get().token not in author.get(address).content.decode()


# Decided on


def test_an_approved_proposal_is_a_revision_of_its_author(author: Client, judge: Client, cook: Role) -> None:
    answer = review(judge, proposed(author, mission="Cooks well."), "approve", text="Fine.")
    told = answer.json()
    assert (answer.status_code, told["state"], told["revision"]) == (200, "applied", 2)
    assert (told["decided_by"], told["comments"][-1]["by"]) == ("Judge's program", "Judge's program")
    assert (told["comments"][-1]["text"], told["comments"][-1]["state"]) == ("Fine.", "applied")
    revision = cook.revisions.first()
    assert revision is not None
    assert (revision.author_name, revision.reason) == ("Author's program", "Clearer")
    assert read(judge, COOK)[0]["mission"] == "Cooks well."


def test_a_proposal_is_approved_for_later(author: Client, judge: Client, cook: Role) -> None:
    at = timezone.now() + timedelta(days=1)
    told = review(judge, proposed(author, mission="x"), "schedule", at=at.isoformat()).json()
    assert told["state"] == "scheduled"
    assert Proposal.objects.get().publish_at == at


@pytest.mark.parametrize(("decision", "state"), [("send-back", "returned"), ("decline", "declined")])
def test_a_proposal_is_sent_back_or_declined_with_a_word_of_why(
    author: Client, judge: Client, cook: Role, decision: str, state: str
) -> None:
    address = proposed(author, mission="x")
    assert list(faults(review(judge, address, decision))) == ["/text"]
    assert review(judge, address, decision, text="Too short.").json()["state"] == state


def test_its_author_takes_a_proposal_back_and_nobody_else(author: Client, judge: Client, cook: Role) -> None:
    address = proposed(author, mission="x")
    problem(review(judge, address, "withdraw"), 403)
    assert review(author, address, "withdraw").json()["state"] == "withdrawn"


def test_a_comment_needs_nothing_that_was_read(author: Client, cook: Role) -> None:
    address = proposed(author, mission="x")
    body = {"decision": "comment", "text": "Hm."}
    answer = send(author, "POST", f"{address}/reviews", body, reason="")
    assert [(each["by"], each["text"]) for each in answer.json()["comments"]] == [("Author's program", "Hm.")]


@pytest.mark.parametrize("decision", ["approve", "schedule", "send-back", "decline"])
def test_only_who_may_publish_decides(author: Client, reviewer: User, cook: Role, decision: str) -> None:
    address = proposed(author, mission="x")
    further = {"text": "x"} | (
        {"at": (timezone.now() + timedelta(days=1)).isoformat()} if decision == "schedule" else {}
    )
    proposer = program(reviewer, Scope.READ_DRAFTS, Scope.PROPOSE)
    for client, kind in ((author, "forbidden"), (proposer, "scope-needed")):
        assert problem(review(client, address, decision, **further), 403)["type"].endswith(f"#{kind}")
    assert Proposal.objects.get().state == "waiting"


def test_a_decision_is_made_on_what_was_read(author: Client, judge: Client, cook: Role) -> None:
    address = proposed(author, mission="x")
    tag = judge.get(address)["ETag"]
    edit("cook", summary="Changed.")
    proposed(author, description="More.")
    problem(review(judge, address, "approve", tag), 412)
    problem(send(judge, "POST", f"{address}/reviews", {"decision": "approve"}, reason=""), 428)
    assert Proposal.objects.get().state == "waiting"


def test_what_is_over_is_not_decided_again(author: Client, judge: Client, cook: Role) -> None:
    address = proposed(author, mission="x")
    review(judge, address, "decline", text="No.")
    for decision in ("approve", "decline", "comment"):
        assert "declined" in problem(review(judge, address, decision, text="x"), 409)["detail"]


def test_what_came_from_files_is_not_sent_back(judge: Client, editor: User) -> None:
    load_files([SAMPLES / "data"], by=editor)
    proposal = Proposal.objects.first()
    assert proposal is not None
    problem(review(judge, f"{PROPOSALS}/{proposal.pk}", "send-back", text="x"), 409)


# What both changed


@pytest.fixture
def undecided(author: Client, cook: Role) -> str:
    """The address of a proposal whose role changed the same statement in the meantime."""
    address = proposed(author, mission="Cooks well.", summary="A cook.")
    edit("cook", mission="Cooks a lot.")
    return address


def test_what_both_changed_is_to_be_decided(judge: Client, undecided: str) -> None:
    told = problem(review(judge, undecided, "approve"), 409)
    assert told["type"].endswith("#undecided")
    assert told["undecided"] == [
        {
            "field": "mission",
            "base": "Cooks.",
            "now": "Cooks a lot.",
            "proposed": "Cooks well.",
            "undecided": True,
        }
    ]
    assert [each["undecided"] for each in judge.get(undecided).json()["statements"]] == [True, False]


@pytest.mark.parametrize(
    ("choice", "mission"),
    [
        ({"chosen": {"mission": "now"}}, "Cooks a lot."),
        ({"chosen": {"mission": "proposed"}}, "Cooks well."),
        ({"written": {"mission": "Cooks."}}, "Cooks."),
        ({"written": {"mission": None}}, None),
    ],
)
def test_what_both_changed_is_chosen_or_written_anew(
    judge: Client, undecided: str, choice: dict[str, Any], mission: str | None
) -> None:
    assert review(judge, undecided, "approve", **choice).json()["state"] == "applied"
    said, _tag = read(judge, COOK)
    assert (said["mission"], said["summary"]) == (mission, "A cook.")


@pytest.mark.parametrize(
    ("choice", "places"),
    [
        ({"chosen": {"summary": "now"}}, ["/chosen/summary"]),
        ({"chosen": {"mission": "ours"}}, ["/chosen/mission"]),
        ({"written": {"nonsense:x": "x"}}, ["/written/nonsense:x"]),
        ({"written": {"mission": 7}}, ["/written/mission"]),
        ({"written": {"mission": "# A heading"}}, ["/written/mission"]),
        ({"written": {"mission": "x"}, "chosen": {"mission": "now"}}, ["/written/mission"]),
    ],
)
def test_a_choice_is_one_of_what_is_to_be_decided(
    judge: Client, undecided: str, choice: dict[str, Any], places: list[str]
) -> None:
    assert list(faults(review(judge, undecided, "approve", **choice))) == places
    assert Proposal.objects.get().state == "waiting"


def test_a_statement_is_written_anew_with_all_its_faults(author: Client, judge: Client, cook: Role) -> None:
    address = proposed(author, capabilities=[{"name": "Soups", "level": "Expert"}])
    edit("cook", capabilities=(Capability(name="Soups", level="Advanced"),))
    key = "capabilities:soups"
    wrong = review(judge, address, "approve", written={key: {"level": "a, b", "nonsense": 1}})
    assert set(faults(wrong)) == {f"/written/{key}{place}" for place in ("/level", "/name", "/nonsense")}
    review(judge, address, "approve", written={key: {"name": "Soups", "level": "Mid"}})
    assert read(judge, COOK)[0]["capabilities"][0]["level"] == "Mid"


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({}, ["/decision"]),
        ({"decision": "perhaps"}, ["/decision"]),
        ({"decision": "approve", "nonsense": 1, "text": 7}, ["/text", "/nonsense"]),
        ({"decision": "schedule"}, ["/at"]),
        ({"decision": "schedule", "at": "2020-01-01T00:00:00Z"}, ["/at"]),
        ({"decision": "schedule", "at": "2099-01-01T00:00:00"}, ["/at"]),
        ({"decision": "schedule", "at": "9999-12-31T23:59:59Z"}, ["/at"]),
        ({"decision": "decline", "at": "2099-01-01T00:00:00Z"}, ["/text", "/at"]),
        ({"decision": "decline", "text": "x", "chosen": {"mission": "now"}}, ["/chosen"]),
    ],
)
def test_a_review_that_is_not_understood_names_what_is_wrong(
    author: Client, judge: Client, cook: Role, body: Any, places: list[str]
) -> None:
    address = proposed(author, mission="x")
    tag = judge.get(address)["ETag"]
    assert list(faults(send(judge, "POST", f"{address}/reviews", body, If_Match=tag, reason=""))) == places


def test_a_proposal_of_a_deleted_role_is_told_and_declined(author: Client, judge: Client, cook: Role) -> None:
    address = proposed(author, mission="x")
    Role.objects.all().delete()
    assert judge.get(address).json()["role"] is None
    assert "deleted" in problem(review(judge, address, "approve"), 409)["detail"]
    assert review(judge, address, "decline", text="Gone.").status_code == 200


def test_two_changes_that_make_no_document_are_not_one_proposal(author: Client, cook: Role) -> None:
    def section(text: str) -> dict[str, Any]:
        return {"sections": [{"text": text, "position": ""}]}

    proposed(author, **section("One."))
    answer = propose(author, {"sections": [{"text": "Two.", "position": ""}]})
    assert answer.status_code in (201, 409)
    if answer.status_code == 409:
        assert "withdraw" in problem(answer, 409)["detail"]


def test_a_taken_slug_is_no_reason_to_fail(author: Client, judge: Client, cook: Role) -> None:
    address = proposed(author, slug="chef")
    written(document("Chef"))
    assert "chef" in problem(review(judge, address, "approve"), 409)["detail"]
    assert proposals.pending(Proposal.objects.get()).document.slug == "chef"
