"""Roles."""

from collections.abc import Iterable
from typing import Annotated, Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from ninja import Router
from pydantic import Field, StringConstraints

from api.collections import Collection, Facet, Listing, Slug, Sort, Text, listed
from api.operations import readable
from api.pagination import Moment, Parameters, refuse_unknown
from api.representation import complete_items, for_items, role_detail, role_item
from api.routers import role_facets as facets
from api.schemas.problems import Problem
from api.schemas.roles import EXPANSIONS, RoleDetail, RoleItem, Status
from roles.documents.text import fold_key
from roles.models import Role, RoleQuerySet
from roles.views.old_slugs import following_old_slugs

Level = Annotated[str, StringConstraints(pattern="^[-a-zA-Z0-9_]+(:[-a-zA-Z0-9_]+)?$")]
Stated = Annotated[str, StringConstraints(pattern="^[^:\\x00]+(:[^\\x00]*)?$", max_length=500)]
_A_CAPABILITY = "Slugs of capabilities, each perhaps with the slug of the least level, as sql:advanced; "

router = Router(tags=["Roles"])


class RoleFilters(Parameters):
    """Which roles are asked for."""

    q: str = Field(
        "", description="Words that all have to occur in the role, the last one perhaps only as a beginning."
    )
    family: list[Slug] = Field([], description="Slugs of job families; the role is in one of them.")
    seniority: list[Slug] = Field([], description="Slugs of seniority levels; the role is at one of them.")
    capability: list[Level] = Field([], description=_A_CAPABILITY + "the role needs one of them.")
    each_capability: list[Level] = Field([], description=_A_CAPABILITY + "the role needs each of them.")
    artifact_type: list[Slug] = Field([], description="Slugs of types; the role has an artifact of one.")
    property: list[Stated] = Field(
        [],
        description="Properties as slug:value, or slug: if it has no value; of one property the role has one "
        "of the values, of several properties each.",
    )
    partner: list[Slug] = Field([], description="Slugs of roles, or of names; the role works with one.")
    tag: list[Text] = Field([], description="Tags; the role has one of them.")
    has_agent: bool | None = Field(None, description="Whether the role has an AI agent.")
    status: list[Status] = Field(
        [], description="The role has one of them. Archived roles are listed only if they are asked for."
    )
    updated_since: Moment | None = Field(
        None, description="The role was changed at this moment (RFC 3339) or later."
    )

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        roles = cast(RoleQuerySet, rows)
        asked = {name for name in self.model_fields_set if getattr(self, name) not in ([], None, "")} - {
            besides
        }
        roles = roles.filter(status__in=self.status) if "status" in asked else roles.listed()
        if "family" in asked:
            roles = roles.in_family(self.family)
        if "seniority" in asked:
            roles = roles.at_seniority(self.seniority)
        if "capability" in asked:
            roles = roles.needing_any(map(_needed, self.capability))
        if "each_capability" in asked:
            for slug, level in map(_needed, self.each_capability):
                roles = roles.needing_any([(slug, level)])
        if "artifact_type" in asked:
            roles = roles.with_artifact_of(self.artifact_type)
        if "property" in asked:
            for slug, values in _properties(self.property).items():
                roles = roles.with_property(slug, values)
        if "partner" in asked:
            roles = roles.working_with(self.partner, Role.objects.visible_to(request.user))
        if "tag" in asked:
            roles = roles.tagged(self.tag)
        if self.has_agent is not None and "has_agent" in asked:
            roles = roles.with_agent(self.has_agent)
        if "updated_since" in asked:
            roles = roles.filter(updated_at__gte=self.updated_since)
        # Last, since it sorts.
        return roles.matching(self.q) if self.q.strip() else roles


class RoleListing(RoleFilters, Listing):
    """Which roles are listed, and how."""


def _needed(value: str) -> tuple[str, str]:
    slug, _colon, level = value.partition(":")
    return slug, level


def _properties(stated: Iterable[str]) -> dict[str, list[str]]:
    """The values that are asked for, by the slug of the property, folded as the table has them."""
    found: dict[str, list[str]] = {}
    for each in stated:
        slug, _colon, value = each.partition(":")
        found.setdefault(fold_key(slug), []).append(fold_key(value))
    return found


ROLES = Collection(
    name="roles",
    item=RoleItem,
    rows=lambda request: Role.objects.visible_to(request.user),
    fetch=for_items,
    complete=complete_items,
    tell=role_item,
    filters=RoleListing,
    sorts={
        "name": Sort(("sort_key", "slug")),
        "seniority": Sort(
            ("seniority_rank", "sort_key", "slug"), lambda roles, _request: roles.with_seniority_rank()
        ),
        "updated_at": Sort(("updated_at", "slug")),
    },
    expansions=EXPANSIONS,
    ranked=True,
    facets={
        "family": Facet(facets.families),
        "seniority": Facet(facets.seniorities),
        "capability": Facet(facets.capabilities),
        "artifact_type": Facet(facets.artifact_types),
        "property": Facet(facets.properties),
        "partner": Facet(facets.partners),
        "tag": Facet(facets.tags),
        "has_agent": Facet(facets.agents),
        "status": Facet(facets.statuses),
    },
)
listed(
    router,
    "/roles",
    ROLES,
    operation_id="list_roles",
    summary="List, search and filter roles",
    description="Best match first; without words, in the order of names.",
)


@readable(
    router,
    "/roles/{slug:slug}",
    {200: RoleDetail, 308: None, 404: Problem},
    operation_id="get_role",
    summary="Get a role",
)
@following_old_slugs
def get_role(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Everything that the catalogue says of a role. A slug that it had before leads on to it."""
    refuse_unknown(request)
    return role_detail(request, slug)
