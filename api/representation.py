"""Roles from the tables into the answers of the API."""

from functools import partial
from typing import Any

from django.http import HttpRequest

from api.collections import Reading
from api.schemas.roles import EXPANSIONS, RoleDetail
from roles.models import Role, RoleCapability, RoleQuerySet
from roles.representation import for_json, replaced_by, role_json, with_successor

TOP_CAPABILITIES = 4


def for_items(roles: RoleQuerySet, reading: Reading) -> RoleQuerySet:
    """Fetch all that `role_item` reads, with four queries at most however many roles there are."""
    user = reading.request.user
    told = for_json(roles, user) if reading.expand else with_successor(roles, user)
    return told.select_related("family", "seniority").prefetch_related("capabilities__proficiency")


def role_detail(role: Role, request: HttpRequest) -> RoleDetail:
    """Tell everything of a role that was fetched by `for_json`."""
    return RoleDetail.model_validate(role_json(role, partial(_address, request=request)))


def role_item(role: Role, reading: Reading) -> dict[str, Any]:
    """Tell a role that was fetched by `for_items` in short, as `RoleItem` describes it."""
    capabilities = sorted(role.capabilities.all(), key=_highest_first)[:TOP_CAPABILITIES]

    def page(role: Role) -> str:
        return reading.page("role", role.slug)

    item = {
        "slug": role.slug,
        "name": role.name,
        "url": page(role),
        "family": role.family_name or None,
        "family_slug": role.family.slug if role.family else None,
        "seniority": role.seniority_name or None,
        "seniority_slug": role.seniority.slug if role.seniority else None,
        "summary": role.summary or None,
        "status": role.status,
        "replaced_by": replaced_by(role, page),
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


def _address(role: Role, request: HttpRequest) -> str:
    return request.build_absolute_uri(role.get_absolute_url())
