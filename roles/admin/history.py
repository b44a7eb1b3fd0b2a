"""A role's history: what each change changed, and the ways back to a revision and from a deletion."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles import history, lifecycle, proposals, store
from roles.admin.base import ReadOnlyAdmin, demand, link_to, listing, one_writer, when
from roles.admin.forms import ReasonForm
from roles.differences import VALUES, details, sentence, summary
from roles.documents.diff import Difference
from roles.documents.document import InvalidDocument, field_of
from roles.documents.pending import Incompatible
from roles.models import Role, RoleRevision


class WayBackForm(ReasonForm):
    """Why somebody goes back, and what the newest revision was when the page was opened."""

    newest = forms.IntegerField(widget=forms.HiddenInput)

    def refuse_if_outdated(self, newest: int) -> None:
        """Refuse what was decided on before the newest revision was made."""
        if self.cleaned_data["newest"] != newest:
            self.add_error(
                None, _("Somebody changed this role after you opened this page. Look again, then decide.")
            )
            # The page shows the role as it is now, and is sent again from there.
            self.data = dict(self.data.items()) | {"newest": newest}


@admin.register(RoleRevision)
class RoleRevisionAdmin(ReadOnlyAdmin):
    """Roles as they stood after each change, and the ways back."""

    change_form_template = "admin/roles/rolerevision/change_form.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("slug", "role"),
                    ("number", "catalogue_number"),
                    ("created_at", "author_name"),
                    ("origin", "run"),
                    "reason",
                ]
            },
        ),
        (gettext_lazy("The role as a document"), {"fields": ["document"], "classes": ["collapse"]}),
    ]
    list_display = ["slug", "number", "created_at", "author_name", "origin", "reason", "catalogue_number"]
    list_filter = ["origin"]
    search_fields = ["slug", "author_name", "reason"]
    date_hierarchy = "created_at"
    ordering = ["-catalogue_number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the revisions without what only the page of one shows."""
        return super().get_queryset(request).defer("document")

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses of the history beside those of the list."""
        view = self.admin_site.admin_view
        return [
            path("of/<uuid:uid>/", view(self.history_of), name="roles_rolerevision_of"),
            path(
                "of/<uuid:uid>/<int:number>/restore/",
                view(self.restore_view),
                name="roles_rolerevision_restore",
            ),
            path(
                "of/<uuid:uid>/bring-back/", view(self.bring_back_view), name="roles_rolerevision_bring_back"
            ),
            path("deleted/", view(self.deleted_view), name="roles_rolerevision_deleted"),
            *super().get_urls(),
        ]

    # Looking back

    def history_of(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        """Show all revisions of a role, deleted or not."""
        demand(request, "roles.view_rolerevision")
        revisions = RoleRevision.objects.of_role(uid)
        newest = _newest(uid)
        tools = []
        if newest.role_id is None and request.user.has_perm("roles.add_role"):
            tools.append((_("Bring back"), "undo", _address("bring_back", uid)))
        elif newest.role:
            tools.append((_("Edit the role"), "edit", _role_address(newest.role)))
        return listing(
            self,
            request,
            title=_("History of %(role)s") % {"role": newest.document["name"]},
            intro=_("This role is deleted. Its history stays.") if newest.role_id is None else "",
            tools=tools,
            headers=HISTORY_HEADERS,
            items=revisions,
            rows=history_rows,
        )

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        """Show the roles that were deleted, the latest first."""
        demand(request, "roles.view_rolerevision")
        deleted = RoleRevision.objects.last_of_deleted_roles().defer("document")
        named = deleted.annotate(name=KeyTextTransform("name", "document"))
        may = request.user.has_perm("roles.add_role")
        return listing(
            self,
            request,
            title=_("Deleted roles"),
            intro=_("A deleted role keeps its history and can be brought back with all that it said."),
            headers=[_("role"), _("address name"), _("deleted"), _("by"), _("reason"), _("way back")],
            items=named.order_by("-catalogue_number"),
            rows=lambda revisions: [_deleted_row(revision, may) for revision in revisions],
            empty=_("No role was deleted, or all of them were brought back."),
        )

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Show a revision with what it changed, and the way back to it."""
        step = history.steps([obj])[0]
        context |= {
            "sentences": [] if step.differences else step.sentences,
            "told": told(step.differences),
            "history_address": _address("of", obj.role_uid),
            "title": _("Revision %(number)d of %(role)s")
            % {"number": obj.number, "role": obj.document["name"]},
        }
        if obj.role is None:
            if request.user.has_perm("roles.add_role"):
                context["bring_back_address"] = _address("bring_back", obj.role_uid)
        elif obj.role.revision_id != obj.pk and request.user.has_perm("roles.change_role"):
            context["restore_address"] = _address("restore", obj.role_uid, obj.number)
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Going back

    def restore_view(self, request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
        """Ask whether a role is to say again what it said in a revision, and do so."""
        demand(request, "roles.change_role")
        with one_writer(request):
            newest = _newest(uid)
            revision = RoleRevision.objects.of_role(uid).filter(number=number).first()
            role = newest.role
            if role is None or revision is None:
                raise Http404
            form = WayBackForm(request.POST or None, initial={"newest": newest.number})
            if request.method == "POST" and form.is_valid():
                form.refuse_if_outdated(newest.number)
                saved = self._restored(request, form, role, revision) if form.is_valid() else None
                if saved and saved.proposal:
                    return redirect("admin:roles_proposal_change", saved.proposal.pk)
                if saved:
                    return redirect(_address("of", uid))
            return self._restore_page(request, form, role, revision)

    def _restored(
        self, request: HttpRequest, form: WayBackForm, role: Role, revision: RoleRevision
    ) -> proposals.Saved | None:
        """Restore a revision or propose it and say so, or tell the form why not."""
        try:
            saved = history.restore(role, revision.number, _change(request, form))
        except (store.IdentifierTaken, InvalidDocument, Incompatible) as error:
            _tell_refusal(form, error)
            return None
        if saved.proposal:
            text = _("Proposed: a reviewer looks at it. Until then %(role)s stays as it is.")
            self.message_user(request, text % {"role": role}, messages.SUCCESS)
            return saved
        made = saved.revision
        if made is None:
            self.message_user(request, _("Nothing was changed, so there is no new revision."))
            return saved
        said = {"role": made.document["name"], "number": revision.number}
        text = _("%(role)s says again what it said in revision %(number)d.") % said
        self.message_user(request, text, messages.SUCCESS)
        if made.slug != revision.slug:
            text = _("The address name is still %(slug)s, for %(old)s leads to another role by now.")
            slugs = {"slug": made.slug, "old": revision.slug}
            self.message_user(request, text % slugs, messages.WARNING)
        return saved

    def _restore_page(
        self, request: HttpRequest, form: WayBackForm, role: Role, revision: RoleRevision
    ) -> HttpResponse:
        differences: Sequence[Difference] = ()
        try:
            differences = history.difference_now(role, revision)
        except InvalidDocument as error:
            if not form.errors:
                form = WayBackForm({"newest": form["newest"].value()})
                _tell_refusal(form, error)
        said = {"number": revision.number, "role": role}
        button = _("Propose") if proposals.must_propose(role, request.user) else _("Restore this revision")
        return self._confirmation(
            request,
            form,
            title=_("Restore revision %(number)d of %(role)s") % said,
            intro=_(
                "The role will say again what it said then, in a new revision. Nothing is lost from the "
                "history. Status, owner, review date and successor stay as they are."
            ),
            heading=_("What this changes"),
            told=told(differences),
            nothing="" if form.errors else _("The role says all this already."),
            button=button if differences else "",
            back=_address("of", revision.role_uid),
        )

    def bring_back_view(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        """Ask whether a deleted role is to be there again, and bring it back."""
        demand(request, "roles.add_role")
        with one_writer(request):
            newest = _newest(uid)
            if newest.role is not None:
                self.message_user(request, _("%(role)s is back already.") % {"role": newest.role})
                return redirect(_role_address(newest.role))
            form = WayBackForm(request.POST or None, initial={"newest": newest.number})
            if request.method == "POST" and form.is_valid():
                form.refuse_if_outdated(newest.number)
                role = self._brought_back(request, form, newest) if form.is_valid() else None
                if role is not None:
                    return redirect(_role_address(role))
            return self._confirmation(
                request,
                form,
                title=_("Bring back %(role)s") % {"role": newest.document["name"]},
                intro=_(
                    "The role will say what it said last, with its whole history and the documents that "
                    "describe it. It will be a draft: status, owner, review date and successor are not part "
                    "of the history, so look at them before you publish it."
                ),
                button=_("Bring back"),
                back=_address("deleted"),
            )

    def _brought_back(self, request: HttpRequest, form: WayBackForm, last: RoleRevision) -> Role | None:
        """Bring a role back and say so, or tell the form why not."""
        try:
            role = history.bring_back(last.role_uid, _change(request, form))
        except (store.IdentifierTaken, InvalidDocument) as error:
            _tell_refusal(form, error)
            return None
        said = {"role": role, "slug": role.slug, "old": last.slug}
        self.message_user(request, _("%(role)s is back, as a draft.") % said, messages.SUCCESS)
        if role.slug != last.slug:
            text = _("Its address name is now %(slug)s, for %(old)s leads to another role by now.")
            self.message_user(request, text % said, messages.WARNING)
        return role

    def _confirmation(self, request: HttpRequest, form: WayBackForm, **context: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form, **context}
        return TemplateResponse(request, "admin/roles/rolerevision/confirmation.html", context)


def _newest(uid: UUID) -> RoleRevision:
    newest = RoleRevision.objects.of_role(uid).select_related("role").first()
    if newest is None:
        raise Http404
    return newest


def _address(page: str, *args: object) -> str:
    return reverse(f"admin:roles_rolerevision_{page}", args=args)


def _role_address(role: Role) -> str:
    return reverse("admin:roles_role_change", args=[role.pk])


def _change(request: HttpRequest, form: WayBackForm) -> store.Change:
    author: Any = request.user
    return store.Change(origin=RoleRevision.Origin.RESTORE, author=author, reason=form.cleaned_data["reason"])


def _tell_refusal(form: WayBackForm, error: store.IdentifierTaken | InvalidDocument | Incompatible) -> None:
    """Say on the form why the catalogue can't say it again, and what to do about it."""
    if isinstance(error, Incompatible):
        text = _("This does not fit what you proposed already. Open your proposal, and change it there.")
        form.add_error(None, text)
        return
    if isinstance(error, store.IdentifierTaken):
        holder = error.holder
        form.add_error(
            None,
            format_html(
                _("The code {scheme} {value} is that of {role} by now. Take it away from there first."),
                scheme=holder.scheme,
                value=holder.value,
                role=link_to(holder.role),
            ),
        )
        return
    form.add_error(None, _("This can't be said any more, because the rules for documents changed since:"))
    for fault in error.faults:
        form.add_error(None, str(fault))


def told(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    """Each difference as a sentence, and its fields unless the sentence holds them."""
    return [
        {"sentence": sentence(item), "details": [] if field_of(item.key) in VALUES else details(item)}
        for item in differences
    ]


HISTORY_HEADERS = [
    gettext_lazy("revision"),
    gettext_lazy("what changed"),
    gettext_lazy("when"),
    gettext_lazy("who"),
    gettext_lazy("how"),
    gettext_lazy("reason"),
]


def history_rows(revisions: Sequence[RoleRevision]) -> list[list[Any]]:
    """Revisions of one role that follow each other, the newest first, as rows below `HISTORY_HEADERS`.

    Among them stand the changes of status, owner, review date and successor.
    """
    rows = [
        (
            step.revision.created_at,
            [
                link_to(step.revision, step.revision.number),
                summary(step.sentences),
                when(step.revision.created_at),
                step.revision.author_name,
                step.revision.get_origin_display(),
                step.revision.reason,
            ],
        )
        for step in history.steps(revisions)
    ]
    changes = lifecycle.between(revisions[0].role_uid, revisions) if revisions else []
    rows += [
        (
            each.created_at,
            ["", lifecycle.told(each), when(each.created_at), each.by_name, _("no revision"), each.reason],
        )
        for each in changes
    ]
    return [cells for _moment, cells in sorted(rows, key=lambda row: row[0], reverse=True)]


def _deleted_row(revision: Any, may_bring_back: bool) -> list[Any]:
    link = '<a href="{}" class="text-link">{}</a>'
    bring_back = _address("bring_back", revision.role_uid)
    by_hand = revision.origin == RoleRevision.Origin.DELETE
    return [
        format_html(link, _address("of", revision.role_uid), revision.name),
        revision.slug,
        when(revision.created_at) if by_hand else "",
        revision.author_name if by_hand else "",
        revision.reason if by_hand else "",
        format_html(link, bring_back, _("Bring back")) if may_bring_back else "",
    ]
