"""How many roles each value of a filter would leave."""

from typing import Any

from django.db.models import Case, Count, F, Min, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat
from django.http import HttpRequest

from api.collections import Listing
from roles.models import (
    AgentProfile,
    Interaction,
    Role,
    RoleArtifact,
    RoleCapability,
    RoleProperty,
    RoleQuerySet,
    RoleTag,
)

Counted = QuerySet[Any, tuple[Any, Any, int]]


def _tally(rows: QuerySet[Any], value: Any, name: Any) -> Counted:
    """How many roles have each value; `rows` have a column `role`."""
    counted: Counted = (
        rows.order_by()
        .annotate(_value=value)
        .values("_value")
        .annotate(_name=name, _roles=Count("role", distinct=True))
        .order_by("-_roles", "_value")
        .values_list("_value", "_name", "_roles")
    )
    return counted


def _among(roles: QuerySet[Any]) -> QuerySet[Any]:
    return roles.order_by().values("pk")


def families(roles: RoleQuerySet, request: HttpRequest, asked: Listing) -> Counted:
    """Job families."""
    return _of_roles(roles.exclude(family=None), "family__slug", "family__name")


def seniorities(roles: RoleQuerySet, request: HttpRequest, asked: Listing) -> Counted:
    """Seniority levels."""
    return _of_roles(roles.exclude(seniority=None), "seniority__slug", "seniority__name")


def statuses(roles: RoleQuerySet, request: HttpRequest, asked: Listing) -> Counted:
    """What becomes of roles."""
    return _of_roles(roles, "status", "status")


def _of_roles(roles: QuerySet[Any], value: str, name: str) -> Counted:
    counted: Counted = (
        roles.order_by()
        .values(value)
        .annotate(_name=Min(name), _roles=Count("pk"))
        .order_by("-_roles", value)
        .values_list(value, "_name", "_roles")
    )
    return counted


def capabilities(roles: RoleQuerySet, request: HttpRequest, asked: Listing) -> Counted:
    """Capabilities that are needed, at whatever level."""
    rows = RoleCapability.objects.filter(role__in=_among(roles))
    return _tally(rows, F("capability__slug"), Min("capability__name"))


def artifact_types(roles: RoleQuerySet, request: HttpRequest, asked: Listing) -> Counted:
    """Types of artifacts."""
    rows = RoleArtifact.objects.filter(role__in=_among(roles)).exclude(type_slug="")
    return _tally(rows, F("type_slug"), Min("type"))


def properties(roles: RoleQuerySet, request: HttpRequest, asked: Listing) -> Counted:
    """Properties with their values."""
    rows = RoleProperty.objects.filter(role__in=_among(roles))
    value = Concat("name_slug", Value(":"), "folded", output_field=TextField())
    return _tally(rows, value, Min(Concat("name", Value(": "), "value", output_field=TextField())))


def partners(roles: RoleQuerySet, request: HttpRequest, asked: Listing) -> Counted:
    """Roles that are worked with, as far as the reader may see them, and names that are no such role."""
    known = Q(partner__in=_among(Role.objects.visible_to(request.user)))
    value = Case(When(known, then=F("partner__slug")), default=F("partner_slug"), output_field=TextField())
    name = Min(Case(When(known, then=F("partner__name")), default=F("partner_name")))
    return _tally(Interaction.objects.filter(role__in=_among(roles)), value, name)


def tags(roles: RoleQuerySet, request: HttpRequest, asked: Listing) -> Counted:
    """Tags."""
    return _tally(RoleTag.objects.filter(role__in=_among(roles)), F("name"), Min("name"))


def agents(roles: RoleQuerySet, request: HttpRequest, asked: Listing) -> Counted:
    """Whether roles have an agent."""
    has_one = Q(pk__in=AgentProfile.objects.order_by().values("role"))
    said = Case(When(has_one, then=Value("true")), default=Value("false"), output_field=TextField())
    return _of_roles(roles.annotate(_has=said), "_has", "_has")
