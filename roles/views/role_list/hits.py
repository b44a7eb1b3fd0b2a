"""The roles that have the words of a query, in order, and to which of its filters each answers."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db.models import BooleanField, Case, F, Value, When
from django.db.models.functions import Coalesce

from roles.models import RoleQuerySet
from roles.models.role import UNRANKED
from roles.views.role_list.asked import Asked
from roles.views.role_list.narrowing import Narrowing

_COLUMNS: Final = (
    "pk",
    *("family__slug", "family__name", "family__sort_key"),
    *("seniority__slug", "seniority__name", "seniority_rank"),
    "agent_is",
)


class Hit(NamedTuple):
    """A role that has the words; its family and seniority by slug, name and what they are sorted by."""

    pk: int
    family: tuple[str, str, str] | None
    seniority: tuple[str, str, int] | None
    has_agent: bool
    misses: Collection[str]
    """The filters that it does not answer to, by facet."""


@dataclass(frozen=True, slots=True)
class Hits:
    """All roles that have the words, in the order of the list."""

    hits: Sequence[Hit]

    def answering(self, besides: str = "") -> Iterator[Hit]:
        """Those that answer to all filters, those of one facet not counted."""
        for hit in self.hits:
            if not hit.misses or (besides and len(hit.misses) == 1 and besides in hit.misses):
                yield hit


def hits(roles: RoleQuerySet, asked: Asked, narrowing: Narrowing) -> Hits:
    """Fetch the roles, which are those that have the words, in the order that is asked for. One query."""
    facets = list(asked.facets)
    answers = {
        f"answer_{number}": Case(
            When(pk__in=narrowing.of(asked.facets[facet]).order_by().values("pk"), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        for number, facet in enumerate(facets)
    }
    rows = (
        _in_order(roles, asked.order)
        .annotate(
            seniority_rank=Coalesce("seniority__rank", Value(UNRANKED)),
            agent_is=F("agent__pk"),
            **answers,
        )
        .values_list(*_COLUMNS, *answers)
    )
    return Hits([_hit(row, facets) for row in rows])


def _hit(row: Sequence[Any], facets: Sequence[str]) -> Hit:
    pk, *family, seniority, seniority_name, rank, agent = row[: len(_COLUMNS)]
    answers = row[len(_COLUMNS) :]
    return Hit(
        pk,
        (family[0], family[1], family[2]) if family[0] else None,
        (seniority, seniority_name, rank) if seniority else None,
        agent is not None,
        () if all(answers) else [facet for facet, met in zip(facets, answers, strict=True) if not met],
    )


def _in_order(roles: RoleQuerySet, order: str) -> RoleQuerySet:
    match order:
        case "name":
            return roles.order_by("sort_key", "slug")
        case "seniority":
            return roles.order_by(F("seniority__rank").asc(nulls_last=True), "sort_key", "slug")
        case "changed":
            return roles.order_by("-updated_at", "sort_key", "slug")
        case _:
            return roles
