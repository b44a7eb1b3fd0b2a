"""Pairs of names that are nearly alike, among many."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from rapidfuzz import fuzz

from roles.documents.text import fold_search, words

ENOUGH = 88
"""How alike two names must be, of 100."""
LONGEST = 60
"""The most letters of a name in which a slip is looked for."""
SHORTEST = 5
"""The least letters: of two shorter names that differ in one letter, both may be meant."""

_NUMBER = re.compile(r"\d+")


def pairs_alike(names: Sequence[tuple[int, str]]) -> list[tuple[int, int]]:
    """The ids of names that are nearly alike, each pair once, in the order in which they are given.

    Only names are compared that have the same words in another order or number, or become the same once a
    letter is left out of either: to compare 20,000 names each with each would take a minute.
    """
    buckets: dict[str, list[int]] = defaultdict(list)
    for place, (_pk, name) in enumerate(names):
        for form in _forms(name):
            buckets[form].append(place)
    places = {pair for bucket in buckets.values() if len(bucket) > 1 for pair in combinations(bucket, 2)}
    found = []
    for one, other in sorted(places):
        if one != other and are_alike(names[one][1], names[other][1]):
            found.append((names[one][0], names[other][0]))
    return found


def are_alike(one: str, other: str) -> bool:
    """Whether two names may mean the same."""
    forms = [" ".join(sorted(_plain(name))) for name in (one, other)]
    numbers = [_NUMBER.findall(form) for form in forms]
    return numbers[0] == numbers[1] and fuzz.ratio(*forms) >= ENOUGH


def _plain(name: str) -> list[str]:
    return [word.removesuffix("s") if len(word) > 3 else word for word in words(fold_search(name))]


def _forms(name: str) -> Iterable[str]:
    """Texts of which two names that are nearly alike have one in common."""
    plain = _plain(name)
    yield " ".join(sorted(plain))
    squeezed = "".join(plain)
    if SHORTEST <= len(squeezed) <= LONGEST:
        # Each once: leaving out either letter of a double one gives the same.
        yield from {squeezed, *(squeezed[:cut] + squeezed[cut + 1 :] for cut in range(len(squeezed)))}
