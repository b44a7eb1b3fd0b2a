"""The list of roles, and what it is searched and narrowed by."""

from tempfile import TemporaryFile
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from roles.admin.base import LookedUpFilter, demand
from roles.admin.exchange import ExchangeAdmin, TickedForm
from roles.admin.theme import Select, display
from roles.loading.packed import pack_roles
from roles.models import Conflict, Role, RoleRevision


class WaitingFilter(admin.SimpleListFilter):
    """Roles for which somebody has to choose between files and catalogue."""

    title = gettext_lazy("conflicts")
    parameter_name = "conflicts"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [("open", _("waiting for a decision"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the roles that are asked for."""
        return queryset.filter(open_conflicts__gt=0) if self.value() else queryset


DIALECTS = [
    ("profile", gettext_lazy("role profile")),
    ("job", gettext_lazy("job description")),
]


class DocumentsForm(TickedForm):
    """As which kind of document roles are written that have no file yet."""

    dialect = forms.ChoiceField(
        label=gettext_lazy("Kind of document"),
        choices=DIALECTS,
        widget=Select,
        help_text=gettext_lazy(
            "For roles without a file; the others keep their files, with what was edited."
        ),
    )


class RoleList(ExchangeAdmin):
    """Roles as a list."""

    export_template = "admin/roles/role/export.html"
    list_display = [
        "sorted_name",
        "family",
        "seniority",
        "shown_status",
        "waiting",
        "changed",
    ]
    list_filter = [
        "status",
        ("family", LookedUpFilter),
        ("seniority", LookedUpFilter),
        ("owner", LookedUpFilter),
        WaitingFilter,
    ]
    list_filter_submit = True
    list_select_related = ["family", "seniority"]
    # What is searched is decided in get_search_results; without a field there is no box.
    search_fields = ["name"]
    search_help_text = gettext_lazy("Names, codes and all that roles say")

    def get_urls(self) -> list[URLPattern]:
        """Return the address of the roles' files beside those of the list."""
        view = self.admin_site.admin_view(self.documents_view)
        return [path("export/documents/", view, name="roles_role_documents"), *super().get_urls()]

    @method_decorator(require_POST)
    def documents_view(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the files of the roles that were ticked, or of all that the list shows, as a ZIP."""
        demand(request, "roles.view_role")
        demand(request, "roles.view_sourcedocument")
        form = DocumentsForm(request.POST)
        if not form.is_valid():
            return redirect("admin:roles_role_export")
        packed = TemporaryFile()  # noqa: SIM115  # closed with the answer
        pack_roles(
            self.meant(request, form.cleaned_data["ticked"]), packed, dialect=form.cleaned_data["dialect"]
        )
        packed.seek(0)
        name = f"roles-{timezone.localdate().isoformat()}.zip"
        return FileResponse(packed, as_attachment=True, filename=name)

    def export_context(self, request: HttpRequest, form: TickedForm) -> dict[str, Any]:
        """Return what else can be exported: documents may say what the catalogue doesn't."""
        if not request.user.has_perm("roles.view_sourcedocument"):
            return {}
        ticked = {"ticked": form["ticked"].value() or ""}
        return {"documents_form": DocumentsForm(initial=ticked, auto_id="documents_%s")}

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Return the filters: that by owner for those who may look accounts up."""
        filters = list(super().get_list_filter(request))
        if request.user.has_perm("roles.change_role"):
            return filters
        return [each for each in filters if each != ("owner", LookedUpFilter)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the roles with what the list says of their last change."""
        waiting = Conflict.objects.filter(role=OuterRef("pk"), closed_at=None).order_by().values("role")
        counted = waiting.annotate(number=Count("pk")).values("number")
        roles: Any = super().get_queryset(request)
        shown: QuerySet[Any] = roles.visible_to(request.user).annotate(
            open_conflicts=Coalesce(Subquery(counted), 0),
            changed_by=F("revision__author_name"),
            changed_how=F("revision__origin"),
        )
        return shown

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find roles as the pages do, best first unless a column was chosen to sort by."""
        found = queryset.matching(search_term)  # type: ignore[attr-defined]
        if ORDER_VAR in request.GET:
            found = found.order_by(*queryset.query.order_by)
        return found, False

    @admin.display(description=gettext_lazy("name"), ordering="sort_key")
    def sorted_name(self, role: Role) -> str:
        """The name, in the order in which people look for it."""
        return role.name

    @display(  # type: ignore[untyped-decorator]
        description=gettext_lazy("status"),
        ordering="status",
        label={
            Role.Status.DRAFT: "info",
            Role.Status.PUBLISHED: "success",
            Role.Status.ARCHIVED: "warning",
        },
    )
    def shown_status(self, role: Role) -> tuple[str, str]:
        """The status as a coloured label."""
        return role.status, capfirst(role.get_status_display())

    @admin.display(description=gettext_lazy("open conflicts"), ordering="open_conflicts", empty_value="")
    def waiting(self, role: Any) -> int | None:
        """How many decisions between files and catalogue the role waits for."""
        return role.open_conflicts or None

    @admin.display(description=gettext_lazy("last changed"), ordering="updated_at")
    def changed(self, role: Any) -> str:
        """When and by whom, or else how, the newest revision was made."""
        day = date_format(timezone.localtime(role.updated_at), "DATE_FORMAT")
        if not role.changed_how:
            return day
        return f"{day} · {role.changed_by or RoleRevision.Origin(role.changed_how).label}"
