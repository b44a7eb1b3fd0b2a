"""Names that are nearly alike, so that one thing does not stand under two names in the shared vocabulary.

Names are compared without regard to case, accents, punctuation and the order of words. Two of them are taken
for one if the same words make them, joined or apart, or if one word is spelled a little differently in them:
"Data modelling", "data-modeling", "Modelling Data". Numbers have to agree.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, Final

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from roles.documents.text import fold_search, words

SAME_WORDS: Final = 100
SAME_BUT_FOR_SPELLING: Final = 90
ENOUGH: Final = 80
"""The lowest score that is worth a question while somebody types. Below `SAME_BUT_FOR_SPELLING` names merely
have most letters in common: "Data modelling", "dbt modelling"."""
MOST: Final = 3
"""Names that are asked about."""

_SIGNS: Final = str.maketrans({"+": " plus ", "#": " sharp "})
"""C, C++ and C# are not one language."""
_ONE_OFF, _TWO_OFF = 5, 8
"""Letters from which on a word may be spelled differently in one place, and in two."""
_LONGEST: Final = 24
"""Letters up to which a word may be spelled differently in two places: each pair of them is tried."""
_WORTH_A_LOOK: Final = 70


@dataclass(frozen=True, slots=True)
class Alike:
    """A name that is nearly alike, and whose it is."""

    id: int
    name: str
    score: int
    """100 if the words are the same, from 90 if one is spelled otherwise, from 80 if most letters agree."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two things that may be one; the first has the lower id."""

    first: int
    second: int
    score: int
    """At least `SAME_BUT_FOR_SPELLING`."""


Words = tuple[str, ...]
"""The words of a name, sorted."""


def names_of(model: type[Any], *, besides: int | None = None) -> list[tuple[int, str]]:
    """The names and other names of a vocabulary, folded, each with the id of its word. Two queries."""
    alias = model._meta.get_field("aliases").related_model
    found = [
        *model.objects.order_by("pk").values_list("pk", "folded"),
        *alias.objects.order_by("pk").values_list("item_id", "folded"),
    ]
    return [(pk, name) for pk, name in found if pk != besides]


def like(name: str, known: Iterable[tuple[int, str]], *, most: int = MOST) -> list[Alike]:
    """Those of the known names that a name may be meant for: the likest first, one for each id.

    `known` has ids and folded names, as `names_of` gives them. Takes some 10 ms for 20,000 of them.
    """
    listed = list(known)
    wanted = _words(name)
    near = process.extract(
        fold_search(name),
        [other for _, other in listed],
        scorer=fuzz.token_sort_ratio,
        score_cutoff=_WORTH_A_LOOK,
        limit=None,
    )
    found: dict[int, Alike] = {}
    for other, _, place in near:
        pk, theirs = listed[place][0], _words(other)
        score = SAME_WORDS if "".join(wanted) == "".join(theirs) != "" else _score(wanted, theirs)
        if score >= ENOUGH and (pk not in found or found[pk].score < score):
            found[pk] = Alike(pk, other, score)
    return sorted(found.values(), key=lambda alike: (-alike.score, alike.name, alike.id))[:most]


def pairs(known: Iterable[tuple[int, str]]) -> list[Pair]:
    """All pairs of ids with names that are the same but for spelling, the likest first.

    `known` has ids and names, any number for each id. Names are compared only with those that share all words
    but one, so 20,000 names take about a second.
    """
    bearers: dict[Words, set[int]] = defaultdict(set)
    joined: dict[str, set[int]] = defaultdict(set)
    for pk, name in known:
        if written := _words(name):
            bearers[tuple(sorted(written))].add(pk)
            joined["".join(written)].add(pk)
    scores: dict[tuple[int, int], int] = {}
    alike = _spelled_alike({word for found in bearers for word in found})
    for found in bearers:
        for other in filter(bearers.__contains__, _respelled(found, alike)):
            score = _score(found, other)
            for one, two in product(bearers[found], bearers[other] - bearers[found]):
                pair = (min(one, two), max(one, two))
                scores[pair] = max(score, scores.get(pair, 0))
    for ids in (*bearers.values(), *joined.values()):
        scores |= dict.fromkeys(combinations(sorted(ids), 2), SAME_WORDS)
    likest = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [Pair(first, second, score) for (first, second), score in likest]


def _words(name: str) -> list[str]:
    """The words of a name as it is written."""
    return words(fold_search(name).translate(_SIGNS))


def _score(one: Sequence[str], two: Sequence[str]) -> int:
    """How alike two names are of these words, from 0 to 100."""
    ours, theirs = sorted(one), sorted(two)
    if ours == theirs:
        return SAME_WORDS if ours else 0
    if [word for word in ours if _has_digit(word)] != [word for word in theirs if _has_digit(word)]:
        return 0
    ratio = round(fuzz.ratio(" ".join(ours), " ".join(theirs)))
    only_ours, only_theirs = _without(ours, theirs), _without(theirs, ours)
    if len(only_ours) == len(only_theirs) == 1 and _is_alike(only_ours[0], only_theirs[0]):
        return max(SAME_BUT_FOR_SPELLING, min(SAME_WORDS - 1, ratio))
    return min(SAME_BUT_FOR_SPELLING - 1, ratio)


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _without(some: Sequence[str], others: Sequence[str]) -> list[str]:
    left = list(some)
    for word in others:
        if word in left:
            left.remove(word)
    return left


def _places(word: str) -> int:
    """In how many places the word may be spelled otherwise."""
    return 0 if _has_digit(word) else (len(word) >= _ONE_OFF) + (_TWO_OFF <= len(word) <= _LONGEST)


def _is_alike(one: str, two: str) -> bool:
    most = min(_places(one), _places(two))
    return OSA.distance(one, two, score_cutoff=most) <= most


def _respelled(name: Words, alike: Mapping[str, set[str]]) -> Iterator[Words]:
    """The names that one gives if one of its words is spelled otherwise."""
    for place, word in enumerate(name):
        for other in alike.get(word, ()):
            yield tuple(sorted((*name[:place], other, *name[place + 1 :])))


def _spelled_alike(known: Iterable[str]) -> dict[str, set[str]]:
    """For each of these words those that are spelled nearly as it is.

    Words that differ in two places are the same once at most two letters are taken out of each.
    """
    left: dict[str, list[str]] = defaultdict(list)
    for word in known:
        for rest in _with_fewer_letters(word, _places(word)):
            left[rest].append(word)
    found: dict[str, set[str]] = defaultdict(set)
    for group in left.values():
        for one, two in combinations(group, 2):
            if two not in found[one] and _is_alike(one, two):
                found[one].add(two)
                found[two].add(one)
    return found


def _with_fewer_letters(word: str, most: int) -> set[str]:
    found = {word}
    for _ in range(most):
        found |= {rest[:place] + rest[place + 1 :] for rest in found for place in range(len(rest))}
    return found if most else set()
