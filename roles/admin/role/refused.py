"""Why what was typed makes no document, in sentences."""

from collections.abc import Iterable

from django.utils.text import capfirst

from roles.admin.forms import ITEMS
from roles.admin.inlines import INLINES
from roles.documents.document import Fault

LABELS = {
    ITEMS[inline.model][0]: inline.verbose_name_plural or inline.model._meta.verbose_name_plural
    for inline in INLINES
    if inline.model in ITEMS
}


class Refused(Exception):
    """The rows of a form, once saved, make no document; what was saved is taken back."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.sentences = [sentence(fault) for fault in faults]
        super().__init__(*self.sentences)


def sentence(fault: Fault) -> str:
    """A fault of the document in words: "Further sections 2: text: ...", counted from 1."""
    for list_field, label in LABELS.items():
        if fault.path == list_field or fault.path.startswith(f"{list_field}."):
            number, _dot, field = fault.path.removeprefix(list_field).lstrip(".").partition(".")
            place = f"{label} {int(number) + 1}" if number else label
            return ": ".join(part for part in (capfirst(str(place)), field, fault.text) if part)
    return str(fault)
