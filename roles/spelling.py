"""What somebody may have meant who searched for a word that no role has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q
from rapidfuzz import process
from rapidfuzz.distance import OSA

from roles.models import RoleQuerySet, SearchTerm
from roles.search import is_spelt, spots

WORDS: Final = 8
"""Words of a query that are corrected; those behind them stay as they are."""

_CANDIDATES: Final = 4
_LONG: Final = 6
"""Letters from which on a word may differ in two places; shorter ones may in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A query put right: the words that no role has, and those that were put in their places."""

    text: str
    unknown: Sequence[str]
    meant: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    written: str
    candidates: Sequence[str]


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
