"""Roles written through the API: replaced, patched, made and deleted, each by somebody who may."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.schemas import writes as schemas
from api.writing.bodies import MAX_BODY
from roles import lifecycle, proposals, store
from roles.documents import document as documents
from roles.documents.document import Capability, RoleDocument
from roles.models import Proposal, Role, RoleRevision
from roles.models.api_token import Scope
from roles.partners import link_partners
from tests.builders import FULL, document, edit, written
from tests.strategies import role_documents
from tests.test_api_errors import problem
from tests.tokens import program

pytestmark = pytest.mark.django_db

KEEPER = "/api/v1/roles/bridge-keeper"
JSON, PATCH = "application/json", "application/merge-patch+json"


@pytest.fixture
def keeper() -> Role:
    """The role that says something in every field."""
    return written(FULL)


@pytest.fixture
def publisher(reviewer: Any) -> Client:
    """A program that may change what everybody reads."""
    return program(reviewer)


@pytest.fixture
def proposer(editor: Any) -> Client:
    """A program of somebody who may not publish."""
    return program(editor)


def read(client: Client, address: str = KEEPER) -> tuple[Any, str]:
    """What a role says, and the entity tag of that."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.json(), answer["ETag"]


def send(
    client: Client,
    method: str,
    address: str,
    body: Any = None,
    *,
    reason: str = "Because",
    media: str = JSON,
    **headers: str,
) -> Any:
    """The answer to a request that changes something. Headers are named with underscores."""
    sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    query = ("&" if "?" in address else "?") + f"reason={reason}" if reason else ""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.generic(method, address + query, sent, content_type=media, headers=named)


def put(client: Client, body: Any, tag: str, address: str = KEEPER, **further: Any) -> Any:
    return send(client, "PUT", address, body, If_Match=tag, **further)


def patch(client: Client, body: Any, tag: str, address: str = KEEPER, **further: Any) -> Any:
    return send(client, "PATCH", address, body, media=PATCH, If_Match=tag, **further)


def faults(answer: Any) -> dict[str, str]:
    """Where a body is at fault, and why."""
    return {fault["name"]: fault["detail"] for fault in problem(answer, 422)["errors"]}


def said(slug: str = "bridge-keeper") -> RoleDocument:
    return store.current(Role.objects.select_related("revision").get(slug=slug))


# Replacing a role


def test_what_was_read_can_be_sent_back_and_changes_nothing(publisher: Client, keeper: Role) -> None:
    body, tag = read(publisher)
    answer = put(publisher, body, tag)
    assert (answer.status_code, answer["ETag"], answer.json()) == (200, tag, body)
    assert keeper.revisions.count() == 1


def test_a_change_is_a_revision_with_the_names_of_token_and_person_and_the_reason(
    publisher: Client, keeper: Role
) -> None:
    body, tag = read(publisher)
    answer = put(publisher, body | {"mission": "Get everybody across."}, tag, reason="Found+by+travellers")
    revision = keeper.revisions.first()
    assert revision is not None
    assert (revision.number, revision.origin, revision.reason) == (2, "api", "Found by travellers")
    assert (revision.author_name, revision.author and revision.author.username) == ("HR sync", "reviewer")
    assert (answer.status_code, answer["Location"]) == (200, f"http://testserver{KEEPER}")
    assert (answer.json()["mission"], answer.json()["revision"]) == ("Get everybody across.", 2)
    assert read(publisher) == (answer.json(), answer["ETag"])


def test_what_is_left_out_is_not_said_any_more(publisher: Client, keeper: Role) -> None:
    _body, tag = read(publisher)
    put(publisher, {"name": "Bridge Keeper"}, tag)
    assert said() == document("Bridge Keeper")


def test_another_slug_renames_the_role_and_the_old_one_leads_on(publisher: Client, keeper: Role) -> None:
    body, tag = read(publisher)
    answer = put(publisher, body | {"slug": "keeper"}, tag)
    assert answer["Location"] == "http://testserver/api/v1/roles/keeper"
    again = put(publisher, body, answer["ETag"], reason="Once+more")
    assert (again.status_code, again["Location"]) == (308, "/api/v1/roles/keeper?reason=Once+more")


def test_a_partner_is_linked_as_soon_as_it_is_named(publisher: Client, keeper: Role) -> None:
    written(document("Lamplighter"))
    body, tag = read(publisher)
    body["interactions"].append({"kind": "Meets", "partner": "Lamplighter"})
    assert [item["role"] for item in put(publisher, body, tag).json()["interactions"]].count(
        "lamplighter"
    ) == 1


def test_a_statement_that_is_renamed_may_keep_its_anchor_and_link(publisher: Client, keeper: Role) -> None:
    partner = written(document("Ferry Master"))
    link_partners()
    body, tag = read(publisher)
    assert body["interactions"][0]["role"] == partner.slug
    body["interactions"][0]["partner"] = "Harbour Master"
    body["capabilities"][0]["name"] = "Joinery"
    answer = put(publisher, body, tag).json()
    assert (answer["interactions"][0]["role"], answer["capabilities"][0]["anchor"]) == (
        None,
        "capabilities-joinery",
    )


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(role_documents)
def test_whatever_a_role_says_can_be_sent_back_as_it_was_read(publisher: Client, says: RoleDocument) -> None:
    with transaction.atomic():
        role = written(says)
        address = f"/api/v1/roles/{role.slug}"
        body, tag = read(publisher, address)
        answer = put(publisher, body, tag, address)
        assert (answer.status_code, answer.json(), role.revisions.count()) == (200, body, 1)
        assert said(role.slug) == says
        transaction.set_rollback(True)


# Patching one


def test_a_patch_changes_what_it_names_and_leaves_the_rest(publisher: Client, keeper: Role) -> None:
    _body, tag = read(publisher)
    answer = patch(publisher, {"mission": None, "extra": {"grade": None, "site": "South"}}, tag)
    assert answer.status_code == 200
    now = said()
    assert now.mission is None
    assert now.extra == {"sites": ["North bank", "South bank"], "budget": {"owner": "Works"}, "site": "South"}
    assert (now.capabilities, now.agent) == (FULL.capabilities, FULL.agent)


def test_a_patch_of_nothing_changes_nothing(publisher: Client, keeper: Role) -> None:
    body, tag = read(publisher)
    assert (patch(publisher, {}, tag).json(), keeper.revisions.count()) == (body, 1)


def test_null_takes_only_away_what_can_be_without_it(publisher: Client, keeper: Role) -> None:
    keeper.owner = User.objects.get()
    keeper.save()
    _body, tag = read(publisher)
    nulls = {"misson": None, "owner": None, "anchors": None, "agent": {"prompt": None}}
    answer = patch(publisher, nulls, tag)
    assert list(faults(answer)) == ["/misson", "/agent/prompt", "/owner", "/anchors"]


def test_a_patch_may_come_as_plain_json(publisher: Client, keeper: Role) -> None:
    _body, tag = read(publisher)
    assert send(publisher, "PATCH", KEEPER, {"mission": "New."}, If_Match=tag).json()["mission"] == "New."


def test_what_is_no_patch_is_told_what_is(publisher: Client, keeper: Role) -> None:
    answer = send(publisher, "PATCH", KEEPER, [], media="application/json-patch+json", If_Match='"x"')
    problem(answer, 415)
    assert answer["Accept-Patch"] == "application/merge-patch+json, application/json"


def test_a_role_is_replaced_by_json_alone(publisher: Client, keeper: Role) -> None:
    problem(send(publisher, "PUT", KEEPER, {"name": "x"}, media=PATCH, If_Match='"x"'), 415)


# Status and successor


def test_status_and_successor_are_changed_with_the_role_and_stay_when_left_out(
    publisher: Client, keeper: Role
) -> None:
    written(document("Ferry Master"))
    body, tag = read(publisher)
    del body["status"], body["replaced_by"]
    answer = put(publisher, body | {"status": "archived", "replaced_by": {"slug": "ferry-master"}}, tag)
    assert (answer.json()["status"], answer.json()["replaced_by"]["slug"]) == ("archived", "ferry-master")
    answer = put(publisher, body, answer["ETag"])
    assert answer.json()["status"] == "archived"
    answer = patch(publisher, {"status": "published", "replaced_by": None}, answer["ETag"])
    assert (answer.json()["status"], answer.json()["replaced_by"]) == ("published", None)
    assert keeper.revisions.count() == 1


def test_a_successor_that_the_sender_may_not_see_stays_where_it_is_sent_back_as_read(
    reviewer: Any, keeper: Role
) -> None:
    keeper.successor = written(document("Secret"), status=Role.Status.DRAFT)
    keeper.save()
    client = program(reviewer, Scope.WRITE)
    body, tag = read(client)
    assert body["replaced_by"] is None
    put(client, body | {"mission": "New."}, tag)
    keeper.refresh_from_db()
    assert keeper.successor is not None


@pytest.mark.parametrize("slug", ["nobody", "bridge-keeper", "secret"])
def test_a_successor_is_another_role_that_the_sender_sees(reviewer: Any, keeper: Role, slug: str) -> None:
    written(document("Secret"), status=Role.Status.DRAFT)
    client = program(reviewer, Scope.WRITE)
    _body, tag = read(client)
    assert list(faults(patch(client, {"replaced_by": {"slug": slug}}, tag))) == ["/replaced_by/slug"]


def test_a_successor_is_in_use_when_it_is_named_and_may_be_archived_later(
    publisher: Client, keeper: Role
) -> None:
    ferry = written(document("Ferry Master"))
    _body, tag = read(publisher)
    tag = patch(publisher, {"status": "archived", "replaced_by": {"slug": "ferry-master"}}, tag)["ETag"]
    lifecycle.change(ferry, by=None, status="archived")
    body, tag = read(publisher)
    assert put(publisher, body | {"mission": "New."}, tag).status_code == 200
    address = KEEPER.replace("bridge-keeper", "ferry-master")
    tag = publisher.get(address)["ETag"]
    ring = send(
        publisher, "PATCH", address, {"replaced_by": {"slug": "bridge-keeper"}}, media=PATCH, If_Match=tag
    )
    assert list(faults(ring)) == ["/replaced_by/slug"]


# Making one


def test_a_new_role_is_a_draft(publisher: Client) -> None:
    answer = send(publisher, "PUT", "/api/v1/roles/cook", {"name": "Cook"}, If_None_Match="*")
    assert (answer.status_code, answer["Location"]) == (201, "http://testserver/api/v1/roles/cook")
    assert (answer.json()["status"], answer.json()["slug"]) == ("draft", "cook")
    assert read(publisher, "/api/v1/roles/cook")[1] == answer["ETag"]


def test_whoever_may_publish_makes_a_published_role(publisher: Client, client: Client) -> None:
    body = {"name": "Cook", "status": "published"}
    assert send(publisher, "PUT", "/api/v1/roles/cook", body, If_None_Match="*").status_code == 201
    assert client.get("/api/v1/roles/cook").json()["status"] == "published"


def test_whoever_may_not_publish_makes_a_draft_and_proposes_to_publish_it(proposer: Client) -> None:
    body = {"name": "Cook", "status": "published"}
    answer = send(proposer, "PUT", "/api/v1/roles/cook", body, If_None_Match="*")
    assert (answer.status_code, answer.json()["status"]) == (202, "published")
    assert Role.objects.get(slug="cook").status == "draft"


def test_a_role_that_is_there_is_not_made_again(publisher: Client, keeper: Role) -> None:
    answer = send(publisher, "PUT", KEEPER, {"name": "Cook"}, If_None_Match="*")
    assert problem(answer, 412)["current"]["name"] == "Bridge Keeper"


def test_without_a_role_there_is_nothing_to_change(publisher: Client) -> None:
    assert "If-None-Match" in problem(put(publisher, {"name": "Cook"}, '"x"'), 404)["detail"]


def test_a_new_role_has_nothing_that_the_catalogue_makes(publisher: Client, keeper: Role) -> None:
    body, _tag = read(publisher)
    body |= {"slug": "cook", "identifiers": []}
    answer = send(publisher, "PUT", "/api/v1/roles/cook", body, If_None_Match="*")
    assert set(faults(answer)) == {"/url", "/revision", "/updated_at", "/owner", "/sources", "/anchors"}


# What was read before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "headers", [{}, {"If_Match": "*"}, {"If_Match": "x"}, {"If_None_Match": '"something read"'}]
)
def test_a_change_says_what_was_read(
    administrator: Any, keeper: Role, method: str, headers: dict[str, str]
) -> None:
    client = program(administrator)
    problem(send(client, method, KEEPER, {} if method != "DELETE" else None, **headers), 428)
    assert Role.objects.filter(slug="bridge-keeper").exists()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_what_was_changed_in_the_meantime_is_answered_as_it_is_now(
    administrator: Any, keeper: Role, method: str
) -> None:
    client = program(administrator)
    body, tag = read(client)
    edit("bridge-keeper", mission="Something else.")
    answer = send(client, method, KEEPER, body if method != "DELETE" else None, If_Match=tag)
    assert (problem(answer, 412)["current"], answer["ETag"]) == read(client)
    assert said().mission == "Something else."


@pytest.mark.parametrize(("tags", "status"), [('"other"', 200), ("{tag}", 412), ("*", 412)])
def test_a_change_is_made_of_nothing_that_was_ruled_out(
    publisher: Client, keeper: Role, tags: str, status: int
) -> None:
    body, tag = read(publisher)
    assert put(publisher, body, tag, If_None_Match=tags.format(tag=tag)).status_code == status


def test_what_was_read_and_what_is_to_be_new_are_two_things(publisher: Client) -> None:
    problem(send(publisher, "PUT", KEEPER, {"name": "x"}, If_None_Match='"read"'), 404)
    problem(send(publisher, "PUT", KEEPER, {"name": "x"}, If_None_Match="*", If_Match='"read"'), 404)
    assert not Role.objects.exists()


def test_a_tag_that_was_weakened_on_its_way_counts(publisher: Client, keeper: Role) -> None:
    body, tag = read(publisher)
    assert put(publisher, body, f'"other", W/{tag}').status_code == 200


# Who may


def test_whoever_may_not_publish_proposes(proposer: Client, keeper: Role) -> None:
    _body, tag = read(proposer)
    answer = patch(proposer, {"mission": "New."}, tag, reason="Clearer")
    proposal = Proposal.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        202,
        f"http://testserver/api/v1/proposals/{proposal.pk}",
    )
    assert (proposal.origin, proposal.author_name, proposal.reason) == ("api", "HR sync", "Clearer")
    assert proposals.outcome(proposal).document.mission == "New."
    assert keeper.revisions.count() == 1


def test_a_token_that_may_only_propose_proposes_also_drafts(reviewer: Any) -> None:
    written(document("Cook"), status=Role.Status.DRAFT)
    client = program(reviewer, Scope.READ_DRAFTS, Scope.PROPOSE)
    _body, tag = read(client, "/api/v1/roles/cook")
    assert patch(client, {"mission": "New."}, tag, "/api/v1/roles/cook").status_code == 202


def test_drafts_are_free_for_editors_and_their_status_is_not(proposer: Client) -> None:
    written(document("Cook"), status=Role.Status.DRAFT)
    address = "/api/v1/roles/cook"
    _body, tag = read(proposer, address)
    answer = patch(proposer, {"mission": "New."}, tag, address)
    assert (answer.status_code, answer.json()["mission"]) == (200, "New.")
    assert patch(proposer, {"status": "published"}, answer["ETag"], address).status_code == 202
    assert Role.objects.get().status == "draft"


def test_whoever_may_publish_may_still_propose(publisher: Client, keeper: Role) -> None:
    _body, tag = read(publisher)
    assert patch(publisher, {"status": "archived"}, tag, f"{KEEPER}?propose=true").status_code == 202
    assert (Proposal.objects.get().status, Role.objects.get().status) == ("archived", "published")


def test_where_nothing_differs_nothing_is_proposed(proposer: Client, keeper: Role) -> None:
    body, tag = read(proposer)
    assert (put(proposer, body, tag).status_code, Proposal.objects.count()) == (200, 0)


def test_a_new_role_is_not_proposed(reviewer: Any, publisher: Client) -> None:
    address, body = "/api/v1/roles/cook", {"name": "Cook"}
    answer = send(program(reviewer, Scope.PROPOSE), "PUT", address, body, If_None_Match="*")
    assert (problem(answer, 403), 'scope="write"' in answer["WWW-Authenticate"]) == (answer.json(), True)
    answer = send(publisher, "PUT", f"{address}?propose=true", body, If_None_Match="*")
    assert [fault["name"] for fault in problem(answer, 422)["errors"]] == ["propose"]
    assert not Role.objects.exists()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_session_and_a_token_that_reads_change_nothing(
    reviewer: Any, reviewer_client: Client, client: Client, keeper: Role, method: str
) -> None:
    for each, status in ((client, 401), (reviewer_client, 401), (program(reviewer, Scope.READ), 403)):
        problem(send(each, method, KEEPER, {}, If_Match='"x"'), status)


def test_a_person_who_may_not_change_roles_changes_none_by_a_token(viewer: Any, keeper: Role) -> None:
    problem(patch(program(viewer), {"mission": "New."}, '"x"'), 403)


def test_drafts_that_a_token_does_not_see_are_not_there(reviewer: Any) -> None:
    written(document("Cook"), status=Role.Status.DRAFT)
    problem(patch(program(reviewer, Scope.WRITE), {}, '"x"', "/api/v1/roles/cook"), 404)


def test_a_token_makes_no_drafts_that_it_does_not_see(reviewer: Any, keeper: Role) -> None:
    client = program(reviewer, Scope.WRITE)
    problem(send(client, "PUT", "/api/v1/roles/cook", {"name": "Cook"}, If_None_Match="*"), 403)
    _body, tag = read(client)
    answer = patch(client, {"status": "draft"}, tag)
    assert problem(answer, 403)["type"].endswith("#scope-needed")
    assert 'error="insufficient_scope", scope="read-drafts"' in answer["WWW-Authenticate"]
    assert [(role.slug, role.status) for role in Role.objects.all()] == [("bridge-keeper", "published")]


def test_a_token_proposes_to_publish_no_draft_that_it_does_not_see(editor: Any) -> None:
    body = {"name": "Cook", "status": "published"}
    answer = send(program(editor, Scope.WRITE), "PUT", "/api/v1/roles/cook", body, If_None_Match="*")
    problem(answer, 403)
    assert not Role.objects.exists()


# Deleting


def test_a_role_is_deleted_and_its_history_stays(administrator: Any, keeper: Role) -> None:
    client = program(administrator)
    _body, tag = read(client)
    answer = send(client, "DELETE", KEEPER, If_Match=tag, reason="Merged")
    assert (answer.status_code, answer.content) == (204, b"")
    last = RoleRevision.objects.of_role(keeper.uid).first()
    assert last is not None
    assert (last.origin, last.author_name, last.reason) == ("delete", "HR sync", "Merged")
    problem(client.get(KEEPER), 404)


def test_whoever_may_not_delete_roles_deletes_none_by_a_token(publisher: Client, keeper: Role) -> None:
    _body, tag = read(publisher)
    problem(send(publisher, "DELETE", KEEPER, If_Match=tag), 403)
    assert Role.objects.exists()


# Faults


@pytest.mark.parametrize("reason", ["", "%20", "x" * 501, "a%00b", "a%0Ab", "a&reason=b"])
def test_each_change_needs_one_reason(publisher: Client, keeper: Role, reason: str) -> None:
    answer = patch(publisher, {}, '"x"', f"{KEEPER}?reason={reason}" if reason else KEEPER, reason="")
    assert [fault["name"] for fault in problem(answer, 422)["errors"]] == ["reason"]


def test_all_faults_are_told_at_once(publisher: Client, keeper: Role) -> None:
    written(document("Cook", identifiers=(documents.Identifier(scheme="sap", value="Seven"),)))
    body, tag = read(publisher)
    body |= {
        "slug": "cook",
        "name": "",
        "mission": 7,
        "nonsense": None,
        "status": "gone",
        "replaced_by": {"slug": "nobody"},
        "revision": 9,
        "aliases": ["One\nTwo", 3],
    }
    body["identifiers"].append({"scheme": "sap", "value": "SEVEN"})
    body["responsibilities"][2] |= {"name": "Planks:", "group": "Success Metrics"}
    body["responsibilities"][0]["success_metric"] = ""
    body["members"][0] |= {"count": 0, "role": "elsewhere"}
    body["interactions"][0]["anchor"] = "elsewhere"
    body["agent"]["mcp_servers"].append({"purpose": "x"})
    body["extra"] |= {"slug": "x", "a.b": {"c/d": 1}}
    assert set(faults(put(publisher, body, tag))) == {
        "/slug",
        "/name",
        "/mission",
        "/nonsense",
        "/status",
        "/replaced_by/slug",
        "/revision",
        "/aliases/0",
        "/aliases/1",
        "/identifiers/2",
        "/responsibilities/2/name",
        "/responsibilities/0/success_metric",
        "/members/0/count",
        "/members/0/role",
        "/interactions/0/anchor",
        "/agent/mcp_servers/2/name" if len(FULL.agent.mcp_servers) == 2 else "/agent/mcp_servers/1/name",  # type: ignore[union-attr]
        "/extra/slug",
        "/extra/a.b/c~1d",
    }
    assert said() == FULL


FAULTS = {
    "slug": (["/slug"], "A b"),
    "mission": (["/mission"], ["x"]),
    "family": (["/family"], " x"),
    "tags": (["/tags/1"], ["fine", "two\nlines", "fine too"]),
    "identifiers": (["/identifiers/0/scheme"], [{"scheme": "A", "value": "1"}]),
    "responsibilities": (
        ["/responsibilities/0/name", "/responsibilities/1/group"],
        [{"name": 1}, {"name": "b", "group": "Role Variations"}],
    ),
    "capabilities": (["/capabilities/2/name"], [{"name": "a"}, {"name": "b"}, {"level": "Expert"}]),
    "artifacts": (["/artifacts/0"], ["Logbook"]),
    "interactions": (
        ["/interactions/1/kind"],
        [{"kind": "a", "partner": "b"}, {"kind": "a -> b", "partner": "c"}],
    ),
    "daily_tasks": (["/daily_tasks/0/time"], [{"time": "dawn", "name": "x"}]),
    "members": (["/members/0/count"], [{"role_code": "A1", "count": -1}]),
    "metrics": (["/metrics"], {}),
    "agent": (["/agent/knowledge/1"], {"knowledge": ["fine", None]}),
    "sections": (["/sections/0/level"], [{"text": "x", "level": "two"}]),
    "extra": (["/extra/year"], {"year": 2026}),
    "status": (["/status"], 1),
    "replaced_by": (["/replaced_by"], "cook"),
    "unknown": (["/unknown"], None),
}
"""Values that are at fault, by field, and the places of the faults."""


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.sets(st.sampled_from(sorted(FAULTS)), min_size=1))
def test_every_fault_is_named_and_nothing_else(publisher: Client, keeper: Role, fields: set[str]) -> None:
    body, tag = read(publisher)
    answer = put(publisher, body | {field: FAULTS[field][1] for field in fields}, tag)
    assert set(faults(answer)) == {place for field in fields for place in FAULTS[field][0]}


def test_one_code_in_two_spellings_is_a_fault(publisher: Client) -> None:
    body = {
        "name": "Cook",
        "identifiers": [{"scheme": "sap", "value": "A1"}, {"scheme": "sap", "value": "a1"}],
    }
    answer = send(publisher, "PUT", "/api/v1/roles/cook", body, If_None_Match="*")
    assert list(faults(answer)) == ["/identifiers/1"]


@pytest.mark.parametrize(
    ("body", "places"),
    [
        (b'{"name": "a", "name": "b", "x": {"y": 1, "y": 2, "y": 3}}', ["/name", "/x/y", "/x/y"]),
        (b'{"a/b": "\\ud800", "\\udfff": "c\\u0000"}', ["/?", "/a~1b", "/?"]),
        (b"[" * 60 + b"]" * 60, ["/0" * 50]),
        (b"[" * 100_000 + b"]" * 100_000, [""]),
        (b"[" + b"0," * 20_000 + b"0]", [""]),
        (b"[]", [""]),
        (b"null", [""]),
    ],
)
def test_json_that_no_answer_could_repeat_is_refused(
    publisher: Client, keeper: Role, body: bytes, places: list[str]
) -> None:
    _said, tag = read(publisher)
    answer = put(publisher, body, tag)
    assert [fault["name"] for fault in problem(answer, 422)["errors"]] == places


@pytest.mark.parametrize(
    "body", [b" ", b"{", b'{"a": NaN}', b"\xff", b'{"a": ' + b"9" * 5_000 + b"}", b"{} {}"]
)
def test_what_is_no_json_is_told_so(publisher: Client, keeper: Role, body: bytes) -> None:
    problem(put(publisher, body, '"x"'), 400)


def test_no_role_is_larger_than_a_file_may_be(publisher: Client, keeper: Role) -> None:
    problem(put(publisher, b" " * (MAX_BODY + 1), '"x"'), 413)


def test_a_thousand_faults_are_told_of_more(publisher: Client, keeper: Role) -> None:
    body, tag = read(publisher)
    content = problem(put(publisher, body | {"aliases": [0] * 5_000}, tag), 422)
    assert len(content["errors"]) == 1_000
    assert "4990 further faults" in content["detail"]


# What the description says


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (schemas.RoleBody, documents.RoleDocument),
        (schemas.AgentBody, documents.Agent),
        (schemas.IdentifierBody, documents.Identifier),
        (schemas.PropertyBody, documents.Property),
        (schemas.ResponsibilityBody, documents.Responsibility),
        (schemas.CapabilityBody, Capability),
        (schemas.ArtifactBody, documents.Artifact),
        (schemas.InteractionBody, documents.Interaction),
        (schemas.VariationBody, documents.Variation),
        (schemas.DailyTaskBody, documents.DailyTask),
        (schemas.MemberBody, documents.Member),
        (schemas.PhraseBody, documents.Phrase),
        (schemas.McpServerBody, documents.McpServer),
        (schemas.SectionBody, documents.Section),
    ],
)
def test_what_is_sent_is_described_as_documents_are(body: Any, part: Any) -> None:
    added = {"anchor", "role", "url", "status", "replaced_by", "revision", "updated_at", "owner", "sources"}
    added = (added | {"anchors"}) - set(part.__dataclass_fields__)
    assert set(body.model_fields) - added == set(part.__dataclass_fields__)
    needed = {name for name, item in part.__dataclass_fields__.items() if documents._is_required(item)}
    assert {name for name, item in body.model_fields.items() if item.is_required()} == needed - {"slug"}
    assert set(schemas.RolePatch.model_fields) >= set(documents.RoleDocument.__dataclass_fields__)
