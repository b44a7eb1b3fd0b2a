"""Pages that go on behind an item instead of at a number, so that they stay right while items are added.

A cursor is what the last item seen is sorted by. The next page has what comes behind that, whatever was added
or taken away before it.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import orjson
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Q, QuerySet

from api.collections.held import Held


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: what the item there is sorted by, and whether to go backwards from it."""

    values: tuple[Any, ...]
    backwards: bool = False

    @classmethod
    def read(cls, text: str, order: Sequence[str], rows: "QuerySet[Any] | Held") -> Self:
        """Understand what `write` wrote for this order.

        Raises:
            ValueError: for anything else.
        """
        try:
            said = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            sorted_by, backwards, values = said
            if sorted_by != list(order) or len(values) != len(order) or backwards not in (True, False):
                raise ValueError
            names = [key.removeprefix("-") for key in order]
            read = [_value(rows, name, value) for name, value in zip(names, values, strict=True)]
            if None in read or any("\x00" in value for value in read if isinstance(value, str)):
                raise ValueError
        except (ValueError, TypeError, ValidationError, RecursionError, binascii.Error) as error:
            raise ValueError("No cursor of this list") from error
        return cls(tuple(read), backwards)

    def write(self, order: Sequence[str]) -> str:
        """The cursor as text for an address."""
        # Moments with all their digits: a place between two of them is no place.
        said = orjson.dumps([list(order), self.backwards, self.values])
        return base64.urlsafe_b64encode(said).decode().rstrip("=")


def _value(rows: "QuerySet[Any] | Held", name: str, value: object) -> Any:
    """A value as it was read of a column, from how it was written."""
    if not isinstance(rows, Held):
        read = _column(rows, name).to_python(value)
        # Anything can be read as a text.
        if isinstance(read, str) and not isinstance(value, str):
            raise ValueError
        return read
    kinds = {type(getattr(item, name)) for item in rows}
    if kinds and type(value) not in kinds:
        raise ValueError
    return value


def _column(rows: QuerySet[Any], name: str) -> "Field[Any, Any]":
    try:
        model: Any = rows.model
        for step in name.split("__")[:-1]:
            model = model._meta.get_field(step).related_model
        column: Any = model._meta.get_field(name.split("__")[-1])
    except FieldDoesNotExist:
        column = rows.query.annotations[name].output_field
    found: Field[Any, Any] = column
    return found


def backwards(order: Sequence[str]) -> list[str]:
    """The same order from the end."""
    return [key[1:] if key.startswith("-") else f"-{key}" for key in order]


def with_place(rows: QuerySet[Any], order: Sequence[str]) -> QuerySet[Any]:
    """Let the rows carry what they are sorted by, wherever that stands."""
    if isinstance(rows, Held):
        return rows
    places = {f"_at_{number}": F(key.removeprefix("-")) for number, key in enumerate(order)}
    placed: QuerySet[Any] = rows.annotate(**places)
    return placed


def place(row: Any, order: Sequence[str]) -> tuple[Any, ...]:
    """What a row that was fetched `with_place` is sorted by."""
    if isinstance(row, dict):
        return tuple(row[f"_at_{number}"] for number in range(len(order)))
    if hasattr(row, "_at_0"):
        return tuple(getattr(row, f"_at_{number}") for number in range(len(order)))
    return tuple(getattr(row, key.removeprefix("-")) for key in order)


def behind(rows: QuerySet[Any], order: Sequence[str], values: Sequence[Any]) -> QuerySet[Any]:
    """Keep the rows that come behind these values in this order, of which no column is ever null."""
    if isinstance(rows, Held):
        return rows.behind(order, values)
    reached = Q(pk=None)
    equal = Q()
    for key, value in zip(order, values, strict=True):
        name = key.removeprefix("-")
        reached |= equal & Q(**{f"{name}__{'lt' if key.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    # Says nothing new, but lets the databases begin at the place in an index.
    first = order[0].removeprefix("-")
    start = Q(**{f"{first}__{'lte' if order[0].startswith('-') else 'gte'}": values[0]})
    return rows.filter(start & reached)
