"""The quality report: what may be better, where it is mended, and what HR set aside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roles import quality
from roles.admin.base import ROWS_ON_A_PAGE, demand
from roles.admin.fields import ChosenField, LineField
from roles.admin.theme import Checkbox, ModelAdmin, Select, TextInput
from roles.models import Role, SetAside
from roles.quality import Finding, Head, Report


class AsideForm(forms.Form):
    """Why findings are set aside."""

    reason = LineField(
        label=gettext_lazy("Why they need no mending"),
        help_text=gettext_lazy("Kept beside your name. What is set aside costs no points any more."),
        widget=TextInput(),
    )


class NarrowForm(forms.Form):
    """What of the report is shown; what is not known asks for nothing."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("all")), *((code, kind.title) for code, kind in quality.KINDS.items())],
        widget=Select,
    )
    unowned = forms.BooleanField(label=gettext_lazy("without an owner"), required=False, widget=Checkbox)

    def __init__(self, data: QueryDict, *, may_look_up_people: bool) -> None:
        super().__init__(data)
        columns: list[tuple[Any, Any]] = [(Role._meta.get_field("family"), _("Job family"))]
        if may_look_up_people:
            columns.append((Role._meta.get_field("owner"), _("Owner")))
        for column, label in columns:
            self.fields[column.name] = ChosenField(column, label=label, required=False)
        self.order_fields(["kind", "family", "owner", "unowned"])
        self.full_clean()

    @property
    def code(self) -> str:
        """The kind of findings that is asked for; empty for all kinds."""
        code: str = self.cleaned_data.get("kind", "")
        return code

    def narrow(self, report: Report) -> Report:
        """Keep of a report what is asked for."""
        family, owner = self.cleaned_data.get("family"), self.cleaned_data.get("owner")
        return report.among(
            families=[family.slug] if family else [],
            owner=owner.pk if owner else None,
            unowned=self.cleaned_data["unowned"],
        ).of_kinds([self.code] if self.code else [])


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFinding:
    """A finding with where it is and where it is mended."""

    finding: Finding
    place: str
    """The role or word that it is about."""
    address: str
    """Where it is mended."""
    quality_address: str
    """The page of the role's quality, if it is at a role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRole:
    """A role with its points and what costs them."""

    head: Head
    address: str
    score: quality.Score
    titles: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownKind:
    """A kind of finding, how often it is found, and where these findings are listed."""

    title: str
    severity: str
    severity_title: str
    address: str
    findings: int
    roles: int


def addresses(model_admin: ModelAdmin) -> list[URLPattern]:
    """The addresses of the report's pages, below those of roles."""

    def view(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        return model_admin.admin_site.admin_view(partial(page, model_admin))

    return [
        path("quality/", view(report_page), name="roles_quality"),
        path("quality/set-aside/", view(aside_page), name="roles_quality_aside"),
        path("quality/<int:pk>/", view(role_page), name="roles_quality_role"),
    ]


def report_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show the report by kinds and by roles, or the findings of one kind; sent back, set some aside."""
    demand(request, "roles.view_role")
    whole = quality.report(request.user)
    if request.method == "POST":
        return _set_aside(model_admin, request, whole)
    asked = NarrowForm(request.GET, may_look_up_people=request.user.has_perm("roles.change_role"))
    report = asked.narrow(whole)
    context: dict[str, Any] = {
        "title": _("Quality"),
        "asked": asked,
        "media": model_admin.media + asked.media,
        "score": report.score,
        "tools": [(_("Set aside"), "notifications_off", _address("aside"))],
    }
    if asked.code:
        kind = quality.KINDS[asked.code]
        page = _page(request, report.findings)
        context |= {
            "kind": kind,
            "summary": _summary(*report.counts[asked.code]),
            "page": page,
            "shown": _shown(request, report, page),
            "form": _form(request),
        }
    else:
        page = _page(request, report.worst_first)
        context |= {
            "page": page,
            "kinds": _kinds(request, report),
            "roles": [_shown_role(report, head) for head in page],
        }
    return _answer(model_admin, request, "report", context)


def role_page(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what may be better at one role and in the words that it uses; sent back, set some aside."""
    demand(request, "roles.view_role")
    report = quality.report(request.user, only=pk)
    if pk not in report.heads:
        raise Http404
    if request.method == "POST":
        return _set_aside(model_admin, request, report)
    head = report.heads[pk]
    tools = [(_("Public page"), "open_in_new", reverse("role", args=[head.slug]))]
    if request.user.has_perm("roles.change_role"):
        tools.insert(0, (_("Edit the role"), "edit", reverse("admin:roles_role_change", args=[pk])))
    context = {
        "title": _("Quality of %(role)s") % {"role": head.name},
        "score": report.score_of(pk),
        "tools": tools,
        "at_role": _shown(request, report, [each for each in report.findings if each.word is None]),
        "in_words": _shown(request, report, [each for each in report.findings if each.word is not None]),
        "aside": _shown_aside(request, report, report.aside),
        "form": _form(request),
    }
    return _answer(model_admin, request, "role", context)


def aside_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show what was set aside; sent back, take one back."""
    demand(request, "roles.view_role")
    if request.method == "POST":
        demand(request, "roles.delete_setaside")
        sent = request.POST.get("row", "")
        row = quality.take_back(int(sent)) if sent.isascii() and sent.isdecimal() and len(sent) < 19 else None
        if row is None:
            model_admin.message_user(request, _("Nothing was changed: it was taken back before."))
        else:
            text = _("The report tells of it again.")
            model_admin.message_user(request, text, messages.SUCCESS)
        return redirect(_address("aside"))
    report = quality.report(request.user)
    page = _page(request, report.aside)
    context = {
        "title": _("Findings set aside"),
        "page": page,
        "aside": _shown_aside(request, report, list(page)),
        "tools": [(_("Quality"), "speed", _address())],
    }
    return _answer(model_admin, request, "aside", context)


def _set_aside(model_admin: ModelAdmin, request: HttpRequest, report: Report) -> HttpResponse:
    """Set the ticked findings of a report aside, and say what came of it."""
    demand(request, "roles.add_setaside")
    back = redirect(request.get_full_path())
    wanted = set(request.POST.getlist("finding"))
    form = AsideForm(request.POST)
    if not wanted:
        model_admin.message_user(request, _("Nothing was changed: tick what you set aside."), messages.ERROR)
        return back
    if not form.is_valid():
        text = _("Nothing was changed: say why they need no mending.")
        model_admin.message_user(request, text, messages.ERROR)
        return back
    by: Any = request.user
    ticked = [finding for finding in report.findings if finding.token in wanted]
    for finding in ticked:
        quality.set_aside(finding, form.cleaned_data["reason"], by)
    text = ngettext("%(count)d finding is set aside.", "%(count)d findings are set aside.", len(ticked))
    level = messages.SUCCESS if ticked else messages.INFO
    model_admin.message_user(request, text % {"count": len(ticked)}, level)
    return back


# What is shown ----------------------------------------------------------------------------------------------


def _answer(
    model_admin: ModelAdmin, request: HttpRequest, name: str, context: Mapping[str, Any]
) -> HttpResponse:
    shared = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "may_set_aside": request.user.has_perm("roles.add_setaside"),
        "may_take_back": request.user.has_perm("roles.delete_setaside"),
    }
    return TemplateResponse(request, f"admin/roles/quality/{name}.html", {**shared, **context})


def _form(request: HttpRequest) -> AsideForm | None:
    return AsideForm() if request.user.has_perm("roles.add_setaside") else None


def _page(request: HttpRequest, items: Sequence[Any]) -> Page[Any]:
    return Paginator(items, ROWS_ON_A_PAGE).get_page(request.GET.get("p"))


def _address(page: str = "", *args: object) -> str:
    return reverse(f"admin:roles_quality_{page}" if page else "admin:roles_quality", args=args)


def _summary(found: int, roles: int) -> str:
    said = {
        "findings": ngettext("%(count)s finding", "%(count)s findings", found) % {"count": found},
        "roles": ngettext("%(count)s role", "%(count)s roles", roles) % {"count": roles},
    }
    return _("%(findings)s, %(roles)s.") % said


def _kinds(request: HttpRequest, report: Report) -> list[ShownKind]:
    """The kinds that are found, as they stand in the table of kinds."""
    shown = []
    for code, (findings, roles) in report.counts.items():
        if findings:
            kind, query = quality.KINDS[code], request.GET.copy()
            query.pop("p", None)
            query["kind"] = code
            shown.append(
                ShownKind(
                    title=str(kind.title),
                    severity=kind.severity,
                    severity_title=str(quality.SEVERITIES[kind.severity]),
                    address=f"?{query.urlencode()}",
                    findings=findings,
                    roles=roles,
                )
            )
    return shown


def _shown_role(report: Report, head: Head) -> ShownRole:
    codes = {finding.code: finding for finding in report.by_role.get(head.pk, ())}
    return ShownRole(
        head=head,
        address=_address("role", head.pk),
        score=report.score_of(head.pk),
        titles=[str(finding.kind.title) for finding in codes.values()],
    )


def _shown(request: HttpRequest, report: Report, findings: Iterable[Finding]) -> list[ShownFinding]:
    return [_shown_finding(request, report, finding) for finding in findings]


def _shown_finding(request: HttpRequest, report: Report, finding: Finding) -> ShownFinding:
    head = report.heads.get(finding.role) if finding.role is not None else None
    place = head.name if head else finding.word.name if finding.word else ""
    return ShownFinding(
        finding=finding,
        place=capfirst(place),
        address=quality.place_of(finding, head, request.user),
        quality_address=_address("role", head.pk) if head else "",
    )


def _shown_aside(
    request: HttpRequest, report: Report, aside: Iterable[tuple[Finding, SetAside]]
) -> list[tuple[ShownFinding, SetAside]]:
    return [(_shown_finding(request, report, finding), row) for finding, row in aside]
