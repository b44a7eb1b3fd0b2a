"""The matrix as CSV, for spreadsheets."""

import csv
from collections.abc import Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles.exchange.cells import harmless
from roles.matrix import CELLS, Column, needs_of
from roles.models import Role
from roles.models.vocabulary import chunks
from roles.views.matrix.choice import Choice
from roles.views.matrix.heat_map import CAPABILITIES_SHOWN, columns


class _Line:
    """A file that gives back what is written into it."""

    def write(self, line: str) -> str:
        return line


def csv_file(choice: Choice) -> StreamingHttpResponse:
    """Give the whole matrix, in UTF-8 with a byte order mark, by which spreadsheets know it."""
    content = map(str.encode, _lines(choice))
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    chosen = choice.family or choice.capability
    name = chosen.slug if chosen else "roles"
    response["Content-Disposition"] = f'attachment; filename="matrix-{name}.csv"'
    return response


def _lines(choice: Choice) -> Iterator[str]:
    write = csv.writer(_Line()).writerow
    roles = list(choice.roles.select_related("family", "seniority"))
    shown, left_out = columns(choice, max(CAPABILITIES_SHOWN, CELLS // max(1, len(roles))))
    titles = [_("Role"), _("Family"), _("Seniority"), *(column.name for column in shown)]
    if left_out:
        titles.append(
            ngettext("%d capability is left out", "%d capabilities are left out", left_out) % left_out
        )
    yield "\ufeff" + write(map(harmless, titles))
    for some in chunks(roles):
        for cells in _rows(some, shown):
            yield write(map(harmless, cells))


def _rows(roles: Sequence[Role], columns: Sequence[Column]) -> Iterator[list[str]]:
    levels = needs_of(roles, columns)
    for role in roles:
        place = [role.family.name if role.family else "", role.seniority.name if role.seniority else ""]
        cells = [
            (level.name if (level := levels[pair]) else _("level not stated")) if pair in levels else ""
            for pair in ((role.pk, column.pk) for column in columns)
        ]
        yield [role.name, *place, *cells]
