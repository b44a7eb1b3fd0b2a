"""The permanent places of statements on the page of a role."""

from collections import Counter
from collections.abc import Iterable

from roles.documents.text import slugify


def anchors(keys: Iterable[str]) -> dict[str, str]:
    """Give each statement key an anchor that stays the same while the key does: "capabilities:sql",
    "capabilities-sql".

    Keys that differ only in signs are told apart by a number, in document order.
    """
    seen: Counter[str] = Counter()
    places: dict[str, str] = {}
    for key in keys:
        place = slugify(key.replace(":", " ").replace("_", "-"))
        seen[place] += 1
        places[key] = place if seen[place] == 1 else f"{place}-{seen[place]}"
    return places
