"""A form that is saved after somebody else changed its role: both changes are brought together.

What was typed is read as if it had been saved when the form was opened: the role is laid back to what it was
then, the form is saved, read, and all of it taken back. What comes of that is merged with what the role says
by now. Only what both changed is put to the person who came second.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from roles import lifecycle, meanwhile, proposals, store
from roles.admin.base import OneWriterAdmin, demand, one_writer, when
from roles.admin.choosing import Choices
from roles.admin.forms import ReasonForm
from roles.admin.role import proposing
from roles.admin.role.refused import refusals
from roles.admin.typed import Lifecycle, Opened, Typed
from roles.documents.document import InvalidDocument, RoleDocument
from roles.documents.merge import Conflict, merge, settle
from roles.documents.pending import Incompatible
from roles.documents.text import fold_key
from roles.models import LifecycleChange, OldSlug, Proposal, Role, RoleIdentifier, RoleRevision
from roles.partners import link_partners

Field = LifecycleChange.Field
REFUSALS = (InvalidDocument, Incompatible, store.SlugTaken, store.IdentifierTaken)
"""Why both changes together can't be saved."""


@dataclass(frozen=True)
class Late:
    """What somebody typed, what they saw when they began, and the role as it is now."""

    typed: Typed
    opened: Opened
    base: RoleDocument
    role: Role

    @classmethod
    def of(cls, role: Role, typed: Typed) -> "Late | None":
        """None if nobody can tell any more what the role was when the form was opened."""
        opened = Opened.read(typed.opened_on)
        base = base_of(opened) if opened else None
        return cls(typed, opened, base, role) if opened and base else None

    @cached_property
    def now(self) -> RoleDocument:
        """What the role says now."""
        return store.current(self.role)

    @cached_property
    def meanwhile(self) -> meanwhile.Meanwhile:
        """What others changed."""
        before, now = asdict(self.opened.lifecycle), asdict(Lifecycle.of(self.role))
        fields = [field for field in Field if before[field] != now[field]]
        return meanwhile.since(self.role.uid, self.opened.number, fields)

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """What both changed otherwise, the lifecycle's fields first."""
        found = []
        for field, before, here, there in self._lifecycles():
            if here not in (before, there) and there != before:
                found.append(Conflict(field, *(shown(field, value) for value in (before, here, there))))
        return [*found, *merge(self.base, self.now, self.typed.document).conflicts]

    def _lifecycles(self) -> Iterable[tuple[Field, Any, Any, Any]]:
        sides = [
            asdict(side) for side in (self.opened.lifecycle, Lifecycle.of(self.role), self.typed.lifecycle)
        ]
        return [(field, sides[0][field], sides[1][field], sides[2][field]) for field in Field]

    def choices(self, data: QueryDict | None = None) -> Choices:
        """What the second person is to choose."""
        last = self.meanwhile.last
        notes = {item.key: _made(last[item.key]) for item in self.conflicts if item.key in last}
        return Choices(
            self.conflicts,
            data,
            ours=_("As it is now"),
            theirs=_("As you typed it"),
            notes=notes,
            titles={field: field.label.capitalize() for field in Field},
        )

    def settled(self, choices: Choices) -> tuple[RoleDocument, Lifecycle]:
        """What the role is to say and to be.

        Raises:
            InvalidDocument: if what was chosen makes no document.
        """
        chosen = {key: value for key, value in choices.chosen.items() if key not in Field.values}
        document = settle(self.base, self.now, self.typed.document, chosen)
        kept = {
            field.value: there
            if choices.sides.get(field, "theirs" if there != before else "ours") == "theirs"
            else here
            for field, before, here, there in self._lifecycles()
        }
        return document, Lifecycle(**kept)


def base_of(opened: Opened) -> RoleDocument | None:
    """What a role said when its form was opened."""
    revision = RoleRevision.objects.of_role(opened.uid).numbered([opened.number]).first()
    return RoleDocument.stored(revision.document) if revision else None


def shown(field: Field, value: Any) -> str | None:
    """A value of the lifecycle in words, None for none."""
    if value is None:
        return None
    match field:
        case Field.STATUS:
            return str(Role.Status(value).label)
        case Field.REVIEW_BY:
            return date_format(value, "DATE_FORMAT")
        case Field.OWNER:
            owner = User.objects.filter(pk=value or 0).first()
            return (owner.get_full_name() or owner.get_username()) if owner else None
        case Field.SUCCESSOR:
            successor = Role.objects.filter(pk=value).first()
            return successor.name if successor else None


def _made(change: RoleRevision | LifecycleChange) -> str:
    """Who made a change, and when."""
    by = (
        change.author_name or change.get_origin_display()
        if isinstance(change, RoleRevision)
        else change.by_name
    )
    return _("%(who)s, %(when)s") % {"who": by, "when": when(change.created_at)}


def lay_back(role: Role, opened: Opened, base: RoleDocument) -> None:
    """Let the tables say what they did when a form was opened; the caller takes all of it back.

    Addresses and codes that others have by now are theirs again afterwards.
    """
    codes = {fold_key(item.value) for item in base.identifiers}
    RoleIdentifier.objects.filter(folded__in=codes).exclude(role=role).delete()
    OldSlug.objects.filter(slug=base.slug).exclude(role=role).delete()
    for other in Role.objects.filter(slug=base.slug).exclude(pk=role.pk):
        Role.objects.filter(pk=other.pk).update(slug=store.free_slug(base.slug))
    was = opened.lifecycle
    Role.objects.filter(pk=role.pk).update(
        status=was.status, owner=was.owner, review_by=was.review_by, successor=was.successor
    )
    store.write(role, base, store.Change(origin=RoleRevision.Origin.ADMIN))


class LateSaves(OneWriterAdmin):
    """Saves forms of roles also after somebody else changed or deleted the role."""

    def get_urls(self) -> list[URLPattern]:
        """Return the address to which the answers come."""
        view = self.admin_site.admin_view(self.settle_view)
        return [path("settle/", view, name="roles_role_settle"), *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form, or save it; one that comes late is read as if it came in time."""
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with one_writer(request):
            opened = Opened.read(request.POST.get("opened_on", ""))
            role = role_of(object_id, opened)
            if role is None and opened:
                return self._of_deleted(request, opened, form_url, extra_context)
            if role is None or opened is None or opened == Opened.of(role):
                return super().changeform_view(request, object_id, form_url, extra_context)
            base = base_of(opened)
            if base is None:
                # Its form refuses what it can't tell, too.
                sent = request.POST.copy()
                sent["opened_on"] = ""
                request.POST = sent  # type: ignore[assignment]
                return super().changeform_view(request, object_id, form_url, extra_context)
            lay_back(role, opened, base)
            self._name_rows(request, role)
            request.is_late = True  # type: ignore[attr-defined]
            answer = super().changeform_view(request, str(role.pk), form_url, extra_context)
            # It shows rows that are gone as soon as all is taken back.
            if isinstance(answer, TemplateResponse):
                answer.render()
            transaction.set_rollback(True)
            return answer

    def _name_rows(self, request: HttpRequest, role: Role) -> None:
        """Let the rows that were sent be those of the role as it was, which they were when it was opened."""
        sent = request.POST.copy()
        formsets, _inlines = self._create_formsets(request, role, change=True)  # type: ignore[attr-defined]
        for formset in formsets:
            for number, row in enumerate(formset.rows[: formset.initial_form_count()]):
                sent[f"{formset.prefix}-{number}-{row._meta.pk.name}"] = str(row.pk)
                # A row may say whose it is; the role may have been brought back since, as another.
                sent[f"{formset.prefix}-{number}-{formset.fk.name}"] = ""
        request.POST = sent  # type: ignore[assignment]

    def _of_deleted(
        self, request: HttpRequest, opened: Opened, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        """Offer to save what was typed as a new draft, since its role is not there any more."""
        last = RoleRevision.objects.of_role(opened.uid).first()
        if last is None or not self.has_add_permission(request):
            return super().changeform_view(request, "0", form_url, extra_context)
        sent = request.POST.copy()
        for name in request.POST:
            prefix, _dash, what = name.rpartition("-")
            if what == "INITIAL_FORMS":
                sent[name] = "0"
            elif prefix and what in ("id", "role"):
                sent[name] = ""
        if "as_new" not in sent:
            sent["status"] = Role.Status.DRAFT
            request.refusals = [deleted_by(last)]  # type: ignore[attr-defined]
        request.POST = sent  # type: ignore[assignment]
        return super().changeform_view(request, None, form_url, {**(extra_context or {}), "as_new": True})

    # Bringing together

    def bring_together(self, request: HttpRequest, typed: Typed) -> HttpResponse:
        """Save a late form, or ask for what both changed."""
        with one_writer(request):
            role = Role.objects.select_related("revision").filter(pk=typed.role or 0).first()
            late = Late.of(role, typed) if role else None
            if late is None:  # Only if it was deleted in this very moment.
                return self.changeform_view(request, str(typed.role))
            choices = late.choices()
            if not choices.asked:
                try:
                    return self._keep(request, late, *late.settled(choices))
                except REFUSALS as error:
                    return self._ask(request, late, choices, refusals(error))
            return self._ask(request, late, choices)

    def settle_view(self, request: HttpRequest) -> HttpResponse:
        """Save a late form with what was chosen where both had changed something."""
        demand(request, "roles.change_role")
        typed = Typed.read(request.POST.get("typed", ""))
        opened = Opened.read(typed.opened_on) if typed else None
        if typed is None or opened is None:
            return redirect("admin:roles_role_changelist")
        with one_writer(request):
            role = role_of(str(typed.role), opened)
            if role is None:
                return self._settle_deleted(request, typed, opened)
            late = Late.of(role, typed)
            if late is None:
                return redirect("admin:roles_role_change", role.pk)
            reason = ReasonForm(request.POST)
            if reason.is_valid():
                late = replace(late, typed=replace(typed, reason=reason.cleaned_data["reason"]))
            choices = late.choices(request.POST)
            if not choices.is_complete():
                return self._ask(request, late, choices)
            try:
                return self._keep(request, late, *late.settled(choices))
            except REFUSALS as error:
                return self._ask(request, late, choices, refusals(error))

    def _ask(
        self, request: HttpRequest, late: Late, choices: Choices, errors: Iterable[str] = ()
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("%(role)s was changed while you worked on it") % {"role": late.role},
            "intro": late.meanwhile.told(),
            "choices": choices,
            "errors": errors,
            "typed": str(late.typed),
            "reason": ReasonForm(initial={"reason": late.typed.reason})["reason"],
            # What the form goes on with stands in its address.
            "address": f"{reverse('admin:roles_role_settle')}?{request.GET.urlencode()}",
            "propose": proposing.BUTTON if proposing.BUTTON in request.POST else "",
            "back": reverse("admin:roles_role_change", args=[late.role.pk]),
        }
        return TemplateResponse(request, "admin/roles/role/late.html", context)

    def _keep(
        self, request: HttpRequest, late: Late, document: RoleDocument, wanted: Lifecycle
    ) -> HttpResponse:
        """Save both changes, or propose them, and say who else changed what.

        Raises:
            REFUSALS: if they can't be. Nothing is saved then.
        """
        role, user = late.role, request.user
        author: Any = user
        typed = replace(late.typed, document=document, lifecycle=wanted)
        change = store.Change(origin=RoleRevision.Origin.ADMIN, author=author, reason=typed.reason)
        is_draft = role.status == Role.Status.DRAFT
        asks = proposing.BUTTON in request.POST
        publishes = wanted.status != role.status and not proposals.may_publish(user)
        if proposals.must_propose(role, user) or publishes or (asks and not is_draft):
            other = proposing.wanted_of(role, typed)
            goes_on: Proposal | None = self.proposal_of(request, str(role.pk))  # type: ignore[attr-defined]
            text = _("%(meanwhile)s You changed nothing else.")
            if document != late.now or other or goes_on:
                proposing.proposed(request, role, typed, other, goes_on)
                text = _("%(meanwhile)s Your own changes are proposed: a reviewer looks at them.")
        else:
            with transaction.atomic():
                revision = store.write(role, document, change).revision
                changed = lifecycle.change(
                    role,
                    by=author,
                    reason=typed.reason,
                    status=wanted.status,
                    owner=User.objects.filter(pk=wanted.owner or 0).first(),
                    review_by=wanted.review_by,
                    successor=Role.objects.filter(pk=wanted.successor or 0).exclude(pk=role.pk).first(),
                )
                if revision:
                    link_partners()
                if asks:
                    proposing.ask_to_publish(request, Role.objects.get(pk=role.pk), change)
            text = _("%(meanwhile)s You changed nothing else.")
            if revision or changed:
                text = _("%(meanwhile)s Both are saved now: that, and what you typed.")
        self.message_user(request, text % {"meanwhile": late.meanwhile.told()}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:roles_role_change", args=[role.pk]))

    def _settle_deleted(self, request: HttpRequest, typed: Typed, opened: Opened) -> HttpResponse:
        """Offer to make a new draft of what was typed, or make it."""
        demand(request, "roles.add_role")
        last = RoleRevision.objects.of_role(opened.uid).first()
        if last is None:
            return redirect("admin:roles_role_changelist")
        if "as_new" in request.POST:
            author: Any = request.user
            change = store.Change(origin=RoleRevision.Origin.ADMIN, author=author, reason=typed.reason)
            document = replace(
                typed.document,
                slug=store.free_slug(typed.document.slug),
                identifiers=free_codes(typed.document),
            )
            role = store.write(None, document, change, status=Role.Status.DRAFT).role
            link_partners()
            text = _("What you typed is a new role now, as a draft.")
            self.message_user(request, text, messages.SUCCESS)
            return redirect("admin:roles_role_change", role.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("%(role)s was deleted while you worked on it") % {"role": typed.document.name},
            "intro": deleted_by(last),
            "typed": str(typed),
            "address": reverse("admin:roles_role_settle"),
            "back": reverse("admin:roles_role_changelist"),
            "as_new": True,
        }
        return TemplateResponse(request, "admin/roles/role/late.html", context)


def role_of(object_id: str, opened: Opened | None) -> Role | None:
    """The role of this id; if it was deleted and brought back, the one that it is now."""
    number = int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0
    roles = Role.objects.select_related("revision")
    role = roles.filter(pk=number).first()
    if role is None and opened is not None:
        role = roles.filter(uid=opened.uid).first()
    return role


def free_codes(document: RoleDocument) -> Any:
    """The codes of a document that no role has."""
    folded = {fold_key(item.value): item for item in document.identifiers}
    taken = set(RoleIdentifier.objects.filter(folded__in=folded).values_list("scheme", "folded"))
    return tuple(item for key, item in folded.items() if (item.scheme, key) not in taken)


def deleted_by(last: RoleRevision) -> str:
    """That a role was deleted, by whom and when, and what can be done about it."""
    return format_html(
        _(
            "{who} deleted this role on {when}, after you opened it. Nothing was saved, and everything you "
            'typed is still here: save it as a new draft, or <a href="{address}" target="_blank" '
            'class="underline">bring the role back</a> and save again.'
        ),
        who=last.author_name or last.get_origin_display(),
        when=when(last.created_at),
        address=reverse("admin:roles_rolerevision_bring_back", args=[last.role_uid]),
    )
