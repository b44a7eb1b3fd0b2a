"""Full-text search over roles: the same roles are found on SQLite and on PostgreSQL, only ranks differ.

Both databases get terms that were folded, split and brought to the singular here, and split them at spaces
and nothing else. So what counts as a word, and which words are the same, is decided in this module alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connections
from django.db.models import Case, F, FloatField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from roles.documents.text import fold_key, fold_search, sort_key_start

AnyQuerySet = TypeVar("AnyQuerySet", bound=QuerySet[Any])

TERM_LENGTH: Final = 64
"""Longest term, in characters; longer words are cut, when stored and when queried."""

QUERY_TERMS: Final = 32
"""Terms of a query that count; the rest of a longer one is not looked at."""

_SHORTEST_SPELT: Final = 3
_LONGEST_SPELT: Final = 32

COLUMN_BYTES: Final = 100_000
"""Longest column of a search document: PostgreSQL indexes no more than 1 MB of all four together."""

# "C++" and "C#" are words of their own; elsewhere signs only separate.
_WORD: Final = re.compile(r"(?<![^\W_])[a-z](?:\+\+|#(?![^\W_]))|[^\W_]+")
# PostgreSQL sees a number in the "7e3" of "7e3fab", so everybody has to.
_EXPONENT: Final = re.compile(r"(?<![a-z0-9])[0-9]+e[0-9]+(?=[^\W\d_])")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
# Kana and Han, which put no space between words.
_UNSPACED: Final = re.compile(
    "([\u3005\u3006\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)"
)

# The same words before folding, with the accents that stand behind their letters.
_AS_WRITTEN: Final = re.compile(r"(?<![^\W_])[A-Za-z](?:\+\+|#(?![^\W_]))|(?:[^\W_][\u0300-\u036f]*)+")

_NOT_STATEMENTS: Final = frozenset(
    {"name", "slug", "aliases", "identifiers", "mission", "summary", "description", "agent"}
)
NOT_PROSE: Final = frozenset({"link", "url", "position"})
"""Parts of statements that are not searched."""

# Of agent, statements, summary and title, in the order that PostgreSQL wants; SQLite's are in its migration.
_WEIGHTS: Final = [0.05, 0.1, 0.25, 1.0]


class Term(NamedTuple):
    """Something to be found: spellings of which one suffices, and whether words may merely begin with it."""

    spellings: frozenset[str]
    beginning: bool

    def is_found(self, stored: Iterable[str]) -> bool:
        """Whether one of these stored terms is what is looked for."""
        if self.beginning:
            return any(term.startswith(tuple(self.spellings)) for term in stored)
        return not self.spellings.isdisjoint(stored)


class Spot(NamedTuple):
    """A word where it stands in a text, as written, and the terms by which it is found."""

    start: int
    end: int
    terms: tuple[str, ...]


def search_document(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the columns of a role's `SearchDocument`, made from the JSON of its `RoleDocument`.

    `title` has names, codes and slug; `summary` mission, summary and description; `agent` the agent profile;
    `statements` whatever else the document says, except where its links lead.
    """
    codes = [identifier["value"] for identifier in document["identifiers"]]
    statements = {field: value for field, value in document.items() if field not in _NOT_STATEMENTS}
    return {
        "title": _column([document["name"], document["aliases"], codes, document["slug"]]),
        "summary": _column([document["mission"], document["summary"], document["description"]]),
        "statements": _column(statements),
        "agent": _column(document["agent"]),
    }


def matching(queryset: AnyQuerySet, text: str) -> AnyQuerySet:
    """Narrow a queryset of roles to those that have every word of the text, the last one as a beginning.

    Roles of which the text is a name or code come first, then those that have its words in their names and
    codes, then those in which the words follow one another, each best first by `rank` (lower is better).
    Blank text narrows nothing and keeps the order; text without a letter or digit finds nothing.
    """
    if not text.strip():
        return queryset.annotate(rank=Value(0.0, FloatField()))
    terms = query_terms(text)
    if not terms:
        return queryset.annotate(rank=Value(0.0, FloatField())).none()
    rank: Combinable
    if connections[queryset.db].vendor == "postgresql":
        query = _compose(terms, "'{}'", "'{}':*", either=" | ", both=" & ")
        in_names = _compose(terms, "'{}':A", "'{}':*A", either=" | ", both=" & ")
        in_a_row = _compose(terms, "'{}'", "'{}':*", either=" | ", both=" <-> ")
        parsed = SearchQuery(query, config="simple", search_type="raw")
        # The 1 divides by the logarithm of the length, or long roles would always win.
        rank = -SearchRank(F("search_hit__index"), parsed, weights=_WEIGHTS, normalization=1)
    else:
        query = _compose(terms, '"{}"', '"{}"*', either=" OR ", both=" AND ")
        in_names = f"title : ({query})"
        in_a_row = _in_a_row(terms)
        rank = F("search_hit__rank")
    all_roles = queryset.model._default_manager
    place = Case(
        # PostgreSQL knows no NUL in a text.
        When(_is_called(text.replace("\x00", " "), all_roles), then=0),
        When(pk__in=all_roles.filter(search_hit__index__match=in_names).values("pk"), then=1),
        When(pk__in=all_roles.filter(search_hit__index__match=in_a_row).values("pk"), then=2),
        default=3,
    )
    hits = queryset.filter(search_hit__index__match=query).annotate(rank=rank, place=place)
    return hits.order_by("place", "rank", "sort_key", "slug")


def _is_called(text: str, all_roles: Any) -> Q:
    """Whether the text is a name of a role or one of its codes."""
    folded = fold_key(text)
    return (
        Q(sort_key__startswith=sort_key_start(text))
        | Q(pk__in=all_roles.filter(aliases__folded=folded).values("pk"))
        | Q(pk__in=all_roles.filter(identifiers__folded=folded).values("pk"))
    )


def _column(value: Any) -> str:
    """All strings in a JSON value as terms, one space between them."""
    column = " ".join(_stored_terms(" \n ".join(strings(value))))
    if len(column.encode()) <= COLUMN_BYTES:
        return column
    return column.encode()[:COLUMN_BYTES].rpartition(b" ")[0].decode()


def strings(value: Any) -> Iterator[str]:
    """All texts in a part of a document's JSON that are searched, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for field, part in value.items():
            if field not in NOT_PROSE:
                yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def spots(text: str) -> Iterator[Spot]:
    """The words of a text, and where they stand in it.

    Of an unspaced script each two characters are a word, and the last one is one too.
    """
    for match in _AS_WRITTEN.finditer(text):
        start = match.start()
        for part in _UNSPACED.split(match[0]):
            if part and _UNSPACED.match(part):
                for place in range(len(part)):
                    pair = part[place : place + 2]
                    yield Spot(start + place, start + place + len(pair), terms_of(pair)[:1])
            elif part:
                yield Spot(start, start + len(part), terms_of(part))
            start += len(part)


def term_words(document: Mapping[str, Any]) -> dict[str, str]:
    """The terms of a document that can be spelt wrongly, each with a word that it stands for."""
    words: dict[str, str] = {}
    for word in dict.fromkeys(_AS_WRITTEN.findall("\n".join(strings(document)))):
        for term in terms_of(word):
            if is_spelt(term):
                words.setdefault(term, word.lower())
    return words


def is_spelt(term: str) -> bool:
    """Whether a term is a word that people spell: of letters, neither very short nor very long."""
    return term.isalpha() and _SHORTEST_SPELT <= len(term) <= _LONGEST_SPELT and not _UNSPACED.match(term)


@lru_cache(maxsize=50_000)
def terms_of(word: str) -> tuple[str, ...]:
    """The terms by which a word is found, mostly one."""
    return tuple(_stored_terms(word))


def _stored_terms(text: str) -> Iterator[str]:
    for word in _words(text):
        if not word.isascii() and _UNSPACED.match(word):
            yield from _pairs(word)
            # Pairs begin with every character but the last, which must be found as well.
            yield word[-1]
        else:
            yield _singular(word)


def query_terms(text: str) -> list[Term]:
    """What has to be found for a query; of its last word the beginning suffices."""
    words = list(_words(text))
    terms: list[Term] = []
    for number, word in enumerate(words, start=1):
        if _UNSPACED.match(word):
            terms += [Term(frozenset({pair}), len(pair) == 1) for pair in _pairs(word) or [word]]
        elif number < len(words):
            terms.append(Term(frozenset({_singular(word)}), beginning=False))
        else:
            # Somebody who types "analys" is on the way to "analysis", not to the plural of "analy".
            terms.append(Term(frozenset({_singular(word), word[:TERM_LENGTH]}), beginning=True))
    return terms[:QUERY_TERMS]


def _compose(terms: Iterable[Term], whole: str, beginning: str, *, either: str, both: str) -> str:
    """The terms in a database's query language; they hold letters and digits only, so quoting is safe."""
    alternatives = []
    for term in terms:
        pattern = beginning if term.beginning else whole
        alternatives.append(either.join(pattern.format(spelling) for spelling in sorted(term.spellings)))
    return both.join(f"({each})" for each in alternatives)


def _in_a_row(terms: Sequence[Term]) -> str:
    """The terms behind one another, for SQLite, which knows no alternatives within a phrase."""
    *before, last = terms
    start = "".join(f'"{spelling}" + ' for term in before for spelling in term.spellings)
    end = " *" if last.beginning else ""
    return " OR ".join(f'({start}"{spelling}"{end})' for spelling in sorted(last.spellings))


def _words(text: str) -> Iterator[str]:
    """Words of the text, folded; a run of an unspaced script is a word of its own."""
    plain = _NOT_ASCII.sub(_plain, fold_search(text))
    for word in _WORD.findall(_EXPONENT.sub(r"\g<0> ", plain)):
        if word.isalnum() and word.isascii():
            yield word
        else:
            word = word.replace("++", "plusplus").replace("#", "sharp")
            yield from (part for part in _UNSPACED.split(word) if part)


def _plain(match: re.Match[str]) -> str:
    """A letter as it is, a digit of any script as 0 to 9, a space for all else: so the databases agree."""
    character = match[0]
    return character if character.isalpha() else str(unicodedata.decimal(character, " "))


def _pairs(run: str) -> list[str]:
    """Each two characters that follow one another, which stand in for words where nothing separates words."""
    return [run[start : start + 2] for start in range(len(run) - 1)]


@lru_cache(maxsize=50_000)
def _singular(word: str) -> str:
    """An English word without plural ending, so that "policies" is "policy" and "batches" is "batch".

    Not always a word itself; what counts is that both numbers give the same.
    """
    word = word[:TERM_LENGTH]
    if len(word) < 4 or not word.isascii():
        return word
    if word.endswith("s") and not word.endswith(("ss", "us")):
        word = word[:-1]
    if len(word) > 4:
        word = word.removesuffix("e")
        word = word[:-1] + "i" if word.endswith("y") else word
    return word
