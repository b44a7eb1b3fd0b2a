"""Roles changed, made and deleted."""

from collections.abc import Callable
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from api.auth import Scope, change, demand_permission, out_of_scope, token_of
from api.operations import IF_MATCH, IF_NONE_MATCH, writable
from api.proposal_answers import proposal_answer
from api.routers.roles import router
from api.schemas.problems import Fault, Problem
from api.schemas.proposals import ProposalDetail
from api.schemas.roles import RoleDetail
from api.schemas.writes import PatchSent, Reason, RoleSent, StaleRole
from api.writing.bodies import MERGE_PATCH, JsonBody, PatchBody, invalid
from api.writing.preconditions import wants_new
from api.writing.role import found_role, present_role, proposed, role_answer, stale, told
from api.writing.role_body import Present, patched, wanted_of
from roles import editing, history, store
from roles.documents.document import Json
from roles.models import Role

Made = Callable[[Present], Json]
"""What a role is to be, given what it is."""


class Asked(Reason):
    """Why a role is changed, and whether at once."""

    propose: bool = Field(
        False, description="Let somebody look at the change first, though you might make it."
    )


CHANGED = {200: RoleDetail, 202: ProposalDetail, 308: None, 412: StaleRole, 428: Problem}
PATH = "/roles/{slug:slug}"


@writable(
    router,
    "PUT",
    PATH,
    {**CHANGED, 201: RoleDetail},
    scope=Scope.PROPOSE,
    operation_id="put_role",
    summary="Make or replace a role",
    headers=(IF_MATCH, IF_NONE_MATCH),
)
def put_role(
    request: HttpRequest, slug: str, body: Annotated[RoleSent, JsonBody(...)], asked: Query[Asked]
) -> HttpResponseBase:
    """Let a role say what is sent, and nothing else; or make a role, with `If-None-Match: *`.

    What `GET` answers can be sent back as it is. Where nothing differs, nothing is written. What the sender
    may not change at once is proposed, and answered with 202.
    """
    if wants_new(request):
        return _make(request, slug, body, asked)
    return _change(request, slug, asked, lambda present: body)


@writable(
    router,
    "PATCH",
    PATH,
    CHANGED,
    scope=Scope.PROPOSE,
    operation_id="patch_role",
    summary="Change parts of a role",
    headers=(IF_MATCH,),
    body={"content": {MERGE_PATCH: {"schema": {"$ref": "#/components/schemas/RolePatch"}}}},
)
def patch_role(
    request: HttpRequest, slug: str, body: Annotated[PatchSent, PatchBody(...)], asked: Query[Asked]
) -> HttpResponseBase:
    """Change what is sent of a role, as a JSON Merge Patch (RFC 7396), and leave all else as it is."""
    return _change(request, slug, asked, lambda present: patched(present, body))


@writable(
    router,
    "DELETE",
    PATH,
    {204: None, 308: None, 412: StaleRole, 428: Problem},
    scope=Scope.WRITE,
    operation_id="delete_role",
    summary="Delete a role",
    headers=(IF_MATCH,),
)
@transaction.atomic
def delete_role(request: HttpRequest, slug: str, asked: Query[Reason]) -> HttpResponseBase:
    """Delete a role. Its history stays, and people who work with the catalogue can bring it back."""
    demand_permission(request, "roles.delete_role")
    store.lock()
    role = found_role(request, slug)
    if isinstance(role, HttpResponseBase):
        return role
    present_role(request, role)
    history.delete([role], change(request, asked.reason))
    return HttpResponse(status=204)


@transaction.atomic
def _make(request: HttpRequest, slug: str, sent: Json, asked: Asked) -> HttpResponse:
    """Make a role, if there is none."""
    demand_permission(request, "roles.add_role")
    if asked.propose:
        text = _("A new role can't be proposed: make it as a draft, which only editors see")
        raise invalid([Fault(location="query", name="propose", detail=text)])
    if not _writes(request):
        text = _(
            "A new role can't be proposed. With the scope write, make it as a draft, which only editors see."
        )
        raise out_of_scope(Scope.WRITE, text)
    store.lock()
    role = Role.objects.visible_to(request.user).filter(slug=slug).first()
    if role is not None:
        raise stale(told(request, role), _("There is a role at this address already."))
    wanted = wanted_of(sent, None, slug, request.user)
    made, proposal = editing.make_role(wanted, change(request, asked.reason), request.user)
    answer = role_answer(request, made, 201)
    return proposal_answer(request, proposal, 202) if proposal else answer


@transaction.atomic
def _change(request: HttpRequest, slug: str, asked: Asked, make: Made) -> HttpResponseBase:
    """Change a role, or propose that."""
    demand_permission(request, "roles.change_role")
    store.lock()
    role = found_role(request, slug)
    if isinstance(role, HttpResponseBase):
        return role
    present = present_role(request, role)
    wanted = wanted_of(make(present), present, role.slug, request.user)
    proposes = asked.propose or not _writes(request) or editing.must_propose(role, wanted, request.user)
    if proposes and (proposal := proposed(request, role, wanted, asked.reason)):
        return proposal_answer(request, proposal, 202)
    if not proposes:
        editing.change_role(role, wanted, change(request, asked.reason))
    return role_answer(request, role, 200)


def _writes(request: HttpRequest) -> bool:
    token = token_of(request)
    return token is not None and Scope.WRITE in token.granted
