"""Roles that are like one, and roles that can come after it, each with the reasons.

What is alike is counted by the database, over what two roles share in the vocabulary; only roles that share
something are looked at, so that the cost grows with them and not with the catalogue.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Any, Final

from django.db.models import (
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Abs, Cast, Coalesce

from roles.models import Interaction, Role, RoleArtifact, RoleCapability, RoleQuerySet, RoleResponsibility

MOST_SHOWN: Final = 4
COVERED_UP: Final = 1 / 3
"""Which part of the capabilities of a more senior role of another family has to be there already."""
COVERED_BESIDE: Final = 1 / 2
"""The same for a role of the same seniority and family."""

# What a shared thing counts; a shared capability counts 1/(1 + log2 n) if n roles need it.
SHARED_RESPONSIBILITY: Final = 0.5
SHARED_ARTIFACT: Final = 0.4
SHARED_PARTNER: Final = 0.1
SAME_FAMILY: Final = 0.5
LEVEL_UNKNOWN: Final = 0.5
"""What part of a shared capability counts if the levels cannot be compared; one rung apart counts as much."""


@dataclass(slots=True, kw_only=True)
class Kin:
    """Another role, and what it shares with the one it is held against."""

    slug: str
    name: str
    sort_key: str
    seniority: str
    rank: int | None
    """The rank of its seniority."""
    needed: int
    """How many capabilities it needs."""
    family: bool = False
    """Whether both are of one family."""
    partner: bool = False
    """Whether they work with each other."""
    shared: dict[str, int] = field(default_factory=dict)
    """How many things of each kind they share."""
    likeness: float = 0.0
    up: bool = False
    """Whether it is the next step up in seniority."""

    @property
    def capabilities(self) -> int:
        """How many capabilities they share."""
        return self.shared.get("capability", 0)

    @property
    def covered(self) -> float:
        """Which part of the capabilities that it needs is shared."""
        return self.capabilities / self.needed if self.needed else 0.0


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The roles to go on to, and those that are alike besides; the best first."""

    next: Sequence[Kin]
    similar: Sequence[Kin]
    capabilities: int
    """How many capabilities the role itself needs."""


def neighbourhood(role: Role, roles: RoleQuerySet, capabilities: Iterable[RoleCapability]) -> Neighbourhood:
    """Find what is near a role among these. Two queries.

    `capabilities` are the role's own, with their proficiency level.

    A role comes next if its seniority is the lowest above this one's that is to be found, and it is of the
    same family or a third of the capabilities that it needs is needed here too; after those come roles of the same
    seniority and family that share half of them. Similar roles are those of the highest likeness: what they
    share, each thing with its weight, and capabilities by how rare they are and how near the levels.
    """
    own = {row.capability_id: row.proficiency.rank if row.proficiency else None for row in capabilities}
    found = _merge(_shared(role, roles.listed().exclude(pk=role.pk), own))
    rank = role.seniority.rank if role.seniority else None
    following = _next(found, rank)
    likest = sorted(found, key=lambda kin: (-kin.likeness, kin.sort_key, kin.slug))
    similar = [kin for kin in likest if kin.shared and kin not in following]
    return Neighbourhood(following, similar[:MOST_SHOWN], len(own))


def _next(found: Sequence[Kin], rank: int | None) -> list[Kin]:
    """The roles to go on to from one of this rank of seniority."""
    if rank is None:
        return []
    near = [kin for kin in found if kin.rank and (kin.family or kin.covered >= COVERED_UP)]
    above = min((kin.rank for kin in near if kin.rank and kin.rank > rank), default=None)
    for kin in near:
        kin.up = kin.rank == above
    beside = [kin for kin in near if kin.rank == rank and kin.family and kin.covered >= COVERED_BESIDE]
    chosen = sorted(
        [*(kin for kin in near if kin.up), *beside],
        key=lambda kin: (not kin.up, -kin.covered - SAME_FAMILY * kin.family, kin.sort_key, kin.slug),
    )
    return chosen[:MOST_SHOWN]


def _merge(rows: Iterable[tuple[str, str, str, str, str, int | None, int, int, float]]) -> list[Kin]:
    """The roles of these rows, of which there may be several a role: one for each kind of thing shared."""
    found: dict[str, Kin] = {}
    for kind, slug, name, sort_key, seniority, rank, needed, count, weight in rows:
        kin = found.get(slug)
        if kin is None:
            kin = found[slug] = Kin(
                slug=slug, name=name, sort_key=sort_key, seniority=seniority, rank=rank, needed=needed
            )
        kin.likeness += weight
        if kind == "family":
            kin.family = True
        elif kind == "met":
            kin.partner = True
        else:
            kin.shared[kind] = count
    return list(found.values())


def _shared(role: Role, others: RoleQuerySet, own: dict[int, int | None]) -> QuerySet[Any, Any]:
    """What other roles share with one: a row for each role and kind of thing."""
    others = others.order_by()
    users = (
        RoleCapability.objects.filter(capability__in=own)
        .order_by()
        .values_list("capability")
        .annotate(users=Count("role", distinct=True))
    )
    rarity = {capability: 1 / (1 + log2(count)) for capability, count in users}
    capabilities = RoleCapability.objects.filter(capability__in=own)
    responsibilities = RoleResponsibility.objects.filter(
        responsibility__in=role.responsibilities.order_by().values("responsibility")
    )
    artifacts = RoleArtifact.objects.filter(artifact__in=role.artifacts.order_by().values("artifact"))
    met = Interaction.objects.filter(partner__in=role.interactions.order_by().values("partner"))
    meeting = others.filter(Q(incoming__role=role) | Q(interactions__partner=role)).distinct()
    parts = [
        _grouped("capability", capabilities, others, "capability", Sum(_weights(own, rarity))),
        _grouped("responsibility", responsibilities, others, "responsibility", SHARED_RESPONSIBILITY),
        _grouped("artifact", artifacts, others, "artifact", SHARED_ARTIFACT),
        _grouped("partner", met, others, "partner", SHARED_PARTNER),
        _rows(meeting, "met", 0.0),
    ]
    if role.family_id:
        parts.append(_rows(others.filter(family=role.family_id), "family", SAME_FAMILY))
    if not own:
        del parts[0]
    return parts[0].union(*parts[1:], all=True)


def _weights(own: dict[int, int | None], rarity: dict[int, float]) -> Case:
    """What a shared capability counts: how rare it is, less for each rung between the levels."""
    known = {capability: rank for capability, rank in own.items() if rank is not None}
    apart = 1.0 + Abs(F("proficiency__rank") - Case(*(When(capability=c, then=r) for c, r in known.items())))
    near = Coalesce(1.0 / apart, LEVEL_UNKNOWN, output_field=FloatField()) if known else Value(LEVEL_UNKNOWN)
    rare = Case(*(When(capability=c, then=Value(w)) for c, w in rarity.items()), output_field=FloatField())
    return ExpressionWrapper(rare * near, output_field=FloatField())


_COLUMNS = ("shown_kind", "shown_slug", "shown_name", "shown_key", "shown_seniority", "shown_rank", "needed")


def _described(rows: QuerySet[Any, Any], kind: str, role: str) -> QuerySet[Any, Any]:
    """Say of which kind the rows are, and what is to be known of their roles; `role` is the path to them."""
    needed = RoleCapability.objects.filter(role=OuterRef(f"{role}pk")).order_by().values("role")
    return rows.annotate(
        shown_kind=Value(kind),
        shown_slug=F(f"{role}slug"),
        shown_name=F(f"{role}name"),
        shown_key=F(f"{role}sort_key"),
        shown_seniority=F(f"{role}seniority_name"),
        shown_rank=F(f"{role}seniority__rank"),
        needed=Coalesce(Subquery(needed.annotate(n=Count("pk")).values("n")), 0),
    )


def _grouped(
    kind: str, statements: QuerySet[Any, Any], others: RoleQuerySet, thing: str, weight: Any
) -> QuerySet[Any, Any]:
    rows = _described(statements.filter(role__in=others).order_by(), kind, "role__").values(*_COLUMNS)
    count = Count(thing, distinct=True)
    total = weight if isinstance(weight, Sum) else Cast(count, FloatField()) * Value(weight)
    return rows.annotate(count=count, weight=total).values_list(*_COLUMNS, "count", "weight")


def _rows(roles: RoleQuerySet, kind: str, weight: float) -> QuerySet[Any, Any]:
    rows = _described(roles, kind, "")
    return rows.annotate(count=Value(1), weight=Value(weight)).values_list(*_COLUMNS, "count", "weight")
