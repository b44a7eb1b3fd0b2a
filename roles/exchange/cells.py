"""The text of a cell: what a spreadsheet would take for a formula, and what does not fit into one cell."""

import unicodedata
from dataclasses import dataclass
from typing import Any, Final

FORMULA: Final = frozenset("=+-@\t\r\n")
"""What a cell begins with that a spreadsheet takes for a formula."""

MOST_CHARACTERS: Final = 32_767
"""The longest text that a cell of an XLSX file may hold, in UTF-16 units."""

TOO_LONG: Final = "[too long for a cell: stays as it is]"
"""Stands in an XLSX file for a longer text; a cell that says this changes nothing."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell of a file that holds no plain value, and what to do about it."""

    why: str


Cell = str | Unreadable


def harmless(text: str) -> str:
    """Give the text of a cell; what a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{text}" if _looks_like_formula(text) else text


def plain(cell: str) -> str:
    """Take the apostrophe away again that `harmless` put before a text."""
    return cell[1:] if cell.startswith("'") and _looks_like_formula(cell) else cell


def _looks_like_formula(text: str) -> bool:
    # Apostrophes are looked through, so that a text which has one of its own comes back with it.
    return unicodedata.normalize("NFKC", text.lstrip("'")[:1]) in FORMULA


def same(one: str, other: str) -> bool:
    """Whether two cells say the same: spreadsheets write line ends as they like."""
    return one == other or _with_plain_lines(one) == _with_plain_lines(other)


def _with_plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def fits(text: str) -> bool:
    """Whether a cell of an XLSX file can hold the text."""
    return len(text) <= MOST_CHARACTERS // 2 or len(text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS


def as_text(value: Any) -> str:
    """A value that a spreadsheet keeps as a number, a date or a truth, as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    return str(value)
