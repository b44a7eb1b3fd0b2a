"""What stands at the side of every page of the admin, in the order in which HR needs it."""

from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from roles.models import (
    Artifact,
    Capability,
    Conflict,
    InteractionKind,
    JobFamily,
    LoadRun,
    McpServer,
    ProficiencyLevel,
    Responsibility,
    Role,
    RoleRevision,
    SeniorityLevel,
    SourceDocument,
)

GROUPS: list[tuple[Any, dict[type[Model], str]]] = [
    (None, {Role: "badge", Conflict: "call_split"}),
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
        {SourceDocument: "description", LoadRun: "upload", RoleRevision: "history"},
    ),
    (_("Accounts"), {User: "person", Group: "group"}),
]
"""Groups of pages, each page with the icon of the theme's font that stands beside it."""


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the pages that this person may open, as the theme's setting for its sidebar wants them."""
    groups = []
    for title, pages in GROUPS:
        items = [
            {
                "title": capfirst(model._meta.verbose_name_plural),
                "icon": icon,
                "link": reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
            }
            for model, icon in pages.items()
            if request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
        ]
        if items:
            groups.append({"title": title, "items": items})
    return groups
