"""Job families: the list, and the page of one with its ladder of roles, its capabilities and neighbours."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, F
from django.http import QueryDict

from roles.ladder import Ladder
from roles.models import (
    Interaction,
    JobFamily,
    Role,
    RoleCapability,
    RoleQuerySet,
    SeniorityLevel,
)
from roles.views import asked as asking
from roles.views.vocabulary.spread import Share, spread
from roles.views.vocabulary.words import Head, head
from roles.vocabulary import User, named_like, used_by

FAMILIES_ON_PAGE = 100
ROLES_ON_PAGE = 100
SHARED = 15
NEIGHBOURS = 12


class Shared(NamedTuple):
    """A capability, and how many roles of the family need it."""

    name: str
    slug: str
    roles: int


class Neighbour(NamedTuple):
    """Another family, and how many interactions its roles and this family's have, stated by either side."""

    name: str
    slug: str
    interactions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyEntry:
    """A family in the list, and how many of its roles stand at which seniority."""

    word: JobFamily
    count: int
    spread: Sequence[Share]


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyIndex:
    """One page of the list of families. `most` is the highest number of roles of any of them."""

    text: str
    entries: Sequence[FamilyEntry]
    paged: asking.Paged[JobFamily]
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """The roles of a page at one seniority, None if they state none."""

    level: SeniorityLevel | None
    roles: Sequence[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyPage:
    """What the page of a family shows; its roles stand by seniority, the lowest first."""

    head: Head[JobFamily]
    rungs: Sequence[Rung]
    paged: asking.Paged[Role]
    shared: Sequence[Shared]
    neighbours: Sequence[Neighbour]


def families(roles: RoleQuerySet, asked: QueryDict) -> FamilyIndex:
    """List the families of these roles."""
    text = asking.text(asked, "q")
    words = named_like(used_by(JobFamily.objects.all(), roles), text)
    paged = asking.paged(words, asked, FAMILIES_ON_PAGE)
    rows = list(
        roles.order_by()
        .filter(family__in=list(paged.page))
        .values_list("family", "seniority")
        .annotate(roles=Count("pk"))
    )
    levels = SeniorityLevel.objects.in_bulk({level for _family, level, _count in rows if level})
    counts: dict[int, list[tuple[SeniorityLevel | None, int]]] = defaultdict(list)
    for family, level, count in rows:
        counts[family].append((levels[level] if level else None, count))
    ladder = Ladder.fetch(SeniorityLevel)
    entries = [
        FamilyEntry(
            word=word,
            count=sum(count for _level, count in counts[word.pk]),
            spread=spread(counts[word.pk], ladder),
        )
        for word in paged.page
    ]
    return FamilyIndex(
        text=text, entries=entries, paged=paged, most=max((entry.count for entry in entries), default=0)
    )


def family_page(slug: str, user: User, asked: QueryDict) -> FamilyPage:
    """Put the page of a family together.

    Raises:
        Http404: if there is no such family for this reader.
    """
    found = head(JobFamily, slug, user)
    roles = Role.objects.visible_to(user).listed()
    members = roles.filter(family=found.word)
    ordered = members.select_related("seniority").order_by(
        F("seniority__rank").asc(nulls_last=True),
        F("seniority__sort_key").asc(nulls_last=True),
        "sort_key",
        "slug",
    )
    paged = asking.paged(ordered, asked, ROLES_ON_PAGE)
    return FamilyPage(
        head=found,
        rungs=[
            Rung(level=level, roles=list(group))
            for level, group in groupby(paged.page, lambda role: role.seniority)
        ],
        paged=paged,
        shared=_shared(members.order_by()),
        neighbours=_neighbours(found.word, roles.order_by()),
    )


def _shared(members: RoleQuerySet) -> list[Shared]:
    """What two roles of the family or more need, what most of them need first."""
    uses = RoleCapability.objects.filter(role__in=members)
    counted = uses.values_list("capability__name", "capability__slug").annotate(
        roles=Count("role", distinct=True)
    )
    most = counted.filter(roles__gt=1).order_by("-roles", "capability__sort_key", "capability__slug")
    return [Shared(*row) for row in most[:SHARED]]


def _neighbours(family: JobFamily, roles: RoleQuerySet) -> list[Neighbour]:
    """The families whose roles this one's work with, those with which it has most to do first."""
    stated = Interaction.objects.filter(role__in=roles, partner__in=roles).order_by()
    counts: Counter[tuple[str, str, str]] = Counter()
    for own, other in (("role", "partner"), ("partner", "role")):
        across = stated.filter(**{f"{own}__family": family, f"{other}__family__isnull": False})
        across = across.exclude(**{f"{other}__family": family})
        fields = [f"{other}__family__{field}" for field in ("sort_key", "name", "slug")]
        for key, name, slug, count in across.values_list(*fields).annotate(interactions=Count("pk")):
            counts[key, name, slug] += count
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [Neighbour(name, slug, count) for (_key, name, slug), count in ordered[:NEIGHBOURS]]
