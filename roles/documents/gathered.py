"""What a file says, gathered statement by statement while it is read, with the lines it says it on."""

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any, Literal

from roles.documents import blocks, grammar
from roles.documents import sections as table
from roles.documents.checks import MAX_LINE, without_controls
from roles.documents.document import (
    FRONT_MATTER_FIELDS,
    LISTS,
    Identifier,
    InvalidDocument,
    Json,
    Key,
    Keys,
    RoleDocument,
    Section,
    clean_line,
    clean_prose,
    clean_text,
    from_fields,
    value_of,
)
from roles.documents.messages import Message
from roles.documents.text import slugify

Place = Literal["front", "title", "label", "fact", "item", "line", "heading", "prose", "section", "text"]
"""How a statement is written: a front matter key, the title, a labelled line, a table row, a list item, one
of several on a line, an item under its own heading, a section's text, an extra section, text without a
heading."""


_LONG_KEY = MAX_LINE // 2
"""Longer keys of a front matter can't be keys of `extra`, whose keys get additions here."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a statement stands: lines from 0, end exclusive; `region` is its index in the outline."""

    start: int
    end: int
    place: Place
    region: int = -1


class Gathered:
    """Statements, kept text and messages of one file; `lines` are its lines without line ends."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.values: dict[str, Any] = {}
        self.spans: dict[Key, Span] = {}
        self.lists: dict[str, list[tuple[Any, Span]]] = defaultdict(list)
        self.extra: dict[str, Json] = {}
        self.messages: list[Message] = []
        self._counts: dict[str, int] = {}
        self._identifiers: set[Identifier] = set()
        self._loose: dict[str, list[Span]] = defaultdict(list)

    def say(self, code: str, line: int, text: str) -> None:
        """Note a doubt at a line (from 0)."""
        self.messages.append(Message(code, line + 1, text))

    def put(self, field: str, value: Any, span: Span) -> None:
        """Note the value of a field that is one statement."""
        self.values[field] = value
        self.spans[field] = span

    def add_identifier(self, identifier: Identifier, span: Span) -> bool:
        """Note an identifier; False if it stands in the file already."""
        if identifier in self._identifiers:
            return False
        self._identifiers.add(identifier)
        self.lists["identifiers"].append((identifier, span))
        return True

    # Keeping what fits no rule ------------------------------------------------------------------------------

    def put_extra(self, key: str, value: Json, span: Span) -> None:
        """Note a value that is no field, under a key that is not taken yet."""
        name = key
        while key in self.extra:
            self._counts[name] = self._counts.get(name, 1) + 1
            key = f"{name} ({self._counts[name]})"
        self.extra[key] = value
        self.spans[f"extra:{key}"] = span

    def keep_value(self, key: str, value: Json, span: Span) -> None:
        """Keep a front matter value that is no field, or can't be one."""
        name = clean_line(key) or "key"
        if len(name) > _LONG_KEY:
            name, value = f"{name[:_LONG_KEY]}…", {key: value}
        taken = name in FRONT_MATTER_FIELDS or (name == "department" and "family" not in self.values)
        if taken or name != key or name.split(" ")[0] in FRONT_MATTER_FIELDS:
            text = f"The value of {key!r} is not understood; it is kept as written."
            self.say("front-matter-value", span.start, text)
        self.put_extra(f"{name} (as written)" if taken else name, _clean_value(value), span)

    def keep_lines(
        self, start: int, end: int, region: int, position: str, *, text: str | None = None
    ) -> None:
        """Keep lines that no rule understands as text without a heading; `text` says so, None nothing."""
        while start < end and grammar.says_nothing(self.lines[start]):
            start += 1
        if start == end:
            return
        if text is not None:
            self.say("unread-text", start, text)
        spans = self._loose[position]
        if spans and not any(line.strip() for line in self.lines[spans[-1].end : start]):
            # With nothing but blank lines between them, two pieces stay as they were written.
            start = spans.pop().start
        spans.append(Span(start, end, "text", region))

    def keep_section(
        self, heading: str, level: int, text: str, position: str, span: Span, *, line: int
    ) -> None:
        """Keep a section that is not known; its text starts on a line (from 0)."""
        # A section needs a heading to be told from the one before it, even where the file's is empty.
        heading = clean_line(heading) or "…"
        if len(heading) > MAX_LINE:
            heading, text = f"{heading[: MAX_LINE // 2]}…", f"{heading}\n\n{text}".strip()
        text = self.closed(text, line, above=level)
        self.lists["sections"].append((_section(heading, level, text, position), span))

    def closed(self, text: str, line: int, *, above: int) -> str:
        """A text that leaves no code fence or HTML block open and has no heading as high as the one above.

        The text starts on a line (from 0).
        """
        if not blocks.is_closed(text):
            *_, opened = blocks.blocks(text)
            told = "A code fence or HTML block is left open here; close it."
            self.say("unclosed-block", line + opened.start, told)
            fence = next((mark for mark in ("```", "~~~") if blocks.is_closed(f"{text}\n{mark}")), None)
            text = f"{text}\n{fence}" if fence else blocks.quote(text)
        highest = blocks.highest_heading(text)
        return blocks.quote(text) if highest is not None and highest <= above else text

    # Result -------------------------------------------------------------------------------------------------

    def document(self, name: str) -> RoleDocument:
        """The document that all this makes, for a role of this name."""
        for position, spans in self._loose.items():
            text = clean_prose("\n\n".join(map(self._loose_text, spans)))
            if text:
                text = self.closed(text, spans[0].start, above=2)
                self.lists["sections"].append((_section(None, 2, text, position), spans[0]))
        clean = table.usable_name(name)
        if clean != name:
            self.extra.setdefault("title", name)
        lists = {field: [item for item, _ in found] for field, found in self.lists.items()}
        values = {"slug": slugify(clean), **self.values, "name": clean, "extra": self.extra}
        return from_fields({**values, **lists})

    def _loose_text(self, span: Span) -> str:
        lines = self.lines[span.start : span.end]
        width = len(lines[0]) - len(lines[0].lstrip())
        return clean_prose("\n".join(line[width:] if not line[:width].strip() else line for line in lines))

    def statement_spans(self, document: RoleDocument) -> dict[Key, Span]:
        """Where each statement of the gathered document stands."""
        spans = dict(self.spans)
        keys = Keys()
        for field in LISTS:
            # The document may have put a list into another order, but its items are the very ones gathered.
            waiting: dict[int, deque[Span]] = defaultdict(deque)
            for item, span in self.lists[field]:
                waiting[id(item)].append(span)
            for item in value_of(document, field) or ():
                spans[keys.of(field, item)] = waiting[id(item)].popleft()
        return spans


def _section(heading: str | None, level: int, text: str, position: str) -> Section:
    """An extra section that can be read back.

    A text that would be read as something else here is quoted, a heading that would be one gets a dot.
    """
    quoted = blocks.quote(text) if text else text
    for head in (heading, f"{heading}." if heading else None):
        for candidate in (text, quoted):
            try:
                section = Section(heading=head, level=level, text=candidate, position=position)
            except InvalidDocument:
                continue
            if not any(table.section_faults(section)):
                return section
    raise AssertionError(f"no way to keep {heading!r} at {position!r}")


def _clean_value(value: Json) -> Json:
    if isinstance(value, list):
        return [_clean_value(item) for item in value]
    if isinstance(value, dict):
        cleaned: dict[str, Json] = {}
        for key, item in value.items():
            name = clean_text(key)
            while name in cleaned:
                name += "'"
            cleaned[name] = _clean_value(item)
        return cleaned
    return without_controls(value)
