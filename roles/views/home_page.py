"""The front page: how much there is of what, and what changed last."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from roles.models import JobFamily, Role, RoleQuerySet

CHANGES_ON_PAGE = 6
FAMILIES_ON_PAGE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """What the front page shows."""

    count: int
    families: Sequence[JobFamily]
    """Those that most roles are in, by name, each with the number of its `listed_roles`."""
    has_more_families: bool
    changed: Sequence[Role]


def home_page(roles: RoleQuerySet) -> HomePage:
    """Sum up these roles."""
    listed = roles.listed()
    newest = listed.select_related("family", "seniority").order_by("-updated_at", "sort_key", "slug")
    in_families = JobFamily.objects.filter(roles__in=listed.order_by().values("pk"))
    families = list(
        in_families.annotate(listed_roles=Count("roles")).order_by("-listed_roles", "sort_key", "slug")
    )
    return HomePage(
        count=listed.count(),
        families=sorted(families[:FAMILIES_ON_PAGE], key=lambda family: (family.sort_key, family.slug)),
        has_more_families=len(families) > FAMILIES_ON_PAGE,
        changed=list(newest[:CHANGES_ON_PAGE]),
    )
