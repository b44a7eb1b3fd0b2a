"""The tabs of the form of a role, and what they show beside fields and rows."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles.admin.base import link_to, when
from roles.models import Role

TABS = {
    "general": gettext_lazy("Essentials"),
    "responsibilities": gettext_lazy("Responsibilities"),
    "capabilities": gettext_lazy("Capabilities"),
    "artifacts": gettext_lazy("Artifacts"),
    "interactions": gettext_lazy("Interactions"),
    "daily_tasks": gettext_lazy("A day"),
    "agent": gettext_lazy("Agent"),
    "sections": gettext_lazy("Sections"),
}
"""The tabs of the form; each is named like the first rows that it shows."""


def errors_on(tab: str, context: dict[str, Any]) -> int:
    """How many rows and fields on a tab have errors."""
    count = len(context["adminform"].errors) if tab == "general" else 0
    for rows in context["inline_admin_formsets"]:
        if rows.opts.tab_id == tab:
            count += sum(map(bool, rows.formset.errors)) + len(rows.formset.non_form_errors())
    return count


def documents_of(role: Role) -> dict[str, Any]:
    """The documents that describe a role, as a table."""
    return {
        "tab": "documents",
        "title": _("Documents that describe the role"),
        "empty": _("No document describes this role."),
        "headers": [_("file"), _("kind of document"), _("rank"), _("last changed"), ""],
        "rows": [
            [
                link_to(document, document.path),
                document.get_dialect_display(),
                document.rank,
                when(document.updated_at),
                _("missing when last loaded") if document.missing else "",
            ]
            for document in role.documents.defer("content", "parsed", "lines")
        ],
    }


def conflicts_of(role: Role) -> dict[str, Any]:
    """The conflicts of a role that wait for a decision, as a table."""
    return {
        "tab": "documents",
        "title": _("Conflicts that wait for a decision"),
        "empty": _("None."),
        "headers": [_("what it is about"), _("opened")],
        "rows": [
            [link_to(conflict, conflict.key), when(conflict.opened_at)]
            for conflict in role.conflicts.filter(closed_at=None).only("key", "opened_at")
        ],
    }
