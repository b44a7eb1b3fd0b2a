"""Which interactions hand on an artifact: those whose words name it, or end in its type."""

import re
from collections.abc import Collection, Iterable

from roles.documents.text import fold_key


def naming(names: Iterable[str]) -> re.Pattern[str]:
    """What finds any of these names as whole words in what `words_of` gives."""
    return re.compile("|".join(rf"(?<!\w){re.escape(fold_key(name))}(?!\w)" for name in names))


def words_of(*texts: str) -> str:
    """What interactions say, kinds and notes, folded for looking a name up in it."""
    # Folded to a line, texts are kept apart by what no text has.
    return fold_key(" \x00 ".join(texts))


def hands_on_type(kind: str, types: Collection[str]) -> bool:
    """Whether a folded kind such as "delivers dataset" hands on an artifact of any of these folded types."""
    return kind.endswith(tuple(f" {each}" for each in types))
