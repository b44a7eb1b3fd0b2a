"""The matrix of roles and the capabilities they need."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, Sum

from roles.models import ProficiencyLevel, Role, RoleCapability, RoleQuerySet

COLUMNS: Final = 60
"""The capabilities that are shown, unless more are asked for: those that most roles need."""
CELLS: Final = 500_000
"""The most cells of a file; beyond them the capabilities that the fewest roles need are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A capability, and how many of all chosen roles need it."""

    pk: int
    name: str
    slug: str
    sort_key: str
    count: int


def by_seniority(roles: RoleQuerySet) -> RoleQuerySet:
    """Order roles by seniority, the lowest first, those without one last."""
    return roles.order_by(
        F("seniority__rank").asc(nulls_last=True),
        F("seniority__sort_key").asc(nulls_last=True),
        "sort_key",
        "slug",
    )


def columns_of(
    roles: RoleQuerySet, most: int, *, by_name: bool = False, first: Collection[str] = ()
) -> tuple[list[Column], int]:
    """Give the capabilities that most of these roles need, and how many more there are. Two queries.

    They come by need, or by name; those of the slugs in `first` before the others.
    """
    uses = RoleCapability.objects.filter(role__in=roles.order_by().values("pk")).order_by()
    counted = uses.values_list(
        "capability", "capability__name", "capability__slug", "capability__sort_key"
    ).annotate(roles=Count("role", distinct=True), weight=Sum("proficiency__rank", default=0))
    columns = [
        Column(pk=pk, name=name, slug=slug, sort_key=sort_key, count=count)
        for pk, name, slug, sort_key, count, _weight in counted.order_by(
            "-roles", "-weight", "capability__sort_key", "capability__slug"
        )[:most]
    ]
    if by_name:
        columns.sort(key=lambda column: (column.sort_key, column.slug))
    columns.sort(key=lambda column: column.slug not in first)
    total = uses.values("capability").distinct().count() if len(columns) == most else len(columns)
    return columns, total - len(columns)


def needs_of(
    roles: Sequence[Role], columns: Iterable[Column]
) -> dict[tuple[int, int], ProficiencyLevel | None]:
    """Give the level at which each role needs each capability, by their ids; the highest of several."""
    uses = RoleCapability.objects.filter(role__in=roles, capability__in=[column.pk for column in columns])
    levels: dict[tuple[int, int], ProficiencyLevel | None] = {}
    for use in uses.select_related("proficiency").order_by(F("proficiency__rank").asc(nulls_first=True)):
        levels[use.role_id, use.capability_id] = use.proficiency
    return levels
