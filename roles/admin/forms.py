"""The forms of a role and of its rows, held against what a role document can say.

A form refuses what no document can carry, beside the field and in the document's own words. A name as written
follows its link into the vocabulary when that changes, and else stays as it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import Model
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles import store
from roles.admin.fields import KnownWords, LineField, RowField, SharedField
from roles.admin.theme import InlineFormSet, ModelForm, TextInput
from roles.admin.typed import Opened
from roles.documents.document import (
    Agent,
    Fault,
    Identifier,
    InvalidDocument,
    Property,
    RoleDocument,
    clean_line,
)
from roles.documents.text import fold_key, sort_key
from roles.models import (
    AgentProfile,
    JobFamily,
    OldSlug,
    Role,
    RoleAlias,
    RoleIdentifier,
    RoleProperty,
    RoleTag,
    SeniorityLevel,
)

TABLES = {cast(type[Model], table.model): table for table in store.TABLES}

ITEMS: dict[type[Model], tuple[str, Callable[[Any], Any]]] = {
    **{table.model: (table.field, table.item) for table in store.TABLES},
    RoleIdentifier: ("identifiers", lambda row: Identifier(scheme=row.scheme, value=row.value)),
    RoleAlias: ("aliases", lambda row: row.name),
    RoleTag: ("tags", lambda row: row.name),
}
"""For each table of rows the document's list that it is kept in, and how a row is read as an item of it."""

ROLE_LINKS: dict[str, tuple[type[Any], str]] = {
    "family": (JobFamily, "family_name"),
    "seniority": (SeniorityLevel, "seniority_name"),
}
"""Links of a role itself, as those of rows stand in `store.TABLES`."""

COLUMNS = {"kind": "kind_name", "partner": "partner_name", "position": "after"}
"""Columns that are named otherwise than the item's field."""


def faults_of(list_field: str, make: Callable[[], Any]) -> Iterator[Fault]:
    """Why an item can't stand in a list of a document, each with the item's field as path."""
    owner, _dot, attribute = list_field.rpartition(".")
    try:
        parts: dict[str, Any] = {attribute: (make(),)}
        RoleDocument(slug="role", name="Role", **({"agent": Agent(**parts)} if owner else parts))
    except InvalidDocument as error:
        for fault in error.faults:
            path = fault.path.removeprefix(f"{owner}.").removeprefix(f"{attribute}.0").lstrip(".")
            yield Fault(path, fault.text)


def follow_link(form: ModelForm, link: str, name: str) -> None:
    """Let the name as written follow a link that was changed, unless it was typed in a field of its own.

    A name that is the same but for its spelling keeps the link: somebody may have chosen it. A word that is
    to be added has no primary key, and is linked when the form is saved.
    """
    row, chosen = form.instance, form.cleaned_data.get(link)
    before, linked = getattr(row, name), form.initial.get(link)
    if name not in form.fields or (chosen and name not in form.changed_data):
        setattr(row, name, chosen.name if chosen else "")
    if chosen and chosen._state.adding:
        same = fold_key(before) == fold_key(chosen.name)
        setattr(row, f"{link}_id", linked if same and linked else chosen.pk)


LAST = 10**9
"""The place of a row that has none yet."""


class RowForm(ModelForm):
    """One row of a role."""

    @property
    def place(self) -> int:
        """Where the row stands among the others, as typed; behind them if it has no place yet."""
        if "position" not in self.fields:
            return 0
        value = str(self["position"].value())
        return int(value) if value.isdecimal() and len(value) < 9 else LAST

    def clean(self) -> dict[str, Any]:
        """Leave the table's constraints alone: the document is stricter, and needs no query for each row."""
        return self.cleaned_data

    def _get_validation_exclusions(self) -> set[str]:
        # All but its place is held against what a document can say: that is stricter than the table, and
        # needs no query for each row.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # the stubs don't know it
        return excluded | {field.name for field in self._meta.model._meta.fields if field.name != "position"}

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the stubs don't know it
        self.follow_links()
        for fault in self.faults():
            self.add_fault(fault)

    def follow_links(self) -> None:
        """Let names as written follow changed links, and let the link be found anew for a changed name."""
        table = TABLES.get(self._meta.model)
        for link, (_model, name) in table.links.items() if table else ():
            if link in self.changed_data:
                follow_link(self, link, name)
            elif name in self.changed_data:
                setattr(self.instance, link, None)

    def faults(self) -> Iterable[Fault]:
        """Why no document can carry the row."""
        list_field, item = ITEMS[self._meta.model]
        return faults_of(list_field, lambda: item(self.instance))

    def add_fault(self, fault: Fault) -> None:
        """Show a fault beside the field that it is about, unless that has an error already."""
        table = TABLES.get(self._meta.model)
        # An item that is but a text has no fields, and its row has one column for it.
        column = COLUMNS.get(fault.path, fault.path) or ("text" if "text" in self.fields else "name")
        shown_as = {name: link for link, (_model, name) in table.links.items()} if table else {}
        field = column if column in self.fields else shown_as.get(column, NON_FIELD_ERRORS)
        if field not in self.errors:
            self.add_error(field, fault.text)


class IdentifierForm(RowForm):
    """A code of the role, which no other role may have."""

    def clean(self) -> dict[str, Any]:
        """Check that no other role has it, unless this one had it before."""
        if not self.has_changed():
            return self.cleaned_data
        scheme, folded = self.cleaned_data.get("scheme"), fold_key(self.cleaned_data.get("value") or "")
        others = RoleIdentifier.objects.filter(scheme=scheme, folded=folded).exclude(pk=self.instance.pk)
        if other := others.select_related("role").first():
            text = _("{code} already exists: it is the {scheme} of {role}.")
            self.add_error("value", text.format(code=other.value, scheme=scheme, role=other.role.name))
        return self.cleaned_data


class AgentForm(RowForm):
    """The agent's name and prompt."""

    class Meta:
        model = AgentProfile
        fields = ["name", "system_prompt"]

    def faults(self) -> Iterable[Fault]:
        """Why no agent can be called or prompted so."""
        try:
            Agent(name=self.instance.name or None, system_prompt=self.instance.system_prompt or None)
        except InvalidDocument as error:
            return error.faults
        return ()


class RowFormSet(InlineFormSet):
    """The rows of a role in one table, in the order into which they were dragged."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        table = TABLES.get(self.model) if self.model else None
        self.links = table.links if table else {}

    @cached_property
    def rows(self) -> list[Any]:
        """The rows as they are in the database."""
        return list(super().get_queryset())

    def get_queryset(self) -> Any:
        """Return the rows of the forms: the admin shows them side by side."""
        return [form.instance for form in self.initial_forms] if self.is_bound else self.rows

    def _existing_object(self, pk: Any) -> Any:
        return next((row for row in self.rows if row.pk == pk), None)

    @property
    def initial_forms(self) -> list[Any]:
        """The forms of rows that exist, in the order in which they were sent."""
        found = super().initial_forms
        return sorted(found, key=lambda form: form.place) if self.is_bound else found

    @cached_property
    def known(self) -> dict[str, KnownWords]:
        """The words that rows are linked to, here or in the browser, by field."""
        found = {}
        for link, (model, _name) in self.links.items():
            if self.is_bound:
                sent = (self.data.get(f"{self.add_prefix(n)}-{link}") for n in range(self.total_form_count()))
                found[link] = KnownWords.of(model, sent)
            else:
                words = (getattr(row, link) for row in self.rows)
                found[link] = KnownWords({str(word.pk): word for word in words if word is not None})
        return found

    def add_fields(self, form: Any, index: int | None) -> None:
        """Tell the choices what they need to know."""
        super().add_fields(form, index)
        form.fields["id"] = RowField(form.fields["id"].queryset, form.instance)
        for link, (_model, name) in self.links.items():
            field = form.fields.get(link)
            if isinstance(field, SharedField):
                field.known = self.known[link]
                field.written = {str(getattr(form.instance, f"{link}_id")): getattr(form.instance, name)}

    def save(self, commit: bool = True) -> Any:
        """Save the rows that were changed, linked to the words that they name."""
        changed = [
            form.instance for form in self.forms if form.has_changed() and form not in self.deleted_forms
        ]
        store.link(changed, self.links)
        return super().save(commit)

    def clean(self) -> None:
        """Put new rows behind the others, in the order in which they were added."""
        super().clean()
        placed = [form.place for form in self.forms if form.place < LAST]
        for form in self.extra_forms:
            if "position" in form.fields and form.cleaned_data.get("position") is None:
                form.instance.position = max(placed, default=-1) + 1


class PropertyForm(RowForm):
    """One property with all its values."""

    values = LineField(
        label=gettext_lazy("values"),
        required=False,
        help_text=gettext_lazy("Separated by commas."),
        widget=TextInput({"aria-label": gettext_lazy("values")}),
    )

    class Meta:
        model = RoleProperty
        fields = ["name"]

    def stated(self) -> Property:
        """Return the property as typed.

        Raises:
            InvalidDocument: if no document can carry it.
        """
        typed = (clean_line(value) for value in (self.cleaned_data.get("values") or "").split(","))
        return Property(name=self.instance.name, values=tuple(value for value in typed if value))

    def faults(self) -> Iterable[Fault]:
        """Why no document can carry the property."""
        return (
            Fault(fault.path.partition(".")[0], fault.text) for fault in faults_of("properties", self.stated)
        )


class PropertyFormSet(RowFormSet):
    """The properties of a role. The table has a row for each value; here each property is one."""

    @cached_property
    def _values(self) -> dict[str, list[str]]:
        values: dict[str, list[str]] = {}
        if self.instance.pk:
            for key, value in self.instance.properties.order_by("position", "id").values_list("key", "value"):
                values.setdefault(key.rpartition("/")[0], []).append(value)
        return values

    def add_fields(self, form: Any, index: int | None) -> None:
        """Show the values that the property has."""
        super().add_fields(form, index)
        values = self._values.get(form.instance.key.rpartition("/")[0], []) if form.instance.pk else []
        form.fields["values"].initial = ", ".join(values)

    def save(self, commit: bool = True) -> list[Any]:
        """Write the properties anew, if one of them was changed."""
        self.new_objects: list[Any] = []
        self.changed_objects: list[tuple[Any, list[str]]] = []
        self.deleted_objects: list[Any] = []
        if not self.has_changed():
            return []
        kept = []
        for form in [*self.initial_forms, *self.extra_forms]:
            if form in self.deleted_forms:
                self.deleted_objects.append(form.instance)
            elif form.has_changed() or form.instance.pk:
                kept.append(form.stated())
                if not form.instance.pk:
                    self.new_objects.append(form.instance)
                elif form.has_changed():
                    self.changed_objects.append((form.instance, form.changed_data))
        store.write_properties(self.instance, kept)
        return []


class ReasonForm(forms.Form):
    """Why somebody changes a role."""

    reason = LineField(
        label=gettext_lazy("Reason for the change"),
        required=False,
        help_text=gettext_lazy("Kept in the role's history, beside your name."),
    )


class RoleForm(ModelForm):
    """What a role says of itself, and the state of the role that the form was opened on."""

    opened_on = forms.CharField(required=False, widget=forms.HiddenInput)
    # The name that somebody was told of and gave to another role all the same.
    same_name = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = ReasonForm.base_fields["reason"]

    refusals: Iterable[str] = ()
    """Why these values were refused after all, when they were being saved."""
    filled_with: Mapping[str, str] | None = None
    """What the form is filled with instead of what the role says."""
    may_publish = True
    """Whether whoever sees the form may publish roles, or can but propose that."""

    class Meta:
        model = Role
        fields = [
            *("name", "slug", "family", "seniority", "mission", "summary", "description", "extra"),
            *("status", "owner", "review_by", "successor"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if self.filled_with is not None:
            kwargs["data"] = self.filled_with
        super().__init__(*args, **kwargs)
        self.initial["opened_on"] = str(Opened.of(self.instance))
        self.was_there = self.instance.pk is not None
        if not self.may_publish:
            self._leave_to_reviewers()
        for link, (model, name) in ROLE_LINKS.items():
            field = self.fields.get(link)
            if isinstance(field, SharedField):
                linked = getattr(self.instance, link)
                if self.is_bound:
                    field.known = KnownWords.of(model, [self.data.get(self.add_prefix(link))])
                elif linked is not None:
                    field.known = KnownWords({str(linked.pk): linked})
                    field.written = {str(linked.pk): getattr(self.instance, name)}

    def _leave_to_reviewers(self) -> None:
        """Let only what is proposed be changed of how the role is kept."""
        if self.was_there and self.instance.status != Role.Status.DRAFT:
            left = {name: _("A reviewer can change this.") for name in ("owner", "review_by")}
        else:
            self.initial["status"] = Role.Status.DRAFT
            left = {"status": _("Ask to publish it, and a reviewer decides.")}
        for name in left.keys() & self.fields.keys():
            self.fields[name].disabled = True
            self.fields[name].help_text = left[name]

    def clean(self) -> dict[str, Any] | None:
        """Refuse a form of which nobody can tell any more what it was opened on."""
        for refusal in self.refusals:
            self.add_error(None, refusal)
        if self.instance.pk and Opened.read(self.cleaned_data.get("opened_on") or "") is None:
            self.add_error(
                None,
                format_html(
                    _(
                        "This page does not say any more what the role was when you opened it. Nothing was "
                        'saved, and everything you typed is still here. <a href="{here}" target="_blank" '
                        'class="underline">Open the role as it is now</a> and carry your changes over.'
                    ),
                    here="",
                ),
            )
        archives = "status" in self.changed_data and self.cleaned_data.get("status") == Role.Status.ARCHIVED
        if archives and not self.cleaned_data.get("successor") and "successor" not in self.errors:
            text = _("Choose the role that takes its place. If there is none, use “Archive” above the form.")
            self.add_error("successor", text)
        return super().clean()

    def clean_name(self) -> str:
        """Ask once whether a new role is to have the name of another one."""
        name: str = self.cleaned_data["name"]
        other = None if self.instance.pk else Role.objects.filter(sort_key=sort_key(name)).first()
        if other and self.data.get(self.add_prefix("same_name")) != name:
            sent = self.data.copy()  # type: ignore[attr-defined]
            sent[self.add_prefix("same_name")] = name
            self.data = sent
            raise forms.ValidationError(
                format_html(
                    _(
                        'There is a role of this name already: <a href="{}" target="_blank" '
                        'class="underline">{}</a>. If yours is another one, save again.'
                    ),
                    other.get_absolute_url(),
                    other,
                )
            )
        return name

    def clean_slug(self) -> str:
        """Refuse the former address of another role, which still leads there."""
        slug: str = self.cleaned_data["slug"]
        former = (
            OldSlug.objects.filter(slug=slug).exclude(role=self.instance.pk).select_related("role").first()
        )
        if former:
            raise forms.ValidationError(
                _("This is a former address of %(role)s and still leads there."), params={"role": former.role}
            )
        return slug

    def clean_successor(self) -> Role | None:
        """Refuse the role itself."""
        successor: Role | None = self.cleaned_data["successor"]
        if successor and successor.pk == self.instance.pk:
            raise forms.ValidationError(_("A role can't be its own successor."))
        return successor

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the stubs don't know it
        for link, (_model, name) in ROLE_LINKS.items():
            if link in self.changed_data and link in self.cleaned_data:
                follow_link(self, link, name)
        for fault in self._faults():
            path = fault.path.partition(".")[0]
            field = path if path in self.fields else NON_FIELD_ERRORS
            if field not in self.errors:
                self.add_error(field, fault.text)

    def _faults(self) -> Iterable[Fault]:
        role = self.instance
        try:
            RoleDocument(
                slug=role.slug,
                name=role.name,
                extra=role.extra,
                family=role.family_name or None,
                seniority=role.seniority_name or None,
                mission=role.mission or None,
                summary=role.summary or None,
                description=role.description or None,
            )
        except InvalidDocument as error:
            return error.faults
        return ()
