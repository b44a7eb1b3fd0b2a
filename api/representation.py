"""Roles from the tables into the answers of the API."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response

from api.collections import Reading
from api.conditional import as_json, last_modified, with_validators
from api.schemas.roles import EXPANSIONS
from roles import state
from roles.models import Role, RoleCapability, RoleQuerySet
from roles.representation import for_json, replaced_by, role_answer, role_json, with_successor

TOP_CAPABILITIES = 4


def for_items(roles: RoleQuerySet, reading: Reading) -> RoleQuerySet:
    """Fetch all that `role_item` reads, with four queries at most however many roles there are."""
    user = reading.request.user
    told = for_json(roles, user) if reading.expand else with_successor(roles, user)
    return told.select_related("family", "seniority").prefetch_related("capabilities__proficiency")


def role_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Tell everything of a role, or that it is as the reader knows it. Its tag says what it says itself.

    Raises:
        Role.DoesNotExist: if there is none of this slug that the reader may see.
    """
    changed_at = last_modified(state.current().changed_at)
    found = role_answer(slug, request.user, partial(page_address, request=request))
    fresh = get_conditional_response(request, found.etag, changed_at)
    response = fresh if fresh is not None else as_json(found.content())
    return with_validators(request, response, found.etag, changed_at)


def role_item(role: Role, reading: Reading) -> dict[str, Any]:
    """Tell a role that was fetched by `for_items` in short, as `RoleItem` describes it."""
    capabilities = sorted(role.capabilities.all(), key=_highest_first)[:TOP_CAPABILITIES]

    page = partial(reading.page, "role")

    item = {
        "slug": role.slug,
        "name": role.name,
        "url": page(role.slug),
        "family": role.family_name or None,
        "family_slug": role.family.slug if role.family else None,
        "seniority": role.seniority_name or None,
        "seniority_slug": role.seniority.slug if role.seniority else None,
        "summary": role.summary or None,
        "status": role.status,
        "replaced_by": replaced_by(role.successor, page),
        "updated_at": role.updated_at,
        "top_capabilities": [{"name": row.name, "level": row.level or None} for row in capabilities],
    }
    if reading.expand:
        everything = role_json(role, page)
        item |= {name: everything[name] for name in EXPANSIONS if name in reading.expand}
    return item


def _highest_first(capability: RoleCapability) -> int:
    rank = capability.proficiency.rank if capability.proficiency else None
    return -(rank or 0)


def page_address(slug: str, request: HttpRequest) -> str:
    """The whole address of a role's page."""
    return request.build_absolute_uri(reverse("role", args=[slug]))
