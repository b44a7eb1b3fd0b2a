"""The form of a role as a proposal: what is typed waits for somebody who may publish."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles import proposals, store
from roles.admin.base import OneWriterAdmin, demand, one_writer
from roles.admin.filling import Filling
from roles.admin.forms import RoleForm
from roles.admin.typed import Lifecycle, Typed
from roles.documents.pending import Incompatible
from roles.models import PreviewLink, Proposal, Role, RoleRevision

BUTTON = "_propose"
"""The name of the button that asks for it."""

PROPOSAL = "proposal"
"""The parameter of a form that goes on with a proposal."""


class ProposesChanges(OneWriterAdmin):
    """Lets what is typed wait where its author may not publish, or would rather not yet."""

    def get_urls(self) -> list[URLPattern]:
        """Return the address at which a draft is given a private link, beside those of the form."""
        view = self.admin_site.admin_view(self.share_view)
        return [path("<int:pk>/share/", view, name="roles_role_share"), *super().get_urls()]

    def share_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the private link of a draft, and make one."""
        demand(request, "roles.change_role")
        role = get_object_or_404(Role.objects.select_related("preview_link"), pk=pk)
        form_of = reverse("admin:roles_role_change", args=[pk])
        if role.status != Role.Status.DRAFT:
            text = _("%(role)s is no draft: everybody who may read the catalogue can read it.")
            self.message_user(request, text % {"role": role}, messages.INFO)
            return redirect(form_of)
        if request.method == "POST":
            proposals.preview_draft(role)
            return redirect("admin:roles_role_share", pk)
        link: PreviewLink | None = getattr(role, "preview_link", None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Private link to %(role)s") % {"role": role},
            "intro": _(
                "Whoever has this link can read the draft as its page would be, until it is published. A new "
                "link ends the one before it."
            ),
            "address": request.build_absolute_uri(link.get_absolute_url()) if link else "",
            "button": _("Make a new link") if link else _("Make a link"),
            "back": form_of,
        }
        return TemplateResponse(request, "admin/roles/role/share.html", context)

    def proposal_of(self, request: HttpRequest, object_id: str | None) -> Proposal | None:
        """The open proposal that the form goes on with, if this person may go on with it."""
        pk = request.GET.get(PROPOSAL, "")
        if object_id is None or not all(each.isdecimal() and len(each) < 19 for each in (pk, object_id)):
            return None
        under_way = Proposal.objects.open().exclude(role__status=Role.Status.DRAFT)
        under_way = under_way.select_related("role__revision", "author")
        found = under_way.filter(pk=int(pk), role=int(object_id)).first()
        return found if found and proposals.may_revise(found, request.user) else None

    def proposed_filling(self, request: HttpRequest, object_id: str | None) -> Filling | None:
        """What the form is filled with to go on with a proposal; all else is as the role says it now."""
        if PROPOSAL not in request.GET:
            return None
        proposal = self.proposal_of(request, object_id)
        if proposal is None or proposal.role is None:
            text = _("This proposal is decided already, or it is not yours. This is what the role says now.")
            self.message_user(request, text, messages.WARNING)
            return None
        role = proposal.role
        kept = Lifecycle.of(role)
        if proposal.status:
            kept = Lifecycle(proposal.status, kept.owner, kept.review_by, proposal.successor_id)
        return Filling(
            document=proposals.pending(proposal).onto(store.current(role)).document,
            lifecycle=kept,
            reason=proposal.reason,
            notice=_going_on(proposal, role, request),
        )

    def propose_typed(self, request: HttpRequest, typed: Typed) -> HttpResponse:
        """Let what was typed wait for review, and lead to it."""
        with one_writer(request):
            role = Role.objects.select_related("revision").filter(pk=typed.role or 0).first()
            if role is None:
                return redirect("admin:roles_role_changelist")
            wanted = wanted_of(role, typed)
            goes_on = self.proposal_of(request, str(role.pk))
            if goes_on is None and store.current(role) == typed.document and not wanted:
                text = _("You changed nothing, so there is nothing to propose.")
                self.message_user(request, text, messages.INFO)
                return redirect("admin:roles_role_change", role.pk)
            try:
                proposal = proposed(request, role, typed, wanted, goes_on)
            except Incompatible:
                text = _(
                    "This does not fit what you proposed already. Open your proposal, and change it there."
                )
                request.refusals = [text]  # type: ignore[attr-defined]
                return self.changeform_view(request, str(role.pk))
        text = _(
            "Proposed: a reviewer looks at it. Readers go on seeing what is published until it is approved."
        )
        self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:roles_proposal_change", proposal.pk)


def is_asked(request: HttpRequest, form: RoleForm) -> bool:
    """Whether a form that was sent is to be proposed, by wish or because its sender may not publish."""
    status = form.initial.get("status")
    if status == Role.Status.DRAFT or not form.was_there:
        return False
    return BUTTON in request.POST or not proposals.may_publish(request.user)


def ask_to_publish(request: HttpRequest, role: Role, change: store.Change) -> None:
    """Propose that a draft, which was saved, is published as it is."""
    proposal = proposals.ask_to_publish(role, change)
    text = _('Proposed for publication: <a href="{}" class="underline">a reviewer looks at it</a>.')
    address = reverse("admin:roles_proposal_change", args=[proposal.pk])
    messages.success(request, format_html(text, address))


def wanted_of(role: Role, typed: Typed) -> dict[str, Any]:
    """The status and the successor that a role is to have, if they were changed."""
    kept = typed.lifecycle
    if (kept.status, kept.successor) == (role.status, role.successor_id):
        return {}
    successor = Role.objects.filter(pk=kept.successor).exclude(pk=role.pk).first() if kept.successor else None
    return {"status": kept.status, "successor": successor}


def proposed(
    request: HttpRequest, role: Role, typed: Typed, wanted: dict[str, Any], goes_on: Proposal | None
) -> Proposal:
    """Propose what was typed, or let a proposal go on with it.

    Raises:
        Incompatible: if it does not fit what the person proposed already.
    """
    author: Any = request.user
    change = store.Change(origin=RoleRevision.Origin.ADMIN, author=author, reason=typed.reason)
    if goes_on is not None:
        return proposals.revise(goes_on, typed.document, change, **wanted)
    return proposals.propose(role, typed.document, change, **wanted)


def _going_on(proposal: Proposal, role: Role, request: HttpRequest) -> SafeString:
    """What is said above a form that goes on with a proposal."""
    whose = _("This is your proposal, with what the role says by now.")
    if proposal.author_id != request.user.pk:
        whose = _("This is the proposal of %(author)s, with what the role says by now.") % {
            "author": proposal.author_name or proposal.get_origin_display()
        }
    meant = _('Readers see <a href="{}" class="underline">the published text</a> until it is approved.')
    told = [whose, format_html(meant, role.get_absolute_url())]
    if count := len(proposals.outcome(proposal).conflicts):
        text = ngettext(
            "The role changed %(count)d statement of it, too: what stands here when you propose it counts.",
            "The role changed %(count)d statements of it, too: what stands here when you propose it counts.",
            count,
        )
        told.append(text % {"count": count})
    return format_html(" ".join("{}" for _text in told), *told)


def shown(request: HttpRequest, role: Role | None) -> dict[str, Any]:
    """What the form shows of proposals: its buttons, and what is under way."""
    may = request.user.has_perm("roles.change_role" if role else "roles.add_role")
    is_draft = role is None or role.status == Role.Status.DRAFT
    must = role is not None and proposals.must_propose(role, request.user)
    context: dict[str, Any] = {
        "propose_label": _("Save and ask to publish") if is_draft else _("Propose"),
        "may_propose": may,
        "must_propose": must and may,
        "under_way": proposals.under_way(role, request.user) if role else [],
    }
    if must:
        context |= dict.fromkeys(("show_save", "show_save_and_continue", "show_save_and_add_another"), False)
    return context


def tools(request: HttpRequest, role: Role) -> list[tuple[str, str, str]]:
    """Label, icon and address of the button that leads to the private link of a draft."""
    if role.status != Role.Status.DRAFT or not request.user.has_perm("roles.change_role"):
        return []
    return [(_("Private link"), "link", reverse("admin:roles_role_share", args=[role.pk]))]
