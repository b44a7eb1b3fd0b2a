"""Proposals: what waits for review, and the page on which one is looked at and decided on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles import proposals, store
from roles.admin.base import ReadOnlyAdmin, demand, link_to, listing, one_writer, when
from roles.admin.choosing import Choices
from roles.admin.history import told
from roles.admin.role.proposing import PROPOSAL
from roles.admin.theme import Textarea, TextInput
from roles.differences import ranks
from roles.documents.diff import diff
from roles.documents.document import InvalidDocument
from roles.models import Proposal, ProposalQuerySet, Role
from roles.models.proposal import GRACE

State = Proposal.State

SHOWN: Final[dict[str, Any]] = {
    "waiting": gettext_lazy("Waiting for review"),
    "mine": gettext_lazy("Mine"),
    "scheduled": gettext_lazy("Approved for later"),
    "decided": gettext_lazy("Decided"),
}
"""The parts of the list; the first is shown unless another is asked for."""

TONES: Final = {
    State.WAITING: "info",
    State.RETURNED: "warning",
    State.SCHEDULED: "info",
    State.APPLIED: "success",
    State.DECLINED: "danger",
    State.WITHDRAWN: "",
}


class DecisionForm(forms.Form):
    """What somebody says of a proposal, and when it is to be published; `seen` is what the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=10_000,
        strip=True,
        widget=Textarea({"rows": 3}),
        help_text=gettext_lazy(
            "Everybody who sees the proposal can read it. Needed to send it back or decline."
        ),
    )
    at = forms.DateTimeField(
        label=gettext_lazy("Publish at"),
        required=False,
        widget=TextInput({"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = timezone.get_current_timezone_name()
        self.fields["at"].help_text = _("Only to approve it for later. Local time (%(zone)s).") % {
            "zone": zone
        }

    def demand_text(self) -> None:
        """Refuse to go on without a word of why."""
        if not self.cleaned_data.get("text"):
            self.add_error("text", _("Say why, so that the author knows what to do."))

    def demand_moment(self) -> None:
        """Refuse a moment that is none, or that is over."""
        at = self.cleaned_data.get("at")
        if "at" not in self.errors and at is None:
            self.add_error("at", _("Say when it is to be published."))
        elif at is not None and at <= timezone.now():
            self.add_error("at", _("This is over. Choose a later moment, or approve it now."))


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """Changes that wait until somebody who may publish has looked at them."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the proposals of one part of the list."""
        demand(request, "roles.view_proposal")
        part = request.GET.get("show", "")
        part = part if part in SHOWN else next(iter(SHOWN))
        parts = {name: _part(name, request) for name in SHOWN}
        late = Proposal.objects.overdue(timezone.now()).count() if part == "scheduled" else 0
        return listing(
            self,
            request,
            title=_("Proposals"),
            intro=_(
                "Changes that wait until somebody who may publish has looked at them. Readers go on seeing "
                "what is published."
            ),
            headers=[_("role"), _("what it does"), _("by"), _("state"), _("last changed")],
            items=parts[part].for_list(),
            rows=_rows,
            empty=_("There are none here."),
            template="admin/roles/proposal/list.html",
            more={
                "parts": [
                    {
                        "title": title,
                        "address": f"?show={name}",
                        "count": None if name == "decided" else parts[name].count(),
                        "is_shown": name == part,
                    }
                    for name, title in SHOWN.items()
                ],
                "overdue": overdue_text() if late else "",
            },
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a proposal with what it changes and what was said of it; do with it what was asked for."""
        demand(request, "roles.view_proposal")
        with one_writer(request):
            proposal = _found(object_id)
            seen = _state_of(proposal)
            if request.method != "POST":
                return self._page(request, proposal, DecisionForm(initial={"seen": seen}))
            form = DecisionForm({**request.POST.dict(), "seen": seen})
            step = STEPS.get(request.POST.get("do", ""))
            form.is_valid()
            choices = _choices(proposal, request)
            if step is None:
                raise Http404
            if not step.may(proposal, request.user):
                text = _("This is not yours to decide, or it is decided already.")
                self.message_user(request, text, messages.ERROR)
                return self._page(request, proposal, form, choices)
            if step.decides and request.POST.get("seen") != seen:
                form.add_error(
                    None,
                    _("Somebody changed this after you opened the page. Look again, then decide."),
                )
            return self._taken(request, step, proposal, form, choices)

    def _taken(
        self,
        request: HttpRequest,
        step: "Step",
        proposal: Proposal,
        form: DecisionForm,
        choices: Choices | None,
    ) -> HttpResponse:
        """Take a step and say so, or show the page again and say why not."""
        if step.check and not form.errors:
            step.check(form)
        elif not step.check and "at" in form.errors:
            # The moment counts for one button alone.
            del form.errors["at"]
        if step.applies and choices and not choices.is_complete():
            form.add_error(
                None, _("Choose first what stands where both the role and the proposal changed it.")
            )
        if not form.errors:
            try:
                step.take(proposal, request.user, form, choices)
            except InvalidDocument as error:
                for fault in error.faults:
                    form.add_error(None, str(fault))
            except proposals.REFUSALS as error:
                form.add_error(None, proposals.explain(error))
            else:
                self.message_user(request, step.done, messages.SUCCESS)
                return redirect("admin:roles_proposal_change", proposal.pk)
        return self._page(request, _found(str(proposal.pk)), form, choices)

    def _page(
        self, request: HttpRequest, proposal: Proposal, form: DecisionForm, choices: Choices | None = None
    ) -> HttpResponse:
        role, user = proposal.role, request.user
        change = proposals.pending(proposal)
        merged = proposals.outcome(proposal)
        current = store.current(role) if role else change.base
        rank = ranks()
        now = change.base if not proposal.is_open else current
        wanted = change.document if not proposal.is_open else merged.document
        choices = choices or _choices(proposal)
        steps = [step for step in STEPS.values() if step.may(proposal, user)]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Proposal: %(role)s") % {"role": change.document.name},
            "proposal": proposal,
            "form": form,
            "state": _state_in_words(proposal),
            "tone": TONES[State(proposal.state)],
            "status": status_in_words(proposal),
            "told": told(diff(now, wanted, rank=rank)),
            "meanwhile": told(diff(change.base, current, rank=rank)) if proposal.is_open and role else [],
            "choices": choices if choices and proposals.may_publish(user) else None,
            "undecided": len(merged.conflicts) if proposal.is_open else 0,
            "comments": proposal.comments.select_related("author"),
            "steps": [step for step in steps if step.name not in APART],
            "apart": {step.name: step for step in steps if step.name in APART},
            "may_revise": proposal.is_open and role and proposals.may_revise(proposal, user),
            "may_open_role": role and user.has_perm("roles.view_role"),
            "edit_address": _edit_address(proposal),
            "preview_address": request.build_absolute_uri(proposal.get_preview_url()),
            "is_overdue": proposal.is_overdue,
            "overdue": overdue_text(),
        }
        return TemplateResponse(request, "admin/roles/proposal/page.html", context)


# What can be done with one ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done with a proposal."""

    name: str
    label: Any
    done: Any
    """What is said when it is done."""
    may: Callable[[Proposal, Any], bool]
    """Whether this person may do it with the proposal as it is."""
    take: Callable[[Proposal, Any, DecisionForm, Choices | None], object]
    check: Callable[[DecisionForm], None] | None = None
    """Refuses, on the form, what does not do for this step."""
    variant: str = "default"
    """How its button looks."""
    applies: bool = False
    """Whether the role says it then."""
    decides: bool = True
    """Whether it is done to what the page showed, and refused if that changed."""


def _approve(proposal: Proposal, user: Any, form: DecisionForm, choices: Choices | None) -> object:
    chosen = choices.chosen if choices else None
    return proposals.apply(proposal, user, form.cleaned_data["text"], chosen)


STEPS: Final = {
    step.name: step
    for step in (
        Step(
            "approve",
            gettext_lazy("Approve and publish now"),
            gettext_lazy("Approved: readers see it from now on."),
            lambda proposal, user: proposals.may_decide(proposal, user) and proposal.role is not None,
            _approve,
            variant="primary",
            applies=True,
        ),
        Step(
            "schedule",
            gettext_lazy("Approve for later"),
            gettext_lazy("Approved for later. It is published when the time has come."),
            lambda proposal, user: proposals.may_decide(proposal, user) and proposal.role is not None,
            lambda proposal, user, form, _choices: proposals.schedule(
                proposal, user, form.cleaned_data["at"], form.cleaned_data["text"]
            ),
            check=DecisionForm.demand_moment,
        ),
        Step(
            "send_back",
            gettext_lazy("Send back"),
            gettext_lazy("Sent back to its author."),
            proposals.may_send_back,
            lambda proposal, user, form, _choices: proposals.send_back(
                proposal, user, form.cleaned_data["text"]
            ),
            check=DecisionForm.demand_text,
        ),
        Step(
            "decline",
            gettext_lazy("Decline"),
            gettext_lazy("Declined. The role stays as it is."),
            proposals.may_decide,
            lambda proposal, user, form, _choices: proposals.decline(
                proposal, user, form.cleaned_data["text"]
            ),
            check=DecisionForm.demand_text,
            variant="danger",
        ),
        Step(
            "send_in",
            gettext_lazy("Send in again"),
            gettext_lazy("It waits for review again."),
            lambda proposal, user: proposals.is_own(proposal, user) and proposal.state == State.RETURNED,
            lambda proposal, user, form, _choices: proposals.send_in(
                proposal, user, form.cleaned_data["text"]
            ),
        ),
        Step(
            "withdraw",
            gettext_lazy("Withdraw"),
            gettext_lazy("Withdrawn. The role stays as it is."),
            proposals.is_own,
            lambda proposal, user, form, _choices: proposals.withdraw(
                proposal, user, form.cleaned_data["text"]
            ),
        ),
        Step(
            "comment",
            gettext_lazy("Comment only"),
            gettext_lazy("Your comment stands below."),
            lambda proposal, user: proposal.is_open and user.has_perm("roles.add_proposalcomment"),
            lambda proposal, user, form, _choices: proposals.comment(
                proposal, user, form.cleaned_data["text"]
            ),
            check=DecisionForm.demand_text,
            decides=False,
        ),
        Step(
            "renew",
            gettext_lazy("Make a new link"),
            gettext_lazy("The preview has a new address. The old one leads nowhere any more."),
            lambda proposal, user: proposal.is_open and proposals.may_revise(proposal, user),
            lambda proposal, user, form, _choices: proposals.renew_link(proposal),
            decides=False,
        ),
    )
}
"""By the name of the button that asks for it, in the order of the buttons."""

APART: Final = {"schedule", "renew"}
"""Those whose button stands beside what it is about."""


# In words ---------------------------------------------------------------------------------------------------


def status_in_words(proposal: Proposal) -> str:
    """What a proposal does beside what it changes in the document; empty if nothing."""
    match proposal.status:
        case Role.Status.PUBLISHED:
            return _("Publishes the role")
        case Role.Status.ARCHIVED if proposal.successor:
            return _("Archives the role in favour of %(successor)s") % {"successor": proposal.successor}
        case Role.Status.ARCHIVED:
            return _("Archives the role")
        case Role.Status.DRAFT:
            return _("Makes the role a draft again")
    return ""


def overdue_text() -> str:
    """What is said where something should have been published and nobody did it."""
    text = _(
        "It should have been published more than %(minutes)d minutes ago. Ask whoever runs the catalogue to "
        "let manage.py publish_due run every minute."
    )
    return text % {"minutes": GRACE.total_seconds() // 60}


def _state_in_words(proposal: Proposal) -> str:
    said = {"by": proposal.decided_by_name, "at": when(proposal.updated_at)}
    match State(proposal.state):
        case State.WAITING:
            return _("Waits for review since %(at)s") % said
        case State.RETURNED:
            return _("Sent back by %(by)s, %(at)s") % said
        case State.SCHEDULED if proposal.publish_at:
            said["at"] = when(proposal.publish_at)
            return _("Approved by %(by)s; will be published %(at)s") % said
        case State.DECLINED:
            return _("Declined by %(by)s, %(at)s") % said
        case State.WITHDRAWN:
            return _("Withdrawn, %(at)s") % said
    return _("Approved by %(by)s and published, %(at)s") % said


def _part(name: str, request: HttpRequest) -> ProposalQuerySet:
    match name:
        case "mine":
            return Proposal.objects.by(request.user)
        case "scheduled":
            return Proposal.objects.scheduled()
        case "decided":
            return Proposal.objects.decided()
    return Proposal.objects.waiting()


def _rows(found: Sequence[Any]) -> list[list[Any]]:
    return [
        [
            link_to(proposal, proposal.name),
            status_in_words(proposal) or _("Changes the role"),
            proposal.author_name or proposal.get_origin_display(),
            _state_of_row(proposal),
            when(proposal.updated_at),
        ]
        for proposal in found
    ]


def _state_of_row(proposal: Proposal) -> str:
    if proposal.state == State.SCHEDULED and proposal.publish_at:
        at = date_format(timezone.localtime(proposal.publish_at), "SHORT_DATETIME_FORMAT")
        return _("%(state)s: %(at)s") % {"state": proposal.get_state_display(), "at": at}
    return proposal.get_state_display()


def _found(pk: str) -> Proposal:
    known = Proposal.objects.select_related("role__revision", "author", "successor", "revision")
    found = known.filter(pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0).first()
    if found is None:
        raise Http404
    return found


def _state_of(proposal: Proposal) -> str:
    """What a page of a proposal shows: it and its role are the same while this is."""
    revision = proposal.role.revision_id if proposal.role else None
    return f"{proposal.state} {proposal.updated_at.isoformat()} {revision}"


def _choices(proposal: Proposal, request: HttpRequest | None = None) -> Choices | None:
    """What somebody has to choose before it can be approved; None if nothing."""
    conflicts = proposals.outcome(proposal).conflicts if proposal.is_open else ()
    if not conflicts:
        return None
    data = request.POST if request else None
    return Choices(conflicts, data, ours=_("As the role says it now"), theirs=_("As it is proposed"))


def _edit_address(proposal: Proposal) -> str:
    if proposal.role is None:
        return ""
    form = reverse("admin:roles_role_change", args=[proposal.role.pk])
    # A draft itself is free to be changed.
    return form if proposal.role.status == Role.Status.DRAFT else f"{form}?{PROPOSAL}={proposal.pk}"
