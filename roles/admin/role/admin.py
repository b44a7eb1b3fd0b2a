"""The form of a role, and what is done with a role from there."""

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles import history, lifecycle, partners, proposals, reviews, store
from roles.admin import due, impact, inbox, merging, quality, unresolved
from roles.admin.base import demand
from roles.admin.choices import WordsJsonView
from roles.admin.fields import FactsField, is_id
from roles.admin.filling import Filling, typed_fields
from roles.admin.forms import ROLE_LINKS, ReasonForm, RoleForm
from roles.admin.impact import ImpactPages
from roles.admin.inlines import INLINES, SharedChoices, WrittenText
from roles.admin.merging import MergePages, merge_selected
from roles.admin.role import archiving, preview, proposing
from roles.admin.role.archiving import ArchivingPages
from roles.admin.role.bulk import BulkPages, change_together
from roles.admin.role.copying import copy_of
from roles.admin.role.faults import faults_on
from roles.admin.role.late import LateSaves
from roles.admin.role.listing import RoleList
from roles.admin.role.preview import PreviewPages
from roles.admin.role.proposing import ProposesChanges
from roles.admin.role.refused import Refused
from roles.admin.role.tabs import DOCUMENTS, HISTORY, TABS, conflicts_of, documents_of, errors_on, history_of
from roles.admin.theme import ModelForm
from roles.admin.typed import Answer, Lifecycle, TakenBack, Typed
from roles.documents.document import InvalidDocument
from roles.models import LifecycleChange, Role, RoleRevision

LIKE = "like"
"""The parameter that names the role with whose words a new one begins."""


@admin.register(Role)
class RoleAdmin(
    SharedChoices,
    WrittenText,
    ArchivingPages,
    BulkPages,
    ImpactPages,
    MergePages,
    PreviewPages,
    ProposesChanges,
    LateSaves,
    RoleList,
):
    """Roles, with all that they say."""

    form = RoleForm
    inlines = INLINES
    proses = ["mission", "summary", "description"]
    fieldsets = [
        (gettext_lazy("What it is called"), {"fields": ["name", "slug", ("family", "seniority")]}),
        (gettext_lazy("What it is for"), {"fields": ["mission", "summary", "description"]}),
        (
            gettext_lazy("How it is kept"),
            {
                "fields": [("status", "owner"), ("review_by", "successor")],
                "description": gettext_lazy("Not part of the description: changing these makes no revision."),
            },
        ),
        (gettext_lazy("Further facts"), {"fields": ["extra"], "classes": ["collapse"]}),
    ]
    autocomplete_fields = ["family", "seniority", "owner", "successor"]
    actions = [change_together, merge_selected]

    class Media:
        js = ["admin/js/jquery.init.js", "admin/role_form.js", "js/role_names.js"]

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses of partners that mean no role, and of words, beside those of roles."""
        words = WordsJsonView.as_view(admin_site=self.admin_site)
        view = self.admin_site.admin_view(self.unresolved_view)
        return [
            path("unresolved-partners/", view, name="roles_role_unresolved"),
            path("words/", self.admin_site.admin_view(words), name="roles_role_words"),
            *inbox.addresses(self),
            *quality.addresses(self),
            *due.addresses(self),
            *super().get_urls(),
        ]

    def unresolved_view(self, request: HttpRequest) -> HttpResponse:
        """Show the partners that mean no role with what they may mean, and learn what somebody chose."""
        demand(request, "roles.change_role")
        return unresolved.answer(self, request)

    def view_on_site(self, obj: Role) -> str:
        """Return the address of the role's page."""
        return obj.get_absolute_url()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """Make a new role's slug from its name; an old one's stays."""
        return {} if obj else {"slug": ("name",)}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Let a new role be a draft."""
        return {"status": Role.Status.DRAFT, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Return the field of the form."""
        if db_field.name == "extra":
            return FactsField(required=False, label=db_field.verbose_name, help_text=db_field.help_text)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        """Return the form, told what it is filled with, or what its values were refused for."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusals = getattr(request, "refusals", ())
        form.filled_with = getattr(request, "filled_with", None)
        form.may_publish = proposals.may_publish(request.user)
        return form  # type: ignore[no-any-return]

    # A form filled with something else

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Return what the rows are made of: what was sent, or what the form is filled with."""
        filled = getattr(request, "filled_with", None)
        given = super().get_formset_kwargs(request, obj, inline, prefix)
        return given if filled is None else {**given, "data": filled}

    def filling_for(self, request: HttpRequest, object_id: str | None) -> Filling | None:
        """What the form is filled with when it is opened, if that is not what the role says."""
        if object_id is None and LIKE in request.GET:
            return self._copy(request, request.GET[LIKE])
        return self.proposed_filling(request, object_id)

    def _copy(self, request: HttpRequest, pk: str) -> Filling | None:
        known = self.get_queryset(request).select_related("revision")
        role = known.filter(pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0).first()
        if role is None or not self.has_view_permission(request, role):
            text = _("The role that you wanted to begin with is not there any more. This form is empty.")
            self.message_user(request, text, messages.WARNING)
            return None
        return copy_of(role)

    def show_filled(
        self, request: HttpRequest, object_id: str | None, filling: Filling, form_url: str = ""
    ) -> HttpResponse:
        """Show the form filled in as if somebody had typed it, whatever the request was; nothing is saved.

        Without `object_id` it is the form of a role that is to be made.
        """
        role = self.get_object(request, unquote(object_id)) if object_id else None
        opened = copy(request)
        opened.method = "GET"
        opened.filled_with = typed_fields(role, filling)  # type: ignore[attr-defined]
        return super().changeform_view(opened, object_id, form_url, {"notice": filling.notice})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form, or save it whole; refused, it is shown again with what was typed."""
        if request.method == "GET":
            filling = self.filling_for(request, object_id)
            if filling is not None:
                return self.show_filled(request, object_id, filling, form_url)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except TakenBack as back:
            return back.answer(request, back.typed)
        except Refused as refused:
            request.refusals = refused.sentences  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def answer_for(self, request: HttpRequest, form: RoleForm) -> Answer | None:
        """What answers a form that was sent for something else than being saved as it is."""
        if getattr(request, "is_late", False):
            return self.bring_together
        return self.propose_typed if proposing.is_asked(request, form) else None

    def save_model(self, request: HttpRequest, obj: Role, form: Any, change: bool) -> None:
        """Save the role's own columns, if one of them was changed."""
        if change and set(LifecycleChange.Field.values) & set(form.changed_data):
            by: Any = request.user
            kept: Any = {field: getattr(obj, field) for field in LifecycleChange.Field.values}
            lifecycle.change(obj, by=by, reason=form.cleaned_data["reason"], **kept)
        if form.has_changed() or not change:
            store.link([obj], ROLE_LINKS)
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows, and record what the role says now.

        Raises:
            Refused: if that makes no document.
            TakenBack: if the form was not sent to be saved as it is.
        """
        super().save_related(request, form, formsets, change)
        author: Any = request.user
        reason = form.cleaned_data["reason"]
        made = store.Change(origin=RoleRevision.Origin.ADMIN, author=author, reason=reason)
        if preview.BUTTON in request.POST:
            typed = self._typed(form, change)
            store.save_rows(form.instance, made)
            page = preview.answer(request, form.instance)
            raise TakenBack(typed, lambda request, typed: page)
        if answer := self.answer_for(request, form):
            raise TakenBack(self._typed(form, change), answer)
        try:
            revision = store.save_rows(form.instance, made)
        except InvalidDocument as error:
            raise Refused(error.faults) from error
        if revision:
            partners.link_partners()
        else:
            request.as_it_was = change and not set(form.changed_data) - {"reason"}  # type: ignore[attr-defined]
        if proposing.BUTTON in request.POST and form.instance.status == Role.Status.DRAFT:
            proposing.ask_to_publish(request, form.instance, made)

    def _typed(self, form: RoleForm, change: bool) -> Typed:
        role = form.instance
        try:
            document = store.read(role)
        except InvalidDocument as error:
            raise Refused(error.faults) from error
        data = form.cleaned_data
        return Typed(
            role=role.pk if change else None,
            opened_on=data["opened_on"],
            document=document,
            lifecycle=Lifecycle.of(role),
            reason=data["reason"],
        )

    def message_user(
        self, request: HttpRequest, message: Any, level: int | str = messages.INFO, *args: Any, **kwargs: Any
    ) -> None:
        """Tell the user, and not of a change where there was none."""
        if getattr(request, "as_it_was", False):
            message, level = _("Nothing was changed, so there is no new revision."), messages.INFO
        super().message_user(request, message, level, *args, **kwargs)

    def delete_model(self, request: HttpRequest, obj: Role) -> None:
        """Delete a role, which can be brought back."""
        form = ReasonForm(request.POST)
        self._delete(request, [obj], form.cleaned_data["reason"] if form.is_valid() else "")

    def delete_queryset(self, request: HttpRequest, queryset: Iterable[Role]) -> None:
        """Delete roles, which can be brought back."""
        self._delete(request, queryset, "")

    def _delete(self, request: HttpRequest, roles: Iterable[Role], reason: str) -> None:
        author: Any = request.user
        history.delete(roles, store.Change(origin=RoleRevision.Origin.DELETE, author=author, reason=reason))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask why a role is to be deleted, and delete it."""
        role = Role.objects.filter(pk=object_id if is_id(object_id) else 0).first()
        touched = impact.shown(role) if role and request.method != "POST" else None
        context = {"reason": ReasonForm(), "impact": touched, **(extra_context or {})}
        return super().delete_view(request, object_id, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the role's revisions, which say more than the admin's own log."""
        demand(request, "roles.view_rolerevision")
        role = get_object_or_404(Role, pk=object_id if is_id(object_id) else 0)
        return redirect("admin:roles_rolerevision_of", role.uid)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Show the form on its tabs, and beside it where the role comes from and what became of it."""
        if preview.BUTTON in request.POST:
            return preview.refused(request, context)
        tabs = [replace(tab, errors=errors_on(tab.id, context)) for tab in TABS]
        tables = []
        if obj and request.user.has_perm("roles.view_sourcedocument"):
            tabs.append(DOCUMENTS)
            tables += [documents_of(obj), conflicts_of(obj)]
        if obj:
            context["role_tools"] = [
                *_copying(request, obj),
                *archiving.tools(request, obj),
                *merging.tools(request, obj),
                *proposing.tools(request, obj),
            ]
        may_look_back = request.user.has_perm("roles.view_rolerevision")
        if obj and may_look_back:
            tabs.append(HISTORY)
            tables.append(history_of(obj))
        context |= {"role_tabs": tabs, "role_tables": tables, "show_history": may_look_back}
        context["faults"] = [fault for fault in faults_on(context) if fault.field or fault.label]
        context |= proposing.shown(request, obj)
        context["may_confirm"] = obj is not None and reviews.may_confirm(obj, request.user)
        return super().render_change_form(request, context, add, change, form_url, obj)


def _copying(request: HttpRequest, role: Role) -> list[tuple[str, str, str]]:
    """The button that leads to a new role like this one, for those who may make one."""
    if not request.user.has_perm("roles.add_role"):
        return []
    return [(_("New from this role"), "content_copy", f"{reverse('admin:roles_role_add')}?{LIKE}={role.pk}")]
