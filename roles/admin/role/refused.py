"""Why what was typed makes no document, in sentences."""

from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from roles import store
from roles.admin.base import link_to
from roles.admin.forms import ITEMS
from roles.admin.inlines import INLINES
from roles.documents.document import Fault, InvalidDocument
from roles.documents.pending import Incompatible

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


def refusals(error: Exception) -> list[str]:
    """Why a document can't be kept, and what to do about it."""
    if isinstance(error, Incompatible):
        return [_("This does not fit what you proposed already. Open your proposal, and change it there.")]
    if isinstance(error, store.IdentifierTaken):
        holder = error.holder
        text = _("The code {scheme} {value} is that of {role} by now. Take it away from there first.")
        return [format_html(text, scheme=holder.scheme, value=holder.value, role=link_to(holder.role))]
    if isinstance(error, InvalidDocument):
        return [sentence(fault) for fault in error.faults]
    return [_("Another role has this address name by now.")]
