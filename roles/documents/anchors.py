"""The permanent places of statements: on the page of a role, and in links to it."""

import hashlib
import re
from collections.abc import Iterable

from roles.documents.text import slugify

# Keys that are nothing but words: no two of them have the same anchor.
_PLAIN = re.compile(r"[a-z_.]+(?::[a-z0-9]+(?:[ :][a-z0-9]+)*)?")
_JOINTS = str.maketrans({"_": "-", ".": "-", " ": "-", ":": "--"})


def anchors(keys: Iterable[str]) -> dict[str, str]:
    """Give each statement key its anchor, made of lower-case words and hyphens: "capabilities-sql" for
    "capabilities:sql", "interactions-advises--product-manager" for "interactions:advises:product manager".

    An anchor depends on nothing but its key, so it stays while the statements around it come and go. Where
    words alone could be those of another key too ("capabilities:c++"), eight digits of the key's hash follow.
    """
    return {key: _anchor(key) for key in keys}


def _anchor(key: str) -> str:
    if _PLAIN.fullmatch(key):
        return key.replace(":", " ", 1).translate(_JOINTS)
    words = slugify(re.sub(r"[:_.]", " ", key))
    return f"{words}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
