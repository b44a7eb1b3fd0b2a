"""Role files into documents: bytes → `Parsed` (document, spans, messages).

The outline comes first: headings, and the region of lines each governs. A heading is a known section only
directly below the title or its listed parent (`sections.py`); any other belongs to its parent's text, or is
an extra section. Then each region is read by its kind. Text that fits no rule becomes an extra section:
nothing is lost.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from roles.documents import blocks, front_matter, grammar
from roles.documents import sections as table
from roles.documents.blocks import Block
from roles.documents.document import (
    FRONT_MATTER_FIELDS,
    MAX_LINE,
    MAX_SLUG,
    PROFILE_ID,
    REPORTS_TO,
    ROLE_CODE,
    SLUG,
    Agent,
    Identifier,
    Interaction,
    InvalidDocument,
    Json,
    Key,
    Keys,
    Responsibility,
    RoleDocument,
    Section,
    Variation,
    clean_line,
    clean_prose,
    clean_text,
)
from roles.documents.messages import Message
from roles.documents.sections import KnownSection
from roles.documents.text import fold_key, slugify

Dialect = Literal["profile", "job"]
"""`profile`: front matter with a name, then level-1 sections. `job`: a title, a role code, level-2
sections."""

Place = Literal["front", "title", "label", "fact", "item", "line", "heading", "prose", "section", "text"]
"""How a statement is written: a front matter key, the title, a labelled line, a table row, a list item, one
of several on a line, an item under its own heading, a section's text, an extra section, text without a
heading."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a statement stands: lines from 0, end exclusive; `region` is its index in `Parsed.regions`."""

    start: int
    end: int
    place: Place
    region: int = -1


@dataclass(slots=True)
class Region:
    """A heading and the lines it governs, sub-headings that belong to its text included."""

    kind: Literal["start", "title", "known", "group", "item", "extra"]
    start: int
    """The heading's line; for the start of the file, the first line after the front matter."""
    content: int
    """The first line after the heading."""
    end: int
    level: int = 0
    heading: str = ""
    section: KnownSection | None = None
    """The known section; for a group, an item or an extra section at level 3, the one around it."""
    position: str = ""
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file says. `document` is None if it has no role to load: see `messages`.

    `written_slug` tells whether the slug stands in the file; a derived slug identifies nothing.
    """

    document: RoleDocument | None
    dialect: Dialect = "job"
    written_slug: bool = False
    messages: tuple[Message, ...] = ()
    spans: dict[Key, Span] = field(default_factory=dict)
    regions: tuple[Region, ...] = ()
    lines: tuple[str, ...] = ()
    """The text's lines with their line ends, without a byte order mark."""
    front_matter_end: int = 0

    @property
    def failed(self) -> bool:
        """Whether the file can't be loaded, rather than being no role document."""
        return any(message.severity == "error" for message in self.messages)

    @property
    def statement_lines(self) -> dict[Key, int]:
        """The line (from 1) of each statement that the file holds."""
        return {key: span.start + 1 for key, span in self.spans.items()}


BOM = "\ufeff"


def decode(data: bytes) -> str:
    """A file's text, byte order mark included.

    Raises:
        Refused: if it is not UTF-8 or holds NUL bytes.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("not-utf8", 1, "The file is UTF-16: save it as UTF-8.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused(
            "not-utf8", line, f"The file is not UTF-8 (byte 0x{data[error.start]:02x}): save it as UTF-8."
        ) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise Refused("nul-byte", line, "The file holds NUL bytes, so it is no text file: remove them.")
    return text


class Refused(ValueError):
    """A file that can't be read as text; `message` says where and why."""

    def __init__(self, code: str, line: int, text: str) -> None:
        super().__init__(text)
        self.message = Message(code, line, text)


def parse(data: bytes) -> Parsed:
    """Read one role file. Never raises on bad input: what is wrong is in the messages."""
    try:
        text = decode(data).removeprefix(BOM)
        if not text.strip():
            raise Refused("empty", 1, "The file is empty.")
        lines = tuple(blocks.split_lines(text))
        # Line ends are compared and stored as \n; `lines` keeps them as written.
        unified = "\n".join(line.rstrip("\r\n") for line in lines)
        return _Reader(unified, lines, front_matter.read(unified + "\n")).parsed()
    except (Refused, front_matter.FrontMatterError) as refused:
        return Parsed(None, messages=(refused.message,))


class _Reader:
    """Reads one text; each `_read_*` method takes a region and adds what it says."""

    def __init__(self, text: str, lines: tuple[str, ...], front: front_matter.FrontMatter) -> None:
        self.raw_lines = lines
        self.plain = text.split("\n")
        self.front = front
        self.messages = list(front.messages)
        self.values: dict[str, Any] = {}
        self.agent: dict[str, Any] = {}
        self.lists: dict[str, list[tuple[Any, Span]]] = {name: [] for name in _LIST_FIELDS}
        self.scalars: dict[Key, Span] = {}
        self.loose: dict[str, list[Span]] = {}
        self.extra: dict[str, Json] = {}
        self.extra_spans: dict[str, Span] = {}
        self.written_slug = False
        self.regions: list[Region] = []

    # Outline ------------------------------------------------------------------------------------------------

    def outline(self) -> None:
        """Split the body into regions."""
        offset = self.front.end
        body = "\n".join(self.plain[offset:])
        found = [_moved(block, offset) for block in blocks.blocks(body)]
        title = self._title([block for block in found if block.kind == "heading"])
        regions = [Region("start", offset, offset, len(self.plain))]
        stack: list[Region] = []
        for block in found:
            if block.kind == "heading":
                while stack and stack[-1].level >= block.level:
                    stack.pop()
                region = self._region(block, stack[-1] if stack else None, title, regions)
                if region is not None:
                    regions[-1].end = block.start
                    regions.append(region)
                    stack.append(region)
                    continue
            regions[-1].blocks.append(block)
        self.regions = regions

    def _title(self, headings: list[Block]) -> Block | None:
        if not headings or table.is_known_heading(headings[0].text) or not headings[0].text:
            return None
        first, name = headings[0], self.front.values.get("name")
        if isinstance(name, str) and name.strip() and fold_key(first.text) != fold_key(name):
            # With a name in the front matter, sections stand at level 1 and the first may be an unknown one.
            alone = all(other.level > first.level for other in headings[1:])
            return first if alone and len(headings) > 1 else None
        return first

    def _region(
        self, block: Block, parent: Region | None, title: Block | None, regions: list[Region]
    ) -> Region | None:
        """The region that a heading opens, or None if it belongs to the text around it."""
        region = Region("extra", block.start, block.end, len(self.plain), block.level, block.text)
        if block is title:
            region.kind = "title"
            return region
        known = table.known_heading(block.text)
        if parent is None or parent.kind in ("title", "start"):
            region.position = table.top(_last_position(regions))
            if known:
                region.kind, region.section, region.position = "known", known, known.id
            return region
        around = parent.section
        if parent.kind != "known" or around is None:
            return None
        if known and around.id in known.parents:
            region.kind, region.section, region.position = "known", known, known.id
        elif around.subheadings == "text":
            return None
        else:
            region.section = around
            region.kind = {"groups": "group", "items": "item"}.get(around.subheadings, "extra")  # type: ignore[assignment]
            region.position = _last_position(regions) if around.kind == "agent" else around.id
        return region

    # Reading ------------------------------------------------------------------------------------------------

    def parsed(self) -> Parsed:
        self.outline()
        self._read_front_matter()
        for number, region in enumerate(self.regions):
            self._read_region(number, region)
        return self._result()

    def _read_region(self, number: int, region: Region) -> None:
        if region.kind in ("start", "title"):
            self._read_start(number, region)
        elif region.kind == "extra" or (region.kind == "group" and not _has_list(region)):
            self._read_extra(number, region)
        elif region.kind == "item":
            self._read_heading_item(number, region)
        elif region.section is not None:
            kind = region.section.kind
            if kind == "prose":
                self._read_prose(number, region, region.section)
            elif kind == "prompt":
                self._read_prompt(number, region)
            elif kind == "agent":
                self._read_agent(number, region)
            else:
                self._read_list(number, region, region.section)

    def _read_front_matter(self) -> None:
        spans = {key: Span(start, end, "front") for key, (start, end) in self.front.keys.items()}
        values = dict(self.front.values)
        for key in ("name", "slug", "family", "department", "default_seniority"):
            value = values.get(key)
            if value is None or (key == "department" and "family" in self.values):
                continue
            line = clean_line(value) if isinstance(value, str) else ""
            if not line or len(line) > MAX_LINE:
                if value != "":
                    self._keep(key, value, spans[key])
                values.pop(key)
                continue
            field_name = {"department": "family", "default_seniority": "seniority"}.get(key, key)
            self.values[field_name] = line
            self.scalars[field_name] = spans[key]
            values.pop(key)
        self._check_slug()
        self._read_identifiers(values, spans)
        for key in ("aliases", "tags"):
            value = values.pop(key, None)
            parts = value.split(",") if isinstance(value, str) else value
            if parts is None:
                continue
            if not isinstance(parts, list) or not all(
                isinstance(part, str) and len(part) <= MAX_LINE for part in parts
            ):
                self._keep(key, value, spans[key])
                continue
            self.lists[key] += [(clean_line(part), spans[key]) for part in parts if clean_line(part)]
        self._read_property_mapping(values.pop("properties", None), spans)
        for key, value in values.items():
            self._keep(key, value, spans[key])

    def _check_slug(self) -> None:
        slug = self.values.get("slug")
        if slug is None:
            return
        self.written_slug = True
        if not SLUG.fullmatch(slug) or len(slug) > MAX_SLUG:
            self.values["slug"] = slugify(slug)
            self.extra["slug (as written)"] = slug
            self.extra_spans["slug (as written)"] = self.scalars["slug"]
            self._say(
                "slug-invalid",
                self.scalars["slug"].start,
                f"The slug {slug!r} may hold only a-z, 0-9 and hyphens; "
                f"{self.values['slug']!r} is used instead.",
            )

    def _read_identifiers(self, values: dict[str, Json], spans: dict[str, Span]) -> None:
        found: list[tuple[str, Json, str]] = []
        if "id" in values:
            found.append((PROFILE_ID, values.pop("id"), "id"))
        registered = values.pop("identifiers", None)
        if isinstance(registered, dict):
            for scheme, value in registered.items():
                found += [
                    (scheme, one, "identifiers") for one in (value if isinstance(value, list) else [value])
                ]
        elif registered is not None:
            self._keep("identifiers", registered, spans["identifiers"])
        for scheme, value, key in found:
            if value == "" and key == "id":
                continue
            try:
                identifier = Identifier(
                    scheme=scheme, value=clean_line(value) if isinstance(value, str) else ""
                )
            except InvalidDocument:
                self._keep(f"{key} {scheme}" if key != "id" else key, value, spans[key])
                continue
            if key == "id" and not SLUG.fullmatch(identifier.value):
                self._say(
                    "profile-id-invalid",
                    spans[key].start,
                    f"The id {identifier.value!r} should hold only a-z, 0-9 and hyphens.",
                )
            if not self._add_identifier(identifier, spans[key]):
                self._keep(f"{key} {scheme}" if key != "id" else key, value, spans[key])

    def _add_identifier(self, identifier: Identifier, span: Span) -> bool:
        if any(item == identifier for item, _ in self.lists["identifiers"]):
            return False
        self.lists["identifiers"].append((identifier, span))
        return True

    def _read_property_mapping(self, value: Json, spans: dict[str, Span]) -> None:
        if value is None:
            return
        pairs = value.items() if isinstance(value, dict) else [("", value)]
        for name, content in pairs:
            text = (
                ", ".join(content) if isinstance(content, list) and all(map(_is_text, content)) else content
            )
            item = table.make_property(clean_line(name), clean_line(text)) if isinstance(text, str) else None
            if item is None:
                self._keep(f"properties {name}".strip(), content, spans["properties"])
            else:
                self.lists["properties"].append((item, spans["properties"]))

    def _keep(self, key: str, value: Json, span: Span) -> None:
        """Keep a front matter value that is no field, or can't be one."""
        name = clean_line(key) or "key"
        if (
            name != key
            or name.split(" ")[0] in FRONT_MATTER_FIELDS
            or (name == "department" and "family" not in self.values)
        ):
            name = f"{name} (as written)" if name in FRONT_MATTER_FIELDS or name == "department" else name
            self._say(
                "front-matter-value",
                span.start,
                f"The value of {key!r} is not understood; it is kept as written.",
            )
        value = _clean_value(value)
        while name in self.extra:
            name += "'"
        self.extra[name] = value
        self.extra_spans[name] = span

    def _read_start(self, number: int, region: Region) -> None:
        if region.kind == "title":
            self._read_title(number, region)
        for block in region.blocks:
            if table.is_fact_table(block):
                self._read_facts(number, block)
            elif block.kind == "other":
                self._read_labelled(number, block, table.ROLE_CODE_LABEL, position="")
            else:
                self._keep_loose(number, block, position="")

    def _read_title(self, number: int, region: Region) -> None:
        span = Span(region.start, region.content, "title", number)
        if "name" in self.values:
            key = "title" if "title" not in self.extra else "heading"
            if key in self.extra:
                key = "title heading"
            self.extra[key] = region.heading
            self.extra_spans[key] = span
        else:
            self.values["name"] = region.heading
            self.scalars["name"] = span

    def _read_labelled(self, number: int, block: Block, label: str, *, position: str) -> None:
        """A paragraph whose lines may be `**Role Code:** X`; its other lines are kept."""
        start = block.start
        for line in range(block.start, block.end):
            value = table.read_label(self.plain[line], label)
            if value is None or not self._take_label(number, line, label, value):
                continue
            self._keep_lines(number, start, line, position)
            start = line + 1
        self._keep_lines(number, start, block.end, position)

    def _take_label(self, number: int, line: int, label: str, value: str) -> bool:
        span = Span(line, line + 1, "label", number)
        value = clean_line(value)
        if not value or len(value) > MAX_LINE:
            return False
        if label == table.AGENT_NAME_LABEL:
            if "name" in self.agent:
                return False
            self.agent["name"] = value
            self.scalars["agent.name"] = span
            return True
        return self._add_identifier(Identifier(scheme=ROLE_CODE, value=value), span)

    def _read_facts(self, number: int, block: Block) -> None:
        header_line, header = block.rows[0]
        if {fold_key(cell) for cell in header} - {"field", "value", "fact", "attribute", ""}:
            self._read_fact(number, header_line, header)
        for line, cells in block.rows[1:]:
            self._read_fact(number, line, cells)

    def _read_fact(self, number: int, line: int, cells: tuple[str, ...]) -> None:
        name, value = table.fact_name(cells[0]), cells[1]
        bare = grammar.strip_code(value)
        span = Span(line, line + 1, "fact", number)
        label = fold_key(name)
        if label == table.ROLE_CODE_LABEL and "`" not in bare and "**" not in bare:
            if self._take_label(number, line, label, bare):
                return
        elif label == table.REPORTS_TO_LABEL:
            partner, link = table.linked(bare)
            try:
                self.lists["interactions"].append(
                    (Interaction(kind=REPORTS_TO, partner=partner, link=link), span)
                )
                return
            except InvalidDocument:
                pass
        item = table.make_property(clean_line(name), clean_line(bare))
        if item is not None:
            self.lists["properties"].append((item, span))
        else:
            self._keep_lines(number, line, line + 1, "")

    def _read_agent(self, number: int, region: Region) -> None:
        for block in region.blocks:
            if block.kind == "other":
                self._read_labelled(number, block, table.AGENT_NAME_LABEL, position="agent")
            else:
                self._keep_loose(number, block, position="agent")

    def _read_prose(self, number: int, region: Region, section: KnownSection) -> None:
        text, start, end = self._prose(region, by=2 - region.level)
        if not text:
            return
        span = Span(start, end, "prose", number)
        if section.field in self.values:
            self._say(
                "duplicate-section",
                region.start,
                f"The section {region.heading!r} stands twice; both are kept.",
            )
            text = f"{self.values[section.field]}\n\n{text}"
        else:
            self.scalars[section.field] = span
        self.values[section.field] = self._closed(text, start, above=2)

    def _prose(self, region: Region, *, by: int) -> tuple[str, int, int]:
        """A region's text with its headings moved `by` levels, and the lines it stands on."""
        start, end = region.content, region.end
        while start < end and _says_nothing(self.plain[start]):
            start += 1
        while end > start and _says_nothing(self.plain[end - 1]):
            end -= 1
        text = clean_prose("\n".join(self.plain[start:end]))
        return clean_prose(blocks.shift_headings(text, by)), start, max(end, start)

    def _closed(self, text: str, line: int, *, above: int) -> str:
        """A text that leaves no code fence or HTML block open and has no heading as high as the one above
        it."""
        if not blocks.is_closed(text):
            self._say("unclosed-block", line, "A code fence or HTML block is left open here; close it.")
            fence = next((m for m in ("```", "~~~") if blocks.is_closed(f"{text}\n{m}")), None)
            text = f"{text}\n{fence}" if fence else blocks.quote(text)
        highest = blocks.highest_heading(text)
        return blocks.quote(text) if highest is not None and highest <= above else text

    def _read_prompt(self, number: int, region: Region) -> None:
        text, start, end = self._prose(region, by=0)
        if not text:
            return
        found = [block for block in blocks.blocks(text) if block.kind != "rule"]
        if all(block.kind == "quote" for block in found):
            text = clean_text(blocks.unquote(text))
            if not text:
                return
        if "system_prompt" in self.agent:
            self._say(
                "duplicate-section",
                region.start,
                f"The section {region.heading!r} stands twice; both are kept.",
            )
            text = f"{self.agent['system_prompt']}\n\n{text}"
        else:
            self.scalars["agent.system_prompt"] = Span(start, end, "prose", number)
        self.agent["system_prompt"] = text

    def _read_list(self, number: int, region: Region, section: KnownSection) -> None:
        group = clean_line(region.heading) or None if region.kind == "group" else None
        for block in region.blocks:
            if block.kind == "list":
                for start, end in block.items:
                    self._read_item(number, start, end, section, group)
            elif block.kind == "other" and (items := section.read_paragraph(self._plain(block).strip())):
                span = Span(block.start, block.end, "line", number)
                self.lists[section.field] += [(item, span) for item in items]
            else:
                self._keep_loose(number, block, section.id)

    def _read_item(self, number: int, start: int, end: int, section: KnownSection, group: str | None) -> None:
        content = clean_text(blocks.dedent_item("\n".join(self.plain[start:end])))
        item = read_item(section, content, group)
        if item is None:
            if content:
                self._say(
                    "unread-item", start, f"This item of {section.heading!r} is not understood; kept as text."
                )
                self._keep_lines(number, start, end, section.id, quiet=True)
            return
        self.lists[section.field].append((item, Span(start, end, "item", number)))

    def _read_heading_item(self, number: int, region: Region) -> None:
        """`### Name` with its text below, where items are otherwise list items."""
        text, _, end = self._prose(region, by=0)
        try:
            item = Variation(name=clean_line(region.heading) or None, text=text or None)
        except InvalidDocument:
            self._say("unread-item", region.start, "This part is not understood; it is kept as text.")
            assert region.section is not None
            self._keep_lines(number, region.start, region.end, region.section.id, quiet=True)
            return
        assert region.section is not None
        span = Span(region.start, max(end, region.content), "heading", number)
        self.lists[region.section.field].append((item, span))

    def _read_extra(self, number: int, region: Region) -> None:
        level = 2 if region.section is None else 3
        text, start, end = self._prose(region, by=level - region.level)
        self._say(
            "unknown-heading",
            region.start,
            f"The heading {region.heading!r} is no known section; kept as it stands.",
        )
        span = Span(region.start, max(end, region.content), "section", number)
        text = self._closed(text, start, above=level)
        # A section needs a heading to be told from the one before it, even where the file's is empty.
        section = self._section(clean_line(region.heading) or "…", level, text, region.position)
        if section is not None:
            self.lists["sections"].append((section, span))

    def _section(self, heading: str | None, level: int, text: str, position: str) -> Section | None:
        if heading is None and not text:
            return None
        if heading is not None and len(heading) > MAX_LINE:
            heading, text = f"{heading[: MAX_LINE // 2]}…", f"{heading}\n\n{text}".strip()
        quoted = blocks.quote(text) if text else text
        # A text that would be read as something else here is quoted, a heading that would be one is closed by
        # a dot.
        for head, candidate in (
            (heading, text),
            (heading, quoted),
            (f"{heading}.", text),
            (f"{heading}.", quoted),
        ):
            try:
                section = Section(
                    heading=head if heading else None,
                    level=level if heading else 2,
                    text=candidate,
                    position=position,
                )
            except InvalidDocument:
                continue
            if not any(table.section_faults(section)):
                return section
        raise AssertionError(f"no way to keep {heading!r} at {position!r}")

    def _keep_loose(self, number: int, block: Block, position: str) -> None:
        if block.kind != "rule":
            self._keep_lines(number, block.start, block.end, position)

    def _keep_lines(self, number: int, start: int, end: int, position: str, *, quiet: bool = False) -> None:
        """Keep lines that no rule understands as text without a heading."""
        while start < end and _says_nothing(self.plain[start]):
            start += 1
        if start == end:
            return
        if not quiet and position:
            self._say("unread-text", start, "This text is not understood here; it is kept as it stands.")
        spans = self.loose.setdefault(position, [])
        if spans and not any(line.strip() for line in self.plain[spans[-1].end : start]):
            # With nothing but blank lines between them, two pieces stay as they were written.
            start = spans.pop().start
        spans.append(Span(start, end, "text", number))

    def _loose_text(self, span: Span) -> str:
        lines = self.plain[span.start : span.end]
        width = len(lines[0]) - len(lines[0].lstrip())
        return clean_prose("\n".join(line[width:] if not line[:width].strip() else line for line in lines))

    def _say(self, code: str, line: int, text: str) -> None:
        self.messages.append(Message(code, line + 1, text))

    def _plain(self, block: Block) -> str:
        return "\n".join(self.plain[block.start : block.end])

    # Result -------------------------------------------------------------------------------------------------

    def _result(self) -> Parsed:
        title = self.extra.get("title")
        if "name" not in self.values and isinstance(title, str) and clean_line(title):
            self.values["name"] = clean_line(self.extra.pop("title"))
            self.scalars["name"] = self.extra_spans.pop("title")
        name = self.values.get("name")
        known = any(region.kind == "known" for region in self.regions)
        if not known and not self.lists["identifiers"] and not self.written_slug:
            told = Message(
                "not-a-role", 1, "No identifier and no known section: not a role document, so it is skipped."
            )
            return Parsed(None, messages=(*self.messages, told))
        if name is None:
            told = Message(
                "no-title", 1, "The role has no name: give the file a title (# Name) or a front matter name."
            )
            return Parsed(None, messages=(*self.messages, told))
        for position, spans in self.loose.items():
            text = clean_prose("\n\n".join(map(self._loose_text, spans)))
            section = self._section(None, 2, self._closed(text, spans[0].start, above=2), position)
            if section is not None:
                self.lists["sections"].append((section, spans[0]))
        return self._parsed(name)

    def _parsed(self, name: str) -> Parsed:
        clean = table.usable_name(name)
        if clean != name:
            self.extra.setdefault("title", name)
        self.values["name"] = clean
        self.values.setdefault("slug", slugify(clean))
        lists: dict[str, Any] = {key: tuple(item for item, _ in found) for key, found in self.lists.items()}
        inside = [key for key in lists if key.startswith("agent.")]
        agent = Agent(**self.agent, **{key.removeprefix("agent."): lists.pop(key) for key in inside})
        document = RoleDocument(**self.values, **lists, extra=self.extra, agent=agent)
        return Parsed(
            document,
            dialect="job" if any(region.kind == "title" for region in self.regions) else "profile",
            written_slug=self.written_slug,
            messages=tuple(sorted(self.messages, key=lambda message: message.line)),
            spans=self._spans(document),
            regions=tuple(self.regions),
            lines=self.raw_lines,
            front_matter_end=self.front.end,
        )

    def _spans(self, document: RoleDocument) -> dict[Key, Span]:
        spans = dict(self.scalars)
        spans |= {f"extra:{key}": span for key, span in self.extra_spans.items()}
        keys = Keys()
        for name, found in self.lists.items():
            # The document may order a list anew (see RoleDocument), so items are matched by value.
            waiting = list(found)
            owner, _, attribute = name.rpartition(".")
            for item in getattr(document.agent if owner else document, attribute, ()):
                at = next(number for number, (value, _) in enumerate(waiting) if value == item)
                spans[keys.of(name, item)] = waiting.pop(at)[1]
        return spans


_LIST_FIELDS = (
    "identifiers",
    "aliases",
    "tags",
    "sections",
    *dict.fromkeys(section.field for section in table.KNOWN if section.kind == "list"),
)


def _moved(block: Block, by: int) -> Block:
    return Block(
        block.kind,
        block.start + by,
        block.end + by,
        block.level,
        block.text,
        tuple((start + by, end + by) for start, end in block.items),
        tuple((line + by, cells) for line, cells in block.rows),
    )


def _last_position(regions: list[Region]) -> str:
    """The id of the last known section before here; empty before all."""
    return next(
        (region.section.id for region in reversed(regions) if region.kind == "known" and region.section), ""
    )


def _has_list(region: Region) -> bool:
    return any(block.kind == "list" for block in region.blocks)


def _says_nothing(line: str) -> bool:
    return not line.strip() or grammar.RULE.fullmatch(line) is not None


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _clean_value(value: Json) -> Json:
    if isinstance(value, list):
        return [_clean_value(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(key): _clean_value(item) for key, item in value.items()}
    return "".join(ch for ch in value if ch in "\n\t" or (ch >= " " and ch != "\x7f"))


def read_item(section: KnownSection, content: str, group: str | None) -> Any | None:
    item = section.read(content) if content else None
    if item is None or group is None or not isinstance(item, Responsibility):
        return item
    try:
        return Responsibility(
            name=item.name,
            text=item.text,
            success_metric=item.success_metric,
            primary=item.primary,
            group=group,
        )
    except InvalidDocument:
        return None
