"""Where everything came from: to be read, and changed by nobody."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from roles.admin.base import ReadOnlyAdmin
from roles.admin.theme import TabularInline
from roles.models import Conflict, LoadOutcome, LoadRun, RoleRevision, SourceDocument

PRE = '<pre class="max-w-4xl overflow-x-auto text-xs whitespace-pre-wrap">{}</pre>'


class Outcomes(TabularInline):
    """What became of each file in a load."""

    model = LoadOutcome
    fields = ["path", "outcome", "role", "reports"]
    readonly_fields = ["reports"]
    extra = 0
    hide_title = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the outcomes with their roles."""
        return super().get_queryset(request).select_related("role")

    @admin.display(description=_("messages"))
    def reports(self, outcome: LoadOutcome) -> SafeString:
        """What the load had to say of the file, each with its line there."""
        said = ((message["line"], message["text"]) for message in outcome.messages)
        return format_html_join("", "<p>{}: {}</p>", said)


@admin.register(LoadRun)
class LoadRunAdmin(ReadOnlyAdmin):
    """Loads of role files."""

    inlines = [Outcomes]
    fields = ["started_at", "finished_at", "by_name", "paths"]
    list_display = ["started_at", "finished_at", "by_name"]
    date_hierarchy = "started_at"


@admin.register(SourceDocument)
class SourceDocumentAdmin(ReadOnlyAdmin):
    """Role documents as they were last read."""

    fields = [
        "path",
        "role",
        "dialect",
        "rank",
        "missing",
        "folder_family",
        "updated_at",
        "run",
        "digest",
        "text",
    ]
    readonly_fields = ["text"]
    list_display = ["path", "role", "dialect", "rank", "missing", "updated_at"]
    list_filter = ["dialect", "missing"]
    list_select_related = ["role"]
    search_fields = ["path", "role__name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the documents without what only the page of one shows."""
        return super().get_queryset(request).defer("content", "parsed", "lines")

    @admin.display(description=_("text"))
    def text(self, document: SourceDocument) -> SafeString:
        """The document itself."""
        return format_html(PRE, bytes(document.content).decode(errors="replace"))


@admin.register(RoleRevision)
class RoleRevisionAdmin(ReadOnlyAdmin):
    """Roles as they stood after each change."""

    fields = [
        "slug",
        "role",
        "number",
        "catalogue_number",
        "created_at",
        "author_name",
        "origin",
        "reason",
        "run",
        "document",
    ]
    list_display = ["slug", "number", "created_at", "author_name", "origin", "reason", "catalogue_number"]
    list_filter = ["origin"]
    search_fields = ["slug", "author_name", "reason"]
    date_hierarchy = "created_at"
    ordering = ["-catalogue_number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the revisions without what only the page of one shows."""
        return super().get_queryset(request).defer("document")


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    """Decisions between files and catalogue, those that wait and those that were made."""

    fields = ["role", "key", "base", "ours", "theirs", "run", "opened_at", "closed_at"]
    list_display = ["role", "key", "opened_at", "closed_at"]
    list_filter = [("closed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["role"]
    search_fields = ["key", "role__name"]
