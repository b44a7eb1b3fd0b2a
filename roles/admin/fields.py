"""Form fields that give what was typed the form in which a document can hold it.

What a browser does to a text on its way, such as other line ends, so is no change of it.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles.admin.theme import ModelChoiceField, Textarea, TextInput
from roles.documents.document import clean_line, clean_prose, clean_text


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


class SharedField(ModelChoiceField):
    """A choice from the shared vocabulary that doesn't ask the database about items known already."""

    known: Mapping[str, Model] = {}
    """Items by their primary key as text."""
    written: Mapping[str, str] = {}
    """What a document calls an item, by its primary key as text."""

    def to_python(self, value: Any) -> Model | None:
        """Return the chosen item."""
        return self.known.get(str(value)) or super().to_python(value)

    def label_from_instance(self, obj: Model) -> str:
        """Return the item's name, and the name as written if that is another."""
        name, written = str(obj), self.written.get(str(obj.pk))
        if not written or written == name:
            return name
        return _("%(name)s, here written “%(written)s”") % {"name": name, "written": written}


class SharedSelect(AutocompleteSelect):
    """The stock autocomplete for a `SharedField`: the chosen item's name comes from what the field knows."""

    def optgroups(
        self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        """Return the chosen item as the only option; others are asked for while somebody types."""
        choices: Any = self.choices
        field: SharedField = choices.field
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        for item in (field.known.get(key) for key in value):
            if item is not None:
                label = field.label_from_instance(item)
                options.append(self.create_option(name, item.pk, label, True, len(options)))
        return [(None, options, 0)]
