"""Which roles fit what somebody can do.

Nothing of what they can do is stored, kept or logged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Case, Count, F, FloatField, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast

from roles.comparison import Step, fit, gap, highest, outline_of_capabilities, share
from roles.documents.document import RoleDocument
from roles.ladder import Ladder
from roles.models import Capability, Role, RoleCapability, RoleQuerySet
from roles.models.vocabulary import RankedVocabularyItem

Levels = Mapping[Capability, RankedVocabularyItem | None]
"""What somebody can do: capabilities of the vocabulary, and how well, as far as that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far somebody's level of one needed capability reaches."""

    step: Step
    share: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """A role, how well somebody's levels fit it (from 0 to 1), and the arithmetic."""

    role: Role
    fit: Fraction
    parts: Sequence[Reached]


def outline_of_levels(levels: Levels) -> RoleDocument:
    """Levels as an outline, to be compared with a role's."""
    return outline_of_capabilities(
        (item.name, level.name if level else None) for item, level in levels.items()
    )


def levels_of(role: Role) -> Levels:
    """What somebody can do who does all that a role needs, which was fetched by `with_needs`."""
    return {row.capability: row.proficiency for row in highest(role.capabilities.all())}


def ranking(roles: RoleQuerySet, levels: Levels, ladder: Ladder) -> QuerySet[Any, int]:
    """The ids of the listed roles that need one of these capabilities, in the order of how well they fit.

    The database adds up the shares (see `roles.comparison.share`), so that only the best roles are read.
    """
    rungs = {level.pk: number for number, level in enumerate(ladder.levels, start=1)}
    reached = {item: rungs.get(level.pk, 0) if level else 0 for item, level in levels.items()}
    short = [
        When(capability=item, proficiency=need, then=Value(rung / number))
        for item, rung in reached.items()
        for need, number in rungs.items()
        if number > rung
    ]
    shares = Case(*short, default=Value(1.0), output_field=FloatField()) if short else Value(1.0)
    needed = RoleCapability.objects.filter(role=OuterRef("role")).order_by().values("role")
    ranked: QuerySet[Any, int] = (
        RoleCapability.objects.filter(role__in=roles.listed().order_by(), capability__in=levels)
        .order_by()
        .values("role")
        .annotate(reached=Sum(shares), needed=Subquery(needed.annotate(n=Count("pk")).values("n")))
        .annotate(fit=F("reached") / Cast("needed", FloatField()))
        .order_by("-fit", "role__sort_key", "role__slug")
        .values_list("role", flat=True)
    )
    return ranked


def fittings(roles: RoleQuerySet, best: Sequence[int], levels: Levels, ladder: Ladder) -> list[Fitting]:
    """How well these roles fit, given by their ids, best first. Four queries."""
    there = outline_of_levels(levels)
    found = [_fitting(role, there, ladder) for role in roles.with_needs().in_bulk(best).values()]
    return sorted(found, key=lambda each: (-each.fit, each.role.sort_key, each.role.slug))


def _fitting(role: Role, there: RoleDocument, ladder: Ladder) -> Fitting:
    wanted = outline_of_levels(levels_of(role))
    steps = gap(there, wanted, rank=ladder.rung).steps
    return Fitting(
        role=role,
        fit=fit(steps, rank=ladder.rung),
        parts=[Reached(step=step, share=share(step, rank=ladder.rung)) for step in steps],
    )
