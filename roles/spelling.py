"""What somebody may have meant whose words no role has: words spelt wrongly, and words too many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from math import log
from typing import Final

from django.db.models import BooleanField, Case, Count, Q, Value, When
from rapidfuzz import process
from rapidfuzz.distance import OSA

from roles.models import RoleQuerySet, SearchTerm
from roles.search import is_spelt, spots

WORDS: Final = 8
"""Words of a query that are corrected; those behind them stay as they are."""

QUESTION_WORDS: Final = 24
"""Different words of a query that are looked for one by one."""

_CANDIDATES: Final = 4
_LONG: Final = 6
"""Letters from which on a word may differ in two places; shorter ones may in one."""

# What a question is made of besides the words that are asked about, in the languages of the pages.
_FILLERS: Final = frozenset((
    "a", "about", "an", "and", "are", "as", "at", "by", "can", "do", "does", "for", "from", "how", "i",
    "in", "is", "it", "me", "my", "of", "on", "or", "our", "that", "the", "their", "they", "this", "to",
    "we", "what", "when", "where", "which", "who", "whom", "whose", "why", "will", "with", "you", "your",
    "am", "auf", "aus", "bei", "das", "dem", "den", "der", "des", "die", "ein", "eine", "einem", "einen",
    "einer", "es", "für", "ich", "im", "mein", "meine", "mit", "oder", "sich", "sind", "um", "und", "uns",
    "unser", "von", "wann", "warum", "was", "welche", "welchen", "welcher", "welches", "wem", "wen", "wer",
    "wie", "wir", "wo", "zu", "zum", "zur", "über",
))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A query put right: the words that no role has, and those that were put in their places.

    None were put there if they were left out: `with_fewer_words`.
    """

    text: str
    unknown: Sequence[str]
    meant: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    written: str
    candidates: Sequence[str]


def meant(roles: RoleQuerySet, text: str) -> Correction | None:
    """What is looked for instead of a text that no role has: words put right, and if need be fewer of them.

    None if there is nothing better. Three queries at most.
    """
    correction = corrected(roles, text)
    return with_fewer_words(roles, correction.text if correction else text) or correction


def corrected(roles: RoleQuerySet, text: str) -> Correction | None:
    """Put words that occur in none of these roles right, by those that do; None if no word can be.

    Nothing is suggested that these roles do not say: the words of others are not given away. Two queries.
    """
    known = dict(SearchTerm.objects.values_list("term", "word"))
    words = [
        _Word(spot.start, spot.end, text[spot.start : spot.end], _similar(spot.terms, known))
        for spot in list(spots(text))[:WORDS]
    ]
    asked = dict.fromkeys(each for word in words for each in (word.written, *word.candidates))
    occurring = _occurring(roles, asked)
    put_right = [
        (word, meant)
        for word in words
        if not occurring[word.written]
        and (meant := next((each for each in word.candidates if occurring[each]), None))
    ]
    if not put_right:
        return None
    pieces, end = [], 0
    for word, meant in put_right:
        pieces += [text[end : word.start], meant]
        end = word.end
    return Correction(
        text="".join([*pieces, text[end:]]),
        unknown=[word.written for word, _ in put_right],
        meant=[meant for _, meant in put_right],
    )


def with_fewer_words(roles: RoleQuerySet, text: str) -> Correction | None:
    """Leave out words, so that what is left is found in one of these roles; None if no word has to or can.

    The role that has most of them decides, a word counting the more the fewer roles have it, and what makes a
    question of it ("who", "about") counting nothing. One query.
    """
    written = list(dict.fromkeys(text[spot.start : spot.end] for spot in spots(text)))[:QUESTION_WORDS]
    if not written:
        return None
    every = roles.model._default_manager.all()
    # Of the last word the beginning suffices, as in every query; the others are found as a whole.
    asked = [*(f"{word} {word}" for word in written[:-1]), written[-1]]
    has = {
        f"word_{number}": Case(
            When(pk__in=every.matching(words).order_by().values("pk"), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        for number, words in enumerate(asked)
    }
    rows = list(roles.order_by("sort_key", "slug").annotate(**has).values_list(*has))
    worth = [
        log(1 + len(rows) / sum(column)) if any(column) and word.lower() not in _FILLERS else 0.0
        for word, column in zip(written, zip(*rows, strict=True), strict=False)
    ]
    best = max(rows, key=lambda row: (sum(compress(worth, row)), sum(row)), default=())
    kept = [word for word, value in compress(zip(written, worth, strict=False), best) if value]
    if not kept or all(best):
        return None
    return Correction(text=" ".join(kept), unknown=[word for word in written if word not in kept], meant=[])


def _similar(terms: Sequence[str], known: dict[str, str]) -> list[str]:
    """The words of the catalogue that are spelt most alike, best first."""
    if len(terms) != 1 or not is_spelt(terms[0]):
        return []
    [term] = terms
    farthest = 1 if len(term) < _LONG else 2
    # More than are taken: of those that are as near, the ones that begin alike come first.
    near = process.extract(
        term, known.keys(), scorer=OSA.distance, score_cutoff=farthest, limit=4 * _CANDIDATES
    )
    near.sort(key=lambda found: (found[1], found[0][0] != term[0], found[0]))
    return [known[found] for found, _, _ in near[:_CANDIDATES]]


def _occurring(roles: RoleQuerySet, words: Iterable[str]) -> dict[str, bool]:
    """Whether each of these words occurs in a role, perhaps as the beginning of another."""
    numbered = {f"word_{number}": word for number, word in enumerate(words)}
    if not numbered:
        return {}
    every = roles.model._default_manager.all()
    counts = roles.order_by().aggregate(
        **{
            name: Count("pk", filter=Q(pk__in=every.matching(word).order_by().values("pk")))
            for name, word in numbered.items()
        }
    )
    return {word: counts[name] > 0 for name, word in numbered.items()}
