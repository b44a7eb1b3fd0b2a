"""Files of spreadsheets: CSV as Excel and LibreOffice write it in any country, and XLSX.

Both are read within limits, so that no file that somebody made for it takes the server's memory.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import openpyxl
import tablib
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from import_export.formats import base_formats
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.styles import Font

from roles.exchange.cells import TOO_LONG, Cell, Unreadable, as_text, fits, harmless, plain

MAX_BYTES: Final = 10 * 1024 * 1024
"""The largest file that is read, in bytes."""
MAX_UNPACKED: Final = 60 * 1024 * 1024
"""The most bytes that the parts of an XLSX file may have when they are unpacked."""
MAX_PARTS: Final = 1_000
"""The most parts that an XLSX file may have."""
MAX_ROWS: Final = 60_000
ROWS_OF_A_SHEET: Final = 1_048_576
"""The most rows that a spreadsheet can have."""
MAX_COLUMNS: Final = 60
MAX_CELL: Final = 2 * 1024 * 1024
"""The longest text of a cell, in characters: a role document has no more."""

csv.field_size_limit(MAX_CELL)


class NoTable(ValueError):
    """A file that can't be read as a table; the text says why and what to do."""


def read(name: str, data: bytes, known: Iterable[str]) -> tablib.Dataset:
    """Read a file: text cells under their headings, one row for each row of the file, empty ones too.

    `known` are headings that are expected, by which the separator of a CSV file is told.

    Raises:
        NoTable: if it is no such file, or too large.
    """
    if len(data) > MAX_BYTES:
        most = number_format(MAX_BYTES // 1024 // 1024)
        raise NoTable(_("The file is larger than %(most)s MB. Split it into several.") % {"most": most})
    if data.startswith(b"PK"):
        return XLSX().create_dataset(data)
    if name.lower().endswith((".xls", ".ods", ".xlsx")):
        raise NoTable(_("This is no XLSX file. Save it as “Excel Workbook (.xlsx)” or as CSV."))
    return CSV().create_dataset(data, known=known)


def _dataset(rows: Iterator[Sequence[Cell]]) -> tablib.Dataset:
    """The first row as headings, the others below them, all as wide as the headings.

    Raises:
        NoTable: if there are no headings, two alike, or too many rows or columns.
    """
    headings = [cell.strip() if isinstance(cell, str) else "" for cell in next(rows, [])]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise NoTable(_("The file is empty: its first row must hold the headings of the columns."))
    if len(headings) > MAX_COLUMNS:
        raise NoTable(_("The file has more than %(most)s columns.") % {"most": number_format(MAX_COLUMNS)})
    named = [heading for heading in headings if heading]
    twice = next((heading for heading in named if named.count(heading) > 1), None)
    if twice is not None:
        raise NoTable(_("Two columns have the heading “%(heading)s”. Remove one.") % {"heading": twice})
    dataset = tablib.Dataset(headers=headings)
    blank: list[Cell] = [""] * len(headings)
    empty = 0
    for row in rows:
        if not any(row):
            empty += 1  # Spreadsheets end in any number of them.
            if empty <= ROWS_OF_A_SHEET:
                continue
        if len(dataset) + empty >= MAX_ROWS:
            most = number_format(MAX_ROWS)
            raise NoTable(_("The file has more than %(most)s rows. Split it into several.") % {"most": most})
        for _number in range(empty):
            dataset.append(blank)
        empty = 0
        dataset.append([*row, *blank][: len(headings)])
    return dataset


class CSV(base_formats.CSV):  # type: ignore[misc]
    """Text with separators, in UTF-8 with a byte order mark, by which spreadsheets know it."""

    CONTENT_TYPE = "text/csv; charset=utf-8"

    def is_binary(self) -> bool:
        """The bytes are made here."""
        return True

    def create_dataset(self, in_stream: bytes, *, known: Iterable[str] = ()) -> tablib.Dataset:
        """Read the bytes of a file.

        Raises:
            NoTable: if they are no such file.
        """
        text = _decoded(in_stream)
        if "\0" in text:
            raise NoTable(_("This is no text file. Save it as XLSX, or as “CSV UTF-8”."))
        named = re.match(r"sep=(.)\r?\n", text)
        if named:
            text = text[named.end() :]
        separator = named[1] if named else _separator(text, set(known))
        try:
            return _dataset(
                [plain(cell) for cell in row]
                for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
            )
        except csv.Error as error:
            raise NoTable(
                _("The file can't be read as CSV: %(error)s. Save it again, or save it as XLSX.")
                % {"error": error}
            ) from error

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        """Write a table, with nothing in it that a spreadsheet would calculate."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream)
        writer.writerow(dataset.headers)
        writer.writerows([harmless(cell) for cell in row] for row in dataset)
        return codecs.BOM_UTF8 + stream.getvalue().encode()


def _decoded(data: bytes) -> str:
    """The text of a file, in the encoding that its first bytes tell, or else in UTF-8 or Windows-1252.

    Raises:
        NoTable: if it is in none of them.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoTable(_("The letters of this file are in no known encoding. Save it as “CSV UTF-8” or as XLSX."))


def _separator(text: str, known: set[str]) -> str:
    """The separator under which the most headings are known; of those that say nothing, a comma."""

    def found(separator: str) -> tuple[int, int]:
        try:
            headings = next(csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=separator), [])
        except csv.Error:
            return 0, 0
        return len(known.intersection(map(str.strip, headings))), len(headings)

    return max(",;\t", key=found)


# Excel writes so what XML can't hold, and so does this.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NO_CHARACTER = re.compile(r"[\x00\ud800-\udfff]")
_WRITTEN_OUT = re.compile(r"_x([0-9A-Fa-f]{4})_")


class XLSX(base_formats.XLSX):  # type: ignore[misc]
    """Excel's own files: text cells only, so that nothing in them is calculated or taken for a date."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        """Read the first sheet of a file.

        Raises:
            NoTable: if there is none.
        """
        try:
            _check_parts(in_stream)
            book = openpyxl.load_workbook(io.BytesIO(in_stream), read_only=True)
            if not book.worksheets:
                raise NoTable(_("This workbook has no sheet with cells."))
            sheet = book.worksheets[0]
            # A file may say that it is larger than it is.
            sheet.reset_dimensions()
            # A file of two rows, the last one far below, has a million rows without a cell between them.
            return _dataset(
                [] if all(cell is EMPTY_CELL for cell in row) else [_text(cell) for cell in row]
                for row in sheet.iter_rows(max_col=MAX_COLUMNS + 1)
            )
        except NoTable:
            raise
        # A file that somebody made can fail anywhere in the library, with any of its errors.
        except Exception as error:
            raise NoTable(_("This is no XLSX file, or it is damaged. Save it again as XLSX.")) from error

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        """Write a table as the only sheet."""
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet(dataset.title or "Sheet")
        sheet.freeze_panes = "A2"
        for number, heading in enumerate(dataset.headers):
            sheet.column_dimensions[openpyxl.utils.get_column_letter(number + 1)].width = max(
                14, min(40, len(heading) * 2)
            )
        bold = Font(bold=True)
        sheet.append([_cell(sheet, heading, font=bold) for heading in dataset.headers])
        for row in dataset:
            sheet.append([_cell(sheet, text) if text else None for text in row])
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()


def _cell(sheet: Any, text: str, font: Font | None = None) -> Any:
    written = _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", harmless(text))
    cell = WriteOnlyCell(sheet, value=written if fits(written) else TOO_LONG)
    # Whatever it looks like, it is text, and stays so while somebody edits it.
    cell.data_type, cell.number_format = "s", "@"
    if font:
        cell.font = font
    return cell


def _text(cell: Any) -> Cell:
    if cell.data_type == "f":
        return Unreadable(
            _("This cell holds a formula. Replace it by its value: copy, then paste as values.")
        )
    if cell.data_type == "e":
        return Unreadable(
            _("This cell holds an error of the spreadsheet (%(value)s).") % {"value": cell.value}
        )
    if isinstance(cell.value, str):
        written = _WRITTEN_OUT.sub(lambda found: chr(int(found[1], 16)), cell.value)
        return plain(_NO_CHARACTER.sub("\ufffd", written))
    return as_text(cell.value)


def _check_parts(data: bytes) -> None:
    """Refuse a file that would not fit into memory when it is unpacked.

    Raises:
        NoTable: if so.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        listed = parts.infolist()
        # No more is unpacked than is stated here.
        if len(listed) > MAX_PARTS or sum(part.file_size for part in listed) > MAX_UNPACKED:
            raise NoTable(_("This file is too large when it is unpacked. Split it into several."))


FORMATS: Final[dict[str, Any]] = {"xlsx": XLSX, "csv": CSV}
"""The formats by the ending of their files."""
