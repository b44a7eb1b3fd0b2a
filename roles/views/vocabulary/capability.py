"""The page of a capability: what its levels mean, and who needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, F
from django.http import QueryDict
from django.utils.safestring import SafeString

from roles.ladder import Ladder
from roles.models import Capability, CapabilityLevel, ProficiencyLevel, Role, RoleCapability
from roles.models.vocabulary import RankedVocabularyItem
from roles.views import asked as asking
from roles.views.vocabulary.spread import Share, needs
from roles.views.vocabulary.words import USES_ON_PAGE, Head, head, wording
from roles.vocabulary import User

COMPANIONS = 12


class Companion(NamedTuple):
    """Another capability, and how many roles need both."""

    name: str
    slug: str
    roles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a level means for the capability; empty while nobody has said so."""

    level: RankedVocabularyItem
    marks: Sequence[bool]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A role that needs the capability, and the HTML of what it says more of it."""

    role: Role
    detail: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedGroup:
    """The roles of a page that need it at one level, None if they state none."""

    level: ProficiencyLevel | None
    marks: Sequence[bool]
    needs: Sequence[Need]


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityPage:
    """What the page of a capability shows. `count` is the number of roles that need it."""

    head: Head[Capability]
    meanings: Sequence[Meaning]
    count: int
    spread: Sequence[Share]
    groups: Sequence[NeedGroup]
    paged: asking.Paged[RoleCapability]
    companions: Sequence[Companion]


def capability_page(slug: str, user: User, asked: QueryDict) -> CapabilityPage:
    """Put the page together.

    Raises:
        Http404: if there is no such capability for this reader.
    """
    found = head(Capability, slug, user)
    roles = Role.objects.visible_to(user).listed()
    ladder = Ladder.fetch()
    uses = RoleCapability.objects.filter(capability=found.word, role__in=roles)
    paged = asking.paged(
        uses.select_related("proficiency", "role__family", "role__rendering").order_by(
            F("proficiency__rank").desc(nulls_last=True),
            F("proficiency__sort_key").asc(nulls_last=True),
            "role__sort_key",
            "role__slug",
            "position",
        ),
        asked,
        USES_ON_PAGE,
    )
    needing = roles.order_by().filter(capabilities__capability=found.word)
    return CapabilityPage(
        head=found,
        meanings=_meanings(found.word, ladder),
        count=needing.distinct().count(),
        spread=needs([found.word], roles, ladder).get(found.word.pk, []),
        groups=[
            NeedGroup(
                level=level,
                marks=ladder.marks(level),
                needs=[
                    Need(
                        role=use.role,
                        detail=wording(use.role, f"capabilities.{use.position}.detail", use.detail),
                    )
                    for use in group
                ],
            )
            for level, group in groupby(paged.page, lambda use: use.proficiency)
        ],
        paged=paged,
        companions=[
            Companion(*row)
            for row in RoleCapability.objects.filter(role__in=needing)
            .exclude(capability=found.word)
            .values_list("capability__name", "capability__slug")
            .annotate(roles=Count("role", distinct=True))
            .filter(roles__gt=1)
            .order_by("-roles", "capability__sort_key", "capability__slug")[:COMPANIONS]
        ],
    )


def _meanings(capability: Capability, ladder: Ladder) -> list[Meaning]:
    """Each rung, the lowest first, then what levels beside the ladder mean."""
    defined = CapabilityLevel.objects.filter(capability=capability).select_related("proficiency")
    texts: dict[RankedVocabularyItem, str] = {
        each.proficiency: each.meaning for each in defined if each.meaning
    }
    levels = [*ladder.levels, *(level for level in texts if level.rank is None)]
    return [Meaning(level=level, marks=ladder.marks(level), text=texts.get(level, "")) for level in levels]
