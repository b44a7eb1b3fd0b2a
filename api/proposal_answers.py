"""Proposals from the tables into the answers of the API."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from api.answers import dumped, written
from api.conditional import content_tag, last_modified, with_validators
from api.errors import ProblemType, Refused
from roles import proposals, state, store
from roles.differences import ranks, sentence
from roles.documents.diff import diff
from roles.documents.document import Json, RoleDocument, statements, to_json
from roles.documents.merge import Merged
from roles.documents.pending import Incompatible, Pending
from roles.models import Proposal, Role


def proposal_item(proposal: Proposal, request: HttpRequest) -> dict[str, Json]:
    """Tell a proposal that was fetched by `for_json` in short."""
    return {
        "id": proposal.pk,
        "role": _named(proposal.role, request),
        "name": proposal.document["name"],
        "state": proposal.state,
        "status": proposal.status or None,
        "replaced_by": proposal.successor.slug if proposal.successor else None,
        "origin": proposal.origin,
        "author": proposal.author_name,
        "reason": proposal.reason,
        "created_at": proposal.created_at,
        "updated_at": proposal.updated_at,
        "publish_at": proposal.publish_at,
        "decided_by": proposal.decided_by_name or None,
        "decided_at": proposal.decided_at,
        "revision": proposal.revision.number if proposal.revision else None,
    }


def rendered(proposal: Proposal, request: HttpRequest) -> bytes:
    """Tell everything of a proposal that was fetched by `for_json`, as it is answered."""
    change, now, merged = _held_against_role(proposal)
    detail = proposal_item(proposal, request) | {
        "summary": [sentence(each) for each in diff(now, merged.document, rank=ranks())],
        "statements": _proposed_statements(change, now, merged),
        "comments": [
            {"by": each.author_name, "text": each.text, "state": each.state or None, "at": each.created_at}
            for each in proposal.comments.all()
        ],
    }
    return dumped(detail)


def _held_against_role(proposal: Proposal) -> tuple[Pending, RoleDocument, Merged]:
    """What is wanted, what the role says by now, and both brought together; of what is over, as it was."""
    change = proposals.pending(proposal)
    now = store.current(proposal.role) if proposal.role and proposal.is_open else change.base
    return change, now, change.applied_to(now)


def _proposed_statements(change: Pending, now: RoleDocument, merged: Merged) -> list[dict[str, Json]]:
    """The statements that a change is about, in the order of what is wanted, then of what is to go."""
    undecided = {conflict.key for conflict in merged.conflicts}
    base, here, wanted = (statements(each) for each in (change.base, now, change.document))
    about = change.keys | undecided
    return [
        {
            "field": key,
            "base": to_json(base.get(key)),
            "now": to_json(here.get(key)),
            "proposed": to_json(wanted.get(key)),
            "undecided": key in undecided,
        }
        for key in dict.fromkeys((*wanted, *base, *here))
        if key in about
    ]


def proposal_answer(request: HttpRequest, proposal: Proposal, status: int) -> HttpResponse:
    """Answer with a proposal as it is now."""
    now = Proposal.objects.for_json().get(pk=proposal.pk)
    content = rendered(now, request)
    address = request.build_absolute_uri(reverse("api:get_proposal", args=[now.pk]))
    headers = {"ETag": content_tag(content), "Location": address}
    return HttpResponse(
        content, status=status, content_type="application/json; charset=utf-8", headers=headers
    )


def proposal_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Tell everything of a proposal, or that it is as the reader knows it.

    Raises:
        Proposal.DoesNotExist: if there is none that the reader may see.
    """
    changed_at = last_modified(state.current().changed_at)
    content = rendered(Proposal.objects.visible_to(request.user).for_json().get(pk=pk), request)
    fresh = get_conditional_response(request, content_tag(content), changed_at)
    response = fresh if fresh is not None else written(content)
    return with_validators(request, response, content_tag(content), changed_at)


def incompatible(error: Incompatible) -> Refused:
    """The refusal of a change that no document can say together with what its author proposed before."""
    text = _(
        "This does not fit what you proposed already: %(keys)s. Read your proposal, and withdraw it or send "
        "what fits."
    )
    keys = ", ".join(conflict.key for conflict in error.conflicts)
    return Refused(ProblemType.CONFLICT, text % {"keys": keys})


def undecided(proposal: Proposal) -> Refused:
    """The refusal to approve a proposal of statements that its role changed, too."""
    told = _proposed_statements(*_held_against_role(proposal))
    return Refused(ProblemType.UNDECIDED, further={"undecided": [each for each in told if each["undecided"]]})


def _named(role: Role | None, request: HttpRequest) -> dict[str, Json] | None:
    if role is None:
        return None
    address = request.build_absolute_uri(role.get_absolute_url())
    return {"slug": role.slug, "name": role.name, "url": address}
