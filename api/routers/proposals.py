"""Proposals, and what becomes of them."""

from datetime import MAXYEAR
from typing import Annotated, Any, cast

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import Field

from api.auth import Scope, demand_permission, token_of
from api.collections import Collection, Listing, Slug, Sort, listed
from api.conditional import content_tag
from api.errors import ProblemType, Refused
from api.operations import IF_MATCH, readable, writable
from api.pagination import refuse_unknown
from api.proposal_answers import (
    proposal_answer,
    proposal_detail,
    proposal_item,
    rendered,
    undecided,
)
from api.schemas.problems import Fault, Problem
from api.schemas.proposals import (
    Origin,
    ProposalDetail,
    ProposalItem,
    Review,
    State,
    UndecidedProposal,
)
from api.schemas.writes import Reason, RoleSent, StaleRole
from api.writing.bodies import MERGE_PATCH, JsonBody, PatchBody, fault_at, invalid, media_type, pointer
from api.writing.preconditions import read_tags
from api.writing.role import found_role, present_role, proposed
from api.writing.role_body import located, patched, wanted_of
from roles import proposals, store
from roles.documents.document import InvalidDocument, Key, Statement, from_one
from roles.models import Proposal, ProposalQuerySet

router = Router(tags=["Proposals"])

Id = Annotated[int, Path(ge=1, le=2**63 - 1, description="The field `id` of a proposal.")]


class ProposalFilters(Listing):
    """Which proposals are asked for."""

    state: list[State] = Field([], description="Where they are on their way; one of these states.")
    role: list[Slug] = Field([], description="Slugs of roles; the proposals would change one of them.")
    origin: list[Origin] = Field([], description="The doors that they came through; one of them.")

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        found = cast(ProposalQuerySet, rows)
        if self.state and besides != "state":
            found = found.in_state(self.state)
        if self.role and besides != "role":
            found = found.of_roles(self.role)
        if self.origin and besides != "origin":
            found = found.of_origin(self.origin)
        return found


def _rows(request: HttpRequest) -> ProposalQuerySet:
    demand_permission(request, "roles.view_proposal")
    return Proposal.objects.visible_to(request.user)


listed(
    router,
    "/proposals",
    Collection(
        name="proposals",
        item=ProposalItem,
        rows=_rows,
        fetch=lambda rows, _reading: rows.for_json(),
        tell=lambda proposal, reading: proposal_item(proposal, reading.request),
        filters=ProposalFilters,
        sorts={"updated_at": Sort(("updated_at", "id")), "created_at": Sort(("created_at", "id"))},
    ),
    operation_id="list_proposals",
    summary="List and filter proposals",
    description="Changes that wait until somebody has looked at them, and those that were decided. For "
    "tokens with the scope `read-drafts`, and people who may see proposals in the admin.",
)


@readable(
    router,
    "/proposals/{int:id}",
    {200: ProposalDetail, 404: Problem},
    operation_id="get_proposal",
    summary="Get a proposal",
)
def get_proposal(request: HttpRequest, id: Id) -> HttpResponseBase:
    """A proposal with what it would change, what has to be decided first, and what was said of it.

    Its author sees it, too, without the scope that others need.
    """
    refuse_unknown(request)
    try:
        return proposal_detail(request, id)
    except Proposal.DoesNotExist:
        demand_permission(request, "roles.view_proposal")
        raise Http404 from None


@writable(
    router,
    "POST",
    "/roles/{slug:slug}/proposals",
    {201: ProposalDetail, 308: None, 412: StaleRole, 428: Problem},
    scope=Scope.PROPOSE,
    operation_id="create_proposal",
    summary="Propose a change of a role",
    headers=(IF_MATCH,),
    body={"content": {MERGE_PATCH: {"schema": {"$ref": "#/components/schemas/RolePatch"}}}},
)
@transaction.atomic
def create_proposal(
    request: HttpRequest, slug: str, body: Annotated[RoleSent, PatchBody(...)], asked: Query[Reason]
) -> HttpResponseBase:
    """Let somebody who may publish look at a change: a whole role as JSON, or a JSON Merge Patch.

    Whoever has an open proposal for the role goes on with that: it then wants both changes.
    """
    demand_permission(request, "roles.change_role")
    store.lock()
    role = found_role(request, slug)
    if isinstance(role, HttpResponseBase):
        return role
    present = present_role(request, role)
    value = patched(present, body) if media_type(request) == MERGE_PATCH else body
    wanted = wanted_of(value, present, role.slug, request.user)
    proposal = proposed(request, role, wanted, asked.reason)
    if proposal is None:
        raise invalid([fault_at("", _("Changes nothing, so there is nothing to propose"))])
    return proposal_answer(request, proposal, 201)


@writable(
    router,
    "POST",
    "/proposals/{int:id}/reviews",
    {200: ProposalDetail, 409: UndecidedProposal | Problem, 412: Problem, 428: Problem},
    scope=Scope.PROPOSE,
    operation_id="review_proposal",
    summary="Decide on a proposal",
    headers=(IF_MATCH,),
)
@transaction.atomic
def review_proposal(request: HttpRequest, id: Id, body: Annotated[Review, JsonBody(...)]) -> HttpResponseBase:
    """Approve a proposal now or for later, send it back, decline it, take it back, or say something of it.

    `If-Match` has the ETag of the proposal as it was read, but for a comment.
    """
    refuse_unknown(request)
    store.lock()
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user).for_json(), pk=id)
    if body.decision != "comment":
        _demand_read(request, proposal)
    if faults := list(_faults_of(body)):
        raise invalid(faults)
    _demand_may(request, proposal, body)
    try:
        _take(request, proposal, body)
    except proposals.Undecided as error:
        raise undecided(proposal) from error
    except proposals.REFUSALS as error:
        raise Refused(ProblemType.CONFLICT, proposals.explain(error)) from error
    except InvalidDocument as error:
        raise invalid([fault_at("/written", str(fault)) for fault in error.faults]) from error
    return proposal_answer(request, proposal, 200)


def _demand_read(request: HttpRequest, proposal: Proposal) -> None:
    content = rendered(proposal, request)
    if content_tag(content) not in read_tags(request):
        text = _("The proposal or its role was changed since you read it. Read it again, then decide.")
        raise Refused(ProblemType.PRECONDITION_FAILED, text, headers={"ETag": content_tag(content)})


def _faults_of(review: Review) -> list[Fault]:
    """What is wrong with a review, whatever proposal it is of."""
    faults = []
    if review.decision in ("send-back", "decline", "comment") and not review.text:
        faults.append(fault_at("/text", _("Say why, so that the author knows what to do")))
    if review.decision == "schedule" and review.at is None:
        faults.append(fault_at("/at", _("Say when it is to be published")))
    elif review.at is not None and review.decision != "schedule":
        faults.append(fault_at("/at", _("Is only to schedule it")))
    elif review.at is not None and review.at <= timezone.now():
        faults.append(fault_at("/at", _("This is over: choose a later moment, or approve it now")))
    elif review.at is not None and review.at.year == MAXYEAR:
        # East of Greenwich its last day is in a year that there is not, and is shown there.
        faults.append(fault_at("/at", _("This is too far away: choose an earlier moment")))
    if review.decision != "approve":
        for name in ("chosen", "written"):
            if getattr(review, name):
                faults.append(fault_at(pointer(name), _("Is only to approve it")))
    for key in review.chosen.keys() & review.written.keys():
        faults.append(fault_at(pointer("written", key), _("Was chosen otherwise: say one of the two")))
    return faults


def _demand_may(request: HttpRequest, proposal: Proposal, review: Review) -> None:
    """Let only those on who may do this with a proposal that is not over.

    Raises:
        Refused: says what stands against it.
    """
    if review.decision == "comment":
        demand_permission(request, "roles.add_proposalcomment")
    elif review.decision == "withdraw":
        if proposal.author_id != request.user.pk:
            raise Refused(
                ProblemType.FORBIDDEN, _("Only its author takes a proposal back. You may decline it.")
            )
    else:
        demand_permission(request, "roles.publish_role")
    if not proposal.is_open:
        text = _("The proposal is over: it is %(state)s.") % {"state": proposal.get_state_display()}
        raise Refused(ProblemType.CONFLICT, text)
    if review.decision == "send-back" and not proposals.may_send_back(proposal, request.user):
        text = _("It was sent back already, or it comes from files, which can't be asked. Decline it.")
        raise Refused(ProblemType.CONFLICT, text)


def _take(request: HttpRequest, proposal: Proposal, review: Review) -> None:
    by: Any = request.user
    token = token_of(request)
    name = token.name if token else ""
    match review.decision:
        case "approve":
            proposals.apply(proposal, by, review.text, _chosen(proposal, review), by_name=name)
        case "schedule" if review.at is not None:
            proposals.schedule(proposal, by, review.at, review.text, by_name=name)
        case "send-back":
            proposals.send_back(proposal, by, review.text, by_name=name)
        case "decline":
            proposals.decline(proposal, by, review.text, by_name=name)
        case "withdraw":
            proposals.withdraw(proposal, by, review.text, by_name=name)
        case "comment":
            proposals.comment(proposal, by, review.text, by_name=name)


def _chosen(proposal: Proposal, review: Review) -> dict[Key, Statement | None]:
    """What stands where both the role and the proposal changed a statement.

    Raises:
        Refused: if something was chosen that is not to be decided, or is no statement.
    """
    conflicts = {conflict.key: conflict for conflict in proposals.outcome(proposal).conflicts}
    faults = [
        fault_at(pointer(name, key), _("Is not to be decided"))
        for name in ("chosen", "written")
        for key in getattr(review, name)
        if key not in conflicts
    ]
    found: dict[Key, Statement | None] = {
        key: conflicts[key].ours if side == "now" else conflicts[key].theirs
        for key, side in review.chosen.items()
        if key in conflicts
    }
    for key, value in review.written.items():
        if key in conflicts:
            try:
                found[key] = from_one(key, value)
            except InvalidDocument as error:
                faults += [
                    fault_at(pointer("written", key) + located(fault.path, value), fault.text)
                    for fault in error.faults
                ]
    if faults:
        raise invalid(faults)
    return found
