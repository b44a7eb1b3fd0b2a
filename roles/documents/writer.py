"""Documents into role files: `render` writes one anew, `patch` changes only what differs in an existing one.

A patch edits as a person would: a changed word changes its line, a new item comes after its neighbour in the
bullets of its list. What it made is read again; if that is not the document it was to write, the file is
rendered.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from roles.documents import blocks, front_matter
from roles.documents import sections as table
from roles.documents.document import (
    LISTS,
    PROFILE_ID,
    ROLE_CODE,
    Interaction,
    Json,
    Key,
    Member,
    Property,
    Responsibility,
    RoleDocument,
    Section,
    field_of,
    is_common_partner,
    statements,
)
from roles.documents.reader import BOM, Dialect, Parsed, Region, Span, decode, parse, read_item
from roles.documents.sections import KNOWN, KnownSection
from roles.documents.text import slugify

# Render -----------------------------------------------------------------------------------------------------


def render(document: RoleDocument, dialect: Dialect) -> str:
    """A document as the text of a new file. Sections that the dialect lacks are written as the other's."""
    style = _Style(dialect)
    body = list(_start(document)) + [chunk for section in KNOWN for chunk in style.section(document, section)]
    front = front_values(document, dialect)
    head = [f"---\n{front_matter.write(front)}---"] if front else []
    title = [] if "name" in front else [f"# {document.name}"]
    return "\n\n".join([*head, *title, *body]) + "\n"


def front_values(document: RoleDocument, dialect: Dialect) -> dict[str, Json]:
    """What a new file of the dialect says in its front matter."""
    values: dict[str, Json] = {}
    codes: dict[str, list[str]] = {}
    for identifier in document.identifiers:
        if identifier.scheme == PROFILE_ID and "id" not in values:
            values["id"] = identifier.value
        elif identifier.scheme != ROLE_CODE:
            codes.setdefault(identifier.scheme, []).append(identifier.value)
    anonymous = not document.identifiers and not any(_is_written(document, section) for section in KNOWN)
    if dialect == "profile" or anonymous or document.slug != slugify(document.name):
        values["slug"] = document.slug
    if dialect == "profile" and not any(extra.heading and not extra.position for extra in document.sections):
        # Where an extra section comes first, a title before it keeps it from being taken for one.
        values["name"] = document.name
    values |= {"default_seniority": document.seniority, "family": document.family}
    values |= {"aliases": list(document.aliases), "tags": list(document.tags)}
    values["identifiers"] = {
        scheme: found[0] if len(found) == 1 else found for scheme, found in codes.items()
    }
    return {key: value for key, value in values.items() if value} | dict(document.extra)


def _start(document: RoleDocument) -> Iterator[str]:
    codes = [identifier.value for identifier in document.identifiers if identifier.scheme == ROLE_CODE]
    yield from (f"**Role Code:** {code}" for code in codes)


def _items(document: RoleDocument, section: KnownSection) -> tuple[Any, ...]:
    """The items that are written under a section. Common partners have one of their own."""
    items = _value(document, section.field) or ()
    if section.field != "interactions":
        return tuple(items)
    return tuple(item for item in items if is_common_partner(item) == (section.id == "common_partners"))


def _value(document: RoleDocument, name: str) -> Any:
    owner, _, attribute = name.rpartition(".")
    if not owner:
        return getattr(document, attribute)
    return getattr(document.agent, attribute) if document.agent else None


def _is_written(document: RoleDocument, section: KnownSection) -> bool:
    """Whether a section has something to say, or text stands in or after it."""
    if any(extra.position == section.id for extra in document.sections):
        return True
    if section.kind == "agent":
        inside = [other for other in KNOWN if table.top(other.id) == section.id and other is not section]
        return document.agent is not None or any(_is_written(document, other) for other in inside)
    return bool(_items(document, section) if section.kind == "list" else _value(document, section.field))


class _Style:
    """How a dialect writes: the depth of its headings and the bullet of its lists."""

    def __init__(self, dialect: Dialect) -> None:
        self.shift = -1 if dialect == "profile" else 0
        self.bullet = "- " if dialect == "profile" else "* "

    def section(self, document: RoleDocument, section: KnownSection) -> Iterator[str]:
        """A known section and the extra text in and after it, as chunks between blank lines."""
        if section is KNOWN[0]:
            yield from self._extras(document, "")
        if not _is_written(document, section):
            if section is KNOWN[-1]:
                yield from self._beside(document, "agent")
            return
        yield self.heading(section.level, section.heading)
        yield from self.content(document, section)
        yield from self._extras(document, section.id, beside=section.id != "agent")
        if section is KNOWN[-1]:
            yield from self._beside(document, "agent")

    def heading(self, level: int, text: str) -> str:
        return f"{'#' * (level + self.shift)} {text}"

    def content(self, document: RoleDocument, section: KnownSection) -> Iterator[str]:
        """What stands under a section's heading."""
        value = _value(document, section.field)
        if section.kind == "agent":
            if document.agent and document.agent.name:
                yield f"**Agent Name:** {document.agent.name}"
        elif section.kind == "list":
            yield from self.items(section, _items(document, section))
        elif value:
            yield (
                blocks.quote(value) if section.kind == "prompt" else blocks.shift_headings(value, self.shift)
            )

    def items(self, section: KnownSection, items: tuple[Any, ...]) -> Iterator[str]:
        group, run = None, list[str]()
        for item in items:
            if isinstance(item, Responsibility) and item.group != group:
                if run:
                    yield "\n".join(run)
                group, run = item.group, []
                yield self.heading(section.level + 1, item.group or "")
            run.append(self.item(section, item))
        if run:
            yield "\n".join(run)

    def item(self, section: KnownSection, item: Any) -> str:
        return self.bullet + blocks.indent(section.write(item), len(self.bullet))

    def extra_section(self, section: Section) -> str:
        text = blocks.shift_headings(section.text, self.shift)
        if section.heading is None:
            return text
        heading = self.heading(section.level, section.heading)
        return f"{heading}\n\n{text}" if text else heading

    def _extras(self, document: RoleDocument, position: str, *, beside: bool = True) -> Iterator[str]:
        for section in document.sections:
            at_level_2 = section.heading is not None and section.level == 2
            if section.position == position and (beside or not at_level_2):
                yield self.extra_section(section)

    def _beside(self, document: RoleDocument, position: str) -> Iterator[str]:
        for section in document.sections:
            if section.position == position and section.heading is not None and section.level == 2:
                yield self.extra_section(section)


# Patch ------------------------------------------------------------------------------------------------------


def patch(data: bytes, document: RoleDocument) -> bytes:
    """A file that says what a document says, otherwise as it was: only lines whose statements differ change.

    An unchanged document gives the same bytes. Byte order mark and line ends stay.

    Raises:
        ValueError: if the file has no role document to change.
    """
    parsed = parse(data)
    if parsed.document is None:
        raise ValueError("only a file that can be read can be patched")
    if parsed.document == document:
        return data
    text = decode(data)
    mark = BOM if text.startswith(BOM) else ""
    newline = _newline(parsed.lines)
    patched = (mark + _Patch(parsed, document, newline).text()).encode()
    if parse(patched).document == document:
        return patched
    return (mark + render(document, parsed.dialect).replace("\n", newline)).encode()


def _newline(lines: tuple[str, ...]) -> str:
    """The line end that most lines have."""
    ends = [line[len(line.rstrip("\r\n")) :] for line in lines]
    return max(("\n", "\r\n", "\r"), key=ends.count)


@dataclass(slots=True)
class _Edit:
    """Lines `start` to `end` (exclusive) become `lines`; an insertion has `start == end`."""

    start: int
    end: int
    lines: list[str]


class _Patch:
    """The edits that turn one parsed file into another document."""

    def __init__(self, parsed: Parsed, document: RoleDocument, newline: str) -> None:
        assert parsed.document is not None
        self.parsed = parsed
        self.document = document
        self.newline = newline
        self.plain = [line.rstrip("\r\n") for line in parsed.lines]
        self.old = statements(parsed.document)
        self.new = statements(document)
        self.positions = {key: number for number, key in enumerate(self.new)}
        self.style = _Style(parsed.dialect)
        self.edits: list[_Edit] = []

    def text(self) -> str:
        """The patched text."""
        self._front_matter()
        self._single_statements()
        for number, region in enumerate(self.parsed.regions):
            if (
                region.section is not None
                and region.section.kind == "list"
                and region.kind in ("known", "group")
            ):
                self._items(number, region)
        self._new_regions()
        lines = list(self.parsed.lines)
        if lines and not lines[-1].endswith(("\n", "\r")) and any(e.end >= len(lines) for e in self.edits):
            lines[-1] += self.newline
        # Insertions at one line keep the order in which they were made.
        ordered = sorted(self.edits, key=lambda edit: (edit.start, edit.end))
        for edit in reversed(ordered):
            lines[edit.start : edit.end] = [line + self.newline for line in edit.lines]
        return "".join(lines)

    # Single statements --------------------------------------------------------------------------------------

    def _single_statements(self) -> None:
        """Statements with lines of their own: prose, labels, facts, the title, extra sections."""
        for key, span in self.parsed.spans.items():
            before, after = self.old[key], self.new.get(key)
            if before == after or span.place in ("front", "item", "line"):
                continue
            if after is None:
                self._remove(span)
                continue
            prefix = "> " if key == "agent.system_prompt" else ""
            lines = self.plain[span.start : span.end]
            for old, new in _changed_texts(before, after):
                lines = next(
                    _replaced(lines, self._at_level(old, span), self._at_level(new, span), prefix), lines
                )
            self.edits.append(_Edit(span.start, span.end, lines))

    def _at_level(self, text: str, span: Span) -> str:
        """A text as it stands in the file: prose has its headings below those of the file."""
        if span.place not in ("prose", "section") or span.region < 0:
            return text
        region = self.parsed.regions[span.region]
        level = 2 if region.section is None or (region.section.level == 2 and region.kind == "known") else 3
        prompt = region.section is not None and region.section.kind == "prompt"
        return text if prompt else blocks.shift_headings(text, region.level - level)

    def _remove(self, span: Span) -> None:
        start, end = span.start, span.end
        if span.place == "prose" and span.region >= 0:
            start = self.parsed.regions[span.region].start
        while end < len(self.plain) and not self.plain[end].strip():
            end += 1
        self.edits.append(_Edit(start, end, []))

    # Lists --------------------------------------------------------------------------------------------------

    def _items(self, number: int, region: Region) -> None:
        """Change, remove, reorder and add the items of one list."""
        section = region.section
        assert section is not None
        spans = {key: span for key, span in self.parsed.spans.items() if span.region == number}
        on_lines = {key: span for key, span in spans.items() if span.place == "line"}
        if on_lines and (
            any(self.old[key] != self.new.get(key) for key in on_lines) or self._added(number, region)
        ):
            self._lines_to_items(number, region, section, on_lines)
            return
        here = [key for key, span in spans.items() if span.place == "item"]
        here.sort(key=lambda key: spans[key].start)
        kept = [key for key in here if key in self.new and self._stays(key, region)]
        for key in here:
            if key not in kept:
                self._remove_item(spans[key])
        slots = [spans[key] for key in kept]
        order = sorted(kept, key=self._position)
        added = self._added(number, region)
        raws = [self._raw(key, spans[key], section, region) for key in order]
        for key in added:
            at = next(
                (i for i, other in reversed(list(enumerate(order))) if self._comes_before(other, key)), None
            )
            raw = self._new_item(section, self.new[key], spans.values())
            if at is not None:
                gap = [""] if self._is_loose(slots) else []
                raws[at] = [*raws[at], *gap, *raw]
            elif raws:
                raws[0] = [*raw, *([""] if self._is_loose(slots) else []), *raws[0]]
            else:
                self._insert_first(region, raw, here, spans)
        for span, raw in zip(slots, raws, strict=True):
            if raw != self.plain[span.start : span.end]:
                self.edits.append(_Edit(span.start, span.end, raw))

    def _position(self, key: Key) -> int:
        return self.positions[key]

    def _comes_before(self, key: Key, other: Key) -> bool:
        return self._position(key) < self._position(other)

    def _stays(self, key: Key, region: Region) -> bool:
        """Whether a changed item still belongs under its heading."""
        value = self.new[key]
        if isinstance(value, Responsibility):
            old = self.old[key]
            return isinstance(old, Responsibility) and value.group == old.group
        assert region.section is not None
        return region.section.id != "common_partners" or _is_partner(value)

    def _added(self, number: int, region: Region) -> list[Key]:
        """The new statements that go into this region: the first that can hold them."""
        return [
            key
            for key, value in self.new.items()
            if (key not in self.old or self._leaves(key)) and self._home(key, value) == number
        ]

    def _leaves(self, key: Key) -> bool:
        """Whether a changed item belongs under another heading now."""
        span = self.parsed.spans.get(key)
        return (
            span is not None
            and span.place == "item"
            and not self._stays(key, self.parsed.regions[span.region])
        )

    def _home(self, key: Key, value: Any) -> int | None:
        """The number of the region that a new statement goes to, None if there is none."""
        name = field_of(key)
        if name not in LISTS or name in ("sections", "identifiers", "aliases", "tags"):
            return None
        candidates = []
        for number, region in enumerate(self.parsed.regions):
            section = region.section
            if section is None or section.field != name or region.kind not in ("known", "group"):
                continue
            if section.id == "common_partners" and not _is_partner(value):
                continue
            group = value.group if isinstance(value, Responsibility) else None
            if (region.heading if region.kind == "group" else None) == group:
                candidates.append((section.id == "common_partners", number))
        preferred = sorted(candidates, key=lambda found: (not found[0], -found[1]))
        return preferred[0][1] if preferred else None

    def _raw(self, key: Key, span: Span, section: KnownSection, region: Region) -> list[str]:
        """An item's lines with its new value, changed as little as can be."""
        lines = self.plain[span.start : span.end]
        before, after = self.old[key], self.new[key]
        if before == after:
            return lines
        bullet = _bullet(lines[0])
        group = region.heading if region.kind == "group" else None

        def reads(candidate: list[str]) -> bool:
            content = blocks.dedent_item("\n".join(candidate)).strip()
            return read_item(section, content, group) == after

        return next(
            filter(reads, _edited(lines, before, after, " " * len(bullet))),
            self._written(section, after, bullet),
        )

    def _new_item(self, section: KnownSection, value: Any, spans: Any) -> list[str]:
        like = next((span for span in spans if span.place == "item"), None)
        anywhere = next((span for span in self.parsed.spans.values() if span.place == "item"), None)
        model = like or anywhere
        bullet = _bullet(self.plain[model.start]) if model else self.style.bullet
        return self._written(section, value, bullet)

    def _written(self, section: KnownSection, value: Any, bullet: str) -> list[str]:
        return (bullet + blocks.indent(section.write(value), len(bullet))).split("\n")

    def _is_loose(self, slots: list[Span]) -> bool:
        """Whether the items of a list stand apart by blank lines."""
        return any(not self.plain[slot.start - 1].strip() for slot in slots[1:])

    def _remove_item(self, span: Span) -> None:
        start, end = span.start, span.end
        blank_before = start > 0 and not self.plain[start - 1].strip()
        if blank_before:
            while end < len(self.plain) and not self.plain[end].strip():
                end += 1
            if end == len(self.plain) or blocks.is_heading_line(self.plain[end]):
                end = span.end
        self.edits.append(_Edit(start, end, []))

    def _insert_first(self, region: Region, raw: list[str], here: list[Key], spans: dict[Key, Span]) -> None:
        if here:
            self.edits.append(_Edit(spans[here[0]].start, spans[here[0]].start, raw))
            return
        at = region.content
        while at < region.end and not self.plain[at].strip():
            at += 1
        blank = at > region.content
        self.edits.append(_Edit(at, at, [*([] if blank else [""]), *raw, ""]))

    def _lines_to_items(
        self, number: int, region: Region, section: KnownSection, spans: dict[Key, Span]
    ) -> None:
        """Partners on one line: on one line again if they can be, else as items."""
        keys = [key for key in self.new if key in spans or key in self._added(number, region)]
        values = [self.new[key] for key in keys]
        span = next(iter(spans.values()))
        plain = [value.partner for value in values if isinstance(value, Interaction)]
        line = ", ".join(plain)
        if section.read_paragraph(line) == values:
            self.edits.append(_Edit(span.start, span.end, [line]))
        else:
            lines = [line for value in values for line in self._written(section, value, self.style.bullet)]
            self.edits.append(_Edit(span.start, span.end, lines))

    # New sections -------------------------------------------------------------------------------------------

    def _new_regions(self) -> None:
        """Sections that the file does not have yet, each before the first that comes after it by the
        table."""
        present = {
            region.section.id for region in self.parsed.regions if region.kind == "known" and region.section
        }
        for section in KNOWN:
            if section.id in present:
                continue
            content = list(self._missing_content(section))
            if content:
                at = self._place(section)
                heading = self._heading(section)
                lines = [line for chunk in [heading, *content] for line in [*chunk.split("\n"), ""]]
                self._insert_section(at, lines)
        for key, value in self.new.items():
            if isinstance(value, Section) and value.heading is not None and key not in self.old:
                self._add_extra(value)

    def _add_extra(self, section: Section) -> None:
        """An extra section after all that stands in its place already."""
        here = [region for region in self.parsed.regions if self._is_before(region, section)]
        known = next((r for r in self.parsed.regions if r.kind == "known" and r.section), None)
        depth = known.level - known.section.level if known and known.section else self.style.shift
        style = _Style(self.parsed.dialect)
        style.shift = depth
        self._insert_section(
            here[-1].end if here else self.parsed.regions[0].end, style.extra_section(section).split("\n")
        )

    def _is_before(self, region: Region, section: Section) -> bool:
        if section.level == 3:
            return region.position == section.position and region.kind != "start"
        return (
            table.top(region.position) == section.position and region.kind != "start"
        ) or region.kind == "title"

    def _missing_content(self, section: KnownSection) -> Iterator[str]:
        if section.kind == "list":
            unplaced = [
                value
                for key, value in self.new.items()
                if field_of(key) == section.field
                and key not in self.old
                and self._home(key, value) is None
                and (
                    section.field != "interactions" or _is_partner(value) == (section.id == "common_partners")
                )
            ]
            yield from self.style.items(section, tuple(unplaced))
            return
        key = "agent.name" if section.kind == "agent" else section.field
        if (key in self.new and key not in self.old) or (section.kind == "agent" and self.document.agent):
            yield from self.style.content(self.document, section)
            if section.kind == "agent":
                yield ""

    def _heading(self, section: KnownSection) -> str:
        """A heading at the depth that the file's sections have."""
        known = [region for region in self.parsed.regions if region.kind == "known" and region.section]
        depth = next((r.level - r.section.level for r in known if r.section), self.style.shift)
        return f"{'#' * max(1, section.level + depth)} {section.heading}"

    def _place(self, section: KnownSection) -> int:
        later = KNOWN[KNOWN.index(section) + 1 :]
        for region in self.parsed.regions:
            other = region.section if region.kind == "known" else None
            if other is not None and other in later and other.level == section.level:
                return region.start
        inside = [region for region in self.parsed.regions if region.section and section.level == 3]
        last = next((r for r in reversed(inside) if r.section and table.top(r.section.id) == "agent"), None)
        return last.end if last else len(self.plain)

    def _insert_section(self, at: int, lines: list[str]) -> None:
        while at > 0 and (not self.plain[at - 1].strip() or self.plain[at - 1].strip() == "---"):
            at -= 1
        while lines and not lines[-1]:
            lines.pop()
        self.edits.append(_Edit(at, at, ["", *lines]))

    # Front matter -------------------------------------------------------------------------------------------

    def _front_matter(self) -> None:
        """Change the keys whose values differ, and add those that the file needs now."""
        now = front_matter.read("\n".join(self.plain) + "\n")
        wanted = self._front_values(now.values)
        for key, (start, end) in now.keys.items():
            if key not in wanted:
                self.edits.append(_Edit(start, end, []))
            elif wanted[key] != now.values[key]:
                self.edits.append(
                    _Edit(start, end, _front_lines(self.plain[start:end], key, now.values[key], wanted[key]))
                )
        added = {key: value for key, value in wanted.items() if key not in now.values}
        if not added:
            return
        lines = front_matter.write(added).rstrip("\n").split("\n")
        if now.end:
            at = max((end for _, end in now.keys.values()), default=now.end - 1)
            self.edits.append(_Edit(at, at, lines))
        else:
            self.edits.append(_Edit(0, 0, ["---", *lines, "---", ""]))

    def _front_values(self, now: dict[str, Json]) -> dict[str, Json]:
        """The front matter that the file should have: what it has, where it says the same, in its own
        keys."""
        spans, document = self.parsed.spans, self.document
        assert self.parsed.document is not None
        values = dict(now)
        elsewhere = {key for key, span in spans.items() if span.place != "front"}
        names = {"slug": "slug", "name": "name", "seniority": "default_seniority", "family": "family"}
        if "department" in now and "family" not in now:
            names["family"] = "department"
        for field_name, key in names.items():
            before, after = self.old.get(field_name), self.new.get(field_name)
            if before == after or field_name in elsewhere:
                continue
            if after is None:
                values.pop(key, None)
            elif field_name != "slug" or key in now or after != slugify(document.name):
                values[key] = after
        if "slug" not in now and "slug" not in values and document.slug != slugify(document.name):
            values["slug"] = document.slug
        for field_name in ("aliases", "tags"):
            if getattr(document, field_name) != getattr(self.parsed.document, field_name):
                values[field_name] = list(getattr(document, field_name))
        self._front_identifiers(values, now)
        self._front_extra(values)
        self._front_properties(values)
        return {key: value for key, value in values.items() if value or (key in now and value == now[key])}

    def _front_identifiers(self, values: dict[str, Json], now: dict[str, Json]) -> None:
        assert self.parsed.document is not None
        if self.document.identifiers == self.parsed.document.identifiers:
            return
        elsewhere = {key for key, span in self.parsed.spans.items() if span.place != "front"}
        here = [
            item
            for item in self.document.identifiers
            if f"identifiers:{item.scheme}:{item.value}".casefold() not in elsewhere
            and item.scheme != ROLE_CODE
        ]
        profile = next((item.value for item in here if item.scheme == PROFILE_ID), None)
        values.pop("id", None)
        if profile is not None:
            values["id"] = profile
        others: dict[str, Json] = {}
        for item in here:
            if (item.scheme, item.value) != (PROFILE_ID, profile):
                others.setdefault(item.scheme, []).append(item.value)
        values["identifiers"] = {
            scheme: found[0] if len(found) == 1 else found for scheme, found in others.items()
        }
        if "id" in now and "id" in values:
            values["id"] = values.pop("id")

    def _front_extra(self, values: dict[str, Json]) -> None:
        assert self.parsed.document is not None
        before, after = self.parsed.document.extra, self.document.extra
        for key in before.keys() | after.keys():
            if before.get(key) == after.get(key):
                continue
            if key in after:
                values[key] = after[key]
            else:
                values.pop(key, None)

    def _front_properties(self, values: dict[str, Json]) -> None:
        here = [
            key
            for key, span in self.parsed.spans.items()
            if span.place == "front" and field_of(key) == "properties"
        ]
        if all(self.old[key] == self.new.get(key) for key in here):
            return
        kept = [value for key in here if isinstance(value := self.new.get(key), Property)]
        values["properties"] = {item.name: list(item.values) for item in kept}


def _front_lines(lines: list[str], key: str, before: Json, after: Json) -> list[str]:
    """The lines of a front matter key with another value: as they are but for it, or written anew."""
    if isinstance(before, str) and isinstance(after, str):
        for candidate in _replaced(lines, before, after, "  "):
            try:
                if front_matter.read("\n".join(["---", *candidate, "---", ""])).values == {key: after}:
                    return candidate
            except front_matter.FrontMatterError:
                continue
    return front_matter.write({key: after}).rstrip("\n").split("\n")


def _is_partner(value: Any) -> bool:
    return isinstance(value, Interaction) and is_common_partner(value)


def _bullet(line: str) -> str:
    match = re.match(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)", line)
    return match[0] if match else "- "


def _changed_texts(before: Any, after: Any) -> list[tuple[str, str]]:
    """The texts of a value that became others."""
    if isinstance(before, str) and isinstance(after, str):
        return [(before, after)]
    if not is_dataclass(before) or type(before) is not type(after):
        return []
    pairs = [(getattr(before, item.name), getattr(after, item.name)) for item in fields(before)]
    found = [(old, new) for old, new in pairs if old != new and isinstance(old, str) and isinstance(new, str)]
    if isinstance(before, Property) and isinstance(after, Property):
        found.append((", ".join(before.values), ", ".join(after.values)))
        found += [(old, new) for old, new in zip(before.values, after.values, strict=False) if old != new]
    if isinstance(before, Member) and isinstance(after, Member):
        found.append((str(before.count), str(after.count)))
    return found


def _edited(lines: list[str], before: Any, after: Any, prefix: str) -> Iterator[list[str]]:
    """An item's lines with its changed texts replaced, each where it may stand; the caller tells which reads
    right."""
    pending: list[list[str]] = [lines]
    for old, new in _changed_texts(before, after):
        following = [candidate for current in pending for candidate in _replaced(current, old, new, prefix)]
        pending = (following or pending)[:20]
        yield from pending
    for name, label in (("success_metric", "Success metric"), ("notes", "Notes")):
        if getattr(before, name, None) is None and getattr(after, name, None) is not None:
            value = blocks.indent(getattr(after, name), len(prefix)).split("\n")
            for current in pending:
                head = [*current[:-1], current[-1].rstrip() + "  "]
                yield [*head, f"{prefix}*{label}*: {value[0]}", *value[1:]]


def _replaced(lines: list[str], old: str, new: str, prefix: str) -> Iterator[list[str]]:
    """Lines in which a text is replaced, for each place where it stands. `prefix` starts lines that are
    new."""
    before, after = old.split("\n"), new.split("\n")
    for start in range(len(lines) - len(before) + 1):
        at = _found_at(lines[start : start + len(before)], before)
        while at is not None:
            yield [
                *lines[:start],
                *_replaced_at(lines[start : start + len(before)], at, before, after, prefix),
                *lines[start + len(before) :],
            ]
            at = _found_at(lines[start : start + len(before)], before, at + 1) if len(before) == 1 else None


def _found_at(lines: list[str], text: list[str], start: int = 0) -> int | None:
    """Where in the first line a text of as many lines starts; its further lines may be indented or quoted."""
    if len(text) == 1:
        at = lines[0].find(text[0], start)
        return at if at >= 0 else None
    if not lines[0].endswith(text[0]):
        return None
    inner = zip(lines[1:-1], text[1:-1], strict=True)
    if any(line.lstrip(" \t>").rstrip() != part.lstrip(" \t>").rstrip() for line, part in inner):
        return None
    return (
        len(lines[0]) - len(text[0]) if lines[-1].lstrip(" \t>").startswith(text[-1].lstrip(" \t>")) else None
    )


def _replaced_at(lines: list[str], at: int, before: list[str], after: list[str], prefix: str) -> list[str]:
    last = lines[-1]
    tail_start = (
        at if len(lines) == 1 else last.index(before[-1].lstrip(" \t>")) - _indent(before[-1])
    ) + len(before[-1])
    head, tail = lines[0][:at], last[tail_start:]
    result: list[str] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal" and i1 > 0 and j1 and i2 < len(lines):
            result += lines[i1:i2]
        else:
            result += [(prefix + part).rstrip() if part == "" else prefix + part for part in after[j1:j2]]
    result[0] = head + after[0]
    result[-1] = (result[-1] if len(after) > 1 else head + after[0]) + tail
    return result


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" \t>"))
