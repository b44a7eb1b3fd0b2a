"""The front page: how much there is of what, and what changed last."""

from collections.abc import Sequence
from dataclasses import dataclass

from roles.models import Role, RoleQuerySet
from roles.views.role_list import Option, family_counts

CHANGES_ON_PAGE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """What the front page shows."""

    count: int
    families: Sequence[Option]
    changed: Sequence[Role]


def home_page(roles: RoleQuerySet) -> HomePage:
    """Sum up these roles."""
    listed = roles.listed()
    newest = listed.select_related("family", "seniority").order_by("-updated_at", "sort_key", "slug")
    return HomePage(
        count=listed.count(), families=family_counts(listed), changed=list(newest[:CHANGES_ON_PAGE])
    )
