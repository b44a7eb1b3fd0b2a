"""Lists as files for spreadsheets, and files back, after a look at what they would change."""

from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roles import store
from roles.admin.base import ROWS_ON_A_PAGE, OneWriterAdmin
from roles.admin.forms import ReasonForm
from roles.admin.theme import FileInput, Select
from roles.differences import passages
from roles.exchange.catalogue import SHEETS, sheets_of
from roles.exchange.formats import FORMATS, NoTable, read
from roles.exchange.result import Outcome, Result, Row
from roles.exchange.sheets import Outdated, Sheet, apply, preview
from roles.models import RoleRevision, Upload
from roles.views.downloads import file_answer

ENDINGS: Final = [("xlsx", gettext_lazy("Excel (XLSX)")), ("csv", gettext_lazy("CSV"))]


class SheetForm(forms.Form):
    """Which table it is about."""

    sheet = forms.ChoiceField(label=gettext_lazy("Table"), widget=Select)

    def __init__(self, *args: Any, sheets: list[type[Sheet]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(sheet.name, str(sheet.title)) for sheet in sheets]
        field: Any = self.fields["sheet"]
        field.choices = choices
        field.initial = choices[0][0]


class TickedForm(forms.Form):
    """What was ticked, if something was."""

    ticked = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_ticked(self) -> list[int] | None:
        """The ids that were ticked; None if nothing was, and so all is meant."""
        text: str = self.cleaned_data["ticked"]
        if not text:
            return None
        ids = text.split(",")
        if not all(each.isascii() and each.isdigit() and len(each) < 19 for each in ids):
            raise forms.ValidationError(_("Tick the rows again."))
        return [int(each) for each in ids]


class ExportForm(TickedForm, SheetForm):
    """Which table, and as which kind of file."""

    ending = forms.ChoiceField(label=gettext_lazy("Kind of file"), choices=ENDINGS, widget=Select)


class ImportForm(SheetForm):
    """A file, and which table it holds."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=FileInput,
        help_text=gettext_lazy("XLSX or CSV, up to 10 MB. Its first row holds the headings."),
    )


class ConfirmForm(ReasonForm):
    """Why a file is imported, and what somebody saw of it."""

    seen = forms.CharField(widget=forms.HiddenInput)


class ExchangeAdmin(OneWriterAdmin):
    """Gives a list its exports and imports."""

    change_list_template = "admin/roles/exchange/change_list.html"
    export_template = "admin/roles/exchange/export.html"

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses of export and import beside those of the list."""
        view, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("export/", view(self.export_view), name=f"{name}_export"),
            path("import/", view(self.import_view), name=f"{name}_import"),
            path("import/<int:pk>/", view(self.preview_view), name=f"{name}_import_preview"),
            *super().get_urls(),
        ]

    def may_import(self, request: HttpRequest) -> bool:
        """Whether this person may import into the list; each row is asked for again."""
        return self.has_change_permission(request) or self.has_add_permission(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, with the ways to export and import."""
        tools = [(_("Export"), "download", f"{self._address('export')}?{request.GET.urlencode()}")]
        if self.may_import(request):
            tools.append((_("Import"), "upload", self._address("import")))
        tools += self.more_tools(request)
        return super().changelist_view(request, {"exchange_tools": tools, **(extra_context or {})})

    def more_tools(self, request: HttpRequest) -> list[tuple[str, str, str]]:
        """Labels, icons and addresses of what else is done with the list as a whole."""
        return []

    # Out

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the actions on ticked rows."""
        actions: dict[str, Any] = super().get_actions(request)
        label = _("Export the ticked %(what)s") % {"what": self.opts.verbose_name_plural}
        return actions | {"export_ticked": (type(self).export_ticked, "export_ticked", label)}

    def export_ticked(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        """Ask as what to export the rows that were ticked."""
        pks = list(queryset.order_by().values_list("pk", flat=True))
        return self._export_page(
            request, self._export_form(initial={"ticked": ",".join(map(str, pks))}), len(pks)
        )

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Ask as what to export the list, and answer with the file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = self._shown(request)
        form = self._export_form(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            return self._export_page(request, form, shown.count())
        ordered = self.meant(request, form.cleaned_data["ticked"])
        ending = form.cleaned_data["ending"]
        kind, written = SHEETS[form.cleaned_data["sheet"]](), FORMATS[ending]()
        name = f"{kind.name}-{timezone.localdate().isoformat()}.{ending}"
        content = written.export_data(kind.export(ordered))
        return file_answer(content, written.CONTENT_TYPE, name, keep=True)

    def meant(self, request: HttpRequest, ticked: list[int] | None) -> QuerySet[Any]:
        """What was ticked in the list, or else all that it shows, in the order of names."""
        everything = self.get_queryset(request)
        found = self._shown(request) if ticked is None else everything.filter(pk__in=ticked)
        meant: QuerySet[Any] = self.model._default_manager.filter(pk__in=found.order_by().values("pk"))
        return meant

    def _shown(self, request: HttpRequest) -> QuerySet[Any]:
        """What the list shows with these filters, on all its pages."""
        try:
            shown: QuerySet[Any] = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            shown = self.get_queryset(request)
        return shown

    def _export_form(self, data: Any = None, **kwargs: Any) -> ExportForm:
        return ExportForm(data, sheets=sheets_of(self.model), **kwargs)

    def export_context(self, request: HttpRequest, form: TickedForm) -> dict[str, Any]:
        """What else the page of the export shows."""
        return {}

    def _export_page(self, request: HttpRequest, form: ExportForm, count: int) -> HttpResponse:
        what = self.opts.verbose_name if count == 1 else self.opts.verbose_name_plural
        address = f"{self._address('export')}?{request.GET.urlencode()}"
        context = {
            "count": count,
            "what": what,
            "form": form,
            "action": address,
            **self.export_context(request, form),
        }
        return self._page(
            request, "export", _("Export"), kinds=[kind() for kind in sheets_of(self.model)], **context
        )

    # In

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file, and keep it until somebody has seen what it would change."""
        self._demand_import(request)
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = ImportForm(*sent, sheets=sheets_of(self.model))
        if form.is_valid():
            kind, file = SHEETS[form.cleaned_data["sheet"]](), form.cleaned_data["file"]
            content = file.read()
            try:
                kind.check_headings(read(file.name, content, kind.headings))
            except NoTable as error:
                form.add_error("file", str(error))
            else:
                user: Any = request.user
                kept = Upload.objects.keep(user, kind.name, file.name, content)
                return redirect(self._address("import_preview", kept.pk))
        kinds = [each() for each in sheets_of(self.model)]
        return self._page(request, "import", _("Import"), form=form, kinds=kinds)

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what a file would change row by row, and let it count once somebody agrees."""
        self._demand_import(request)
        user: Any = request.user
        kinds = [kind.name for kind in sheets_of(self.model)]
        kept = Upload.objects.filter(owner=user, kind__in=kinds, pk=pk).first()
        if kept is None:
            text = _("This file is not here any more: it was imported, or too long ago. Choose it again.")
            messages.warning(request, text)
            return redirect(self._address("import"))
        kind = SHEETS[kept.kind]()
        dataset = read(kept.name, bytes(kept.content), kind.headings)
        form = ConfirmForm(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            return self._preview_page(
                request, kept, kind, preview(kind, dataset, _change(request, kept, ""), user)
            )
        change = _change(request, kept, form.cleaned_data["reason"])
        try:
            result = apply(kind, dataset, change, user, seen=form.cleaned_data["seen"])
        except Outdated as outdated:
            text = _("Somebody changed the catalogue after you opened this page. Look again, then decide.")
            messages.error(request, text)
            return self._preview_page(request, kept, kind, outdated.result)
        kept.delete()
        _tell(request, result)
        return redirect(self._address("changelist"))

    def _preview_page(self, request: HttpRequest, kept: Upload, kind: Sheet, result: Result) -> HttpResponse:
        asked = request.GET.get("show", "")
        shown = [outcome for outcome in Outcome if outcome.value == asked] or CHANGING
        page = Paginator(result.of(shown), ROWS_ON_A_PAGE).get_page(request.GET.get("p"))
        counts = [
            (outcome, count, urlencode({"show": outcome.value})) for outcome, count in result.counts.items()
        ]
        title = _("Import %(file)s") % {"file": kept.name}
        reason = request.POST.get("reason", "")
        form = ConfirmForm(initial={"seen": result.digest, "reason": reason})
        context = {
            "kind": kind,
            "result": result,
            "counts": counts,
            "page": page,
            "form": form,
            "asked": asked,
        }
        context["refused"] = result.counts[Outcome.REFUSED]
        rows = [(row, _told(row)) for row in page.object_list]
        return self._page(request, "preview", title, rows=rows, back=self._address("import"), **context)

    def _demand_import(self, request: HttpRequest) -> None:
        if not self.may_import(request):
            raise PermissionDenied

    def _address(self, page: str, *args: object) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **context}
        template = self.export_template if name == "export" else f"admin/roles/exchange/{name}.html"
        return TemplateResponse(request, template, context)


CHANGING: Final = [Outcome.REFUSED, Outcome.NEW, Outcome.CHANGED, Outcome.PROPOSED]
"""What is shown first: all but what stays."""


def _change(request: HttpRequest, kept: Upload, reason: str) -> store.Change:
    author: Any = request.user
    because = reason or _("Imported from %(file)s") % {"file": kept.name}
    return store.Change(origin=RoleRevision.Origin.ADMIN, author=author, reason=because)


def _told(row: Row) -> list[dict[str, Any]]:
    """What a row changes, each text in one with what it loses and gains."""
    return [
        {
            "sentence": told.sentence,
            "details": [
                {"label": detail.label, "passages": passages(detail.before, detail.after)}
                for detail in told.details
            ],
        }
        for told in row.told
    ]


def _tell(request: HttpRequest, result: Result) -> None:
    """Say what came of an import."""
    counts = result.counts
    made = counts[Outcome.NEW] + counts[Outcome.CHANGED]
    if made:
        text = ngettext("%(count)d row was imported.", "%(count)d rows were imported.", made)
        messages.success(request, text % {"count": made})
    if proposed := counts[Outcome.PROPOSED]:
        text = ngettext(
            "%(count)d row is proposed: a reviewer looks at it.",
            "%(count)d rows are proposed: a reviewer looks at them.",
            proposed,
        )
        messages.success(request, text % {"count": proposed})
    if refused := counts[Outcome.REFUSED]:
        text = ngettext("%(count)d row was left out.", "%(count)d rows were left out.", refused)
        messages.warning(request, text % {"count": refused})
    if not result.effective:
        messages.info(request, _("Nothing was changed."))
