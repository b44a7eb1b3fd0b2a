"""Where the words of a query stand in a role: pieces of its texts, with the words that match set off."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from roles.rendering import plain_text
from roles.search import NOT_PROSE, Term, query_terms, spots

LENGTH: Final = 150
"""Characters of a text that a snippet shows, more or less."""

BEFORE: Final = 50
"""Of these, the ones before the first word that matches."""

SNIPPETS: Final = 2

JOINT: Final = " · "
"""What stands between the texts of one statement, such as a partner and the notes."""

_LABELS: Final[Mapping[str, str | Promise]] = {
    "aliases": _("Also called"),
    "identifiers": _("Code"),
    "summary": _("Summary"),
    "mission": _("Mission"),
    "description": _("Description"),
    "responsibilities": _("Responsibility"),
    "capabilities": _("Capability"),
    "artifacts": _("Artifact"),
    "interactions": _("Interaction"),
    "members": _("Member"),
    "metrics": _("Success metric"),
    "principles": _("Principle"),
    "variations": _("Variation"),
    "daily_tasks": _("Average day"),
    "tags": _("Tag"),
    "family": _("Family"),
    "seniority": _("Seniority"),
    "extra": _("Further facts"),
    "agent": _("Agent"),
}
"""The fields of a document whose texts are shown, in the order in which they are preferred."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text, and whether it is a word that matches."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of a role's texts in which words of the query stand, and what kind of statement it is from."""

    label: str | Promise
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    term: int
    """Which of the query's terms it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    label: str | Promise
    plain: str
    marks: Sequence[_Mark]

    @property
    def terms(self) -> set[int]:
        return {mark.term for mark in self.marks}

    @property
    def in_a_row(self) -> int:
        """How often a word of the query follows the one that it follows there."""
        return sum(
            after.term == before.term + 1 and not self.plain[before.end : after.start].strip()
            for before, after in pairwise(self.marks)
        )


class Highlighter:
    """Finds the words of one query in texts, by the rules by which roles are found."""

    def __init__(self, query: str) -> None:
        self._terms: Sequence[Term] = query_terms(query)
        self._known: dict[tuple[str, ...], list[int]] = {}

    @property
    def has_words(self) -> bool:
        """Whether there is anything to find."""
        return bool(self._terms)

    def pieces(self, text: str) -> list[Piece]:
        """A text in pieces, those that match marked."""
        return _cut(text, self._marks(text), 0, len(text))

    def snippets(
        self, document: Mapping[str, Any], html: Mapping[str, str], shown: Iterable[str]
    ) -> list[Snippet]:
        """Show where words of the query stand that are not in the texts that are shown anyway.

        `document` is the JSON of what the role says, `html` its rendering: from it comes text without marks.
        """
        missing = set(range(len(self._terms)))
        for text in shown:
            missing -= {mark.term for mark in self._marks(text)}
        found: list[Snippet] = []
        texts = self._texts(document, html) if missing else []
        while texts and missing and len(found) < SNIPPETS:
            best = max(
                texts, key=lambda text: (len(text.terms & missing), len(text.terms), text.in_a_row > 0)
            )
            if not best.terms & missing:
                break
            found.append(_snippet(best, missing))
            missing -= best.terms
        return found

    def _texts(self, document: Mapping[str, Any], html: Mapping[str, str]) -> list[_Text]:
        texts = []
        for label, parts in _passages(document):
            # What is written has all words of its rendering, and marks and links besides.
            if any(self._marks(written) for _path, written in parts):
                plain = JOINT.join(
                    plain_text(html[path]) if path in html else " ".join(written.split())
                    for path, written in parts
                )
                if marks := self._marks(plain):
                    texts.append(_Text(label=label, plain=plain, marks=marks))
        return texts

    def _marks(self, text: str) -> list[_Mark]:
        found = []
        for start, end, terms in spots(text):
            numbers = self._known.get(terms)
            if numbers is None:
                numbers = [number for number, term in enumerate(self._terms) if term.is_found(terms)]
                self._known[terms] = numbers
            for number in numbers:
                found.append(_Mark(start, end, number))
        return found


_Passage = tuple[str | Promise, Sequence[tuple[str, str]]]
"""What kind of statement it is, and its texts, each with its path in the document."""


def _passages(document: Mapping[str, Any]) -> Iterator[_Passage]:
    """The statements of a document that are searched."""
    for index, item in enumerate(document.get("properties") or ()):
        yield item["name"], list(_texts_in(item["values"], f"properties.{index}.values"))
        yield _("Property"), [(f"properties.{index}.name", item["name"])]
    for field, label in _LABELS.items():
        value = document.get(field)
        if field == "identifiers":
            value = [identifier["value"] for identifier in value or ()]
        parts = value.items() if field == "agent" and value else [("", value)]
        for name, part in parts:
            path = f"{field}.{name}" if name else field
            for place, item in enumerate(part) if isinstance(part, list) else [(None, part)]:
                yield label, list(_texts_in(item, path if place is None else f"{path}.{place}"))
    for index, section in enumerate(document.get("sections") or ()):
        texts = {name: section[name] for name in ("heading", "text")}
        yield _("Section"), list(_texts_in(texts, f"sections.{index}"))


def _texts_in(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            if name not in NOT_PROSE:
                yield from _texts_in(part, f"{path}.{name}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _texts_in(part, f"{path}.{index}")


def _snippet(text: _Text, wanted: set[int]) -> Snippet:
    """Cut out of a text what stands around the first of the wanted words."""
    first = next(mark for mark in text.marks if mark.term in wanted)
    start, end = 0, len(text.plain)
    if first.start > BEFORE:
        start = text.plain.find(" ", first.start - BEFORE, first.start) + 1 or first.start
        start += len(JOINT.lstrip()) if text.plain.startswith(JOINT.lstrip(), start) else 0
    if end - start > LENGTH:
        end = text.plain.rfind(" ", first.end, start + LENGTH)
        end = end if end > 0 else max(first.end, start + LENGTH)
    pieces = _cut(text.plain, text.marks, start, end)
    return Snippet(
        label=text.label,
        pieces=[
            *([Piece("… ", marked=False)] if start else []),
            *pieces,
            *([Piece(" …", marked=False)] if end < len(text.plain) else []),
        ],
    )


def _cut(text: str, marks: Sequence[_Mark], start: int, end: int) -> list[Piece]:
    """The text from start to end in pieces, a new one wherever a mark begins or ends."""
    pieces, place = [], start
    for mark in marks:
        if mark.end <= place or mark.start >= end:
            continue
        if mark.start > place:
            pieces.append(Piece(text[place : mark.start], marked=False))
        # Of an unspaced script, words that match overlap.
        pieces.append(Piece(text[max(place, mark.start) : min(mark.end, end)], marked=True))
        place = mark.end
    if place < end:
        pieces.append(Piece(text[place:end], marked=False))
    return pieces
