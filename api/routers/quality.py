"""How good the catalogue is: what may be better, and what it costs."""

from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import AfterValidator, Field

from api.auth import demand_sign_in
from api.collections import Slug
from api.collections.forms import OF_TABLES, TableForm, chosen_form, described, streamed
from api.computed import head, told
from api.conditional import conditional
from api.errors import ProblemType, Refused
from api.operations import readable
from api.pagination import Window, beside
from api.schemas.problems import Problem
from api.schemas.quality import FindingItem, FoundKind, QualityReport, RoleScore, RoleScorePage, Score
from roles import quality
from roles.models import Role
from roles.models.role import sees_drafts
from roles.quality.representation import finding_values, kind_values, score_values
from roles.state import Kept, State

_REPORTS = Kept(8)
"""Reports by what their readers may see, the day and their language."""

router = Router(tags=["Quality"])


def _known(code: str) -> str:
    if code not in quality.KINDS:
        raise ValueError(_("Not known; known are %(codes)s") % {"codes": ", ".join(quality.KINDS)})
    return code


Code = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": list(quality.KINDS)})]


class RolesLookedAt(Window):
    """Which roles are looked at."""

    family: list[Slug] = Field([], description="Slugs of job families; only their roles are looked at.")
    role: list[Slug] = Field([], description="Slugs of roles; only these are looked at.")
    format: TableForm = None


class AskedFindings(RolesLookedAt):
    """Which findings are asked for."""

    code: list[Code] = Field([], description="Kinds of findings; only these are listed.")


class AskedScores(RolesLookedAt):
    """Which scores are asked for, and in which order."""

    sort: Literal["score", "name"] = Field(
        "score", description="The order: the fewest points first, or by name."
    )


@readable(
    router,
    "/quality",
    {200: QualityReport, 406: Problem},
    operation_id="get_quality",
    summary="See what may be better",
    openapi_extra=described(csv="All findings that were asked for, a line for each."),
)
def get_quality(request: HttpRequest, asked: Query[AskedFindings]) -> HttpResponseBase:
    """What may be better in roles and vocabulary, for whoever works with roles. Archived roles are left out.

    What somebody set aside is not listed and costs nothing.
    """
    return _reported(request, asked, lambda report, form: _findings(request, asked, report, form))


@readable(
    router,
    "/quality/roles",
    {200: RoleScorePage, 406: Problem},
    operation_id="list_role_scores",
    summary="List the scores of roles",
    openapi_extra=described(
        csv="All roles that were asked for, a line for each, with the points of each aspect."
    ),
)
def list_role_scores(request: HttpRequest, asked: Query[AskedScores]) -> HttpResponseBase:
    """How good the description of each role is, by aspect, and how often what is found at it."""
    return _reported(request, asked, lambda report, form: _scores(request, asked, report, form))


def _reported(
    request: HttpRequest,
    asked: RolesLookedAt,
    answer: Callable[[quality.Report, str], HttpResponseBase],
) -> HttpResponseBase:
    """Answer from the report on the roles that are looked at, to whoever may see it."""
    demand_sign_in(request, _("Sign in to see the quality report."))
    if not quality.may_see(request.user):
        raise Refused(ProblemType.FORBIDDEN, _("You may not see the quality report."))
    form, loads = chosen_form(request, asked.format, OF_TABLES), quality.state_of_loads()

    def from_report(state: State) -> HttpResponseBase:
        sees = (sees_drafts(request.user), request.user.has_perm("roles.view_sourcedocument"))
        key = (*sees, timezone.localdate(), get_language(), loads)
        report = _REPORTS.get(state, key, lambda: quality.report(request.user))
        return answer(report.among(families=asked.family, slugs=asked.role), form)

    return conditional(request, from_report, daily=True, besides=loads)


def _findings(
    request: HttpRequest, asked: AskedFindings, report: quality.Report, form: str
) -> HttpResponseBase:
    found = report.of_kinds(asked.code)
    if form == "csv":
        lines = (
            finding_values(each, report, request.user, request.build_absolute_uri)
            for each in asked.part(found.findings)
        )
        return streamed(lines, list(FindingItem.model_fields), "csv", "quality")

    def represent(finding: quality.Finding) -> FindingItem:
        values = finding_values(finding, report, request.user, request.build_absolute_uri)
        return FindingItem.model_validate(values)

    return told(
        QualityReport(
            **beside(asked, len(found.findings), request),
            items=[represent(each) for each in found.findings[asked.offset : asked.end]],
            score=Score.model_validate(score_values(report.score)),
            kinds=[FoundKind.model_validate(each) for each in kind_values(found)],
        )
    )


def _scores(request: HttpRequest, asked: AskedScores, report: quality.Report, form: str) -> HttpResponseBase:
    heads = report.worst_first if asked.sort == "score" else list(report.heads.values())
    if form == "csv":
        columns = [
            "role",
            "name",
            "family",
            "points",
            "of",
            "percent",
            *(each.name for each in quality.ASPECTS),
        ]
        return streamed((_line(head, report) for head in asked.part(heads)), columns, "csv", "scores")
    shown = [each.pk for each in heads[asked.offset : asked.end]]
    roles = Role.objects.select_related("family", "seniority", "owner").in_bulk(shown)
    return told(
        RoleScorePage(
            **beside(asked, len(heads), request),
            # One that was deleted just now is missing.
            items=[_score(roles[pk], report, request) for pk in shown if pk in roles],
            score=Score.model_validate(score_values(report.score)),
        )
    )


def _score(role: Role, report: quality.Report, request: HttpRequest) -> RoleScore:
    return RoleScore(
        role=head(role, request),
        owner=(role.owner.get_full_name() or role.owner.get_username()) if role.owner else None,
        score=Score.model_validate(score_values(report.score_of(role.pk))),
        findings=Counter(finding.code for finding in report.by_role.get(role.pk, ())),
    )


def _line(of: quality.Head, report: quality.Report) -> dict[str, Any]:
    values = score_values(report.score_of(of.pk))
    aspects = {each["name"]: each["points"] for each in values.pop("aspects")}
    return {"role": of.slug, "name": of.name, "family": of.family} | values | aspects
