"""What is wrong with a form that was sent, each with the place where it is mended."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.text import capfirst
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class FormFault:
    """An error, the field that it is about in words, and where that stands on the page."""

    text: str
    label: str
    tab: str
    field: str
    """The id of the field, empty for what is not about one."""


def faults_on(context: dict[str, Any]) -> list[FormFault]:
    """All errors of a form and its rows, in the order of the page."""
    found = list(_of_form(context["adminform"].form, "general", ""))
    for part in context["inline_admin_formsets"]:
        tab, title = part.opts.tab_id, capfirst(str(part.opts.verbose_name_plural))
        if part.formset.max_num == 1:
            title = capfirst(str(part.opts.verbose_name))
        found += [FormFault(text, title, tab, "") for text in part.formset.non_form_errors()]
        if any(part.formset.errors):
            rows = sorted(part.formset.forms, key=lambda form: form.place)
            for number, row in enumerate(rows, start=1):
                said = title if len(rows) == 1 else _("%(rows)s, row %(number)d")
                found += _of_form(row, tab, said % {"rows": title, "number": number})
    return found


def _of_form(form: Any, tab: str, where: str) -> Iterator[FormFault]:
    for name, errors in form.errors.items():
        label, field = where, ""
        if name != NON_FIELD_ERRORS and name in form.fields:
            bound = form[name]
            label = ": ".join(filter(None, (where, capfirst(str(bound.label)))))
            field = bound.id_for_label or bound.auto_id
        elif where:
            field = next((form[one].auto_id for one in form.fields if not form[one].is_hidden), "")
        for text in errors:
            yield FormFault(text, label, tab, field)
