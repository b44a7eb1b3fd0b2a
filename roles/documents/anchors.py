"""The permanent places of statements: on the page of a role, and in links to it."""

import hashlib
import re
from collections.abc import Iterable

from roles.documents.text import SLUG_LENGTH, slugify

# Keys that are their anchor in other words: nothing but words, with single spaces between them.
_PLAIN = re.compile(r"[a-z_.]+(?::[a-z0-9]+(?: [a-z0-9]+)*)?")


def anchors(keys: Iterable[str]) -> dict[str, str]:
    """Give each statement key its anchor: lower-case words joined by hyphens, such as "capabilities-sql" for
    "capabilities:sql".

    An anchor depends on nothing but its key, so it stays while the statements around it come and go. Where
    words alone could be taken for another key's ("capabilities:c++"), eight digits of the key's hash follow.
    """
    return {key: _anchor(key) for key in keys}


def _anchor(key: str) -> str:
    words = slugify(re.sub(r"[:_.]", " ", key))
    if _PLAIN.fullmatch(key) and len(key) <= SLUG_LENGTH:
        return words
    return f"{words}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
