"""What roles answer for."""

from ninja import Router

from api import words
from api.schemas.vocabulary import ResponsibilityDetail
from roles.models import Responsibility

router = Router(tags=["Vocabulary"])


class ResponsibilityFilters(words.WordFilters):
    """Which responsibilities are asked for."""

    vocabulary = Responsibility


RESPONSIBILITIES = words.collection(
    "responsibilities",
    ResponsibilityDetail,
    ResponsibilityFilters,
    role=lambda use: {"primary": use.primary, "success_metric": use.success_metric or None},
    fetch_uses=lambda uses: uses.select_related("role"),
)
words.published(
    router, RESPONSIBILITIES, ResponsibilityDetail, one="responsibility", described="responsibilities"
)
