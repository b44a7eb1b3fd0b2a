"""Form fields that give what was typed the form in which a document can hold it.

What a browser does to a text on its way, such as other line ends, so is no change of it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles import store
from roles.admin.theme import ModelChoiceField, Textarea, TextInput
from roles.documents.document import clean_line, clean_prose, clean_text
from roles.documents.text import fold_key


class LineField(forms.CharField):
    """A text of one line."""

    widget = TextInput

    def to_python(self, value: Any) -> str | None:
        """Return the text with single spaces and without control characters."""
        return clean_line(super().to_python(value) or "") or self.empty_value


class TextField(forms.CharField):
    """A text of any number of lines, in Markdown."""

    widget = Textarea

    def to_python(self, value: Any) -> str | None:
        """Return the text with \\n as line ends, without control characters and blank edges."""
        return clean_text(super().to_python(value) or "") or self.empty_value


class ProseField(forms.CharField):
    """A text that stands between headings, in Markdown."""

    widget = Textarea

    def to_python(self, value: Any) -> str | None:
        """Return what `TextField` does, without the rules around it."""
        return clean_prose(super().to_python(value) or "") or self.empty_value


class FactsField(forms.JSONField):
    """Named facts as a JSON object, one on each line."""

    widget = Textarea
    default_error_messages = {"invalid": gettext_lazy('Write it like this: {"grade": "L5"}')}

    def prepare_value(self, value: Any) -> Any:
        """Return the object as text, or what was typed as it stands."""
        if isinstance(value, InvalidJSONInput):
            return value
        return json.dumps(value, ensure_ascii=False, indent=2)

    def clean(self, value: Any) -> dict[str, Any]:
        """Return the object, empty where nothing was typed."""
        facts = super().clean(value)
        if facts is None:
            return {}
        if not isinstance(facts, dict):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return facts


class PositionField(forms.IntegerField):
    """Where a row stands; hidden, since rows are dragged. A new row has no place yet and comes last."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether a row was moved; that alone makes no row of a new one."""
        return initial is not None and super().has_changed(initial, data)


class RowField(ModelChoiceField):
    """Which row a form is of, known without asking the database."""

    widget = forms.HiddenInput

    def __init__(self, queryset: Any, row: Model) -> None:
        super().__init__(queryset, initial=row.pk, required=False)
        self.row = row

    def to_python(self, value: Any) -> Model | None:
        """Return the row, or whatever else was sent in its place."""
        return self.row if self.row.pk and str(value) == str(self.row.pk) else super().to_python(value)


NAMED = "name:"
"""What a choice begins with that is a name and no primary key: the word that it names may be new."""


@dataclass(frozen=True, slots=True)
class KnownWords:
    """What is known of the words that a form may be linked to."""

    items: Mapping[str, Model] = field(default_factory=dict)
    """Words by their primary key as text."""
    named: Mapping[str, int] = field(default_factory=dict)
    """Primary keys by a folded name of the word."""

    @classmethod
    def of(cls, model: type[Model], sent: Iterable[str | None]) -> Self:
        """Look up what choices mean that a browser sent. Three queries at most."""
        choices = [choice for choice in sent if choice]
        keys = {key for key in choices if key.isdecimal() and len(key) < 19}
        names = {fold_key(clean_line(key.removeprefix(NAMED))) for key in choices if key.startswith(NAMED)}
        items = model._default_manager.filter(pk__in=keys) if keys else ()
        return cls({str(item.pk): item for item in items}, store.known_words(model, names) if names else {})


class SharedField(ModelChoiceField):
    """A choice from the shared vocabulary, or a name that is to be added to it when the role is saved.

    A name gives an unsaved word, with the primary key of the word that has the name already. Nobody asks the
    database about words that are known.
    """

    known = KnownWords()
    written: Mapping[str, str] = {}
    """What a document calls an item, by its primary key as text."""
    may_add = True
    """Whether a name may be a new one."""

    def to_python(self, value: Any) -> Model | None:
        """Return the chosen item.

        Raises:
            ValidationError: if there is none, and this person may not add it.
        """
        text = str(value or "")
        name = clean_line(text.removeprefix(NAMED))
        if not text.startswith(NAMED) or not name:
            return self.known.items.get(text) or super().to_python(value if text != NAMED else None)
        queryset: Any = self.queryset
        model: Any = queryset.model
        pk = self.known.named.get(fold_key(name))
        if pk is None and not self.may_add:
            text = _("There is no %(kind)s “%(name)s”, and you may not add one: choose from the list.")
            said = {"kind": model._meta.verbose_name, "name": name}
            raise forms.ValidationError(text, code="unknown", params=said)
        word: Model = model(pk=pk, name=name)
        return word

    def label_from_instance(self, obj: Model) -> str:
        """Return the item's name, and the name as written if that is another."""
        name, written = str(obj), self.written.get(str(obj.pk))
        if not written or written == name:
            return name
        return _("%(name)s, here written “%(written)s”") % {"name": name, "written": written}

    def label_of(self, choice: str) -> str | None:
        """What a choice is called, None for one that is not known."""
        if choice.startswith(NAMED):
            name = clean_line(choice.removeprefix(NAMED))
            return name if fold_key(name) in self.known.named else _("%(name)s (new)") % {"name": name}
        item = self.known.items.get(choice)
        return None if item is None else self.label_from_instance(item)


class SharedSelect(AutocompleteSelect):
    """The stock autocomplete for a `SharedField`: the chosen item's name comes from what the field knows."""

    url_name = "%s:roles_role_words"

    @property
    def media(self) -> forms.Media:
        """The stock scripts, and what shows a note beside each option."""
        stock: forms.Media = super().media
        # The stock one is named again so that ours is loaded behind it.
        return stock + forms.Media(js=["admin/js/jquery.init.js", "admin/choices.js"])

    def optgroups(
        self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        """Return the chosen item as the only option; others are asked for while somebody types."""
        choices: Any = self.choices
        shared: SharedField = choices.field
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        for choice in value:
            if label := shared.label_of(choice):
                options.append(self.create_option(name, choice, label, True, len(options)))
        return [(None, options, 0)]


def is_id(value: object) -> bool:
    """Whether a text can be the id of a row."""
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) < 19


class Chooser(AutocompleteSelect):
    """The stock autocomplete, which takes anything that is sent for a choice that is not there."""

    def optgroups(
        self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        """Return the chosen item as the only option."""
        return super().optgroups(name, [each for each in value if is_id(each)], attrs)


class ChosenField(ModelChoiceField):
    """A choice of one row, searched for by its name; `points` is a column that points at such rows."""

    def __init__(self, points: Any, **kwargs: Any) -> None:
        widget = Chooser(points, admin.site)
        super().__init__(points.related_model._default_manager.all(), widget=widget, **kwargs)

    def to_python(self, value: Any) -> Model | None:
        """Return the chosen row."""
        if value not in self.empty_values and not is_id(value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)
