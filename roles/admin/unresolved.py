"""Partners whose names mean no role: what they may mean, for a person to choose."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles import store
from roles.admin.base import link_to, listing
from roles.admin.theme import ModelAdmin
from roles.documents.document import InvalidDocument
from roles.documents.pending import Incompatible
from roles.models import Role, RoleRevision
from roles.suggestions import MeansAnother, Suggestion, Unresolved, accept, suggest, unresolved

USERS_SHOWN = 3
"""Roles that are shown by name beside a name that they use."""

BUTTON = (
    '<button name="means" value="{} {}" class="border border-base-200 cursor-pointer font-medium inline-flex '
    "items-center gap-1 px-3 py-2 rounded-default shadow-xs hover:bg-base-100/80 dark:border-base-700 "
    'dark:hover:bg-base-800/80">{}</button>'
)


def answer(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Answer with the names that mean no role; sent back with a choice, teach the role the name."""
    if request.method == "POST":
        _teach(model_admin, request)
        return redirect(request.get_full_path())
    return listing(
        model_admin,
        request,
        template="admin/roles/unresolved.html",
        title=_("Unresolved partners"),
        intro=_(
            "These names of partners and members mean no role, or more than one, so they are text without a "
            "link. Choose what a name means, and it becomes another name of that role: all who use it are "
            "linked, and their own descriptions stay as they are. Names that are not roles can stay here."
        ),
        headers=[_("name"), _("named by"), _("may mean")],
        items=unresolved(),
        rows=_rows,
        empty=_("Every partner and every member is a role of the catalogue."),
    )


def _rows(names: Sequence[Unresolved]) -> list[list[Any]]:
    suggestions = suggest(item.name for item in names)
    return [[item.name, _users(item), _choices(item.name, suggestions[item.name])] for item in names]


def _users(item: Unresolved) -> SafeString:
    shown = item.roles[:USERS_SHOWN]
    links = format_html_join(", ", "{}", ((link_to(Role(pk=pk, name=name)),) for pk, name in shown))
    more = len(item.roles) - len(shown)
    if not more:
        return format_html("<div>{}</div>", links)
    rest = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
    return format_html("<div>{} {}</div>", links, rest)


def _choices(name: str, suggestions: Sequence[Suggestion]) -> SafeString | str:
    if not suggestions:
        return _("No role has a name like this.")
    labels = (
        (item.role, name, _("%(role)s (%(score)d %%)") % {"role": item.name, "score": item.score})
        for item in suggestions
    )
    return format_html('<div class="flex flex-wrap gap-2">{}</div>', format_html_join("", BUTTON, labels))


def _teach(model_admin: ModelAdmin, request: HttpRequest) -> None:
    """Teach the chosen role the name, and say what came of it."""
    chosen, _space, name = request.POST.get("means", "").partition(" ")
    role = Role.objects.filter(pk=int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0).first()
    if role is None or not name:
        text = _("Nothing was changed: the role that you chose is not there any more.")
        model_admin.message_user(request, text, messages.ERROR)
        return
    author: Any = request.user
    said = {"name": name, "role": role.name}
    try:
        saved = accept(name, role, store.Change(origin=RoleRevision.Origin.ADMIN, author=author))
    except MeansAnother as error:
        others = ", ".join(other.name for other in error.roles)
        text = _(
            "Nothing was changed: “%(name)s” is a name of %(others)s too. Take it away from there first."
        )
        model_admin.message_user(request, text % {**said, "others": others}, messages.ERROR)
    except InvalidDocument as error:
        faults = "; ".join(fault.text for fault in error.faults)
        text = _("“%(name)s” can't be another name of %(role)s: it %(faults)s.")
        model_admin.message_user(request, text % {**said, "faults": faults}, messages.ERROR)
    except Incompatible:
        text = _("This does not fit what you proposed already. Open your proposal, and change it there.")
        model_admin.message_user(request, text, messages.ERROR)
    else:
        text = _("“%(name)s” means %(role)s now, and is another name of it.")
        if saved.proposal:
            text = _("Proposed: a reviewer looks at it. Until then %(role)s stays as it is.")
        model_admin.message_user(request, text % said, messages.SUCCESS)
