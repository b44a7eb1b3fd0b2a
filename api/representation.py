"""Roles from the tables into the answers of the API."""

from functools import partial

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest

from api.schemas.roles import RoleDetail, RoleItem
from roles.models import Role, RoleCapability, RoleQuerySet
from roles.representation import replaced_by, role_json, with_successor

TOP_CAPABILITIES = 4


def for_items(roles: RoleQuerySet, user: AbstractBaseUser | AnonymousUser) -> RoleQuerySet:
    """Fetch all that `role_item` reads, with four queries at most however many roles there are."""
    return with_successor(roles.for_list(), user).prefetch_related("capabilities__proficiency")


def role_detail(role: Role, request: HttpRequest) -> RoleDetail:
    """Tell everything of a role that was fetched by `for_json`."""
    return RoleDetail.model_validate(role_json(role, partial(_address, request=request)))


def role_item(role: Role, request: HttpRequest) -> RoleItem:
    """Tell a role that was fetched by `for_items` in short."""
    capabilities = sorted(role.capabilities.all(), key=_highest_first)[:TOP_CAPABILITIES]
    return RoleItem.model_validate(
        {
            "slug": role.slug,
            "name": role.name,
            "url": _address(role, request),
            "family": role.family_name or None,
            "family_slug": role.family.slug if role.family else None,
            "seniority": role.seniority_name or None,
            "seniority_slug": role.seniority.slug if role.seniority else None,
            "summary": role.summary or None,
            "status": role.status,
            "replaced_by": replaced_by(role, partial(_address, request=request)),
            "updated_at": role.updated_at,
            "top_capabilities": [{"name": row.name, "level": row.level or None} for row in capabilities],
        }
    )


def _highest_first(capability: RoleCapability) -> int:
    rank = capability.proficiency.rank if capability.proficiency else None
    return -(rank or 0)


def _address(role: Role, request: HttpRequest) -> str:
    return request.build_absolute_uri(role.get_absolute_url())
