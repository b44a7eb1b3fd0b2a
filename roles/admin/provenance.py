"""Where everything came from: to be read, and changed by nobody."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from roles.admin import twins, uploading
from roles.admin.base import ReadOnlyAdmin
from roles.admin.loads import shown_run
from roles.documents.document import RoleDocument, statements
from roles.documents.reader import parse
from roles.loading.doubts import label
from roles.loading.run import load_held
from roles.models import LoadRun, SourceDocument

PRE = '<pre class="max-w-4xl text-xs whitespace-pre-wrap">{}</pre>'


@admin.register(LoadRun)
class LoadRunAdmin(ReadOnlyAdmin):
    """Loads of role files."""

    change_form_template = "admin/roles/loadrun/change_form.html"
    fields = ["started_at", "finished_at", "by_name", "commit", "from_where"]
    readonly_fields = ["from_where"]
    list_display = ["started_at", "finished_at", "by_name", "commit"]
    date_hierarchy = "started_at"

    @admin.display(description=_("folders and files"))
    def from_where(self, run: LoadRun) -> str:
        """What was loaded."""
        return ", ".join(map(str, run.paths))

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Show a load with what became of its files, and what they changed."""
        may = request.user.has_perm("roles.view_role")
        context |= {"shown": shown_run(obj, request.GET.get("p")), "may_open_roles": may}
        return super().render_change_form(request, context, add, change, form_url, obj)


@admin.register(SourceDocument)
class SourceDocumentAdmin(ReadOnlyAdmin):
    """Role documents as they were last read."""

    fields = [
        "path",
        "role",
        "dialect",
        "rank",
        "state",
        "folder_family",
        "updated_at",
        "run",
        "digest",
        "loss",
        "held_text",
        "text",
    ]
    readonly_fields = ["text", "held_text", "loss", "state"]
    list_display = ["path", "role", "dialect", "rank", "state", "updated_at"]
    list_filter = ["dialect", "missing", ("held", admin.EmptyFieldListFilter)]
    list_select_related = ["role"]
    search_fields = ["path", "role__name"]
    actions = ["load_held"]
    change_list_template = "admin/roles/exchange/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses of the upload and of twins beside those of the list."""
        view = self.admin_site.admin_view
        twins_view = view(partial(twins.twins_page, self))
        return [
            path("twins/<int:pk>/<slug:dialect>/", twins_view, name="roles_sourcedocument_twins"),
            path("upload/", view(self.upload_view), name="roles_sourcedocument_upload"),
            path("upload/<int:pk>/", view(self.look_view), name="roles_sourcedocument_upload_preview"),
            *super().get_urls(),
        ]

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for documents that somebody has."""
        return uploading.upload(self, request)

    def look_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what documents would change, and load them."""
        return uploading.look(self, request, pk)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, with the way to send documents."""
        tools = []
        if uploading.may_upload(request):
            tools.append((_("Upload documents"), "upload", reverse("admin:roles_sourcedocument_upload")))
        return super().changelist_view(request, {"exchange_tools": tools, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the documents without what only the page of one shows."""
        documents: QuerySet[Any] = super().get_queryset(request).annotate(is_held=Q(held__isnull=False))
        return documents.defer("content", "parsed", "lines", "held", "messages")

    def get_fields(self, request: HttpRequest, obj: SourceDocument | None = None) -> list[Any]:
        """Return what there is to show."""
        waits = obj is not None and obj.held is not None
        return [name for name in self.fields or () if waits or name not in ("loss", "held_text")]

    def has_load_held_permission(self, request: HttpRequest) -> bool:
        """Let those who may change roles decide."""
        return request.user.has_perm("roles.change_role")

    @admin.action(description=_("Load what was held back"), permissions=["load_held"])
    def load_held(self, request: HttpRequest, queryset: QuerySet[SourceDocument]) -> None:
        """Load the bytes that wait, each as its own load, and say what became of them."""
        by: Any = request.user
        waiting = list(queryset.filter(held__isnull=False))
        for document in waiting:
            report = load_held(document, by)
            if report.failed:
                faults = " ".join(message.text for file in report.files for message in file.messages)
                self.message_user(request, f"{document.path}: {faults}", messages.ERROR)
            else:
                waits = _("{path} was loaded. What it changes waits for review.")
                text = (waits if report.proposed else _("{path} was loaded.")).format(path=document.path)
                self.message_user(request, text, messages.SUCCESS)
        if not waiting:
            self.message_user(request, _("None of these was held back."), messages.WARNING)

    @admin.display(description=_("state"))
    def state(self, document: SourceDocument) -> str:
        """What is to be known of the file, if anything is."""
        if getattr(document, "is_held", False):
            return str(_("A newer text waits"))
        return str(_("The file is gone") if document.missing else _("Loaded"))

    @admin.display(description=_("what the role would lose"))
    def loss(self, document: SourceDocument) -> SafeString:
        """Each statement that the newer text does not make any more."""
        before = statements(RoleDocument.stored(document.parsed))
        newer = parse(bytes(document.held or b"")).document
        after = statements(newer) if newer else {}
        gone = [(label(key),) for key in before if key in document.lines and key not in after]
        return format_html_join(mark_safe("<br>"), "{}", gone)

    @admin.display(description=_("newer text that waits"))
    def held_text(self, document: SourceDocument) -> SafeString:
        """The newer bytes."""
        return format_html(PRE, bytes(document.held or b"").decode(errors="replace"))

    @admin.display(description=_("text"))
    def text(self, document: SourceDocument) -> SafeString:
        """The document itself."""
        return format_html(PRE, bytes(document.content).decode(errors="replace"))
