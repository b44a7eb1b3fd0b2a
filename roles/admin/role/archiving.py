"""Archiving a role in favour of another, and publishing it again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles import archiving, proposals, store
from roles.admin import impact
from roles.admin.base import demand, one_writer
from roles.admin.fields import ChosenField
from roles.admin.merging import WhyForm
from roles.admin.theme import Checkbox, ModelAdmin
from roles.models import Role, RoleRevision


class ArchiveForm(WhyForm):
    """Which role takes the place of one that is archived."""

    none = forms.BooleanField(label=gettext_lazy("No role takes its place"), required=False, widget=Checkbox)

    field_order = ["successor", "none", "reason"]

    def __init__(self, role: Role, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role
        points = Role._meta.get_field("successor")
        self.fields["successor"] = ChosenField(
            points, label=_("The role that takes its place"), required=False
        )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Demand a successor, or the word that there is none."""
        data: dict[str, Any] = super().clean() or {}
        successor: Role | None = data.get("successor")
        if successor is None and not data.get("none") and "successor" not in self.errors:
            self.add_error(
                "successor", _("Choose the role that takes its place, or tick that there is none.")
            )
        elif successor and data.get("none"):
            self.add_error("none", _("You chose a role that takes its place. Choose one of the two."))
        if successor and successor.pk == self.role.pk:
            self.add_error("successor", _("A role can't be its own successor."))
        elif successor and successor.status == Role.Status.ARCHIVED:
            text = _("%(role)s is archived itself. Choose a role that is in use.")
            self.add_error("successor", text % {"role": successor})
        return data


class ArchivingPages(ModelAdmin):
    """The two steps between a published role and an archived one."""

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses of the steps beside those of the list and the form."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/archive/", view(self.archive_view), name="roles_role_archive"),
            path("<int:pk>/publish-again/", view(self.publish_again_view), name="roles_role_publish_again"),
            *super().get_urls(),
        ]

    def archive_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what archiving a role touches, ask for its successor and archive it."""
        demand(request, "roles.change_role")
        with one_writer(request):
            role = get_object_or_404(Role.objects.select_related("revision"), pk=pk)
            if role.status == Role.Status.ARCHIVED:
                self.message_user(request, _("%(role)s is archived already.") % {"role": role})
                return redirect(_form_of(role))
            if role.status == Role.Status.DRAFT:
                text = _("%(role)s is a draft, which nobody relies on. Publish it or delete it.")
                self.message_user(request, text % {"role": role}, messages.WARNING)
                return redirect(_form_of(role))
            initial = {"successor": role.successor_id}
            form = ArchiveForm(role, request.POST or None, initial=initial)
            if request.method == "POST" and form.is_valid():
                change = _change(request, form)
                proposal = archiving.archive(role, form.cleaned_data["successor"], change)
                done = _("%(role)s is archived. Its address still works, and leads on to its successor.")
                alone = _("%(role)s is archived. Its address still works.")
                self._tell(request, role, done if form.cleaned_data["successor"] else alone, proposal)
                return redirect(_form_of(role))
            return self._step(
                request,
                role,
                form,
                title=_("Archive %(role)s") % {"role": role},
                intro=_(
                    "An archived role is in no list, search or map any more. Its page stays, says that it is "
                    "archived and points to the role that takes its place. Nothing is deleted, and it can be "
                    "published again."
                ),
                impact=impact.shown(role),
                button=_("Archive") if proposals.may_publish(request.user) else _("Propose to archive it"),
            )

    def publish_again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why an archived role is to be published again, and do so."""
        demand(request, "roles.change_role")
        with one_writer(request):
            role = get_object_or_404(Role.objects.select_related("revision"), pk=pk)
            if role.status != Role.Status.ARCHIVED:
                self.message_user(request, _("%(role)s is not archived.") % {"role": role})
                return redirect(_form_of(role))
            form = WhyForm(request.POST or None)
            if request.method == "POST" and form.is_valid():
                proposal = archiving.publish_again(role, _change(request, form))
                self._tell(request, role, _("%(role)s is published again."), proposal)
                return redirect(_form_of(role))
            return self._step(
                request,
                role,
                form,
                title=_("Publish %(role)s again") % {"role": role},
                intro=_("The role will be in lists, search and maps again, and have no successor any more."),
                impact=None,
                button=_("Publish again")
                if proposals.may_publish(request.user)
                else _("Propose to publish it again"),
            )

    def _step(self, request: HttpRequest, role: Role, form: forms.Form, **context: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "back": _form_of(role),
            **context,
        }
        return TemplateResponse(request, "admin/roles/step.html", context)

    def _tell(self, request: HttpRequest, role: Role, done: str, proposal: object) -> None:
        text = (
            _("Proposed: a reviewer looks at it. Until then %(role)s stays as it is.") if proposal else done
        )
        self.message_user(request, text % {"role": role}, messages.SUCCESS)


def tools(request: HttpRequest, role: Role) -> list[tuple[str, str, str]]:
    """Label, icon and address of the step that this person may take with a role."""
    if not request.user.has_perm("roles.change_role"):
        return []
    if role.status == Role.Status.ARCHIVED:
        address = reverse("admin:roles_role_publish_again", args=[role.pk])
        return [(_("Publish again"), "unarchive", address)]
    if role.status == Role.Status.DRAFT:
        return []
    return [(_("Archive"), "archive", reverse("admin:roles_role_archive", args=[role.pk]))]


def _change(request: HttpRequest, form: forms.Form) -> store.Change:
    author: Any = request.user
    return store.Change(origin=RoleRevision.Origin.ADMIN, author=author, reason=form.cleaned_data["reason"])


def _form_of(role: Role) -> str:
    return reverse("admin:roles_role_change", args=[role.pk])
