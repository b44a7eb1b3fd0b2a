"""Making one of two words or two roles, and the history of that with its ways back."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles import merging, store
from roles.admin import impact
from roles.admin.base import UndoableAdmin, demand, listing, one_writer, when
from roles.admin.choosing import Choices
from roles.admin.fields import ChosenField, LineField
from roles.admin.theme import ModelAdmin, RadioSelect
from roles.documents.document import InvalidDocument
from roles.merging import roles as merging_roles
from roles.merging import words as merging_words
from roles.merging.questions import Question
from roles.models import Merge, Role, RoleRevision

SHOWN = 600
"""Characters of a value that are shown beside its choice."""


class WhyForm(forms.Form):
    """Why somebody takes a step that others will ask about."""

    reason = LineField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Kept beside your name, for those who ask later."),
    )


class WordsForm(WhyForm):
    """Whose value stays where both words say something else, and why they are merged."""

    def __init__(self, questions: Sequence[Question], kept: Any, gone: Any, data: Any = None) -> None:
        super().__init__(data)
        for question in questions:
            choices = [("kept", _shown(kept, question.kept)), ("gone", _shown(gone, question.gone))]
            if question.can_be_both:
                choices.append(("both", _("Both, one after the other")))
            self.fields[question.name] = forms.ChoiceField(
                label=capfirst(question.label), choices=choices, initial="kept", widget=RadioSelect
            )
        self.order_fields([*(question.name for question in questions), "reason"])


def _shown(word: Any, value: str) -> str:
    text = value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
    return _("%(word)s: %(value)s") % {"word": word, "value": text}


class PairForm(forms.Form):
    """Which two are to be made one."""

    def __init__(self, points: Any, data: Any) -> None:
        """`points` is a column that points at such as are to be merged."""
        super().__init__(data)
        self.fields["keep"] = ChosenField(points, label=_("What stays"))
        self.fields["gone"] = ChosenField(points, label=_("What becomes part of it"))

    def clean(self) -> dict[str, Any]:
        """Refuse one that is to be merged with itself."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("keep") and data.get("keep") == data.get("gone"):
            self.add_error("gone", _("Choose another one: this is to be merged with itself."))
        return data


@admin.action(permissions=["delete"], description=gettext_lazy("Merge two …"))
def merge_selected(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """Lead to the merge of the two that are ticked."""
    chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
    if len(chosen) != 2:
        model_admin.message_user(request, _("Tick exactly two, which are to be one."), messages.WARNING)
        return None
    return redirect(merge_address(model_admin.model, *chosen))


def merge_address(model: Any, keep: int, gone: int | None = None) -> str:
    """The address at which two are made one, or at which the second is still to be chosen."""
    asked = {"keep": keep} | ({"gone": gone} if gone else {})
    return f"{reverse(f'admin:roles_{model._meta.model_name}_merge')}?{urlencode(asked)}"


def tools(request: HttpRequest, item: Any) -> list[tuple[str, str, str]]:
    """Label, icon and address of merging a word or role with another, for whoever may."""
    if not request.user.has_perm(f"roles.delete_{item._meta.model_name}"):
        return []
    return [(_("Merge"), "merge", merge_address(type(item), item.pk))]


class MergePages(ModelAdmin):
    """The page on which two are made one."""

    def get_urls(self) -> list[URLPattern]:
        """Return the address of the merge beside those of the list and the form."""
        view = self.admin_site.admin_view(self.merge_view)
        return [path("merge/", view, name=f"roles_{self.opts.model_name}_merge"), *super().get_urls()]

    def merge_view(self, request: HttpRequest) -> HttpResponse:
        """Show what merging two touches and where they differ, ask why, and merge them."""
        demand(request, f"roles.delete_{self.opts.model_name}")
        with one_writer(request):
            options: Any = self.model._meta
            points = Role._meta.get_field("successor")
            if self.model is not Role:
                points = options.get_field("aliases").related_model._meta.get_field("item")
            given = request.GET if "keep" in request.GET or "gone" in request.GET else None
            pair = PairForm(points, given)
            if not pair.is_valid():
                return self._choose_pair(request, pair)
            kept, gone = pair.cleaned_data["keep"], pair.cleaned_data["gone"]
            return (_merge_roles if self.model is Role else _merge_words)(self, request, kept, gone)

    def _choose_pair(self, request: HttpRequest, pair: PairForm) -> HttpResponse:
        if request.method == "POST":
            text = _("Nothing was changed: one of the two is not there any more.")
            self.message_user(request, text, messages.ERROR)
            return redirect(f"admin:roles_{self.opts.model_name}_changelist")
        if "gone" not in request.GET:
            # Nobody has chosen the second yet.
            pair.errors.pop("gone", None)
        return self.merge_page(
            request,
            pair,
            title=_("Merge two %(what)s") % {"what": self.opts.verbose_name_plural},
            intro=_("Choose two that mean the same. You will see what it touches before anything happens."),
            method="get",
            button=_("Go on"),
            back=reverse(f"admin:roles_{self.opts.model_name}_changelist"),
        )

    def merge_page(self, request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
        """Answer with a page of the merge."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            **context,
        }
        return TemplateResponse(request, "admin/roles/merge.html", context)

    def pair_page(
        self, request: HttpRequest, form: forms.Form, kept: Any, gone: Any, **context: Any
    ) -> HttpResponse:
        """Answer with what merging these two touches."""
        return self.merge_page(
            request,
            form,
            title=_("Merge %(gone)s into %(kept)s") % {"gone": gone, "kept": kept},
            swap=merge_address(self.model, gone.pk, kept.pk),
            swap_label=_("The other way round: keep %(gone)s") % {"gone": gone},
            impact=impact.shown(gone),
            impact_title=_("What points at %(gone)s, and will point at %(kept)s")
            % {"gone": gone, "kept": kept},
            button=_("Merge"),
            back=reverse(f"admin:roles_{self.opts.model_name}_change", args=[kept.pk]),
            **context,
        )

    def merged(self, request: HttpRequest, merge: Merge, kept: Any) -> HttpResponse:
        """Say what was merged, and where that is undone."""
        text = format_html(
            _('{gone} is part of {kept} now. <a class="underline" href="{undo}">Undo</a>'),
            gone=merge.gone_name,
            kept=merge.kept_name,
            undo=reverse("admin:roles_merge_undo", args=[merge.pk]),
        )
        self.message_user(request, text, messages.SUCCESS)
        return redirect(f"admin:roles_{self.opts.model_name}_change", kept.pk)


def _merge_words(page: MergePages, request: HttpRequest, kept: Any, gone: Any) -> HttpResponse:
    questions = merging_words.questions(kept, gone)
    form = WordsForm(questions, kept, gone, request.POST or None)
    if request.method == "POST" and form.is_valid():
        answers: Any = {question.name: form.cleaned_data[question.name] for question in questions}
        merge = merging_words.merge(kept, gone, _change(request, form), answers)
        return page.merged(request, merge, kept)
    return page.pair_page(
        request,
        form,
        kept,
        gone,
        intro=_(
            "All that points at the one will point at the other. Its names become other names, its address "
            "leads on, and roles keep the names as they are written, so no document changes. It can be "
            "undone."
        ),
    )


def _merge_roles(page: MergePages, request: HttpRequest, kept: Role, gone: Role) -> HttpResponse:
    form = WhyForm(request.POST or None)
    sent = request.POST if request.method == "POST" else None
    try:
        choices = Choices(
            merging_roles.conflicts(kept, gone),
            sent,
            ours=_("%(role)s, which stays") % {"role": kept},
            theirs=str(gone),
        )
        for asked in choices.asked:
            # What nobody chose otherwise stays as the role that stays says it.
            asked.side = asked.side or "ours"
        if request.method == "POST" and choices.is_complete() and form.is_valid():
            merge = merging_roles.merge(kept, gone, _change(request, form), choices.chosen)
            return page.merged(request, merge, kept)
    except InvalidDocument as error:
        form.add_error(None, _("Together they make no document that a file could hold:"))
        for fault in error.faults:
            form.add_error(None, str(fault))
        choices = Choices((), ours="", theirs="")
    warning = ""
    if Role.Status.DRAFT in {kept.status, gone.status} and kept.status != gone.status:
        text = _("%(kept)s stays %(kept_status)s, with what both say. %(gone)s is %(gone_status)s.")
        warning = text % {
            "gone": gone,
            "gone_status": gone.get_status_display(),
            "kept": kept,
            "kept_status": kept.get_status_display(),
        }
    return page.pair_page(
        request,
        form,
        kept,
        gone,
        choices=choices,
        warning=warning,
        intro=_(
            "The role that stays will say what both say. The other one leaves the catalogue, its history "
            "stays; its names, codes, documents and addresses belong to the one that stays, and its partners "
            "work with that. What the two say of each other goes. It can be undone."
        ),
    )


def _change(request: HttpRequest, form: forms.Form) -> store.Change:
    author: Any = request.user
    return store.Change(origin=RoleRevision.Origin.ADMIN, author=author, reason=form.cleaned_data["reason"])


# The history of merges --------------------------------------------------------------------------------------


@admin.register(Merge)
class MergeAdmin(UndoableAdmin):
    """What was merged, and the ways back."""

    fields = ["kind", "kept_name", "gone_name", "created_at", "author_name", "reason", "undone_at"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the merges, the newest first."""
        demand(request, "roles.view_rolerevision")
        return listing(
            self,
            request,
            title=_("Merges"),
            intro=_("Two words or two roles that became one. Each merge can be undone."),
            headers=[_("what"), _("is part of"), _("when"), _("by"), _("reason"), _("way back")],
            items=Merge.objects.defer("record"),
            rows=lambda merges: [_row(request, merge) for merge in merges],
            empty=_("Nothing was merged yet. Tick two in a list, and choose “Merge two …”."),
        )

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why a merge is to be undone, and undo it."""
        demand(request, "roles.view_rolerevision")
        merge = get_object_or_404(Merge, pk=pk)
        demand(request, f"roles.delete_{merge.kind}")
        if merge.undone_at:
            self.message_user(request, _("This was undone already."))
            return redirect("admin:roles_merge_changelist")
        form = WhyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                left = merging.undo(merge, _change(request, form)).left
            except merging.CannotUndo as error:
                form.add_error(None, str(error))
            else:
                said = {"gone": merge.gone_name, "kept": merge.kept_name}
                done = _("%(gone)s and %(kept)s are two again.") % said
                self.message_user(request, done, messages.SUCCESS)
                for sentence in left:
                    self.message_user(request, sentence, messages.WARNING)
                return redirect("admin:roles_merge_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": _("Part %(gone)s from %(kept)s") % {"gone": merge.gone_name, "kept": merge.kept_name},
            "intro": _(
                "All will be as it was before the merge. What somebody changed since stays as it is, and you "
                "will be told of it."
            ),
            "impact": None,
            "button": _("Undo the merge"),
            "back": reverse("admin:roles_merge_changelist"),
        }
        return TemplateResponse(request, "admin/roles/step.html", context)


def _row(request: HttpRequest, merge: Merge) -> list[Any]:
    way_back: Any = ""
    if merge.undone_at:
        way_back = _("undone by %(who)s") % {"who": merge.undone_by_name}
    elif request.user.has_perm(f"roles.delete_{merge.kind}"):
        address = reverse("admin:roles_merge_undo", args=[merge.pk])
        way_back = format_html('<a href="{}" class="text-link">{}</a>', address, _("Undo"))
    return [
        merge.gone_name,
        merge.kept_name,
        when(merge.created_at),
        merge.author_name,
        merge.reason,
        way_back,
    ]
