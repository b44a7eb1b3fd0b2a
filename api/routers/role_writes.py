"""Roles changed, made and deleted."""

from collections.abc import Callable
from typing import Annotated

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from api.auth import Scope, change, demand_permission, out_of_scope, token_of
from api.bodies import MERGE_PATCH, JsonBody, PatchBody, invalid
from api.conditional import as_json
from api.errors import ProblemType, Refused
from api.operations import IF_MATCH, IF_NONE_MATCH, writable
from api.preconditions import read_tags, wants_new
from api.proposal_answers import incompatible, proposal_answer
from api.role_body import Present, patched, wanted_of
from api.role_told import told
from api.routers.roles import router
from api.schemas.problems import Fault, Problem
from api.schemas.proposals import ProposalDetail
from api.schemas.roles import RoleDetail
from api.schemas.writes import PatchSent, Reason, RoleSent, StaleRole
from roles import editing, history, store
from roles.documents.document import Json
from roles.documents.pending import Incompatible
from roles.editing import Wanted
from roles.models import Proposal, Role
from roles.representation import RoleAnswer
from roles.views.old_slugs import moved_to

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


def proposed(request: HttpRequest, role: Role, wanted: Wanted, reason: str) -> Proposal | None:
    """Propose a change of a role; None where nothing differs.

    Raises:
        Refused: if no document can say both this and what the sender proposed before.
    """
    demand_permission(request, "roles.add_proposal")
    try:
        return editing.propose(role, wanted, change(request, reason))
    except Incompatible as error:
        raise incompatible(error) from error


def _writes(request: HttpRequest) -> bool:
    token = token_of(request)
    return token is not None and Scope.WRITE in token.granted


def found_role(request: HttpRequest, slug: str) -> Role | HttpResponseBase:
    """The role at an address, or the answer that leads to the address that it has by now.

    Raises:
        Refused: if there is none, which is another thing for whoever has read one there.
    """
    visible = Role.objects.visible_to(request.user)
    role = visible.filter(slug=slug).first()
    if role is not None:
        return role
    renamed = visible.filter(old_slugs__slug=slug).first()
    if renamed is not None:
        return moved_to(renamed.slug, request)
    raise Refused(
        ProblemType.NOT_FOUND,
        _("There is no role at this address that you may see. To make one, send If-None-Match: *."),
    )


def present_role(request: HttpRequest, role: Role) -> Present:
    """The role as its sender has read it.

    Raises:
        Refused: if the sender has read something else, or does not say what.
    """
    read = read_tags(request)
    now = told(request, role)
    if now.etag not in read:
        raise stale(now, _("Somebody changed this role since you read it. This is what it says now."))
    return Present(role, orjson.loads(now.content()))


def stale(now: RoleAnswer, detail: str) -> Refused:
    """The refusal of a change of a role that its sender has not seen as it is."""
    return Refused(
        ProblemType.PRECONDITION_FAILED,
        detail,
        headers={"ETag": now.etag},
        further={"current": orjson.loads(now.content())},
    )


def role_answer(request: HttpRequest, role: Role, status: int) -> HttpResponse:
    """Answer with a role as it is now.

    Raises:
        Refused: if it is a draft now, and its sender would see nothing of it. Nothing is written then.
    """
    role.refresh_from_db(fields=["slug"])
    try:
        now = told(request, role)
    except Role.DoesNotExist:
        text = _("This would be a draft, which this token does not see. It needs the scope %(scope)s, too.")
        raise out_of_scope(Scope.READ_DRAFTS, text % {"scope": Scope.READ_DRAFTS}) from None
    address = request.build_absolute_uri(reverse("api:get_role", args=[now.slug]))
    response = as_json(now.content())
    response.status_code = status
    response.headers["ETag"], response.headers["Location"] = now.etag, address
    return response
