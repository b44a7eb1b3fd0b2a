"""Changing many ticked roles together: what is asked for, what would become of each, and the way back."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roles import bulk, store
from roles.admin.base import UndoableAdmin, demand, link_to, listing, one_writer, when
from roles.admin.fields import ChosenField, LineField, is_id
from roles.admin.merging import WhyForm
from roles.admin.theme import DateInput, ModelAdmin, Select
from roles.bulk import Planned, Wanted, WayBack
from roles.differences import ranks, sentence
from roles.documents.diff import diff
from roles.documents.pending import Incompatible
from roles.models import BulkChange, Role, RoleCapability, RoleRevision

KEEP = gettext_lazy("stays as it is")


class BulkForm(forms.Form):
    """What many roles are to have; what is left empty stays."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[("", KEEP), *((value, capfirst(str(label))) for value, label in Role.Status.choices)],
        widget=Select,
        help_text=gettext_lazy(
            "Archived like this, a role has no successor; archive it by itself to name one."
        ),
    )
    review_by = forms.DateField(label=gettext_lazy("Review by"), required=False, widget=DateInput)
    do = forms.ChoiceField(
        label=gettext_lazy("What becomes of the capability"),
        required=False,
        choices=[
            ("add", gettext_lazy("Add it where it is missing")),
            ("level", gettext_lazy("Set its level where it is named")),
            ("remove", gettext_lazy("Take it away")),
        ],
        widget=Select,
    )
    reason = LineField(
        label=gettext_lazy("Reason"),
        required=False,
        help_text=gettext_lazy("Kept in the history of each of these roles, beside your name."),
    )
    roles = forms.CharField(widget=forms.HiddenInput, max_length=100_000)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column, label in (
            (Role._meta.get_field("family"), _("Job family")),
            (Role._meta.get_field("seniority"), _("Seniority level")),
            (Role._meta.get_field("owner"), _("Owner")),
            (RoleCapability._meta.get_field("capability"), _("Capability")),
            (RoleCapability._meta.get_field("proficiency"), _("Level of the capability")),
        ):
            field: Any = column
            name = "level" if field.name == "proficiency" else field.name
            self.fields[name] = ChosenField(field, label=label, required=False)
        order = ["family", "seniority", "owner", "status", "review_by", "capability", "do", "level", "reason"]
        self.order_fields(order)

    def clean(self) -> dict[str, Any]:
        """Demand that something is asked for."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            if data["level"] and not data["capability"]:
                self.add_error("capability", _("Choose the capability that gets this level."))
            elif data["capability"] and data["do"] == "level" and not data["level"]:
                self.add_error("level", _("Choose the level that it gets."))
            elif not any(
                data[name] for name in ("family", "seniority", "owner", "status", "review_by", "capability")
            ):
                self.add_error(None, _("Choose what is to be changed."))
        return data

    @property
    def wanted(self) -> Wanted:
        """What is asked for, once it is valid."""
        data = self.cleaned_data
        return Wanted(
            family=data["family"],
            seniority=data["seniority"],
            status=Role.Status(data["status"]) if data["status"] else None,
            owner=data["owner"],
            review_by=data["review_by"],
            capability=data["capability"],
            do=data["do"] or "add",
            level=data["level"],
        )


@admin.action(permissions=["change"], description=gettext_lazy("Change together …"))
def change_together(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """Ask what is to be changed in all that are ticked."""
    chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[: bulk.MOST + 1])
    if len(chosen) > bulk.MOST:
        text = _(
            "These are more than %(most)d roles. Narrow the list first, so that you can look through them."
        )
        model_admin.message_user(request, text % {"most": bulk.MOST}, messages.WARNING)
        return None
    form = BulkForm(initial={"roles": ",".join(map(str, chosen))})
    answer: HttpResponse = model_admin.bulk_page(request, form, bulk.selected(chosen))
    return answer


class BulkPages(ModelAdmin):
    """The pages on which many roles are changed together."""

    def get_urls(self) -> list[URLPattern]:
        """Return the address of the change beside those of the list and the form."""
        view = self.admin_site.admin_view(self.bulk_view)
        return [path("change-together/", view, name="roles_role_bulk"), *super().get_urls()]

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        """Show what would become of each role; seen and confirmed, do it."""
        demand(request, "roles.change_role")
        user: Any = request.user
        with one_writer(request):
            form = BulkForm(request.POST or None)
            roles = bulk.selected(_ids(request.POST.get("roles", "")))
            if not roles:
                self.message_user(request, _("Tick the roles in the list first."), messages.WARNING)
                return redirect("admin:roles_role_changelist")
            if not form.is_valid() or "change" in request.POST:
                return self.bulk_page(request, form, roles)
            planned = bulk.plan(roles, form.wanted, user)
            seen = _digest(planned)
            if "apply" in request.POST and form.cleaned_data["seen"] != seen:
                form.add_error(
                    None, _("Some of these roles were changed meanwhile. Look again, then decide.")
                )
            elif "apply" in request.POST and not form.cleaned_data["reason"]:
                form.add_error("reason", _("Say why, for those who ask later."))
            elif "apply" in request.POST:
                try:
                    return self._applied(request, planned, form)
                except (store.SlugTaken, store.IdentifierTaken, Incompatible) as error:
                    form.add_error(None, _("Nothing was changed: %(error)s.") % {"error": error})
            # The page shows what would become of them now, and is sent again from there.
            form.data = dict(form.data.items()) | {"seen": seen}
            return self.bulk_page(request, form, roles, planned)

    def _applied(self, request: HttpRequest, planned: Sequence[Planned], form: BulkForm) -> HttpResponse:
        author: Any = request.user
        reason = form.cleaned_data["reason"]
        change = store.Change(origin=RoleRevision.Origin.ADMIN, author=author, reason=reason)
        made = bulk.apply(planned, form.wanted, change)
        changed = sum(each.changes and not each.proposed for each in planned)
        proposed = sum(each.proposed for each in planned)
        sentences = []
        if changed:
            text = ngettext("%(count)d role is changed.", "%(count)d roles are changed.", changed)
            sentences.append(text % {"count": changed})
        if proposed:
            text = ngettext(
                "%(count)d change is proposed: a reviewer looks at it.",
                "%(count)d changes are proposed: a reviewer looks at them.",
                proposed,
            )
            sentences.append(text % {"count": proposed})
        told = format_html(
            '{} <a class="underline" href="{}">{}</a>',
            " ".join(sentences),
            reverse("admin:roles_bulkchange_undo", args=[made.pk]),
            _("Undo"),
        )
        self.message_user(request, told, messages.SUCCESS)
        return redirect("admin:roles_role_changelist")

    def bulk_page(
        self,
        request: HttpRequest,
        form: BulkForm,
        roles: Sequence[Role],
        planned: Sequence[Planned] | None = None,
    ) -> HttpResponse:
        """Answer with the questions, or with what would become of each role."""
        count = len(roles)
        title = ngettext("Change %(count)d role", "Change %(count)d roles together", count) % {"count": count}
        rows = _rows(planned or ())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "title": title,
            "intro": _("Nothing is changed yet. This is what would become of each role.")
            if planned is not None
            else _("What you leave empty stays as it is. You will see what becomes of each role first."),
            "action": reverse("admin:roles_role_bulk"),
            "planned": planned is not None,
            "names": [role.name for role in roles[:20]],
            "more": max(0, count - 20),
            "table": {"headers": [_("role"), _("what changes"), _("what does not, and why")], "rows": rows},
            "does_something": any(each.changes for each in planned or ()),
            "back": reverse("admin:roles_role_changelist"),
        }
        return TemplateResponse(request, "admin/roles/role/bulk.html", context)


def _ids(text: str) -> list[int]:
    """The ids in a text of them, as many as may be changed together."""
    found = [each for each in text[:100_000].split(",") if is_id(each)]
    return list(dict.fromkeys(map(int, found)))[: bulk.MOST]


def _digest(planned: Sequence[Planned]) -> str:
    """What was seen, in short: another text once one of the roles is not as it was."""
    said = [
        (each.role.pk, each.role.revision_id, each.role.status, each.role.owner_id, str(each.role.review_by))
        for each in planned
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _rows(planned: Sequence[Planned]) -> list[list[Any]]:
    rank = ranks() if planned else None
    rows = []
    for each in planned:
        sentences = [sentence(item) for item in diff(each.before, each.after, rank=rank)] if rank else []
        sentences += [_change_of(each.role, name, *values) for name, values in each.lifecycle.items()]
        changes = "; ".join(sentences) or _("nothing")
        if each.proposed:
            changes = _("Proposed: %(changes)s") % {"changes": changes}
        rows.append([link_to(each.role), changes, " ".join(each.refusals)])
    return rows


def _change_of(role: Role, name: str, before: Any, after: Any) -> str:
    column: Any = role._meta.get_field(name)
    said = {"what": capfirst(column.verbose_name), "before": _told(before), "after": _told(after)}
    return _("%(what)s: %(before)s → %(after)s") % said


def _told(value: Any) -> str:
    if value in ("", None):
        return "–"
    if value in Role.Status.values:
        return str(Role.Status(value).label)
    return date_format(value) if hasattr(value, "isoformat") else str(value)


# The history of such changes --------------------------------------------------------------------------------


@admin.register(BulkChange)
class BulkChangeAdmin(UndoableAdmin):
    """What was changed together, and the ways back."""

    fields = ["created_at", "author_name", "reason", "undone_at", "undone_by_name"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what was changed together, the newest first."""
        demand(request, "roles.view_rolerevision")
        return listing(
            self,
            request,
            title=_("Changes of many roles"),
            intro=_("Roles that were ticked in the list and changed together. Each change is undone as one."),
            headers=[_("when"), _("by"), _("roles"), _("what was asked for"), _("reason"), _("way back")],
            # Grouped, they have lost the order of their table.
            items=BulkChange.objects.annotate(number=Count("roles")).order_by("-created_at", "-pk"),
            rows=lambda changes: [_bulk_row(made) for made in changes],
            empty=_("Nothing was changed so yet. Tick roles in their list, and choose “Change together …”."),
        )

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what undoing does to each role, ask why, and undo it."""
        demand(request, "roles.view_rolerevision")
        demand(request, "roles.change_role")
        user: Any = request.user
        with one_writer(request):
            made = get_object_or_404(BulkChange, pk=pk)
            if made.undone_at:
                self.message_user(request, _("This was undone already."))
                return redirect("admin:roles_bulkchange_changelist")
            form = WhyForm(request.POST or None)
            if request.method == "POST" and form.is_valid():
                reason = form.cleaned_data["reason"]
                change = store.Change(origin=RoleRevision.Origin.RESTORE, author=user, reason=reason)
                try:
                    ways = bulk.undo(made, change, user)
                except (store.SlugTaken, store.IdentifierTaken) as error:
                    form.add_error(None, _("Nothing was changed: %(error)s.") % {"error": error})
                else:
                    return self._undone(request, ways)
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "form": form,
                "title": _("Undo what was changed on %(when)s") % {"when": when(made.created_at)},
                "intro": _("What somebody changed since stays as it is. It is named here."),
                "table": {
                    "headers": [_("role"), _("what is undone"), _("what is left, and why")],
                    "rows": [_way_row(way) for way in bulk.way_back(made, user)],
                },
                "impact": None,
                "button": _("Undo the change"),
                "back": reverse("admin:roles_bulkchange_changelist"),
            }
            return TemplateResponse(request, "admin/roles/role/undo_bulk.html", context)

    def _undone(self, request: HttpRequest, ways: Sequence[WayBack]) -> HttpResponse:
        left = sum(bool(way.left) for way in ways)
        self.message_user(request, _("The change is undone."), messages.SUCCESS)
        if left:
            text = ngettext(
                "In %(count)d role something was changed since and is left.",
                "In %(count)d roles something was changed since and is left.",
                left,
            )
            self.message_user(request, text % {"count": left}, messages.WARNING)
        return redirect("admin:roles_bulkchange_changelist")


def _way_row(way: WayBack) -> list[Any]:
    done = []
    if way.document is not None or way.lifecycle:
        done.append(_("It gets back what it had."))
    if way.withdraws:
        done.append(_("The proposal is withdrawn."))
    return [link_to(way.row.role, way.row.name), " ".join(done) or _("nothing"), " ".join(way.left)]


def _bulk_row(made: Any) -> list[Any]:
    way_back: Any = _("undone by %(who)s") % {"who": made.undone_by_name}
    if not made.undone_at:
        address = reverse("admin:roles_bulkchange_undo", args=[made.pk])
        way_back = format_html('<a href="{}" class="text-link">{}</a>', address, _("Undo"))
    return [
        when(made.created_at),
        made.author_name,
        made.number,
        ", ".join(made.asked.values()),
        made.reason,
        way_back,
    ]
