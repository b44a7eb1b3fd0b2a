"""What roles do with each other."""

from typing import Any

from django.db.models import Case, Count, F, Min, Prefetch, Q, QuerySet, TextField, When
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from api.collections import Collection, Facet, Listing, Reading, Slug, Sort, Text, listed
from api.of_roles import BY_ROLE, FACETS, OfRolesFilters, of_visible_roles, tally
from api.schemas.statements import InteractionItem
from roles.documents.anchors import anchors
from roles.models import Interaction, Role
from roles.models.role import working_with

router = Router(tags=["Interactions"])


class InteractionFilters(OfRolesFilters):
    """Which interactions are asked for."""

    partner: list[Slug] = Field([], description="Slugs of roles, or of names; it is with one of them.")
    kind: list[Slug] = Field([], description="Slugs of kinds; it is of one of them.")
    frequency: list[Text] = Field([], description="Frequencies, as roles state them.")
    resolved: bool | None = Field(None, description="Whether the partner is a role that you may see.")

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        rows = super().narrowed(rows, request, besides)
        visible = Role.objects.visible_to(request.user)
        if self.partner and besides != "partner":
            rows = rows.filter(working_with(self.partner, visible))
        if self.kind and besides != "kind":
            rows = rows.filter(kind__slug__in=self.kind)
        if self.frequency and besides != "frequency":
            rows = rows.filter(frequency__in=self.frequency)
        if self.resolved is not None and besides != "resolved":
            rows = rows.filter(_resolved(request)) if self.resolved else rows.exclude(_resolved(request))
        return rows


def _resolved(request: HttpRequest) -> Q:
    known = Role.objects.visible_to(request.user).order_by().values("pk")
    return Q(partner__isnull=False, partner__in=known)


def _partners(rows: QuerySet[Any], request: HttpRequest, asked: Listing) -> QuerySet[Any, Any]:
    known = _resolved(request)
    value = Case(When(known, then=F("partner__slug")), default=F("partner_slug"), output_field=TextField())
    name = Case(When(known, then=F("partner__name")), default=F("partner_name"), output_field=TextField())
    counted: QuerySet[Any, Any] = rows.annotate(_value=value).values("_value")
    counted = counted.annotate(_name=Min(name), _rows=Count("pk"))
    return counted.order_by("-_rows", "_value").values_list("_value", "_name", "_rows")


def _resolutions(rows: QuerySet[Any], request: HttpRequest, asked: Listing) -> list[tuple[bool, bool, int]]:
    known = rows.filter(_resolved(request)).count()
    counts = ((True, known), (False, rows.count() - known))
    return sorted(((value, value, count) for value, count in counts if count), key=lambda each: -each[2])


def _fetch(rows: QuerySet[Any], reading: Reading) -> QuerySet[Any]:
    visible = Role.objects.visible_to(reading.request.user).only("slug")
    # The rest of a role is long, and would be sorted along.
    told = ("role__slug", "role__name", "kind__slug", "kind__name", "kind__direction", "kind__inverse__name")
    own = [field.attname for field in Interaction._meta.concrete_fields]
    rows = rows.select_related("role", "kind__inverse").only(*own, *told)
    return rows.prefetch_related(Prefetch("partner", visible))


def _tell(row: Interaction, reading: Reading) -> dict[str, Any]:
    anchor = anchors([row.key])[row.key]
    return {
        "role": row.role.slug,
        "role_name": row.role.name,
        "url": f"{reading.page('role', row.role.slug)}#{anchor}",
        "kind": row.kind_name or row.kind.name,
        "kind_slug": row.kind.slug,
        "direction": row.kind.direction,
        "inverse": row.kind.inverse.name if row.kind.inverse else None,
        "partner": row.partner.slug if row.partner else None,
        "partner_name": row.partner_name,
        "frequency": row.frequency or None,
        "notes": row.notes or None,
        "link": row.link or None,
        "anchor": anchor,
    }


_LAST = (*BY_ROLE, "position", "id")

INTERACTIONS = Collection(
    name="interactions",
    item=InteractionItem,
    rows=lambda request: of_visible_roles(Interaction.objects.all(), request),
    fetch=_fetch,
    tell=_tell,
    filters=InteractionFilters,
    sorts={
        "role": Sort(_LAST),
        "partner": Sort(("partner_slug", *_LAST)),
        "kind": Sort(("kind__sort_key", "kind__slug", *_LAST)),
    },
    facets={
        **FACETS,
        "partner": Facet(_partners),
        "kind": tally("kind__slug", "kind__name"),
        "frequency": tally("frequency", empty=""),
        "resolved": Facet(_resolutions),
    },
)
listed(
    router,
    "/interactions",
    INTERACTIONS,
    operation_id="list_interactions",
    summary="List interactions",
    description="By role, and in the order in which each states them.",
)
