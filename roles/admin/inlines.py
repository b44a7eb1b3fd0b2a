"""The parts of a role, as rows of its form."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from roles.admin.fields import LineField, PositionField, ProseField, SharedField, SharedSelect, TextField
from roles.admin.forms import (
    TABLES,
    AgentForm,
    IdentifierForm,
    PropertyForm,
    PropertyFormSet,
    RowForm,
    RowFormSet,
)
from roles.admin.theme import AdminMixin, InlineMixin, Select, StackedInline, TabularInline
from roles.documents.sections import KNOWN
from roles.models import (
    AgentKnowledge,
    AgentMcpServer,
    AgentPersonality,
    AgentPhrase,
    AgentProfile,
    DailyTask,
    Interaction,
    RoleAlias,
    RoleArtifact,
    RoleCapability,
    RoleIdentifier,
    RoleMember,
    RoleMetric,
    RolePrinciple,
    RoleProperty,
    RoleResponsibility,
    RoleSection,
    RoleTag,
    RoleVariation,
)
from roles.models.statements import Statement
from roles.models.vocabulary import VocabularyItem

TABULAR = "admin/roles/role/tabular.html"
STACKED = "admin/roles/role/stacked.html"
SINGLE = "admin/roles/role/single.html"


class WrittenText(AdminMixin):
    """Text columns become fields that clean what is typed: of one line, unless they are named here."""

    texts: ClassVar[Sequence[str]] = ()
    proses: ClassVar[Sequence[str]] = ()

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Return the field of the form, with a widget of its own."""
        field = self._field(db_field, request, **kwargs)
        if field and isinstance(self, admin.TabularInline):
            # Cells have headings and no labels.
            named: Any = getattr(field.widget, "widget", field.widget)
            named.attrs["aria-label"] = field.label
        return field

    def _field(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if isinstance(db_field, models.TextField):
            kind: type[forms.CharField] = LineField
            if db_field.name in self.texts:
                kind = TextField
            elif db_field.name in self.proses:
                kind = ProseField
            widget: Any = kind.widget()
            if kind is not LineField:
                # What the page's own headings are, above those of the text.
                widget.attrs["data-markdown"] = "4" if issubclass(self.model, Statement) else "3"
            kwargs |= {"form_class": kind, "widget": widget}
            if db_field.null:
                kwargs["empty_value"] = None
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class SharedChoices(AdminMixin):
    """Choices from the shared vocabulary, to which names can be added on the spot."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return a choice that needs no query for each row."""
        word = db_field.remote_field.model
        if db_field.name not in self.autocomplete_fields or not issubclass(word, VocabularyItem):
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        kwargs |= {"form_class": SharedField, "widget": SharedSelect(db_field, self.admin_site)}
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.may_add = request.user.has_perm(f"roles.add_{word._meta.model_name}")
        return field


class Rows(SharedChoices, WrittenText, InlineMixin):
    """Rows of a role, on one of the tabs of its form."""

    tab_id: ClassVar[str]
    fk_name = "role"
    form = RowForm
    formset = RowFormSet
    extra = 0
    hide_title = True
    ordering_field: ClassVar[str | None] = "position"

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Return the field of the form; the order comes from dragging."""
        if db_field.name == "position":
            return PositionField(required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return a choice that is named like what is chosen."""
        if db_field.name in self.autocomplete_fields and not db_field.null:
            # The row is named by nothing else, so there is nothing to tell it from.
            kwargs["label"] = capfirst(db_field.remote_field.model._meta.verbose_name)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the rows with what their fields show."""
        rows = super().get_queryset(request)
        table = TABLES.get(rows.model)
        return rows.select_related(*table.links) if table and table.links else rows


class Identifiers(Rows, TabularInline):
    """Codes of the role. They have no order."""

    tab_id = "general"
    template = TABULAR
    model = RoleIdentifier
    form = IdentifierForm
    fields = ["scheme", "value"]
    ordering_field = None
    verbose_name = _("code")
    verbose_name_plural = _("codes")


class Aliases(Rows, TabularInline):
    """Other names."""

    tab_id = "general"
    template = TABULAR
    model = RoleAlias
    fields = ["name", "position"]


class Tags(Rows, TabularInline):
    """Tags."""

    tab_id = "general"
    template = TABULAR
    model = RoleTag
    fields = ["name", "position"]


class Properties(Rows, TabularInline):
    """Properties, each with all its values."""

    tab_id = "general"
    template = TABULAR
    model = RoleProperty
    form = PropertyForm
    formset = PropertyFormSet
    fields = ["name", "values", "position"]
    verbose_name = _("property")
    verbose_name_plural = _("properties")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the row of the first value of each property."""
        return super().get_queryset(request).filter(key__endswith="/0")


class Responsibilities(Rows, StackedInline):
    """Responsibilities."""

    tab_id = "responsibilities"
    template = STACKED
    model = RoleResponsibility
    fields = [("name", "responsibility"), "text", "success_metric", ("group", "primary"), "position"]
    texts = ["text", "success_metric"]
    autocomplete_fields = ["responsibility"]
    verbose_name = _("responsibility")
    verbose_name_plural = _("responsibilities")


class Metrics(Rows, TabularInline):
    """Measures of success of the role as a whole."""

    tab_id = "responsibilities"
    template = TABULAR
    model = RoleMetric
    fields = ["text", "position"]
    texts = ["text"]


class Principles(Rows, TabularInline):
    """Operating principles."""

    tab_id = "responsibilities"
    template = TABULAR
    model = RolePrinciple
    fields = ["text", "position"]
    texts = ["text"]


class Variations(Rows, TabularInline):
    """Forms that the role takes."""

    tab_id = "responsibilities"
    template = TABULAR
    model = RoleVariation
    fields = ["name", "text", "position"]
    texts = ["text"]
    verbose_name = _("variation")
    verbose_name_plural = _("variations")


class Capabilities(Rows, TabularInline):
    """Capabilities, and how well they are mastered."""

    tab_id = "capabilities"
    template = TABULAR
    model = RoleCapability
    fields = ["capability", "proficiency", "detail", "position"]
    texts = ["detail"]
    autocomplete_fields = ["capability", "proficiency"]
    verbose_name = _("capability")
    verbose_name_plural = _("capabilities")


class Artifacts(Rows, TabularInline):
    """Artifacts."""

    tab_id = "artifacts"
    template = TABULAR
    model = RoleArtifact
    fields = ["artifact", "type", "position"]
    autocomplete_fields = ["artifact"]
    verbose_name = _("artifact")
    verbose_name_plural = _("artifacts")


class Interactions(Rows, StackedInline):
    """Interactions with partners; which role a partner's name means is found out by itself."""

    tab_id = "interactions"
    template = STACKED
    model = Interaction
    fields = [("kind", "frequency"), ("partner_name", "partner"), "notes", "link", "position"]
    readonly_fields = ["partner"]
    texts = ["notes"]
    autocomplete_fields = ["kind"]

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Return the field of the form; names of roles are suggested for a partner."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "partner_name":
            names = {"list": "role-names", "data-suggestions": reverse("role-suggestions")}
            field.widget.attrs |= {**names, "autocomplete": "off"}
        return field

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the interactions with the roles that partners are."""
        return super().get_queryset(request).select_related("partner")


class Members(Rows, TabularInline):
    """Roles that a squad is composed of."""

    tab_id = "interactions"
    template = TABULAR
    model = RoleMember
    fields = ["role_code", "count", "member", "position"]
    readonly_fields = ["member"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the members with the roles that codes mean."""
        return super().get_queryset(request).select_related("member")


class DailyTasks(Rows, TabularInline):
    """What happens on an average day."""

    tab_id = "daily_tasks"
    template = TABULAR
    model = DailyTask
    fields = ["time", "name", "text", "position"]
    texts = ["text"]


class AgentProfiles(Rows, StackedInline):
    """The agent of the role; it is gone once nothing is said of it."""

    tab_id = "agent"
    template = SINGLE
    model = AgentProfile
    form = AgentForm
    fields = ["name", "system_prompt"]
    texts = ["system_prompt"]
    ordering_field = None
    extra = 1
    max_num = 1
    can_delete = False


class Personalities(Rows, TabularInline):
    """Manners in which the agent speaks."""

    tab_id = "agent"
    template = TABULAR
    model = AgentPersonality
    fields = ["name", "text", "position"]
    texts = ["text"]
    verbose_name = _("personality")
    verbose_name_plural = _("personalities")


class Phrases(Rows, TabularInline):
    """Phrases that the agent would say."""

    tab_id = "agent"
    template = TABULAR
    model = AgentPhrase
    fields = ["label", "text", "position"]
    texts = ["text"]


class McpServers(Rows, TabularInline):
    """Tool servers that the agent should be given."""

    tab_id = "agent"
    template = TABULAR
    model = AgentMcpServer
    fields = ["server", "url", "purpose", "position"]
    texts = ["purpose"]
    autocomplete_fields = ["server"]


class Knowledge(Rows, TabularInline):
    """Documents that the agent should know."""

    tab_id = "agent"
    template = TABULAR
    model = AgentKnowledge
    fields = ["text", "position"]
    texts = ["text"]


class Sections(Rows, StackedInline):
    """Text that has no other place."""

    tab_id = "sections"
    template = STACKED
    model = RoleSection
    fields = ["heading", ("after", "level"), "text", "position"]
    proses = ["text"]

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Return the field of the form; a section stands behind one of those that all documents know."""
        if db_field.name == "after":
            return forms.ChoiceField(
                choices=[("", _("Before all sections")), *((known.id, known.heading) for known in KNOWN)],
                required=False,
                label=db_field.verbose_name,
                help_text=_("In or behind which of the known sections it stands."),
                widget=Select(),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


INLINES: list[Any] = [
    Identifiers,
    Aliases,
    Tags,
    Properties,
    Responsibilities,
    Metrics,
    Principles,
    Variations,
    Capabilities,
    Artifacts,
    Interactions,
    Members,
    DailyTasks,
    AgentProfiles,
    Personalities,
    Phrases,
    McpServers,
    Knowledge,
    Sections,
]
"""All rows of a role's form, in the order of its tabs."""
