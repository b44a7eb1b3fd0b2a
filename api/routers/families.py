"""Groups of related roles."""

from ninja import Router
from pydantic import Field

from api import words
from api.collections import Slug
from api.schemas.vocabulary import FamilyDetail
from roles.models import JobFamily

router = Router(tags=["Vocabulary"])


class FamilyFilters(words.WordFilters):
    """Which families are asked for."""

    vocabulary = JobFamily

    family: list[Slug] = Field([], description="Slugs of families.")
    seniority: list[Slug] = Field([], description="Slugs of seniority levels; one of its roles is at one.")

    @classmethod
    def of_uses(cls) -> dict[str, str]:
        return super().of_uses() | {"seniority": words.role_path(cls, "seniority__slug")}


FAMILIES = words.collection(
    "families",
    FamilyDetail,
    FamilyFilters,
    role=lambda role: {
        "seniority": role.seniority_name or None,
        "seniority_slug": role.seniority.slug if role.seniority else None,
    },
    fetch_uses=lambda roles: roles.select_related("seniority"),
    facets={"seniority": words.of_roles("seniority__slug", "seniority__name")},
)
words.published(router, FAMILIES, FamilyDetail, one="family", described="job families")
