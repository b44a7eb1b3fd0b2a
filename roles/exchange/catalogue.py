"""All sheets, by name and by whose list they belong to."""

from typing import Any, Final

from roles.exchange import roles, vocabulary
from roles.exchange.sheets import Sheet

SHEETS: Final[dict[str, type[Sheet]]] = {sheet.name: sheet for sheet in (*roles.SHEETS, *vocabulary.SHEETS)}
"""The kinds of table by their names."""


def sheets_of(model: Any) -> list[type[Sheet]]:
    """The sheets of a model's list, the main one first."""
    return [sheet for sheet in SHEETS.values() if sheet.model is model]
