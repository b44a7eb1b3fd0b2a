"""Roles."""

from functools import partial
from typing import Annotated

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control
from ninja import Query, Router
from pydantic import Field, StringConstraints

from api.operations import readable
from api.pagination import PageOf, Window, page_of, refuse_unknown
from api.representation import for_items, role_detail, role_item
from api.schemas.problems import Problem
from api.schemas.roles import RoleDetail, RoleItem, RolePage
from roles.models import Role, RoleQuerySet
from roles.representation import for_json

Slug = Annotated[str, StringConstraints(pattern="^[-a-zA-Z0-9_]+$")]

router = Router(tags=["Roles"])


class Asked(Window):
    """Which roles are asked for."""

    q: str = Field(
        "", description="Words that all have to occur in the role, the last one perhaps only as a beginning."
    )
    family: list[Slug] = Field([], description="Slugs of job families; the role is in one of them.")
    seniority: list[Slug] = Field([], description="Slugs of seniority levels; the role is at one of them.")

    def of(self, roles: RoleQuerySet) -> RoleQuerySet:
        """The roles that are listed and asked for: best match first, or in the order of names."""
        found = roles.listed().matching(self.q)
        found = found.in_family(self.family) if self.family else found
        return found.at_seniority(self.seniority) if self.seniority else found


@readable(
    router, "/roles", {200: RolePage}, operation_id="list_roles", summary="List, search and filter roles"
)
def list_roles(request: HttpRequest, asked: Query[Asked]) -> PageOf[RoleItem]:
    """Best match first; without words, in the order of names. Archived roles are not listed."""
    found = asked.of(Role.objects.visible_to(request.user))
    return page_of(
        RolePage, for_items(found, request.user), partial(role_item, request=request), asked, request
    )


@readable(
    router,
    "/roles/{slug:slug}",
    {200: RoleDetail, 308: None, 404: Problem},
    operation_id="get_role",
    summary="Get a role",
)
def get_role(request: HttpRequest, slug: str) -> RoleDetail | HttpResponseBase:
    """Everything that the catalogue says of a role. A slug that it had before leads on to it."""
    refuse_unknown(request)
    visible = Role.objects.visible_to(request.user)
    try:
        return role_detail(for_json(visible, request.user).get(slug=slug), request)
    except Role.DoesNotExist:
        renamed = get_object_or_404(visible, old_slugs__slug=slug)
    answer = redirect("api:get_role", slug=renamed.slug, permanent=True, preserve_request=True)
    # A role can get its old slug back, and a program that remembered this answer would go round in circles.
    patch_cache_control(answer, no_cache=True)
    return answer
