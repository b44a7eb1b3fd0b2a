"""Decisions between files and catalogue: what waits for one, and the pages on which it is made."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import truncatechars
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roles import conflicts, store
from roles.admin.base import ReadOnlyAdmin, demand, link_to, one_writer, when
from roles.admin.choosing import Choices
from roles.admin.forms import ReasonForm
from roles.admin.role.refused import refusals
from roles.choosing import question, token_of
from roles.conflicts import Answer, Decided, Decision
from roles.differences import texts, title
from roles.documents.document import InvalidDocument, Key, statements
from roles.documents.pending import Incompatible
from roles.models import Conflict, Proposal, Role, RoleRevision

SIDES = {"ours": Decision.CATALOGUE, "theirs": Decision.FILES, "own": Decision.OWN}
REFUSALS = (InvalidDocument, Incompatible, store.SlugTaken, store.IdentifierTaken)
SHOWN = 120
"""The most characters of a statement that a row of the list shows."""


class StateFilter(admin.SimpleListFilter):
    """Conflicts that wait for a decision, unless others are asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [("proposed", _("Decision proposed")), ("decided", _("Decided"))]

    def choices(self, changelist: Any) -> Any:
        """Let the choice that is there without asking have a name of its own."""
        for choice in super().choices(changelist):
            waits = choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name])
            yield {**choice, "display": _("Waiting")} if waits else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the conflicts that are asked for."""
        found: Any = queryset
        match self.value():
            case "decided":
                return found.exclude(closed_at=None)  # type: ignore[no-any-return]
            case "proposed":
                return found.open().filter(proposal__state__in=Proposal.OPEN)  # type: ignore[no-any-return]
            case _other:
                return found.waiting()  # type: ignore[no-any-return]


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    """Decisions between files and catalogue, those that wait and those that were made."""

    fields = ["role", "what", "before", "ours_said", "theirs_said", "decision", "decided", "opened_at", "run"]
    readonly_fields = ["what", "before", "ours_said", "theirs_said", "decided"]
    list_display = ["what", "role_link", "ours_shown", "theirs_shown", "opened_at", "decided"]
    list_display_links = ["what"]
    list_filter = [StateFilter]
    list_select_related = ["role"]
    search_fields = ["key", "role__name"]
    ordering = ["role__sort_key", "role__slug", "key"]
    actions = ["take_files", "keep_ours", "ask_again"]

    class Media:
        css = {"all": ["admin/pages.css"]}

    def get_urls(self) -> list[URLPattern]:
        """Return the address of the page of one role beside those of the list."""
        view = self.admin_site.admin_view(self.decide_view)
        return [path("of/<int:pk>/", view, name="roles_conflict_decide"), *super().get_urls()]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Let those who may change roles decide; whether that is a proposal, `conflicts.decide` knows."""
        return request.user.has_perm("roles.change_role")

    # The list, and what is known of one

    @admin.display(description=gettext_lazy("what it is about"), ordering="key")
    def what(self, row: Conflict) -> str:
        """What the statement is called."""
        sides = conflicts.as_statements(row)
        known = next((side for side in (sides.theirs, sides.ours, sides.base) if side is not None), None)
        return row.key if known is None else title(row.key, known)

    @admin.display(description=gettext_lazy("role"), ordering="role__sort_key")
    def role_link(self, row: Conflict) -> SafeString | str:
        """The role, with a link to its form."""
        return link_to(row.role)

    @admin.display(description=gettext_lazy("in the catalogue"))
    def ours_shown(self, row: Conflict) -> str:
        """What the catalogue says, shortened."""
        return _short(row, row.ours)

    @admin.display(description=gettext_lazy("in the files"))
    def theirs_shown(self, row: Conflict) -> str:
        """What the files say, shortened."""
        return _short(row, row.theirs)

    @admin.display(description=gettext_lazy("decided"), ordering="closed_at", empty_value="")
    def decided(self, row: Conflict) -> str | None:
        """What was chosen, by whom and when."""
        if row.closed_at is None:
            return None
        said = {"what": row.get_decision_display(), "who": row.closed_by_name, "when": when(row.closed_at)}
        if not row.decision:
            return _("both say the same since %(when)s") % said
        return _("%(what)s, by %(who)s, %(when)s") % said

    @admin.display(description=gettext_lazy("before both changes"))
    def before(self, row: Conflict) -> SafeString | str:
        """What stood there before."""
        return _told(row, "before")

    @admin.display(description=gettext_lazy("in the catalogue"))
    def ours_said(self, row: Conflict) -> SafeString | str:
        """What the catalogue said."""
        return _told(row, "ours")

    @admin.display(description=gettext_lazy("in the files"))
    def theirs_said(self, row: Conflict) -> SafeString | str:
        """What the files said."""
        return _told(row, "theirs")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a conflict; one that waits, on the page where it is decided."""
        row = self.get_object(request, object_id) if object_id and request.method == "GET" else None
        if row and row.role_id and row.closed_at is None and self.has_decide_permission(request):
            return redirect("admin:roles_conflict_decide", row.role_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    # Deciding

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put what waits for one role side by side, and do what is chosen."""
        demand(request, "roles.change_role")
        with one_writer(request):
            role = get_object_or_404(Role.objects.select_related("revision"), pk=pk)
            choices = _choices(role, request)
            reason = ReasonForm(request.POST or None)
            errors: list[str] = []
            if request.method == "POST" and reason.is_valid():
                if not choices.chosen:
                    errors = [_("You chose nothing that could be done: look at what is below, then choose.")]
                elif choices.is_usable():
                    try:
                        decided = conflicts.decide(role, _answers(choices), self._change(request, reason))
                    except REFUSALS as error:
                        errors = refusals(error)
                    else:
                        self._tell(request, [(role, decided)])
                        return redirect(_after(role))
            return self._page(request, role, choices, reason, errors)

    def _page(
        self,
        request: HttpRequest,
        role: Role,
        choices: Choices,
        reason: ReasonForm,
        errors: Iterable[str],
    ) -> HttpResponse:
        proposed = Proposal.objects.filter(conflicts__role=role, conflicts__closed_at=None).open().distinct()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Files and catalogue disagree about %(role)s") % {"role": role},
            "intro": _(
                "These statements were changed both in a file and here. Until you choose, the catalogue's "
                "counts. You may decide some now and others later. What you take from a file, or write anew, "
                "is a new revision, which can be taken back in the history; the next load does not ask again."
            ),
            "errors": errors,
            "choices": choices,
            "reason": reason["reason"],
            "proposed": [link_to(each, each) for each in proposed],
            "back": reverse("admin:roles_conflict_changelist"),
            "role_address": reverse("admin:roles_role_change", args=[role.pk]),
        }
        return TemplateResponse(request, "admin/roles/conflict/decide.html", context)

    # Many at once

    @admin.action(description=gettext_lazy("Take what the files say"), permissions=["decide"])
    def take_files(self, request: HttpRequest, queryset: QuerySet[Conflict]) -> HttpResponse | None:
        """Ask once, then take the files' side of all that is ticked."""
        return self._decide_many(request, queryset, Decision.FILES)

    @admin.action(description=gettext_lazy("Keep what the catalogue says"), permissions=["decide"])
    def keep_ours(self, request: HttpRequest, queryset: QuerySet[Conflict]) -> HttpResponse | None:
        """Ask once, then keep the catalogue's side of all that is ticked."""
        return self._decide_many(request, queryset, Decision.CATALOGUE)

    @admin.action(description=gettext_lazy("Ask again"), permissions=["decide"])
    def ask_again(self, request: HttpRequest, queryset: QuerySet[Conflict]) -> None:
        """Open again what was decided, where both sides still differ."""
        number = conflicts.ask_again(queryset)
        text = ngettext("%(count)d decision waits again.", "%(count)d decisions wait again.", number)
        nothing = _("Nothing waits again: both sides say the same by now, or it waits already.")
        level = messages.SUCCESS if number else messages.WARNING
        self.message_user(request, text % {"count": number} if number else nothing, level)

    def _decide_many(
        self, request: HttpRequest, queryset: QuerySet[Any], decision: Decision
    ) -> HttpResponse | None:
        with one_writer(request):
            rows = list(queryset.waiting().select_related("role"))  # type: ignore[attr-defined]
            if not rows:
                self.message_user(request, _("None of these waits for a decision."), messages.WARNING)
                return None
            seen, reason = _digest(rows), ReasonForm(request.POST)
            if request.POST.get("seen") == seen and reason.is_valid():
                self._decide_each(request, rows, decision, self._change(request, reason))
                return None
        takes = decision == Decision.FILES
        found = conflicts.by_role(rows)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Take what the files say?") if takes else _("Keep what the catalogue says?"),
            "intro": ngettext(
                "This decides %(count)d statement.", "This decides %(count)d statements.", len(rows)
            )
            % {"count": len(rows)},
            "again": _("Somebody changed one of them after you opened this page. Look again, then decide.")
            if "seen" in request.POST
            else "",
            "found": [
                (role, [(self.what(row), _short(row, row.theirs if takes else row.ours)) for row in of_role])
                for role, of_role in found.items()
            ],
            "seen": seen,
            "action": "take_files" if takes else "keep_ours",
            "pks": [row.pk for row in rows],
            "reason": ReasonForm()["reason"],
            "button": _("Take what the files say") if takes else _("Keep what the catalogue says"),
            "back": reverse("admin:roles_conflict_changelist"),
        }
        return TemplateResponse(request, "admin/roles/conflict/many.html", context)

    def _decide_each(
        self, request: HttpRequest, rows: Iterable[Conflict], decision: Decision, change: store.Change
    ) -> None:
        done = []
        for role, of_role in conflicts.by_role(rows).items():
            answers = {row.key: conflicts.answer(row, decision) for row in of_role}
            try:
                done.append((role, conflicts.decide(role, answers, change)))
            except REFUSALS as error:
                faults = " ".join(refusals(error))
                text = format_html(_("{role} stays as it is: {faults}"), role=link_to(role), faults=faults)
                self.message_user(request, text, messages.ERROR)
        self._tell(request, done)

    def _tell(self, request: HttpRequest, done: Iterable[tuple[Role, Decided]]) -> None:
        closed = sum(decided.closed for _role, decided in done)
        proposed = sum(decided.proposal is not None for _role, decided in done)
        if closed:
            text = ngettext("%(count)d statement is decided.", "%(count)d statements are decided.", closed)
            self.message_user(request, text % {"count": closed}, messages.SUCCESS)
        if proposed:
            text = ngettext(
                "Proposed: a reviewer looks at it. Until then the role stays as it is.",
                "Proposed for %(count)d roles: a reviewer looks at them. Until then they stay as they are.",
                proposed,
            )
            self.message_user(request, text % {"count": proposed}, messages.SUCCESS)

    @staticmethod
    def _change(request: HttpRequest, reason: ReasonForm) -> store.Change:
        author: Any = request.user
        because = reason.cleaned_data["reason"]
        return store.Change(origin=RoleRevision.Origin.ADMIN, author=author, reason=because)


def _choices(role: Role, request: HttpRequest) -> Choices:
    rows = conflicts.waiting(role)
    return Choices(
        map(conflicts.as_statements, rows),
        request.POST if request.method == "POST" else None,
        ours=_("In the catalogue"),
        theirs=_("In the file"),
        notes=_authors(role, [row.key for row in rows]),
        places=_places(role, [row.key for row in rows]),
        all_at_once=False,
    )


def _answers(choices: Choices) -> dict[Key, Answer]:
    return {key: Answer(SIDES[choices.sides[key]], says) for key, says in choices.chosen.items()}


def _authors(role: Role, keys: Iterable[Key]) -> dict[Key, str]:
    """Who made what the catalogue says, and when, by key."""
    if role.revision is None:
        return {}
    said = statements(store.current(role))
    since = {key: role.revision.since.get(key, 1) for key in keys if key in said}
    revisions = {each.number: each for each in role.revisions.numbered(set(since.values())).defer("document")}
    made = {key: revisions[number] for key, number in since.items() if number in revisions}
    return {
        key: _("%(who)s, %(when)s")
        % {"who": each.author_name or each.get_origin_display(), "when": when(each.created_at)}
        for key, each in made.items()
    }


def _places(role: Role, keys: Iterable[Key]) -> dict[Key, str]:
    """In which file, and on which line, a statement stands, by key."""
    found: dict[Key, list[str]] = {}
    for document in role.documents.order_by("rank", "path").only("path", "lines"):
        for key in keys:
            if key in document.lines:
                said = {"path": document.path, "line": document.lines[key]}
                found.setdefault(key, []).append(_("%(path)s, line %(line)d") % said)
    return {key: "; ".join(places) for key, places in found.items()}


def _short(row: Conflict, side: Any) -> str:
    """One side in a line: the fields in which it differs from the other."""
    sides = conflicts.as_statements(row)
    mine, other = (sides.ours, sides.theirs) if side is row.ours else (sides.theirs, sides.ours)
    if mine is None:
        return _("not there")
    said, elsewhere = texts(mine), texts(other)
    differing = [text for name, text in said.items() if text and text != elsewhere.get(name)]
    return truncatechars(" · ".join(differing or ["–"]), SHOWN)


def _told(row: Conflict, side: str) -> SafeString | str:
    version = getattr(question(conflicts.as_statements(row)), side)
    if version is None:
        return _("not there")
    return render_to_string("admin/roles/choosing/version.html", {"version": version})


def _digest(rows: Iterable[Conflict]) -> str:
    """What is decided, in short: another one as soon as one of the sides changes."""
    tokens = sorted(f"{row.pk} {token_of(conflicts.as_statements(row))}" for row in rows)
    return hashlib.sha256("\n".join(tokens).encode()).hexdigest()[:16]


def _after(role: Role) -> str:
    """Where one goes on: the role's page while something waits there, else the list of all."""
    if conflicts.waiting(role):
        return reverse("admin:roles_conflict_decide", args=[role.pk])
    return reverse("admin:roles_conflict_changelist")
