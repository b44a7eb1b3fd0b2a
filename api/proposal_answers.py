"""Proposals from the tables into the answers of the API."""

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from api.conditional import as_json, content_tag, last_modified, with_validators
from api.errors import ProblemType, Refused
from roles import proposals, state, store
from roles.differences import ranks, sentence
from roles.documents.diff import diff
from roles.documents.document import Json, RoleDocument, statements, to_json
from roles.documents.pending import Incompatible
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
    change = proposals.pending(proposal)
    role = proposal.role
    now = store.current(role) if role and proposal.is_open else change.base
    merged = proposals.outcome(proposal) if proposal.is_open else None
    wanted = merged.document if merged else change.document
    detail = proposal_item(proposal, request) | {
        "summary": [sentence(each) for each in diff(now, wanted, rank=ranks())],
        "statements": proposed_statements(proposal, now),
        "comments": [
            {"by": each.author_name, "text": each.text, "state": each.state or None, "at": each.created_at}
            for each in proposal.comments.all()
        ],
    }
    return orjson.dumps(detail, option=orjson.OPT_UTC_Z)


def proposed_statements(proposal: Proposal, now: RoleDocument) -> list[dict[str, Json]]:
    """The statements that a proposal is about, in the order of what is wanted, then of what is to go."""
    change = proposals.pending(proposal)
    conflicts = proposals.outcome(proposal).conflicts if proposal.is_open else ()
    undecided = {conflict.key for conflict in conflicts}
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
        Http404: if there is none that the reader may see.
    """
    changed_at = last_modified(state.current().changed_at)
    content = rendered(found_proposal(request, pk), request)
    fresh = get_conditional_response(request, content_tag(content), changed_at)
    response = fresh if fresh is not None else as_json(content)
    return with_validators(request, response, content_tag(content), changed_at)


def found_proposal(request: HttpRequest, pk: int) -> Proposal:
    """A proposal that its reader may see: any with the permission to see them, else one of their own.

    Raises:
        Http404: if there is none.
    """
    return get_object_or_404(Proposal.objects.visible_to(request.user).for_json(), pk=pk)


def incompatible(error: Incompatible) -> Refused:
    """The refusal of a change that no document can say together with what its author proposed before."""
    text = _(
        "This does not fit what you proposed already: %(keys)s. Read your proposal, and withdraw it or send "
        "what fits."
    )
    keys = ", ".join(conflict.key for conflict in error.conflicts)
    return Refused(ProblemType.CONFLICT, text % {"keys": keys})


def _named(role: Role | None, request: HttpRequest) -> dict[str, Json] | None:
    if role is None:
        return None
    address = request.build_absolute_uri(role.get_absolute_url())
    return {"slug": role.slug, "name": role.name, "url": address}
