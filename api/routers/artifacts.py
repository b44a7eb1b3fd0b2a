"""What roles make and look after."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from api import words
from api.collections import Facet, Reading, Slug
from api.schemas.vocabulary import ArtifactDetail
from roles.documents.text import slugify
from roles.models import Artifact, RoleArtifact

router = Router(tags=["Vocabulary"])


class ArtifactFilters(words.WordFilters):
    """Which artifacts are asked for."""

    vocabulary = Artifact

    type: list[Slug] = Field([], description="Slugs of types, of which it has one.")

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        found = super().narrowed(rows, request, besides)
        if not self.type or besides == "type":
            return found
        given = Artifact.objects.exclude(type="").order_by().values_list("type", flat=True).distinct()
        stated = _stating(request).filter(type_slug__in=self.type)
        return found.filter(
            Q(type__in=[name for name in given if slugify(name) in self.type])
            | Q(type="", pk__in=stated.values("artifact"))
        )


def _stating(request: HttpRequest) -> QuerySet[RoleArtifact]:
    """What roles state with a type."""
    return words.uses_of(Artifact, request).exclude(type="")


def _fetch_types(artifacts: Sequence[Any], reading: Reading) -> None:
    """Add the types of each artifact: HR's, else all that roles state."""
    stated: dict[int, list[str]] = defaultdict(list)
    uses = _stating(reading.request).filter(artifact__in=[each.pk for each in artifacts])
    for artifact, name in uses.order_by("type").values_list("artifact", "type").distinct():
        stated[artifact].append(name)
    for artifact in artifacts:
        artifact.told_types = [artifact.type] if artifact.type else stated[artifact.pk]


def _types(rows: QuerySet[Any], request: HttpRequest, asked: words.WordFilters) -> list[tuple[str, str, int]]:
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    given = rows.exclude(type="").values_list("type").annotate(artifacts=Count("pk"))
    stating = _stating(request).filter(artifact__in=rows.filter(type="").values("pk"))
    stated = stating.values_list("type_slug").annotate(
        name=Min("type"), artifacts=Count("artifact", distinct=True)
    )
    for slug, name, count in [*((slugify(name), name, count) for name, count in given), *stated]:
        names[slug] = min(names.get(slug, name), name)
        counts[slug] += count
    found = ((slug, names[slug], count) for slug, count in counts.items())
    return sorted(found, key=lambda each: (-each[2], each[0]))


ARTIFACTS = words.collection(
    "artifacts",
    ArtifactDetail,
    ArtifactFilters,
    told=lambda artifact: {"types": artifact.told_types},
    role=lambda use: {"type": use.type or None},
    fetch_uses=lambda uses: uses.select_related("role"),
    complete=_fetch_types,
    facets={"type": Facet(_types)},
)
words.published(router, ARTIFACTS, ArtifactDetail, one="artifact", described="artifacts")
