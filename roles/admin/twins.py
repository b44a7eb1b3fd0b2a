"""Documents of one kind that describe the same role, side by side, and which of them decides."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from roles import proposals, store, twins
from roles.admin.base import demand, link_to, one_writer
from roles.admin.forms import ReasonForm
from roles.admin.role.refused import refusals
from roles.admin.theme import ModelAdmin
from roles.differences import details, sentence
from roles.documents.document import InvalidDocument
from roles.models import Role, RoleRevision, SourceDocument
from roles.twins import Twins

Step = Callable[[Twins, SourceDocument, store.Change], RoleRevision | None]

STEPS: Final[Mapping[str, Step]] = {"decide": twins.let_decide, "drop": twins.drop}
MOST: Final = 100
"""Differences that are shown of a document."""


def twins_page(model_admin: ModelAdmin, request: HttpRequest, pk: int, dialect: str) -> HttpResponse:
    """Show twins with what they say otherwise, and do what is chosen."""
    demand(request, "roles.change_role")
    with one_writer(request):
        role = get_object_or_404(Role.objects.select_related("revision"), pk=pk)
        found = twins.twins_of(role, dialect)
        if found is None:
            if dialect not in SourceDocument.Dialect.values:
                raise Http404
            text = _("%(role)s has no twin documents of this kind any more.") % {"role": role}
            model_admin.message_user(request, text)
            return redirect("admin:roles_inbox")
        reason, errors = ReasonForm(request.POST or None), []
        if request.method == "POST" and reason.is_valid():
            errors = _answered(model_admin, request, found, reason.cleaned_data["reason"])
            if not errors:
                return redirect("admin:roles_inbox")
        return _page(model_admin, request, found, reason, errors)


def _answered(model_admin: ModelAdmin, request: HttpRequest, found: Twins, reason: str) -> list[str]:
    """Do what was chosen and say so, or return why not."""
    step, _space, number = request.POST.get("step", "").partition(" ")
    if step == "accept":
        twins.accept(found)
        model_admin.message_user(request, _("They stand beside each other, and nobody is asked again."))
        return []
    document = next((each for each in found.documents if str(each.pk) == number), None)
    if step not in STEPS or document is None:
        return [_("Nothing was changed: the document that you chose is not there any more.")]
    if proposals.must_propose(found.role, request.user):
        return [_("Only a reviewer can do this, since it can change what everybody reads.")]
    author: Any = request.user
    change = store.Change(origin=RoleRevision.Origin.ADMIN, author=author, reason=reason)
    try:
        STEPS[step](found, document, change)
    except (InvalidDocument, store.SlugTaken, store.IdentifierTaken) as error:
        return refusals(error)
    said = {"path": document.path, "role": found.role}
    text = _("%(path)s decides now where the documents of %(role)s say otherwise.")
    if step == "drop":
        text = _("%(path)s takes no part in %(role)s any more. Delete the file before the next load.")
    model_admin.message_user(request, text % said, messages.SUCCESS)
    return []


def _page(
    model_admin: ModelAdmin, request: HttpRequest, found: Twins, reason: ReasonForm, errors: list[str]
) -> HttpResponse:
    first = found.documents[0]
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Twin documents of %(role)s") % {"role": found.role},
        "intro": _(
            "These documents are of one kind and describe the same role. Where they say otherwise, the first "
            "one decides. What somebody edited here since stays in any case, or is asked for as a conflict."
        ),
        "errors": errors,
        "first": link_to(first),
        "first_pk": first.pk,
        "others": [
            {
                "link": link_to(other),
                "pk": other.pk,
                "differences": [
                    {"sentence": sentence(each), "details": details(each)}
                    for each in found.differences(other)[:MOST]
                ],
            }
            for other in found.documents[1:]
        ],
        "may_decide": not proposals.must_propose(found.role, request.user),
        "reason": reason["reason"],
    }
    return TemplateResponse(request, "admin/roles/twins.html", context)
