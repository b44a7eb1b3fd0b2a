"""The tabs of the form of a role, and what they show beside fields and rows."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles.admin.base import link_to, when
from roles.admin.history import HISTORY_HEADERS, history_rows
from roles.models import Role, RoleRevision


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the form: what it is called, and what belongs there."""

    id: str
    """How the first rows that it shows are named."""
    title: Any
    help: Any
    errors: int = 0
    """How many rows and fields on it have errors."""


TABS = (
    Tab(
        "general",
        gettext_lazy("Essentials"),
        gettext_lazy(
            "What the role is called, where it belongs and what it is for. A mission is a sentence or "
            "two, for example: “Keep the bridge open, so that everybody gets across safely.”"
        ),
    ),
    Tab(
        "responsibilities",
        gettext_lazy("Responsibilities"),
        gettext_lazy(
            "What the role answers for. Give each a short name and say how one sees that it goes well, "
            "for example: “Data quality”, measured by “fewer than five faults a month”."
        ),
    ),
    Tab(
        "capabilities",
        gettext_lazy("Capabilities"),
        gettext_lazy(
            "What somebody in this role is able to do, and how well. Type a few letters and choose; what "
            "is not in the list yet can be created there. For example: “SQL”, “Advanced”, “joins and "
            "window functions”."
        ),
    ),
    Tab(
        "artifacts",
        gettext_lazy("Artifacts"),
        gettext_lazy(
            "What the role makes or looks after and others use: things that could be handed over, for "
            "example “Monthly report” or “Customer database”."
        ),
    ),
    Tab(
        "interactions",
        gettext_lazy("Interactions"),
        gettext_lazy(
            "Whom the role works with, and how. Name the other role as it is called in the catalogue, and "
            "it is linked by itself. For example: “Delivers data to”, “Data Analyst”, “weekly”."
        ),
    ),
    Tab(
        "daily_tasks",
        gettext_lazy("A day"),
        gettext_lazy(
            "What happens on an average day, in its order. A time may be given or left empty, for "
            "example: “09:30”, “Stand-up”, “What each of us does today.”"
        ),
    ),
    Tab(
        "agent",
        gettext_lazy("Agent"),
        gettext_lazy(
            "For a software agent that works in this role: how it is called, how it is prompted, how it "
            "speaks and which tools it is given. Leave all of it empty if there is none."
        ),
    ),
    Tab(
        "sections",
        gettext_lazy("Sections"),
        gettext_lazy(
            "Text that fits nowhere else, each with the part of the description behind which it stands, "
            "for example “Travel” behind “Description”."
        ),
    ),
)
"""The tabs that are filled in."""

DOCUMENTS = Tab(
    "documents",
    gettext_lazy("Documents"),
    gettext_lazy(
        "The files that this role was loaded from. Nothing is changed here: what you change in the role "
        "is written back to its files when roles are exported."
    ),
)
HISTORY = Tab(
    "history",
    gettext_lazy("History"),
    gettext_lazy("What was changed last, by whom and why. Open a revision to see it, or to restore it."),
)
LATEST = 10
"""Revisions that are shown there."""


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


def history_of(role: Role) -> dict[str, Any]:
    """The latest revisions of a role, as a table."""
    return {
        "tab": "history",
        "title": _("Latest changes"),
        "empty": _("Nothing was changed yet."),
        "headers": HISTORY_HEADERS,
        "rows": history_rows(list(RoleRevision.objects.of_role(role.uid)[:LATEST])),
        "further": {
            "title": _("All revisions"),
            "address": reverse("admin:roles_rolerevision_of", args=[role.uid]),
        },
    }
