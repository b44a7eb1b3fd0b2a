"""What readers suggest, and HR's answers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles import proposals, readers, store
from roles.admin.base import ReadOnlyAdmin, demand, link_to, one_writer
from roles.admin.fields import is_id
from roles.admin.theme import Textarea, display
from roles.differences import Detail, details
from roles.documents.diff import Difference
from roles.documents.document import InvalidDocument
from roles.documents.pending import Incompatible
from roles.models import RoleRevision, Suggestion
from roles.readers import Subject, subject_now, subject_of

SHOWN = 100
"""Characters of a suggestion that its row in the list shows."""

State = Suggestion.State


class StateFilter(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices beside that of what waits."""
        return [("all", gettext_lazy("all")), *State.choices[1:]]

    def choices(self, changelist: Any) -> Any:
        """Return the choices as the list shows them, first what waits."""
        first, *others = super().choices(changelist)
        return [first | {"display": State.WAITING.label}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the suggestions that are asked for."""
        if self.value() == "all":
            return queryset
        asked = self.value()
        return queryset.filter(state=asked if asked in State.values else State.WAITING)


class DecisionForm(forms.Form):
    """What becomes of a suggestion. `newest` is the revision of the role that the page showed, 0 for none."""

    newest = forms.IntegerField(widget=forms.HiddenInput)
    wording = forms.CharField(label=gettext_lazy("New wording"), required=False, widget=Textarea({"rows": 5}))
    answer = forms.CharField(
        label=gettext_lazy("Answer to the sender"),
        required=False,
        max_length=2_000,
        widget=Textarea({"rows": 3}),
        help_text=gettext_lazy("The sender reads it on the suggestion's own page."),
    )

    def clean_wording(self) -> str:
        """The wording with line breaks as documents have them."""
        return str(self.cleaned_data["wording"]).replace("\r\n", "\n")


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    """Suggestions of readers, each with its page on which it is answered."""

    list_display = ["said", "role", "about", "sender_name", "created_at", "shown_state"]
    list_filter = [StateFilter]
    list_select_related = ["revision__role"]
    search_fields = ["text", "wording", "sender_name", "sender_email", "revision__slug"]

    # The list

    @admin.display(description=gettext_lazy("suggestion"))
    def said(self, suggestion: Suggestion) -> str:
        """What was suggested, in short."""
        return Truncator(str(suggestion)).chars(SHOWN)

    @admin.display(description=gettext_lazy("role"), ordering="revision__slug")
    def role(self, suggestion: Suggestion) -> str:
        """The role by its name now, or the one that it had."""
        role = suggestion.revision.role
        return role.name if role else subject_of(suggestion).document.name

    @admin.display(description=gettext_lazy("about"))
    def about(self, suggestion: Suggestion) -> str:
        """The statement that it is about."""
        return _title(subject_of(suggestion))

    @display(  # type: ignore[untyped-decorator]
        description=gettext_lazy("state"),
        ordering="state",
        label={State.WAITING: "info", State.ACCEPTED: "success", State.DECLINED: "warning"},
    )
    def shown_state(self, suggestion: Suggestion) -> tuple[str, str]:
        """The state as a coloured label."""
        return suggestion.state, suggestion.get_state_display()

    # A suggestion

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a suggestion beside what the role says now, and take HR's decision."""
        demand(request, "roles.view_suggestion")
        if object_id is None:
            raise PermissionDenied
        with one_writer(request):
            suggestions = Suggestion.objects.select_related("revision__role__revision")
            pk = object_id if is_id(object_id) else None
            found = get_object_or_404(suggestions, pk=pk)
            if request.method != "POST":
                return self._page(request, found, DecisionForm(initial=_initial(found)))
            demand(request, "roles.change_suggestion")
            form = DecisionForm(request.POST)
            if form.is_valid() and self._decided(request, found, form):
                return redirect("admin:roles_suggestion_changelist")
            return self._page(request, found, form)

    def _decided(self, request: HttpRequest, found: Suggestion, form: DecisionForm) -> bool:
        """Do what the pressed button says and tell of it, or tell the form why not."""
        decision, answer = request.POST.get("decision", ""), form.cleaned_data["answer"]
        by: Any = request.user
        is_open = found.state == State.WAITING
        if is_open == (decision == State.WAITING) or decision not in {*State, "reword"}:
            form.add_error(
                None, _("Somebody decided this after you opened the page. It is shown as it is now.")
            )
        elif decision == "reword":
            return self._reworded(request, found, form)
        elif decision == State.DECLINED and not answer:
            form.add_error("answer", _("Tell the sender why, in a sentence or two."))
        else:
            readers.decide(found, decision, by, answer=answer)
            told = {
                State.WAITING: _("The suggestion waits again."),
                State.ACCEPTED: _("The suggestion is accepted. The role is as it was."),
                State.DECLINED: _("The suggestion is declined, and its sender can read why."),
                State.SPAM: _("The suggestion is set aside as spam."),
            }
            self.message_user(request, told[State(decision)], messages.SUCCESS)
        return form.is_valid()

    def _reworded(self, request: HttpRequest, found: Suggestion, form: DecisionForm) -> bool:
        """Let the role say it in the words of the form, or propose that; or tell the form why not."""
        demand(request, "roles.change_role")
        now, wording = subject_now(found), form.cleaned_data["wording"]
        if form.cleaned_data["newest"] != _newest(now):
            form.add_error(
                None, _("Somebody changed this role after you opened the page. Look again, then decide.")
            )
        elif not wording:
            form.add_error("wording", _("Write how the role is to say it."))
        else:
            by: Any = request.user
            reason = _("A reader suggested it")
            change = store.Change(origin=RoleRevision.Origin.ADMIN, author=by, reason=reason)
            try:
                saved = readers.take_over(found, wording, change)
            except LookupError:
                form.add_error(None, _("The role does not make this statement any more."))
            except (InvalidDocument, Incompatible, store.IdentifierTaken) as error:
                form.add_error("wording", _faults(error))
            else:
                readers.decide(found, State.ACCEPTED, by, answer=form.cleaned_data["answer"], saved=saved)
                self.message_user(request, _told(saved), messages.SUCCESS)
        return form.is_valid()

    def _page(self, request: HttpRequest, found: Suggestion, form: DecisionForm) -> HttpResponse:
        then, now = subject_of(found), subject_now(found)
        role = found.revision.role
        if form.is_bound:
            # What is shown is the role as it is now, and so the form is sent again from there.
            form.data = dict(form.data.items()) | {"newest": _newest(now)}
        user = request.user
        may_decide = user.has_perm("roles.change_suggestion")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Suggestion about %(role)s") % {"role": role.name if role else then.document.name},
            "suggestion": found,
            "form": form,
            "role": role,
            "about": _title(then),
            "then": then,
            "now": now,
            "changes": _changes(then, now),
            "may_decide": may_decide,
            "may_reword": may_decide
            and user.has_perm("roles.change_role")
            and now is not None
            and now.wording is not None,
            "must_propose": role is not None and proposals.must_propose(role, user),
            "edit": role is not None
            and user.has_perm("roles.change_role")
            and link_to(role, _("Edit the role")),
            "list_address": reverse("admin:roles_suggestion_changelist"),
        }
        return TemplateResponse(request, "admin/roles/suggestion/decide.html", context)


def _title(subject: Subject) -> str:
    """The kind and the name of what a suggestion is about."""
    return f"{subject.what}: {Truncator(subject.name).chars(SHOWN)}" if subject.name else subject.what


def _newest(now: Subject | None) -> int:
    return now.revision.number if now else 0


def _initial(found: Suggestion) -> dict[str, Any]:
    now = subject_now(found)
    wording = found.wording or (now.wording if now else "")
    return {"newest": _newest(now), "wording": wording, "answer": found.answer}


def _changes(then: Subject, now: Subject | None) -> Sequence[Detail]:
    """What became otherwise in the statement since the suggestion was sent."""
    if now is None or not then.key or now.statement == then.statement:
        return []
    return details(Difference("changed", then.key, then.statement, now.statement))


def _told(saved: proposals.Saved) -> str:
    if saved.proposal:
        return _("Proposed: a reviewer looks at it. The suggestion is accepted.")
    if saved.revision:
        return _("The role says it in the new wording. The suggestion is accepted.")
    return _("The role says so already, so it was not changed. The suggestion is accepted.")


def _faults(error: InvalidDocument | Incompatible | store.IdentifierTaken) -> list[str]:
    if isinstance(error, Incompatible):
        return [_("This does not fit what you proposed already. Open your proposal, and change it there.")]
    if isinstance(error, InvalidDocument):
        return [str(fault) for fault in error.faults]
    return [_("Another role has this code: %(role)s.") % {"role": error.holder.role}]
