"""Roles by what others know them by: codes in other systems, former slugs, permanent identifiers."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import create_model

from api.answers import as_json
from api.collections import selection
from api.errors import ProblemType, Refused
from api.operations import ANYBODY_OR_TOKEN, REFUSALS, readable
from api.pagination import Parameters, refuse_unknown
from api.representation import role_detail
from api.routers.roles import ROLES
from api.schemas.problems import Problem
from api.schemas.references import ReferredRoles, RoleReference, RoleReferences
from api.schemas.roles import RoleDetail
from api.writing.bodies import JsonBody
from roles.lookup import Code, Reference, referred
from roles.models import Role

router = Router(tags=["Roles"])


@readable(
    router,
    "/roles/by-identifier/{scheme}/{path:value}",
    {200: RoleDetail, 404: Problem},
    operation_id="get_role_by_identifier",
    summary="Get a role by its code",
)
def get_role_by_identifier(request: HttpRequest, scheme: str, value: str) -> HttpResponseBase:
    """Everything that the catalogue says of the role that bears this identifier, in whatever letters.

    The header Content-Location has the address of the role itself; its ETag is the same there.
    """
    refuse_unknown(request)
    code = Code(scheme, value.replace("\x00", " "))
    visible = Role.objects.visible_to(request.user)
    found = referred(visible, [code])
    try:
        slug = visible.values_list("slug", flat=True).get(pk__in=found.values())
        answer = role_detail(request, slug)
    except Role.DoesNotExist:
        said = _("No role that you may see has the identifier “%(value)s” in the scheme “%(scheme)s”.")
        raise Refused(ProblemType.NOT_FOUND, said % {"value": value, "scheme": scheme}) from None
    answer.headers["Content-Location"] = request.build_absolute_uri(reverse("api:get_role", args=[slug]))
    return answer


# mypy knows no models that are made at run time.
_Asked: Any = create_model("Asked", __base__=Parameters, **selection(ROLES.columns, ROLES.expansions))


@router.post(
    "/roles/by-refs",
    response={200: ReferredRoles, 400: Problem, 413: Problem, 415: Problem, **REFUSALS},
    operation_id="get_roles_by_refs",
    summary="Get many roles by what refers to them",
    url_name="get_roles_by_refs",
    openapi_extra=ANYBODY_OR_TOKEN,
)
def get_roles_by_refs(
    request: HttpRequest, asked: Query[_Asked], body: Annotated[RoleReferences, JsonBody(...)]
) -> HttpResponse:
    """Roles as in the list, but those that are referred to, in that order, and null where you see none.

    Nothing is changed by it: whoever may read may send it. Archived roles are found, too.
    """
    references = [_reference(each) for each in body.refs]
    found = referred(Role.objects.visible_to(request.user), references)
    reading = ROLES.reading(asked, request)
    rows = list(ROLES.fetch(Role.objects.filter(pk__in=set(found.values())), reading)) if found else []
    items: dict[int, dict[str, Any]] = dict(
        zip((row["pk"] for row in rows), ROLES.told(rows, asked, reading), strict=True)
    )
    told_items = [items.get(found.get(reference, 0)) for reference in references]
    answer = as_json({"items": told_items})
    add_never_cache_headers(answer)
    return answer


def _reference(stated: RoleReference) -> Reference:
    if stated.scheme is not None and stated.value is not None:
        return Code(stated.scheme, stated.value)
    return stated.uid or stated.slug or ""
