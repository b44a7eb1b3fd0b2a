"""The vocabulary that roles share, each word with its other names.

Documents keep the names they are written with. Renaming a word changes no role: the old name stays as another
name of it.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles.admin import impact, merging
from roles.admin.exchange import ExchangeAdmin
from roles.admin.impact import ImpactPages
from roles.admin.inlines import WrittenText
from roles.admin.merging import MergePages, merge_selected
from roles.admin.theme import FieldTextFilter, InlineFormSet, ModelForm, TabularInline
from roles.documents.text import fold_key
from roles.models import (
    Artifact,
    ArtifactAlias,
    Capability,
    CapabilityAlias,
    CapabilityLevel,
    InteractionKind,
    InteractionKindAlias,
    JobFamily,
    JobFamilyAlias,
    McpServer,
    McpServerAlias,
    ProficiencyLevel,
    ProficiencyLevelAlias,
    Responsibility,
    ResponsibilityAlias,
    SeniorityLevel,
    SeniorityLevelAlias,
)
from roles.offering import nearly_alike
from roles.vocabulary import check_name

ANOTHER = "is_another"
"""The box that says of a name that it means another thing than those that are nearly alike."""

SEEN = "_renaming_was_seen"
"""What a form says once somebody has seen what another name touches."""


class Renaming(Exception):
    """A word is to get another name: first it is to be seen what that touches."""

    def __init__(self, pk: int, before: str, after: str) -> None:
        super().__init__()
        self.pk, self.before, self.after = pk, before, after


class WordForm(ModelForm):
    """A word of a vocabulary."""

    def clean_name(self) -> str:
        """Check the name against documents and the rest of the vocabulary."""
        name: str = self.cleaned_data["name"]
        check_name(self._meta.model, name, self.instance)
        if "name" in self.changed_data and self.data.get(ANOTHER) != fold_key(name):
            self._ask_whether_it_is_another(name)
        return name

    def _ask_whether_it_is_another(self, name: str) -> None:
        """Ask before one thing stands under two names.

        Raises:
            ValidationError: if a word has nearly the same name. Its box, ticked, says that they are two.
        """
        alike = nearly_alike(self._meta.model, name, besides=self.instance.pk)
        if not alike:
            return
        known = format_html_join(
            ", ", "<strong>{}</strong> ({})", ((offer.name, offer.note) for offer in alike)
        )
        text = _(
            "Did you mean {known}? If “{name}” is another thing, tick this and save again: "
            "{box} it is another."
        )
        box = format_html('<input type="checkbox" name="{}" value="{}">', ANOTHER, fold_key(name))
        raise forms.ValidationError(
            format_html("<label>{}</label>", format_html(text, known=known, name=name, box=box))
        )


class AliasForm(ModelForm):
    """Another name of a word."""

    def clean_name(self) -> str:
        """Check the name against documents and the rest of the vocabulary."""
        name: str = self.cleaned_data["name"]
        check_name(type(self.instance)._meta.get_field("item").related_model, name, self.instance.item)
        return name


class AliasFormSet(InlineFormSet):
    """The other names of a word."""

    def clean(self) -> None:
        """Refuse a name that stands there twice, however it is written.

        Raises:
            ValidationError: if one does.
        """
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms]
        names = [fold_key(form.cleaned_data.get("name") or "") for form in kept if form.is_valid()]
        named = [name for name in names if name]
        if len(set(named)) < len(named):
            raise forms.ValidationError(_("One of these names stands here twice."))


class Aliases(WrittenText, TabularInline):
    """Other names of a word."""

    form = AliasForm
    formset = AliasFormSet
    fields = ["name"]
    extra = 0
    hide_title = True
    verbose_name = gettext_lazy("other name")
    verbose_name_plural = gettext_lazy("other names")


class WordAdmin(WrittenText, ImpactPages, MergePages, ExchangeAdmin):
    """A vocabulary. Its list says how many roles use each word."""

    form = WordForm
    change_form_template = "admin/roles/word/change_form.html"
    actions = [merge_selected]
    texts = ["description"]
    fields = ["name", "description", "slug"]
    list_display = ["name", "used"]
    # Names are compared folded; see get_search_results.
    search_fields = ["folded", "aliases__folded"]
    alias: ClassVar[type[Model]]
    uses: ClassVar[str] = "uses__role"

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Return the other names, and what else belongs to a word."""
        return [type("Aliases", (Aliases,), {"model": self.alias}), *super().get_inlines(request, obj)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the words with the number of roles that use them, counted for those alone that are shown."""
        one = self.model._default_manager.filter(pk=OuterRef("pk")).order_by().values("pk")
        counted = one.annotate(number=Count(self.uses, distinct=True)).values("number")
        words: QuerySet[Any] = super().get_queryset(request).annotate(used=Subquery(counted))
        return words

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find words by their names and other names, whatever the case."""
        return super().get_search_results(request, queryset, fold_key(search_term))

    @admin.display(description=gettext_lazy("roles"), ordering="used")
    def used(self, item: Any) -> int:
        """How many roles use the word."""
        number: int = item.used
        return number

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form, or save it; another name only after a look at what that touches."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Renaming as renaming:
            return self._ask_before_renaming(request, renaming)

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """Ask whether to delete a word; of one in use, show who uses it and lead to the merge."""
        if not context["protected"]:
            answer: HttpResponse = super().render_delete_form(request, context)
            return answer
        word = context["object"]
        shown = {
            **context,
            "title": _("%(name)s is in use") % {"name": word},
            "intro": _(
                "It can't be deleted while something names it. Merge it into another word, or take it away "
                "from there first."
            ),
            "impact": impact.shown(word),
            "tools": merging.tools(request, word),
            "back": reverse(f"admin:roles_{self.opts.model_name}_change", args=[word.pk]),
        }
        return TemplateResponse(request, "admin/roles/word/in_use.html", shown)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the word.

        Raises:
            Renaming: if it gets another name, and nobody has seen yet what that touches.
        """
        before = form.initial.get("name", "")
        if change and fold_key(before) != fold_key(obj.name) and SEEN not in request.POST:
            raise Renaming(obj.pk, before, obj.name)
        super().save_model(request, obj, form, change)

    def _ask_before_renaming(self, request: HttpRequest, renaming: Renaming) -> HttpResponse:
        word = self.model._default_manager.get(pk=renaming.pk)
        said = {"before": renaming.before, "after": renaming.after}
        typed = [(name, value) for name, values in request.POST.lists() for value in values]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Rename %(before)s to %(after)s") % said,
            "intro": _(
                "The old name becomes another name, so that all who use it still mean this. Roles and their "
                "documents keep the name as they are written with it. Nothing else is changed."
            ),
            "impact": impact.shown(word),
            "typed": [(name, value) for name, value in typed if name != "csrfmiddlewaretoken"],
            "seen": SEEN,
            "button": _("Rename"),
            "back": reverse(f"admin:roles_{self.opts.model_name}_change", args=[renaming.pk]),
        }
        return TemplateResponse(request, "admin/roles/word/renaming.html", context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Show the form, and what can be done with the word from there."""
        if obj is not None:
            context["word_tools"] = merging.tools(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the other names, and the name and address that the word had before as one more of them."""
        super().save_related(request, form, formsets, change)
        item, before = form.instance, form.initial.get("name", "")
        item.keep_slug(form.initial.get("slug", ""))
        if change and fold_key(before) != item.folded:
            item.aliases.filter(folded=item.folded).delete()
            item.aliases.get_or_create(folded=fold_key(before), defaults={"name": before})


@admin.register(Responsibility)
class ResponsibilityAdmin(WordAdmin):
    """Responsibilities."""

    alias = ResponsibilityAlias


class Levels(WrittenText, TabularInline):
    """What each level means for a capability."""

    model = CapabilityLevel
    fields = ["proficiency", "meaning"]
    texts = ["meaning"]
    extra = 0
    hide_title = True


@admin.register(Capability)
class CapabilityAdmin(WordAdmin):
    """Capabilities, with what levels mean for them."""

    alias = CapabilityAlias
    inlines = [Levels]
    fields = ["name", "category", "description", "slug"]
    list_display = ["name", "category", "used"]
    list_filter = [("category", FieldTextFilter)]
    list_filter_submit = True


@admin.register(Artifact)
class ArtifactAdmin(WordAdmin):
    """Artifacts."""

    alias = ArtifactAlias
    fields = ["name", "type", "description", "slug"]
    list_display = ["name", "type", "used"]
    list_filter = [("type", FieldTextFilter)]
    list_filter_submit = True


@admin.register(InteractionKind)
class InteractionKindAdmin(WordAdmin):
    """Kinds of interaction, each seen from both sides."""

    alias = InteractionKindAlias
    fields = ["name", "direction", "inverse", "description", "slug"]
    autocomplete_fields = ["inverse"]
    list_display = ["name", "direction", "inverse", "used"]
    list_select_related = ["inverse"]


@admin.register(JobFamily)
class JobFamilyAdmin(WordAdmin):
    """Job families."""

    alias = JobFamilyAlias
    uses = "roles"


@admin.register(SeniorityLevel)
class SeniorityLevelAdmin(WordAdmin):
    """Seniority levels, ranked."""

    alias = SeniorityLevelAlias
    uses = "roles"
    fields = ["name", "rank", "description", "slug"]
    list_display = ["name", "rank", "used"]


@admin.register(ProficiencyLevel)
class ProficiencyLevelAdmin(WordAdmin):
    """Proficiency levels, ranked."""

    alias = ProficiencyLevelAlias
    fields = ["name", "rank", "description", "slug"]
    list_display = ["name", "rank", "used"]


@admin.register(McpServer)
class McpServerAdmin(WordAdmin):
    """MCP servers, approved or not."""

    alias = McpServerAlias
    texts = ["description", "connection"]
    fields = ["name", "approved", "home_page", "connection", "description", "slug"]
    list_display = ["name", "approved", "home_page", "used"]
    list_filter = ["approved"]
