"""What is near a role."""

from django.db.models import Prefetch
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router
from pydantic import Field

from api.computed import head, link, told
from api.conditional import conditional
from api.operations import readable
from api.pagination import Parameters
from api.schemas.computed import RelatedRole, RelatedRoles, Shared
from api.schemas.problems import Problem
from roles.likeness import MOST_SHOWN, shared_names, with_users
from roles.models import Role, RoleCapability
from roles.next_roles import NextRole, next_roles
from roles.representation import with_successor
from roles.views.old_slugs import following_old_slugs

MOST = 20

router = Router(tags=["Roles"])


class Asked(Parameters):
    """How much of what is near a role is asked for."""

    limit: int = Field(
        MOST_SHOWN, ge=1, le=MOST, description="How many roles to go on to, and how many others, at most."
    )


@readable(
    router,
    "/roles/{slug:slug}/related",
    {200: RelatedRoles, 308: None, 404: Problem},
    operation_id="get_related_roles",
    summary="Get the roles near a role",
)
@following_old_slugs
def get_related_roles(request: HttpRequest, slug: str, asked: Query[Asked]) -> HttpResponseBase:
    """The roles to go on to from a role, those that are like it, and those that follow it or that it follows.

    Archived roles are told only as those that it follows, or that follow it.
    """
    return conditional(request, lambda _state: _related(request, slug, asked.limit))


def _related(request: HttpRequest, slug: str, limit: int) -> HttpResponseBase:
    visible = Role.objects.visible_to(request.user)
    own = with_users(RoleCapability.objects.select_related("proficiency"))
    role = (
        with_successor(visible, request.user)
        .select_related("family", "seniority")
        .prefetch_related(Prefetch("capabilities", own), Prefetch("predecessors", visible))
        .get(slug=slug)
    )
    near = next_roles(role, visible, list(role.capabilities.all()), limit)
    found = [*near.following, *near.similar] if near else []
    others = Role.objects.select_related("family", "seniority").in_bulk([each.role.pk for each in found])
    names = shared_names(role, others.values(), visible)

    def related(each: NextRole) -> RelatedRole:
        shared = names.get(each.role.pk, {})
        return RelatedRole(
            role=head(others[each.role.pk], request),
            reasons=list(each.reasons),
            likeness=round(each.kin.common.likeness, 6),
            covered=round(each.kin.covered, 6),
            shared=Shared(
                capabilities=shared.get("capability", []),
                responsibilities=shared.get("responsibility", []),
                artifacts=shared.get("artifact", []),
                partners=shared.get("partner", []),
            ),
        )

    return told(
        RelatedRoles(
            role=head(role, request),
            following=[related(each) for each in near.following] if near else [],
            similar=[related(each) for each in near.similar] if near else [],
            replaced_by=link(role.successor, request) if role.successor else None,
            replaces=[link(each, request) for each in role.predecessors.all()],
        )
    )
