"""The roles that somebody is to look at again, and saying of some that they are still right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roles import reviews
from roles.admin.base import ROWS_ON_A_PAGE, demand
from roles.admin.theme import ModelAdmin
from roles.models import Role

WHAT = {
    "due": gettext_lazy("overdue or due within 30 days"),
    "overdue": gettext_lazy("overdue"),
    "soon": gettext_lazy("due within 30 days"),
    "unkept": gettext_lazy("without an owner or a date"),
    "all": gettext_lazy("all"),
}
"""What the list can show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReview:
    """A role with the day of its review."""

    role: Role
    owner: str
    is_overdue: bool
    may_confirm: bool


def addresses(model_admin: ModelAdmin) -> list[URLPattern]:
    """The address of the list, below those of roles."""
    view: Callable[..., HttpResponse] = partial(due_page, model_admin)
    return [path("due/", model_admin.admin_site.admin_view(view), name="roles_due")]


def due_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show what is due, one's own first; sent back, note that the chosen roles are still right."""
    demand(request, "roles.view_role")
    if request.method == "POST":
        return _confirm(model_admin, request)
    visible = Role.objects.visible_to(request.user)
    what = request.GET.get("what", "due")
    what = what if what in WHAT else "due"
    whose = request.GET.get("whose", "")
    if whose not in ("mine", "all"):
        whose = "mine" if reviews.due(visible, what="all", owner=request.user).exists() else "all"
    owner = request.user if whose == "mine" else None
    found = reviews.due(visible, what=what, owner=owner)
    page = Paginator(found.select_related("owner"), ROWS_ON_A_PAGE).get_page(request.GET.get("p"))
    rows = [_shown(role, request) for role in page]
    tools = [(_("Quality"), "speed", reverse("admin:roles_quality"))]
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Reviews"),
        "what": what,
        "whose": whose,
        "choices": WHAT.items(),
        "page": page,
        "rows": rows,
        "any_to_confirm": any(row.may_confirm for row in rows),
        "tools": tools,
    }
    return TemplateResponse(request, "admin/roles/due.html", context)


def _shown(role: Role, request: HttpRequest) -> ShownReview:
    owner = role.owner
    return ShownReview(
        role=role,
        owner=(owner.get_full_name() or owner.get_username()) if owner else "",
        is_overdue=role.review_by is not None and role.review_by < timezone.localdate(),
        may_confirm=reviews.may_confirm(role, request.user),
    )


def _confirm(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Note that the chosen roles are still right, or the one whose button was pressed, and say so."""
    chosen = [request.POST["only"]] if "only" in request.POST else request.POST.getlist("role")
    ids = [int(pk) for pk in chosen if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    by: Any = request.user
    found: Sequence[Role] = list(Role.objects.visible_to(request.user).filter(pk__in=ids))
    count = reviews.confirm(found, by)
    if count:
        text = ngettext(
            "%(count)d role is still right, and is looked at again by %(day)s.",
            "%(count)d roles are still right, and are looked at again by %(day)s.",
            count,
        )
        day: date = reviews.next_review(timezone.localdate())
        said = {"count": count, "day": date_format(day, "DATE_FORMAT")}
        model_admin.message_user(request, text % said, messages.SUCCESS)
    else:
        text = _("Nothing was changed: tick roles that you own or may edit.")
        model_admin.message_user(request, text, messages.ERROR)
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = request.get_full_path()
    return redirect(back)
