"""Where the words of a query stand in a role: pieces of its texts, with the words that match set off."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from roles.search import Term, query_terms, spots

LENGTH: Final = 150
"""Characters of a text that a snippet shows, more or less."""

BEFORE: Final = 50
"""Of these, the ones before the first word that matches."""

SNIPPETS: Final = 2

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


class Highlighter:
    """Finds the words of one query in texts, by the rules by which roles are found."""

    def __init__(self, query: str) -> None:
        self._terms: Sequence[Term] = query_terms(query)
        self._known: dict[tuple[str, ...], list[int]] = {}

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
            best = max(texts, key=lambda text: len(text.terms & missing))
            if not best.terms & missing:
                break
            found.append(_snippet(best, missing))
            missing -= best.terms
        return found

    def _texts(self, document: Mapping[str, Any], html: Mapping[str, str]) -> list[_Text]:
        texts = []
        for label, path, written in _passages(document):
            # What is written has all words of the rendering, and marks and links besides.
            if self._marks(written):
                plain = " ".join(unescape(strip_tags(html.get(path, written))).split())
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
            found += [_Mark(start, end, number) for number in numbers]
        return found


def _passages(document: Mapping[str, Any]) -> Iterator[tuple[str | Promise, str, str]]:
    """The texts of a document that are searched: what kind each is, its path in the document, itself."""
    for index, item in enumerate(document.get("properties") or ()):
        yield _("Property"), f"properties.{index}.name", item["name"]
        for number, value in enumerate(item["values"]):
            yield item["name"], f"properties.{index}.values.{number}", value
    for field, label in _LABELS.items():
        for path, text in _texts_in(document.get(field), field):
            yield label, path, text
    for index, section in enumerate(document.get("sections") or ()):
        yield _("Section"), f"sections.{index}.heading", section["heading"] or ""
        yield section["heading"] or "", f"sections.{index}.text", section["text"]


_NO_PROSE: Final = {"link", "url", "scheme"}


def _texts_in(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            if name not in _NO_PROSE:
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
