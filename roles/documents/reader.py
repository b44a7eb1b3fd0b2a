"""Role files into documents: bytes → `Parsed` (document, spans, messages).

The outline comes first (`outline.py`). Then the front matter (`front_reader.py`) and each region are read by
their kind. Text that fits no rule becomes an extra section: nothing is lost.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from roles.documents import blocks, front_matter, grammar, items
from roles.documents import sections as table
from roles.documents.blocks import Block
from roles.documents.checks import MAX_LINE, without_controls
from roles.documents.document import (
    REPORTS_TO,
    ROLE_CODE,
    Identifier,
    Interaction,
    InvalidDocument,
    Key,
    Responsibility,
    RoleDocument,
    Variation,
    clean_line,
    clean_prose,
    clean_text,
)
from roles.documents.front_reader import read_front_matter
from roles.documents.gathered import Gathered, Span
from roles.documents.messages import Message
from roles.documents.outline import Region, outline
from roles.documents.sections import KnownSection
from roles.documents.text import fold_key, words

Dialect = Literal["profile", "job"]
"""`profile`: front matter with a name, level-1 sections. `job`: a title, a role code, level-2 sections."""

BOM = "\ufeff"


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

    @property
    def failed(self) -> bool:
        """Whether the file can't be loaded, rather than being no role document."""
        return any(message.severity == "error" for message in self.messages)

    @property
    def statement_lines(self) -> dict[Key, int]:
        """The line (from 1) of each statement that the file holds."""
        return {key: span.start + 1 for key, span in self.spans.items()}


class Refused(ValueError):
    """A file that can't be read as text; `message` says where and why."""

    def __init__(self, code: str, line: int, text: str) -> None:
        super().__init__(text)
        self.message = Message(code, line, text)


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
        found = f"byte 0x{data[error.start]:02x}"
        raise Refused("not-utf8", line, f"The file is not UTF-8 ({found}): save it as UTF-8.") from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise Refused("nul-byte", line, "The file holds NUL bytes, so it is no text file: remove them.")
    return text


def parse(data: bytes) -> Parsed:
    """Read one role file. Never raises on bad input: what is wrong is in the messages."""
    try:
        text = decode(data).removeprefix(BOM)
        if not text.strip():
            raise Refused("empty", 1, "The file is empty.")
        raw = tuple(blocks.split_lines(text))
        # Line ends are compared and stored as \n, control characters as spaces; `raw` keeps all as written.
        lines = [without_controls(line.rstrip("\r\n")) for line in raw]
        front = front_matter.read(lines)
    except (Refused, front_matter.FrontMatterError) as refused:
        return Parsed(None, messages=(refused.message,))
    gathered = Gathered(lines)
    gathered.messages += front.messages
    read_front_matter(front, gathered)
    regions = outline(lines, front.end, gathered.values.get("name"))
    body = _Body(gathered)
    for number, region in enumerate(regions):
        body.read(number, region)
    return _parsed(gathered, regions, raw)


def _parsed(gathered: Gathered, regions: list[Region], raw: tuple[str, ...]) -> Parsed:
    written_slug = "slug" in gathered.spans
    known = any(region.kind == "known" for region in regions)
    title = gathered.extra.get("title")
    if "name" not in gathered.values and isinstance(title, str) and clean_line(title):
        gathered.put("name", clean_line(title), gathered.spans.pop("extra:title"))
        del gathered.extra["title"]
    if not known and not gathered.lists["identifiers"] and not written_slug:
        text = "No identifier and no known section: not a role document, so it is skipped."
        # Nothing of the file is kept, so there is nothing to say of its headings.
        gathered.messages = [message for message in gathered.messages if message.code != "unknown-heading"]
        gathered.say("not-a-role", 0, text)
    elif "name" not in gathered.values:
        text = "The role has no name: give the file a title (# Name) or a front matter name."
        gathered.say("no-title", 0, text)
    else:
        document = gathered.document(gathered.values["name"])
        return Parsed(
            document,
            dialect="job" if any(region.kind == "title" for region in regions) else "profile",
            written_slug=written_slug,
            messages=_sorted(gathered.messages),
            spans=gathered.statement_spans(document),
            regions=tuple(regions),
            lines=raw,
        )
    return Parsed(None, messages=_sorted(gathered.messages))


def _sorted(messages: list[Message]) -> tuple[Message, ...]:
    return tuple(sorted(messages, key=lambda message: message.line))


def read_item(section: KnownSection, content: str, group: str | None) -> Any | None:
    """A list item's content as a value, None if it can't be understood. `group` is the heading above it."""
    item = section.read(content) if content else None
    if group is None or not isinstance(item, Responsibility):
        return item
    try:
        return replace(item, group=group)
    except InvalidDocument:
        return None


class _Body:
    """Reads the regions of a file, each by its kind."""

    def __init__(self, into: Gathered) -> None:
        self._into = into
        self._lines = into.lines

    def read(self, number: int, region: Region) -> None:
        section = region.section
        if region.kind in ("start", "title"):
            self._read_start(number, region)
        elif section is None or region.kind == "extra" or self._is_empty_group(region, section):
            self._read_extra(number, region)
        elif region.kind == "item":
            self._read_heading_item(number, region, section)
        elif section.kind == "prose":
            self._read_prose(number, region, section)
        elif section.kind == "prompt":
            self._read_prompt(number, region, section)
        elif section.kind == "agent":
            self._read_agent(number, region)
        else:
            self._read_list(number, region, section)

    def _is_empty_group(self, region: Region, section: KnownSection) -> bool:
        """Whether no item would tell of the heading of a group."""
        if region.kind != "group":
            return False
        group = clean_line(region.heading) or None
        items = (item for block in region.blocks for item in block.items)
        return all(read_item(section, self._content(start, end), group) is None for start, end in items)

    # Before the first section, and at the head of the agent profile -----------------------------------------

    def _read_start(self, number: int, region: Region) -> None:
        if region.kind == "title":
            self._read_title(number, region)
        for block in region.blocks:
            if table.is_fact_table(block):
                self._read_facts(number, block)
                continue
            self._read_labelled(number, block, table.ROLE_CODE_LABEL, position="")
            line = self._lines[block.start].strip()
            if block.kind == "other" and table.is_known_heading(line.lstrip("#")):
                text = f"{line!r} is no heading, so what follows is no section: write it as `## …`."
                self._into.say("unread-text", block.start, text)

    def _read_title(self, number: int, region: Region) -> None:
        span, heading = Span(region.start, region.content, "title", number), clean_line(region.heading)
        heading = grammar.strip_marks(heading)
        if "name" not in self._into.values:
            self._into.put("name", heading, span)
        elif "title" not in self._into.extra:
            self._into.put_extra("title", heading, span)
        else:
            self._into.put_extra("heading", heading, span)

    def _read_agent(self, number: int, region: Region) -> None:
        for block in region.blocks:
            self._read_labelled(number, block, table.AGENT_NAME_LABEL, position="agent")

    def _read_labelled(self, number: int, block: Block, label: str, *, position: str) -> None:
        """A block whose lines may be `**Role Code:** X`; its other lines are kept."""
        start = block.start
        found = dict(table.find_labels(block, self._lines, label))
        for line in range(block.start, block.end):
            if not position and line not in found and table.seems_to_state_code(self._lines[line]):
                text = "This may be the role's code: write `**Role Code:** X` on a line of its own."
                self._into.say("unread-text", line, text)
        for line, value in found.items():
            if self._take_label(number, line, label, value):
                self._keep_lines(number, start, line, position)
                start = line + 1
        self._keep_lines(number, start, block.end, position)

    def _take_label(self, number: int, line: int, label: str, value: str) -> bool:
        span = Span(line, line + 1, "label", number)
        value = clean_line(value)
        if not value or len(value) > MAX_LINE:
            return False
        if label == table.ROLE_CODE_LABEL:
            return self._add_role_code(value, span)
        if "agent.name" in self._into.values:
            return False
        self._into.put("agent.name", value, span)
        return True

    def _add_role_code(self, value: str, span: Span) -> bool:
        try:
            return self._into.add_identifier(Identifier(scheme=ROLE_CODE, value=value), span)
        except InvalidDocument:
            text = f"The role code {value!r} identifies nothing; write the role's own code, or leave it out."
            self._into.say("unread-item", span.start, text)
            return False

    def _read_facts(self, number: int, block: Block) -> None:
        header, *rows = block.rows
        if {fold_key(cell) for cell in header[1]} - table.FACT_HEADERS:
            rows = [header, *rows]
        for line, cells in rows:
            # A row may have more cells than the header, which Markdown passes over.
            whole = words(self._lines[line]) == words(" ".join(cells))
            if not (whole and self._read_fact(number, line, *cells)):
                self._into.keep_lines(line, line + 1, number, "")

    def _read_fact(self, number: int, line: int, name: str, value: str) -> bool:
        name, bare = table.fact_name(name), grammar.strip_code(value)
        span = Span(line, line + 1, "fact", number)
        label = fold_key(name)
        if label == fold_key(table.ROLE_CODE_LABEL) and "`" not in bare and "**" not in bare:
            if self._take_label(number, line, table.ROLE_CODE_LABEL, bare):
                return True
        elif label == fold_key(REPORTS_TO) and not grammar.is_placeholder(bare):
            partner, link = items.linked(bare)
            try:
                reports_to = Interaction(kind=REPORTS_TO, partner=partner, link=link)
            except InvalidDocument:
                pass
            else:
                self._into.lists["interactions"].append((reports_to, span))
                return True
        item = items.make_property(name, clean_line(bare))
        if item is not None:
            self._into.lists["properties"].append((item, span))
        return item is not None

    # Sections of text ---------------------------------------------------------------------------------------

    def _read_prose(self, number: int, region: Region, section: KnownSection) -> None:
        text, start, end = self._prose(region, by=2 - region.level)
        if text:
            text = self._into.closed(text, start, above=2)
            self._put_text(region, section.field, text, Span(start, end, "prose", number))

    def _read_prompt(self, number: int, region: Region, section: KnownSection) -> None:
        text, start, end = self._prose(region, by=0)
        if text and all(block.kind in ("quote", "rule") for block in blocks.blocks(text)):
            text = clean_text(blocks.unquote(text))
        if text:
            self._put_text(region, section.field, text, Span(start, end, "prose", number))

    def _put_text(self, region: Region, name: str, text: str, span: Span) -> None:
        before = self._into.values.get(name)
        if before is None:
            self._into.put(name, text, span)
            return
        self._into.values[name] = f"{before}\n\n{text}"
        told = f"The section {region.heading!r} stands twice; both are kept."
        self._into.say("duplicate-section", region.start, told)

    def _prose(self, region: Region, *, by: int) -> tuple[str, int, int]:
        """A region's text with its headings moved `by` levels, and the lines it stands on."""
        start, end = region.content, region.end
        while start < end and grammar.says_nothing(self._lines[start]):
            start += 1
        while end > start and grammar.says_nothing(self._lines[end - 1]):
            end -= 1
        text = clean_prose("\n".join(self._lines[start:end]))
        return clean_prose(blocks.shift_headings(text, by)), start, end

    # Sections of items --------------------------------------------------------------------------------------

    def _read_list(self, number: int, region: Region, section: KnownSection) -> None:
        group = clean_line(region.heading) or None if region.kind == "group" else None
        for block in region.blocks:
            if block.kind == "list":
                for start, end in block.items:
                    self._read_item(number, start, end, section, group)
            elif block.kind == "other" and (found := self._read_paragraph(block, section)):
                span = Span(block.start, block.end, "line", number)
                self._into.lists[section.field] += [(item, span) for item in found]
            else:
                self._keep_block(number, block, section.id)

    def _read_paragraph(self, block: Block, section: KnownSection) -> list[Any]:
        return section.read_paragraph("\n".join(self._lines[block.start : block.end]).strip())

    def _content(self, start: int, end: int) -> str:
        return table.item_content(self._lines[start:end])

    def _read_item(self, number: int, start: int, end: int, section: KnownSection, group: str | None) -> None:
        content = self._content(start, end)
        item = read_item(section, content, group)
        if item is not None:
            self._into.lists[section.field].append((item, Span(start, end, "item", number)))
        elif content:
            text = f"This item of {section.heading!r} is not understood; it is kept as text."
            self._into.say("unread-item", start, text)
            self._into.keep_lines(start, end, number, section.id)

    def _read_heading_item(self, number: int, region: Region, section: KnownSection) -> None:
        """`### Name` with its text below, where items are otherwise list items."""
        text, _, end = self._prose(region, by=0)
        try:
            item = Variation(name=clean_line(region.heading) or None, text=text or None)
        except InvalidDocument:
            self._into.say("unread-item", region.start, "This part is not understood; it is kept as text.")
            self._into.keep_lines(region.start, region.end, number, section.id)
        else:
            span = Span(region.start, max(end, region.content), "heading", number)
            self._into.lists[section.field].append((item, span))

    # The rest -----------------------------------------------------------------------------------------------

    def _read_extra(self, number: int, region: Region) -> None:
        level = 2 if region.section is None else 3
        text, start, end = self._prose(region, by=level - region.level)
        told = f"The heading {region.heading!r} is no known section; kept as it stands."
        self._into.say("unknown-heading", region.start, told)
        span = Span(region.start, max(end, region.content), "section", number)
        self._into.keep_section(region.heading, level, text, region.position, span, line=start)

    def _keep_block(self, number: int, block: Block, position: str) -> None:
        if block.kind != "rule":
            self._keep_lines(number, block.start, block.end, position)

    def _keep_lines(self, number: int, start: int, end: int, position: str) -> None:
        told = "This text is not understood here; it is kept as it stands." if position else None
        self._into.keep_lines(start, end, number, position, text=told)
