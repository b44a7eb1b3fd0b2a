"""What every sheet has: columns, a way out and a way in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import tablib
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils.translation import gettext as _
from import_export import resources

from roles import store
from roles.exchange.cells import TOO_LONG, Cell, Unreadable, same
from roles.exchange.columns import Column, unknown
from roles.exchange.formats import NoTable
from roles.exchange.result import Refused, Result, Row
from roles.store import Change


class Outdated(Exception):
    """The catalogue changed since somebody saw what would happen; `result` is what would happen now."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self.result = result


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a file: what came of it, and its cells by the names of columns; absent ones are left out."""

    row: Row
    cells: dict[str, Cell]

    def text(self, name: str) -> str:
        """A cell's text without blanks around it; empty if there is none."""
        cell = self.cells.get(name, "")
        return cell.strip() if isinstance(cell, str) else ""


class Sheet(resources.Resource):  # type: ignore[misc]
    """A kind of table. Its fields are its columns, in their order."""

    name: ClassVar[str]
    """What it is called in addresses and names of files."""
    title: ClassVar[Any]
    about: ClassVar[Any]
    """What a row is, in a sentence."""
    model: ClassVar[type[models.Model]]
    """Whose list it is exported from and imported to."""
    required: ClassVar[tuple[tuple[str, ...], ...]]
    """Columns by which a row is found again: a file must have one of each of these."""

    @property
    def columns(self) -> dict[str, Column]:
        """The columns by their names."""
        return dict(self.fields)

    @property
    def headings(self) -> list[str]:
        """What stands above the columns."""
        return [column.heading for column in self.columns.values()]

    def export(self, queryset: Any = None, **kwargs: Any) -> tablib.Dataset:
        """The table of what is in a queryset of the model."""
        dataset = super().export(queryset, **kwargs)
        dataset.title = self.name
        return dataset

    def take(self, dataset: tablib.Dataset, change: Change, by: User) -> Result:
        """Let the rows of a file count, as far as they can and this person may. Call it in a transaction.

        Raises:
            NoTable: if the file has none of the columns by which a row is found.
        """
        result, lines = self._lines(dataset)
        self.take_lines(lines, change, by)
        return result

    def take_lines(self, lines: list[Line], change: Change, by: User) -> None:
        """Let rows count; what came of each is told in it."""
        raise NotImplementedError

    def check_headings(self, dataset: tablib.Dataset) -> list[str | None]:
        """The names of the columns of a file, None for those that are not known.

        Raises:
            NoTable: if the file has none of the columns by which a row is found.
        """
        names = {column.heading: name for name, column in self.columns.items()}
        found = [names.get(heading.strip().lower()) for heading in dataset.headers]
        for one_of in self.required:
            if not set(one_of) & set(found):
                wanted = ", ".join(self.columns[name].heading for name in one_of)
                text = _("The first row has no heading by which rows are found: %(wanted)s.")
                raise NoTable(text % {"wanted": wanted})
        return found

    def _lines(self, dataset: tablib.Dataset) -> tuple[Result, list[Line]]:
        found = self.check_headings(dataset)
        notes = [
            " ".join([_("A column of the file is left out."), str(unknown(heading, self.headings))])
            for heading, name in zip(dataset.headers, found, strict=True)
            if name is None and heading
        ]
        lines = []
        for number, cells in enumerate(dataset, start=2):
            if any(cells):
                known = {name: cell for name, cell in zip(found, cells, strict=True) if name is not None}
                lines.append(Line(Row(number), {n: cell for n, cell in known.items() if cell != TOO_LONG}))
        return Result([line.row for line in lines], notes), lines

    def changes(
        self, line: Line, names: Iterator[str], now: Any, then: Any = None
    ) -> Iterator[tuple[str, Any]]:
        """The values of a row that are to be set, by the names of their columns.

        `now` is what the row is about, None if it is new; `then` is what it was when the file was made. A
        cell that says what it said then, or what is said now, sets nothing. Cells that can't count refuse
        the row.
        """
        for name in names:
            cell, column = line.cells.get(name), self.columns[name]
            if cell is None:
                continue
            if isinstance(cell, Unreadable):
                line.row.refuse(column.heading, cell.why)
                continue
            shown = column.shown(now) if now is not None else ""
            before = column.shown(then) if then is not None else shown
            if same(cell, shown) or same(cell, before):
                continue
            if not same(before, shown):
                line.row.refuse(column.heading, _both_changed(shown))
                continue
            try:
                yield name, column.meant(cell)
            except Refused as error:
                line.row.refuse(column.heading, str(error))


def _both_changed(shown: str) -> str:
    if not shown:
        return _("Somebody emptied this in the catalogue after the file was exported. Export it again.")
    return _(
        "Somebody changed this in the catalogue after the file was exported; it says now: “%(text)s”. Export "
        "it again, or write that here."
    ) % {"text": shown[:200]}


def preview(sheet: Sheet, dataset: tablib.Dataset, change: Change, by: User) -> Result:
    """What would come of a file: all of it is done, and taken back.

    Raises:
        NoTable: if the file has none of the columns by which a row is found.
    """
    with transaction.atomic():
        store.lock()
        result = sheet.take(dataset, change, by)
        transaction.set_rollback(True)
    return result


def apply(sheet: Sheet, dataset: tablib.Dataset, change: Change, by: User, *, seen: str) -> Result:
    """Let a file count, in one transaction. `seen` is the digest of the result that somebody agreed to.

    Raises:
        Outdated: if by now something else would come of it. Nothing is changed then.
        NoTable: if the file has none of the columns by which a row is found.
    """
    with transaction.atomic():
        store.lock()
        result = sheet.take(dataset, change, by)
        if result.digest != seen:
            raise Outdated(result)
    return result
