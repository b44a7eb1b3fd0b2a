"""What lists have in common of which each item belongs to a role."""

from typing import Any

from django.db.models import Count, F, Min, QuerySet
from django.http import HttpRequest
from pydantic import Field

from api.collections import Facet, Listing, Slug
from api.schemas.roles import Status
from roles.models import Role

BY_ROLE = ("role__sort_key", "role__slug")
"""The order of roles, for what belongs to them."""


class OfRolesFilters(Listing):
    """Whose items are asked for."""

    role: list[Slug] = Field([], description="Slugs of roles; it is one of theirs.")
    family: list[Slug] = Field([], description="Slugs of job families; its role is in one of them.")
    status: list[Status] = Field(
        [], description="Its role has one of them. Archived roles count only if they are asked for."
    )

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        if self.status and besides != "status":
            rows = rows.filter(role__status__in=self.status)
        else:
            rows = rows.exclude(role__status=Role.Status.ARCHIVED)
        if self.role and besides != "role":
            rows = rows.filter(role__slug__in=self.role)
        if self.family and besides != "family":
            rows = rows.filter(role__family__slug__in=self.family)
        return rows


def of_visible_roles(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """Keep what belongs to roles that this reader may see."""
    return rows.order_by().filter(role__in=Role.objects.visible_to(request.user).order_by().values("pk"))


def tally(path: str, name: str = "", empty: str | None = None) -> Facet:
    """A facet of a column, by the paths of its value and its name, without rows in which it is empty."""

    def count(rows: QuerySet[Any], request: HttpRequest, asked: Listing) -> QuerySet[Any, Any]:
        counted: QuerySet[Any, Any] = rows.exclude(**{path: empty}).values(path)
        counted = counted.annotate(_name=Min(name) if name else F(path), _rows=Count("pk", distinct=True))
        return counted.order_by("-_rows", path).values_list(path, "_name", "_rows")

    return Facet(count)


FACETS = {
    "family": tally("role__family__slug", "role__family__name"),
    "status": tally("role__status"),
}
"""Facets of every such list."""
