"""Whether a file's words are all found again, counted: in the files written of it, and in its JSON.

Every run of letters or digits counts, wherever in the file it stands: in a comment, a table, a link's target.
Left aside are, each at the very place where it was understood: the heading of a known section, the label in
front of a value, the number of a list item, the key of a front matter's field. What the catalogue says of
its own accord (a slug made of the name, the kind of a common partner) is not taken for a word of the file.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from roles.documents import front_matter, grammar
from roles.documents import sections as table
from roles.documents.document import (
    FRONT_MATTER_FIELDS,
    PROFILE_ID,
    ROLE_CODE,
    Artifact,
    Identifier,
    Interaction,
    Json,
    Key,
    Responsibility,
    RoleDocument,
    Section,
    Statement,
    clean_line,
    statements,
    to_json,
)
from roles.documents.gathered import Span
from roles.documents.outline import Region
from roles.documents.reader import Dialect, Parsed, parse
from roles.documents.text import fold_key, words
from roles.documents.writer import render

_DIALECTS: tuple[Dialect, ...] = ("profile", "job")
_OWN_SCHEMES = (PROFILE_ID, ROLE_CODE)
"""Schemes that a file states without naming them."""
_TYPE = re.compile(r"(?i)\([ \t]*type[ \t]*:")


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How many words a file has, and which of them are lost, each as often as it is missing."""

    words: int
    not_exported: Counter[str]
    """Words that are missing in the file that is written of the document, in one of the dialects at least."""
    not_in_json: Counter[str]

    @property
    def exported(self) -> int:
        """The number of words that are found in the export."""
        return self.words - self.not_exported.total()

    @property
    def in_json(self) -> int:
        """The number of words that are found in the document's JSON."""
        return self.words - self.not_in_json.total()


def measure(parsed: Parsed) -> Fidelity | None:
    """Count the words of a file that are found again; None if it has no document."""
    if parsed.document is None:
        return None
    file = _File(parsed, parsed.document)
    said = file.said()
    not_exported: Counter[str] = Counter()
    for dialect in _DIALECTS:
        # All words lost in one of the dialects, not the sum over both.
        not_exported |= said - file.exported(dialect)
    return Fidelity(said.total(), not_exported, said - file.in_json())


def lines_of(parsed: Parsed, word: str) -> list[int]:
    """The lines (from 1) of a file on which a word stands."""
    return [number for number, line in enumerate(parsed.lines, 1) if word in words(line)]


class _File:
    """A file that was read, and the places of its labels."""

    def __init__(self, parsed: Parsed, document: RoleDocument) -> None:
        self._document = document
        self._spans, self._regions = parsed.spans, parsed.regions
        self._lines = [line.rstrip("\r\n") for line in parsed.lines]
        self._front = front_matter.read(self._lines)

    def said(self) -> Counter[str]:
        """The words of the file, labels aside."""
        count = Counter(words("\n".join(self._lines[self._front.end :])))
        count.update(word for text in front_matter.texts(self._lines) for word in words(text))
        labels = [word for text in (*self._body_labels(), *self._front_labels()) for word in words(text)]
        count.subtract(labels)
        assert min(count.values(), default=0) >= 0, "what is left aside as a label stands in the file"
        return +count

    def exported(self, dialect: Dialect) -> Counter[str]:
        """The words of a new file that says what this one does, labels aside."""
        written = parse(render(self._document, dialect).encode())
        if written.document is None:
            return Counter()
        count = _File(written, written.document).said()
        for kind in self._fact_kinds:
            count.subtract(words(kind))
        # A slug is also stated by the name it is made of.
        slug = Counter(words(written.document.slug))
        if self._states_slug and not written.written_slug:
            return count + slug
        return count - slug if written.written_slug and not self._states_slug else +count

    # In the JSON --------------------------------------------------------------------------------------------

    def in_json(self) -> Counter[str]:
        """The words of the document's JSON, but for what the file does not say."""
        count: Counter[str] = Counter()
        keys: Counter[str] = Counter()
        groups: set[str | None] = {None}
        for key, value in statements(RoleDocument.from_json(self._document.to_json())).items():
            if key.startswith("extra:"):
                keys.update(words(key.removeprefix("extra:")))
                keys.update(word for name in _keys(value) for word in words(name))
            elif isinstance(value, Identifier) and value.scheme not in _OWN_SCHEMES:
                keys.update(words(value.scheme))
            elif isinstance(value, Responsibility) and value.group not in groups:
                # A group's heading stands once above all its items.
                groups.add(value.group)
                count.update(words(value.group or ""))
            count.update(word for text in self._stated(key, value) for word in words(text))
        # Equal keys are told apart by additions that the file does not have.
        return count + (keys & Counter(word for name in self._unknown_keys for word in words(name)))

    def _stated(self, key: Key, value: Statement) -> Iterator[str]:
        """The texts of a statement that the file states."""
        left_out: tuple[str, ...] = ()
        if key == "slug" and not self._states_slug:
            return
        if isinstance(value, Identifier):
            left_out = ("scheme",)
        elif isinstance(value, Section):
            left_out = ("position", "level")
        elif isinstance(value, Responsibility):
            left_out = ("group", "primary")
        elif isinstance(value, Interaction) and not self._states_kind(key):
            left_out = ("kind",)
        data = to_json(value)
        if left_out:
            data = {name: item for name, item in data.items() if name not in left_out}
        yield from _values(data)

    def _section_of(self, key: Key) -> str | None:
        span = self._spans.get(key)
        section = self._regions[span.region].section if span and span.region >= 0 else None
        return section.id if section else None

    def _states_kind(self, key: Key) -> bool:
        """Whether the kind of an interaction stands in the file: elsewhere section or label tells of it."""
        return self._section_of(key) != "common_partners" and self._spans[key].place != "fact"

    @cached_property
    def _fact_kinds(self) -> list[str]:
        """The kinds of interactions that are labels in a table of facts, and words in a list."""
        stated = statements(self._document)
        facts = (stated.get(key) for key, span in self._spans.items() if span.place == "fact")
        return [value.kind for value in facts if isinstance(value, Interaction)]

    @cached_property
    def _states_slug(self) -> bool:
        return self._front.values.get("slug") == self._document.slug

    # The front matter's labels ------------------------------------------------------------------------------

    @cached_property
    def _fields(self) -> set[str]:
        """The keys of the front matter that are fields of a role."""
        known = FRONT_MATTER_FIELDS | {"department", "title"}
        return {key for key in self._front.values if key in known and key not in self._document.extra}

    def _front_labels(self) -> Iterator[str]:
        yield from self._fields
        yield from self._named_schemes

    @cached_property
    def _named_schemes(self) -> list[str]:
        """The schemes of `_OWN_SCHEMES` that the front matter names all the same."""
        registered = self._front.values.get("identifiers")
        return [key for key in registered if key in _OWN_SCHEMES] if isinstance(registered, dict) else []

    @cached_property
    def _unknown_keys(self) -> list[str]:
        """The keys of the front matter that are no labels, at any depth."""
        names: list[str] = []
        for key, value in self._front.values.items():
            if key not in self._fields:
                names.append(key)
            own = self._named_schemes if key == "identifiers" else []
            names += [name for name in _keys(value) if name not in own]
        return names

    # The body's labels --------------------------------------------------------------------------------------

    def _body_labels(self) -> Iterator[str]:
        stated = statements(self._document)
        for key, span in self._spans.items():
            if key in stated:
                yield from self._labels(key, span, stated[key])
        yield from self._headings()
        for region in self._regions:
            if region.kind in ("start", "title"):
                yield from self._fact_headers(region)
            elif region.section and region.section.kind == "list" and region.kind in ("known", "group"):
                yield from self._empty_items(region)

    def _labels(self, key: Key, span: Span, value: Statement) -> Iterator[str]:
        """The labels in front of a statement's values, and the number of its list item."""
        if span.place in ("label", "item"):
            yield grammar.bullet(self._lines[span.start])
        if span.place in ("label", "fact"):
            label = _label(key, value)
            if label is not None:
                line = self._lines[span.start]
                yield from words(line[len(grammar.bullet(line)) :])[: len(words(label))]
        elif span.place == "item":
            content = self._content(span.start, span.end)
            for found in _item_labels(content, value, section=self._section_of(key)):
                if found:
                    yield found[0]

    def _headings(self) -> Iterator[str]:
        """The headings of known sections, and those of groups that go on."""
        kept = {span.region for span in self._spans.values() if span.place == "section"}
        groups: set[str] = set()
        for number, region in enumerate(self._regions):
            heading = "\n".join(self._lines[region.start : region.content])
            if region.kind == "known":
                yield heading
            elif region.kind == "group" and number not in kept:
                group = clean_line(region.heading)
                if group in groups:
                    yield heading
                groups.add(group)

    def _empty_items(self, region: Region) -> Iterator[str]:
        items = (item for block in region.blocks for item in block.items)
        return (self._lines[start] for start, end in items if not self._content(start, end))

    def _content(self, start: int, end: int) -> str:
        return table.item_content(self._lines[start:end])

    def _fact_headers(self, region: Region) -> Iterator[str]:
        for block in region.blocks:
            if (
                table.is_fact_table(block)
                and {fold_key(cell) for cell in block.rows[0][1]} <= table.FACT_HEADERS
            ):
                yield self._lines[block.rows[0][0]]


def _label(key: Key, value: Statement) -> str | None:
    """The label of a line or of a table's row; None where it is the name of a property."""
    if isinstance(value, Identifier):
        return table.ROLE_CODE_LABEL
    if isinstance(value, Interaction):
        return value.kind
    return table.AGENT_NAME_LABEL if key == "agent.name" else None


def _item_labels(content: str, value: Any, *, section: str | None) -> Iterator["re.Match[str] | None"]:
    """The labels that were understood in a list item."""
    if isinstance(value, Responsibility):
        yield grammar.METRIC.search(content)
        yield grammar.PRIMARY.search(content) if value.primary else None
    elif isinstance(value, Interaction) and section == "interactions":
        arrow = grammar.ARROW.search(content)
        yield grammar.NOTES.search(content, arrow.end()) if arrow else None
    elif isinstance(value, Artifact):
        yield _TYPE.search(content)


def _values(data: Json) -> Iterator[str]:
    """All that a JSON value says, names of fields and keys aside."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from _values(item)
    elif data is not None:
        yield str(data)


def _keys(data: Json) -> Iterator[str]:
    """The keys of a JSON value, at any depth."""
    if isinstance(data, dict):
        yield from data
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from _keys(item)
