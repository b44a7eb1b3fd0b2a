"""What stands at the side of every page of the admin, in the order in which HR needs it."""

from typing import Any, NamedTuple

from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from roles.admin.inbox import number_for
from roles.models import (
    AccountEvent,
    ApiToken,
    Artifact,
    Capability,
    Conflict,
    InteractionKind,
    JobFamily,
    LoadRun,
    McpServer,
    ProficiencyLevel,
    Proposal,
    Responsibility,
    Role,
    RoleRevision,
    SeniorityLevel,
    SourceDocument,
    StandingText,
    Suggestion,
    Webhook,
    WebhookDelivery,
)


class Page(NamedTuple):
    """A page that is not the list of a model."""

    title: Any
    address: str
    """The name of its address."""
    permission: str
    """What one must be allowed to do in order to open it; empty for whoever may open the admin."""


INBOX = Page(_("Inbox"), "admin:roles_inbox", "")
UNRESOLVED = Page(_("Unresolved partners"), "admin:roles_role_unresolved", "roles.change_role")
QUALITY = Page(_("Quality"), "admin:roles_quality", "roles.view_role")
DUE = Page(_("Reviews"), "admin:roles_due", "roles.view_role")
TOGETHER = Page(_("Changes of many roles"), "admin:roles_bulkchange_changelist", "roles.view_rolerevision")
MERGES = Page(_("Merges"), "admin:roles_merge_changelist", "roles.view_rolerevision")
DELETED = Page(_("Deleted roles"), "admin:roles_rolerevision_deleted", "roles.view_rolerevision")

GROUPS: list[tuple[Any, dict[type[Model] | Page, str]]] = [
    (
        None,
        {
            INBOX: "inbox",
            Role: "badge",
            Proposal: "rate_review",
            Conflict: "call_split",
            Suggestion: "lightbulb",
            UNRESOLVED: "link_off",
            QUALITY: "speed",
            DUE: "event_available",
            StandingText: "post_add",
        },
    ),
    (
        _("Vocabulary"),
        {
            Responsibility: "task_alt",
            Capability: "school",
            Artifact: "inventory_2",
            InteractionKind: "swap_horiz",
            JobFamily: "account_tree",
            SeniorityLevel: "stairs",
            ProficiencyLevel: "signal_cellular_alt",
            McpServer: "dns",
        },
    ),
    (
        _("Where it comes from"),
        {
            SourceDocument: "description",
            LoadRun: "upload",
            RoleRevision: "history",
            DELETED: "delete",
            MERGES: "merge",
            TOGETHER: "checklist",
        },
    ),
    (_("Other systems"), {Webhook: "webhook", WebhookDelivery: "outbox"}),
    (
        _("Accounts"),
        {
            User: "person",
            Group: "group",
            ApiToken: "key",
            AccountEvent: "manage_history",
            AccessAttempt: "lock_clock",
        },
    ),
]
"""Groups of pages, each page with the icon of the theme's font that stands beside it."""


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the pages that this person may open, as the theme's setting for its sidebar wants them."""
    groups = []
    for title, pages in GROUPS:
        items = [
            {"title": page.title, "icon": icon, "link": reverse(page.address), "badge": _badge(request, page)}
            for page, icon in ((_page(shown), icon) for shown, icon in pages.items())
            if not page.permission or request.user.has_perm(page.permission)
        ]
        if items:
            groups.append({"title": title, "items": items})
    links = [item["link"] for group in groups for item in group["items"]]
    # Left to itself, the theme marks a list also while a page of another name below its address is open.
    opened = max((link for link in links if request.path.startswith(link)), key=len, default=None)
    for group in groups:
        for item in group["items"]:
            item["active"] = item["link"] == opened
    return groups


def _badge(request: HttpRequest, page: Page) -> int | None:
    """The number that stands beside a page: of all that waits, beside the inbox."""
    return number_for(request) or None if page == INBOX else None


def _page(shown: type[Model] | Page) -> Page:
    if isinstance(shown, Page):
        return shown
    app, name = shown._meta.app_label, shown._meta.model_name
    title = capfirst(str(shown._meta.verbose_name_plural))
    return Page(title, f"admin:{app}_{name}_changelist", f"{app}.view_{name}")
