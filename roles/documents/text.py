"""Folding, sorting and splitting of text: the one place that decides when two names are the same."""

import hashlib
import re
import unicodedata
from typing import Final, Literal

SLUG_LENGTH: Final = 80
"""Longest slug that `slugify` makes, in characters."""

SORT_KEY_CHARACTERS: Final = 300
"""Characters that take part in a sort key: keeps its index entry below PostgreSQL's 2,704 bytes."""

# Letters that carry their stroke or ligature in themselves, so that no decomposition takes it off.
_PLAIN_LETTERS: Final = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "ng",
        "ı": "i",
        "ƒ": "f",
        "ə": "e",
    }
)
_APOSTROPHES: Final = str.maketrans("", "", "'’ʼ`´")
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"[0-9]+")


_LONG: Final = 1_000
_MOST_MARKS: Final = 30
"""Combining marks in a row that one letter may bear: as many as Unicode's stream-safe text format allows."""


def _normalize(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """Normalize a text, piece by piece where very many combining marks follow each other.

    Python sorts such a run in quadratic time, half a minute for 200,000 marks.
    """
    if len(text) < _LONG or text.isascii():
        return unicodedata.normalize(form, text)
    cuts, marks = [0], 0
    for index, character in enumerate(text):
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _MOST_MARKS:
            cuts.append(index)
            marks = 0
    return "".join(
        unicodedata.normalize(form, text[start:end])
        for start, end in zip(cuts, [*cuts[1:], None], strict=True)
    )


def fold_key(text: str) -> str:
    """Return the form under which two spellings of a name are the same name.

    Compatibility forms and letter case are taken away, white space is collapsed to single spaces and
    stripped; accents and punctuation stay. Folding a folded text changes nothing.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    folded = _normalize("NFKC", text).casefold()
    return " ".join(_normalize("NFKC", folded).split())


def fold_search(text: str) -> str:
    """Return `fold_key(text)` without accents, the form that is stored for search and queried.

    Letters with a stroke and ligatures become plain ones too: "Łódź" gives "lodz", "Ærø" gives "aero".
    """
    if text.isascii():
        return fold_key(text)
    decomposed = _normalize("NFKD", fold_key(text))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    # An accent that stood alone leaves a space behind.
    return " ".join(_normalize("NFC", bare).translate(_PLAIN_LETTERS).split())


def sort_key(text: str) -> str:
    """Return a key that sorts names as a person would: without regard to case and accents, 2 before 10.

    The key is hexadecimal, because databases compare other characters as their collation likes, but all
    agree on the order of 0-9a-f. Names that differ in case or accents only are told apart by their text.
    """
    return f"{_sortable(text)}{text}"[:SORT_KEY_CHARACTERS].encode().hex()


def sort_key_start(text: str) -> str:
    """Return how the sort keys of all names begin that differ from this one in case and accents only."""
    return _sortable(text)[:SORT_KEY_CHARACTERS].encode().hex()


def _sortable(text: str) -> str:
    # A tab sorts before the space, and folded text has none: "Data" comes before "Data Engineer".
    return _NUMBER.sub(lambda number: number[0].zfill(8), fold_search(text)) + "\t"


def slugify(text: str) -> str:
    """Return ASCII words in lower case joined by hyphens, never empty, at most `SLUG_LENGTH` characters.

    Text without a single Latin letter or digit gives "role-" and eight digits of its hash, so that the same
    name has the same slug everywhere.
    """
    folded = fold_search(text)
    words = re.findall(r"[a-z0-9]+", folded.translate(_APOSTROPHES))
    slug = "-".join(words)[:SLUG_LENGTH].rstrip("-")
    return slug or f"role-{hashlib.sha256(folded.encode()).hexdigest()[:8]}"


def words(text: str) -> list[str]:
    """Return the words of a text in order: runs of letters or digits after NFC, as written."""
    return _WORD.findall(_normalize("NFC", text))
