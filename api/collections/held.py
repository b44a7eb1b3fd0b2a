"""Rows that are few and made by the program, asked as a query of a table would be."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self


class Held:
    """Rows in an order, with the attributes that they are sorted by; none of them is ever None."""

    def __init__(self, items: Iterable[Any]) -> None:
        self.items = list(items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __getitem__(self, window: slice) -> Self:
        return type(self)(self.items[window])

    def count(self) -> int:
        """How many there are."""
        return len(self.items)

    def iterator(self, _at_once: int) -> Iterator[Any]:
        """Each of them."""
        return iter(self.items)

    def order_by(self, *order: str) -> Self:
        """The same, sorted by attributes, those with a hyphen before them backwards."""
        items = list(self.items)
        for key in reversed(order):
            name = key.removeprefix("-")
            items.sort(key=lambda item: getattr(item, name), reverse=key.startswith("-"))
        return type(self)(items)

    def behind(self, order: Sequence[str], values: Sequence[Any]) -> Self:
        """Those that come behind these values in this order."""
        return type(self)(item for item in self.items if _is_behind(item, order, values))


def _is_behind(item: Any, order: Sequence[str], values: Sequence[Any]) -> bool:
    for key, value in zip(order, values, strict=True):
        own = getattr(item, key.removeprefix("-"))
        if own != value:
            return bool(own < value if key.startswith("-") else own > value)
    return False
