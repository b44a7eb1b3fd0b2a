"""Which interactions hand on an artifact: those whose words name it, or end in its type."""

from collections.abc import Collection, Iterable

from roles.documents.text import fold_key


def names_one(text: str, names: Iterable[str]) -> bool:
    """Whether any of these folded names stands as whole words in what `words_of` gives."""
    return any(_stands_in(name, text) for name in names)


def _stands_in(name: str, text: str) -> bool:
    # Asked a thousand times over for many names, each of which a pattern would have to be made for.
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if not (_is_of_word(text[start - 1 : start]) or _is_of_word(text[end : end + 1])):
            return True
        start = text.find(name, start + 1)
    return False


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def words_of(*texts: str) -> str:
    """What interactions say, kinds and notes, folded for looking a name up in it."""
    # Folded to a line, texts are kept apart by what no text has.
    return fold_key(" \x00 ".join(texts))


def hands_on_type(kind: str, types: Collection[str]) -> bool:
    """Whether a folded kind such as "delivers dataset" hands on an artifact of any of these folded types."""
    return kind.endswith(tuple(f" {each}" for each in types))
