"""Roles that are like one, and roles that can come after it, each with what they have in common.

What roles share is counted by the database, thing by thing of the shared vocabulary. Only roles that share
something are looked at, and only the likest are read, so that the cost does not grow with the catalogue.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log2
from typing import Any, Final

from django.db.models import (
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Abs, Cast, Coalesce

from roles.models import Interaction, Role, RoleArtifact, RoleCapability, RoleQuerySet, RoleResponsibility

MOST_SHOWN: Final = 4
MOST_READ: Final = 100
"""The likest roles, of which some may not be shown to everybody."""

_READ: Final = ("slug", "name", "seniority_name", "seniority__name", "seniority__rank")

COVERED_UP: Final = 1 / 3
"""Which part of the capabilities of a more senior role of another family has to be there already."""
COVERED_BESIDE: Final = 1 / 2
"""The same for a role of the same seniority and family."""

# What a shared thing counts; a shared capability counts 1/(1 + log2 n) if n roles need it.
RESPONSIBILITY: Final = 0.5
ARTIFACT: Final = 0.4
PARTNER: Final = 0.1
FAMILY: Final = 0.5
LEVEL_UNKNOWN: Final = 0.5
"""What part of a shared capability counts if the levels cannot be compared; one rung apart counts as much."""


@dataclass(slots=True)
class Common:
    """What a role has in common with the one it is held against."""

    counts: dict[str, int] = field(default_factory=dict)
    """Shared things by kind: capability, responsibility, artifact, partner; family and contact are 1."""
    likeness: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """Another role, and what both have in common."""

    role: Role
    needed: int
    """How many capabilities it needs."""
    common: Common
    up: bool = False
    """Whether it is a step up in seniority."""

    @property
    def rank(self) -> int | None:
        """The rank of its seniority."""
        return self.role.seniority.rank if self.role.seniority else None

    @property
    def capabilities(self) -> int:
        """How many capabilities both need."""
        return self.common.counts.get("capability", 0)

    @property
    def same_family(self) -> bool:
        """Whether both are of one family."""
        return "family" in self.common.counts

    @property
    def covered(self) -> float:
        """Which part of the capabilities that it needs is needed by the other one too."""
        return min(1.0, self.capabilities / self.needed) if self.needed else 0.0


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The roles to go on to, and others that are alike; the best first."""

    following: Sequence[Kin]
    similar: Sequence[Kin]


def neighbourhood(
    role: Role, roles: RoleQuerySet, capabilities: Iterable[RoleCapability], most: int = MOST_SHOWN
) -> Neighbourhood:
    """Find what is near a role among these: so many roles to go on to, and so many others. Two queries.

    `capabilities` are the role's own, with their proficiency and `users` (see `with_users`).

    A role follows if its seniority is the lowest above this one's that is to be found, and it is of the same
    family or a third of the capabilities that it needs is needed here too; after those come roles of the same
    seniority and family that share half of them. Similar roles are those of the highest likeness: what they
    share, each thing with its weight, and capabilities by how rare they are and how near the levels.
    """
    own = list(capabilities)
    common: dict[int, Common] = defaultdict(Common)
    for kind, other, count, weight in _shared(role, own):
        common[other].counts[kind] = count
        common[other].likeness += weight
    common.pop(role.pk, None)
    likest = sorted(common, key=lambda other: (-common[other].likeness, other))[:MOST_READ]
    read: QuerySet[Any] = roles.listed().filter(pk__in=likest).select_related("seniority").only(*_READ)
    found = [
        Kin(role=other, needed=other.needed, common=common[other.pk])
        for other in read.annotate(needed=_needed())
    ]
    following = _following(found, role.seniority.rank if role.seniority else None)[:most]
    shown = {kin.role.pk for kin in following}
    similar = sorted(found, key=lambda kin: -kin.common.likeness)
    return Neighbourhood(following, [kin for kin in similar if kin.role.pk not in shown][:most])


def with_users(capabilities: QuerySet[RoleCapability]) -> QuerySet[RoleCapability]:
    """Let each capability of a role know in `users` how many roles that are no drafts need it, at least 1.

    Drafts don't count for anybody: how alike two roles are would tell of them.
    """
    uses = (
        RoleCapability.objects.filter(capability=OuterRef("capability"))
        .exclude(role__status=Role.Status.DRAFT)
        .order_by()
        .values("capability")
    )
    return capabilities.annotate(users=Coalesce(Subquery(uses.annotate(n=Count("pk")).values("n")), 1))


def shared_names(role: Role, others: Iterable[Role], roles: RoleQuerySet) -> dict[int, dict[str, list[str]]]:
    """What each of these others has in common with a role: names by kind of thing, in order. One query.

    Partners are those among `roles`. One that has nothing in common is not among the answers.
    """
    stated: list[tuple[str, QuerySet[Any], QuerySet[Any], str]] = [
        ("capability", RoleCapability.objects.all(), role.capabilities.all(), "capability"),
        ("responsibility", RoleResponsibility.objects.all(), role.responsibilities.all(), "responsibility"),
        ("artifact", RoleArtifact.objects.all(), role.artifacts.all(), "artifact"),
        (
            "partner",
            Interaction.objects.filter(partner__in=roles.order_by().values("pk")),
            role.interactions.all(),
            "partner",
        ),
    ]
    parts = [
        rows.order_by()
        .filter(role__in=[other.pk for other in others], **{f"{thing}__in": own.order_by().values(thing)})
        .values_list(Value(kind), "role_id", f"{thing}__sort_key", f"{thing}__name")
        for kind, rows, own, thing in stated
    ]
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for kind, other, _key, name in sorted(parts[0].union(*parts[1:])):
        found[other][kind].append(name)
    return found


def _following(found: Sequence[Kin], rank: int | None) -> list[Kin]:
    """The roles to go on to from one of this rank of seniority."""
    if rank is None:
        return []
    above = [kin for kin in found if kin.rank and kin.rank > rank]
    above = [kin for kin in above if kin.same_family or kin.covered >= COVERED_UP]
    lowest = min((kin.rank for kin in above if kin.rank), default=None)
    up = [replace(kin, up=True) for kin in above if kin.rank == lowest]
    beside = [kin for kin in found if kin.rank == rank and kin.same_family and kin.covered >= COVERED_BESIDE]
    return sorted([*up, *beside], key=lambda kin: (not kin.up, -kin.covered - FAMILY * kin.same_family))


def _shared(role: Role, own: Sequence[RoleCapability]) -> QuerySet[Any, tuple[str, int, int, float]]:
    """What roles have in common with one: kind of thing, role, count and weight."""
    responsibilities = RoleResponsibility.objects.filter(
        responsibility__in=role.responsibilities.order_by().values("responsibility")
    )
    artifacts = RoleArtifact.objects.filter(artifact__in=role.artifacts.order_by().values("artifact"))
    partners = Interaction.objects.filter(partner__in=role.interactions.order_by().values("partner"))
    named = role.interactions.exclude(partner=None)
    parts = [
        _grouped(responsibilities, "responsibility", RESPONSIBILITY),
        _grouped(artifacts, "artifact", ARTIFACT),
        _grouped(partners, "partner", PARTNER),
        _each(named, "contact", "partner"),
        _each(role.incoming.all(), "contact", "role"),
    ]
    if own:
        parts.append(_grouped(*_needing(own)))
    if role.family_id:
        parts.append(_each(Role.objects.filter(family=role.family_id), "family", "pk", FAMILY))
    return parts[0].union(*parts[1:])


def _needing(own: Sequence[Any]) -> tuple[QuerySet[Any], str, Sum]:
    """The capabilities of roles that are among these, and what they count."""
    rarity = {row.capability_id: 1 / (1 + log2(row.users)) for row in own}
    rank = {
        row.capability_id: row.proficiency.rank
        for row in own
        if row.proficiency and row.proficiency.rank is not None
    }
    rare = Case(*_whens(rarity), output_field=FloatField())
    near: Any = Value(LEVEL_UNKNOWN)
    if rank:
        apart = Abs(F("proficiency__rank") - Case(*_whens(rank)))
        near = Coalesce(1.0 / (1.0 + apart), LEVEL_UNKNOWN, output_field=FloatField())
    weight = ExpressionWrapper(rare * near, output_field=FloatField())
    return RoleCapability.objects.filter(capability__in=rarity), "capability", Sum(weight)


def _whens(values: Mapping[int, float]) -> list[When]:
    return [When(capability=capability, then=Value(value)) for capability, value in values.items()]


def _grouped(statements: QuerySet[Any], thing: str, weight: float | Sum) -> QuerySet[Any, Any]:
    """Statements of roles about things of one kind, counted by role."""
    count = Count(thing, distinct=True)
    total = weight if isinstance(weight, Sum) else Cast(count, FloatField()) * Value(weight)
    by_role: QuerySet[Any, Any] = statements.order_by().values("role_id")
    counted = by_role.annotate(shown=Value(thing), count=count, weight=total)
    rows: QuerySet[Any, Any] = counted.values_list("shown", "role_id", "count", "weight")
    return rows


def _each(rows: QuerySet[Any], kind: str, role: str, weight: float = 0.0) -> QuerySet[Any, Any]:
    """The roles that rows lead to, each with one thing of this kind."""
    one = rows.order_by().annotate(shown=Value(kind), count=Value(1), weight=Value(weight))
    found: QuerySet[Any, Any] = one.values_list("shown", role, "count", "weight")
    return found


def _needed() -> Coalesce:
    """How many capabilities a role needs."""
    rows = RoleCapability.objects.filter(role=OuterRef("pk")).order_by().values("role")
    return Coalesce(Subquery(rows.annotate(n=Count("capability", distinct=True)).values("n")), 0)
