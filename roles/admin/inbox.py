"""The first page of the desk: what waits for the person who opens it."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from roles import inbox
from roles.admin.theme import ModelAdmin


def addresses(model_admin: ModelAdmin) -> list[URLPattern]:
    """The address of the page, below those of roles."""
    view = model_admin.admin_site.admin_view(partial(inbox_page, model_admin))
    return [path("inbox/", view, name="roles_inbox")]


def inbox_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show what waits, by kinds, to whoever may open the admin."""
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Inbox"),
        "waiting": [
            {
                "kind": each.kind,
                "count": each.count,
                "more": each.more,
                "address": reverse(each.kind.address),
                "rows": [(row, reverse(row.address, args=row.parameters)) for row in each.rows],
            }
            for each in inbox.waiting(request.user)
        ],
    }
    return TemplateResponse(request, "admin/roles/inbox.html", context)


def number_for(request: HttpRequest) -> int:
    """How many things wait for the person of a request. One query for each request."""
    if not hasattr(request, "waiting_number"):
        request.waiting_number = sum(inbox.counts(request.user).values())  # type: ignore[attr-defined]
    number: int = request.waiting_number  # type: ignore[attr-defined]
    return number
