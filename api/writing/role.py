"""The role that somebody changes: as they have read it, and as they are answered."""

from functools import partial

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from api.answers import written
from api.auth import Scope, change, demand_permission, out_of_scope
from api.errors import ProblemType, Refused
from api.proposal_answers import incompatible
from api.representation import page_address
from api.writing.preconditions import read_tags
from api.writing.role_body import Present
from roles import editing
from roles.documents.pending import Incompatible
from roles.editing import Wanted
from roles.models import Proposal, Role
from roles.representation import RoleAnswer
from roles.representation import role_answer as tell
from roles.views.old_slugs import moved_to


def told(request: HttpRequest, role: Role) -> RoleAnswer:
    """What `GET` answers for a role now. Two queries.

    Raises:
        Role.DoesNotExist: if they may not see it.
    """
    return tell(role.slug, request.user, partial(page_address, request=request))


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
    response = written(now.content())
    response.status_code = status
    response.headers["ETag"], response.headers["Location"] = now.etag, address
    return response
