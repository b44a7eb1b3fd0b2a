"""How good the catalogue is: what may be better, and what it costs."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.errors import HttpError
from pydantic import AfterValidator, Field

from api.collections import Slug
from api.operations import readable
from api.pagination import Window, page_of
from api.schemas.quality import FindingItem, QualityReport
from roles import quality
from roles.quality.representation import finding_values, kind_values, score_values

router = Router(tags=["Quality"])


def _known(code: str) -> str:
    if code not in quality.KINDS:
        raise ValueError(_("Not known; known are %(codes)s") % {"codes": ", ".join(quality.KINDS)})
    return code


Code = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": list(quality.KINDS)})]


class Asked(Window):
    """Which findings are asked for."""

    code: list[Code] = Field([], description="Kinds of findings; only these are listed.")
    family: list[Slug] = Field([], description="Slugs of job families; only their roles are looked at.")
    role: list[Slug] = Field([], description="Slugs of roles; only these are looked at.")


@readable(
    router, "/quality", {200: QualityReport}, operation_id="get_quality", summary="See what may be better"
)
def get_quality(request: HttpRequest, asked: Query[Asked]) -> QualityReport:
    """What may be better in roles and vocabulary, for whoever works with roles. Archived roles are left out.

    What somebody set aside is not listed and costs nothing.
    """
    if not request.user.is_authenticated:
        raise HttpError(401, _("Sign in to see the quality report."))
    if not quality.may_see(request.user):
        raise HttpError(403, _("You may not see the quality report."))
    report = quality.report(request.user).among(families=asked.family, slugs=asked.role)
    found = report.of_kinds(asked.code)

    def represent(finding: quality.Finding) -> FindingItem:
        values = finding_values(finding, report, request.user, request.build_absolute_uri)
        return FindingItem.model_validate(values)

    return page_of(
        QualityReport,
        found.findings,
        represent,
        asked,
        request,
        score=score_values(report.score),
        kinds=kind_values(found),
    )
