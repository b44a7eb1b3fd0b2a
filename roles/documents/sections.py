"""The table of sections that both dialects are made of, and how an item of each is read and written.

To add a section to the document: add its field to `document.py`, a row here, and a line to the starter
documents of the tests. Reader, writer, merge and export follow the table.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from roles.documents import blocks, grammar
from roles.documents.document import (
    COMMON_PARTNER,
    MAX_LINE,
    Artifact,
    Capability,
    DailyTask,
    Fault,
    Interaction,
    InvalidDocument,
    McpServer,
    Member,
    Phrase,
    Property,
    Responsibility,
    Section,
    Variation,
    clean_line,
    clean_text,
)
from roles.documents.text import fold_key

Kind = Literal["prose", "list", "agent", "prompt"]
Subheadings = Literal["text", "groups", "items", "sections"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSection:
    """A row of the table: one section that documents have in common."""

    id: str
    """Names the section in `Section.position`; children of the agent profile start with `agent.`."""
    field: str
    """The document's field that its content goes to."""
    heading: str
    """The heading under which it is written."""
    also: tuple[str, ...] = ()
    """Headings under which it is met as well."""
    parents: tuple[str, ...] = ()
    """Ids of the sections that it may stand in, besides directly below the title."""
    kind: Kind = "list"
    subheadings: Subheadings = "sections"
    """What an unknown heading inside is: part of the text, a group of items, an item, or a section of its
    own."""
    read: Callable[[str], Any | None] = lambda content: content
    """One list item's content as a value, None if it can't be understood."""
    write: Callable[[Any], str] = str
    """A value as one list item's content."""
    read_paragraph: Callable[[str], list[Any]] = lambda _: []
    """The items that a paragraph names, for sections that are also written on one line."""

    @property
    def level(self) -> int:
        """The heading's depth where the title is 1: 2, or 3 inside the agent profile."""
        return 3 if self.id.startswith("agent.") else 2


def _valid(build: Callable[[], Any]) -> Any | None:
    try:
        return build()
    except InvalidDocument:
        return None


def _line(text: str | None) -> str | None:
    """A one-line value, None where nothing is left of it."""
    return clean_line(text) or None if text else None


def _bold(name: str | None, text: str | None) -> str:
    if name is None:
        return text or ""
    return f"**{name}:** {text}" if text else f"**{name}**"


# Properties -------------------------------------------------------------------------------------------------


def read_property(content: str) -> Property | None:
    """`**Preferred Tech**: Airflow, dbt`, bold or not."""
    bold = grammar.split_bold(content)
    name, values = bold or (content.partition(":")[0].strip(), content.partition(":")[2])
    if not bold and ":" not in content:
        return None
    return make_property(name, values)


def make_property(name: str, values: str) -> Property | None:
    """A property from its name and its comma-separated values; None if they can't be one."""
    split = tuple(clean_line(value) for value in values.split(",") if clean_line(value))
    return _valid(lambda: Property(name=clean_line(name), values=split))


def _write_property(item: Property) -> str:
    return f"**{item.name}**: {', '.join(item.values)}".rstrip()


# Responsibilities -------------------------------------------------------------------------------------------


def _read_responsibility(content: str) -> Responsibility | None:
    label = grammar.METRIC.search(content)
    metric = content[label.end() :].strip() or None if label else None
    head = content[: label.start()].strip() if label else content
    bold = grammar.split_bold(head)
    rest = bold[1] if bold else head
    primary = grammar.PRIMARY.match(rest) if bold else grammar.PRIMARY.search(rest)
    if bold:
        name, text = bold[0], rest
        if primary:
            after = rest[primary.end() :]
            separator = grammar.SEPARATOR.match(after)
            text = after[separator.end() if separator else 0 :].strip()
    elif primary:
        name, text = head[: primary.start()].strip(), head[primary.end() :].strip(" \t\n:—–-")
    else:
        plain = grammar.split_plain(head)
        name, text = (plain[0] or "").rstrip(" —–-"), plain[1] or ""
    return _valid(
        lambda: Responsibility(
            name=_line(name), text=text or None, success_metric=metric, primary=bool(primary)
        )
    )


def _write_responsibility(item: Responsibility) -> str:
    head = f"**{item.name}** (primary)" if item.primary else _bold(item.name, item.text)
    if item.primary and item.text:
        head += f": {item.text}"
    return f"{head}  \n*Success metric*: {item.success_metric}" if item.success_metric else head


# Capabilities and artifacts ---------------------------------------------------------------------------------


def _read_capability(content: str) -> Capability | None:
    bold = grammar.split_bold(content)
    if bold:
        name, rest = bold
    else:
        first, newline, more = content.partition("\n")
        head, bracket, tail = first.partition(" (")
        separator = next(grammar.SPACED_SEPARATOR.finditer(head), None)
        name = (head[: separator.start()] if separator else head).strip()
        rest = (
            (head[separator.end() :] if separator else "") + (f" ({tail}" if bracket else "") + newline + more
        )
        rest = rest.strip()
    level, detail = _level_and_detail(rest)
    return _valid(lambda: Capability(name=clean_line(name), level=_line(level), detail=detail or None))


def _level_and_detail(text: str) -> tuple[str | None, str]:
    """`Advanced (detail, detail)` → ("Advanced", "detail, detail"); what reads as no level is all detail."""
    cut = min((at for at in (text.find("("), text.find("\n")) if at >= 0), default=len(text))
    level, detail = text[:cut].strip(), text[cut:].strip()
    if level and not grammar.is_level(level):
        return None, text
    if detail.startswith("(") and detail.endswith(")"):
        detail = detail[1:-1].strip()
    return level or None, detail


def _write_capability(item: Capability) -> str:
    level = f" — {item.level}" if item.level else ""
    return f"**{item.name}**{level}" + (f" ({item.detail})" if item.detail else "")


def _read_artifact(content: str) -> Artifact | None:
    bold = grammar.split_bold(content)
    name, rest = bold or (content, "")
    if not bold:
        bracket = grammar.LAST_BRACKET.search(content)
        name, rest = (content[: bracket.start()], bracket[0].strip()) if bracket else (content, "")
    kind = None
    if rest:
        if not (rest.startswith("(") and rest.endswith(")")):
            return None
        kind = grammar.TYPE_LABEL.sub("", rest[1:-1], count=1).strip()
    return _valid(lambda: Artifact(name=clean_line(name), type=_line(kind)))


def _write_artifact(item: Artifact) -> str:
    return f"**{item.name}**" + (f" (type: {item.type})" if item.type else "")


# Interactions -----------------------------------------------------------------------------------------------


def _read_interaction(content: str) -> Interaction | None:
    arrow = grammar.ARROW.search(content)
    if arrow is None:
        return None
    kind = content[: arrow.start()].strip()
    bold = grammar.BOLD.fullmatch(kind)
    if bold:
        kind = (bold["name"] or bold["alt"]).rstrip(": ")
    label = grammar.NOTES.search(content, arrow.end())
    target = content[arrow.end() : label.start() if label else len(content)]
    first, _, more = target.strip().partition("\n")
    notes = [more.strip(), content[label.end() :].strip() if label else ""]
    match = grammar.FREQUENCY.fullmatch(first.rstrip())
    partner, frequency = first.strip(), None
    if match:
        partner, frequency = match["partner"].strip(), match["frequency"].strip() or None
        notes.insert(0, (match["rest"] or "").strip())
    name, link = linked(partner)
    return _valid(
        lambda: Interaction(
            kind=clean_line(kind),
            partner=name,
            frequency=_line(frequency),
            notes="\n".join(filter(None, notes)) or None,
            link=link,
        )
    )


def linked(text: str) -> tuple[str, str | None]:
    """A name, and the target of the link that it is the text of, if it is one."""
    bold = grammar.BOLD.fullmatch(text)
    text = bold["name"] or bold["alt"] if bold else text
    link = grammar.LINK.fullmatch(text)
    name = link["name"] if link else text
    inner = grammar.BOLD.fullmatch(name)
    return clean_line(inner["name"] or inner["alt"] if inner else name), link["link"] if link else None


def _link(name: str, target: str | None) -> str:
    return f"[{name}]({target})" if target else name


def _write_interaction(item: Interaction) -> str:
    text = f"**{item.kind}** → {_link(item.partner, item.link)}"
    if item.frequency:
        text += f" ({item.frequency})"
    elif grammar.FREQUENCY.fullmatch(item.partner):
        text += " ()"  # The partner's own brackets are not a frequency.
    return f"{text}  \n*Notes*: {item.notes}" if item.notes else text


def _read_common_partner(content: str) -> Interaction | None:
    bold = grammar.split_bold(content)
    if bold:
        partner, notes = bold
    else:
        first, _, more = content.partition("\n")
        separator = next(grammar.SPACED_SEPARATOR.finditer(first), None)
        partner = (first[: separator.start()] if separator else first).strip()
        notes = f"{first[separator.end() :] if separator else ''}\n{more}".strip()
        if len(partner) > grammar.NAME_LENGTH or partner.endswith(grammar.SENTENCE_END):
            return None
    name, link = linked(partner)
    return _valid(lambda: Interaction(kind=COMMON_PARTNER, partner=name, notes=notes or None, link=link))


def _read_partners_line(text: str) -> list[Interaction]:
    """`Data Scientist, Backend Eng` on one line; a sentence names nobody."""
    if text.endswith(grammar.SENTENCE_END):
        return []
    parts = [
        _read_common_partner(" ".join(part.split()))
        for part in grammar.OUTER_COMMA.split(text)
        if part.strip()
    ]
    return [part for part in parts if part] if all(parts) else []


def _write_common_partner(item: Interaction) -> str:
    return _bold(_link(item.partner, item.link), item.notes)


# The rest ---------------------------------------------------------------------------------------------------


def _read_variation(content: str) -> Variation | None:
    name, text = grammar.split_head(content)
    return _valid(lambda: Variation(name=_line(name), text=text))


def _write_variation(item: Variation) -> str:
    return _bold(item.name, item.text)


def _read_task(content: str) -> DailyTask | None:
    bold = grammar.split_bold(content)
    if bold:
        time, name = grammar.split_time(bold[0])
        return _valid(lambda: DailyTask(time=_line(time), name=_line(name), text=bold[1] or None))
    time, rest = grammar.split_time(content)
    name_or_none, text = grammar.split_head(rest) if rest else (None, None)
    return _valid(lambda: DailyTask(time=_line(time), name=_line(name_or_none), text=text))


def _write_task(item: DailyTask) -> str:
    start = item.time or ""
    plain = f"{start} {item.name or item.text}".strip()
    if _read_task(plain) == item and not grammar.reads_as_rule(plain):
        return plain
    head = " - ".join(filter(None, (item.time, item.name)))
    return _bold(head, item.text)


def _read_member(content: str) -> Member | None:
    count = grammar.HEAD_COUNT.search(content)
    code = (content[: count.start()] if count else content).strip()
    bold = grammar.BOLD.fullmatch(code)
    code = grammar.strip_code((bold["name"] or bold["alt"]) if bold else code)
    return _valid(lambda: Member(role_code=clean_line(code), count=int(count[1]) if count else None))


def _write_member(item: Member) -> str:
    return f"{item.role_code} ({item.count})" if item.count else item.role_code


def _read_phrase(content: str) -> Phrase | None:
    bold = grammar.split_bold(content)
    label, text = bold or (None, content)
    return _valid(lambda: Phrase(label=_line(label), text=grammar.strip_quotes(text)))


def _write_phrase(item: Phrase) -> str:
    quoted = f'"{item.text}"'
    return f"**{item.label}:** {quoted}" if item.label else quoted


def _read_server(content: str) -> McpServer | None:
    bold = grammar.split_bold(content)
    name, purpose = bold or grammar.split_plain(content)
    if name is None:
        return None
    name, url = linked(name)
    return _valid(lambda: McpServer(name=grammar.strip_code(name), url=url, purpose=purpose or None))


def _write_server(item: McpServer) -> str:
    return f"**{_link(item.name, item.url)}**" + (f": {item.purpose}" if item.purpose else "")


def _read_bullet(content: str) -> str | None:
    return content or None


KNOWN: tuple[KnownSection, ...] = (
    KnownSection(id="mission", field="mission", heading="Mission", kind="prose", subheadings="text"),
    KnownSection(
        id="summary", field="summary", heading="Short Description", kind="prose", subheadings="text"
    ),
    KnownSection(
        id="description",
        field="description",
        heading="Job Description",
        also=("Purpose",),
        kind="prose",
        subheadings="text",
    ),
    KnownSection(
        id="properties", field="properties", heading="Properties", read=read_property, write=_write_property
    ),
    KnownSection(
        id="responsibilities",
        field="responsibilities",
        heading="Responsibilities",
        subheadings="groups",
        read=_read_responsibility,
        write=_write_responsibility,
    ),
    KnownSection(
        id="variations",
        field="variations",
        heading="Role Variations",
        parents=("responsibilities",),
        subheadings="items",
        read=_read_variation,
        write=_write_variation,
    ),
    KnownSection(
        id="capabilities",
        field="capabilities",
        heading="Capabilities",
        read=_read_capability,
        write=_write_capability,
    ),
    KnownSection(
        id="artifacts", field="artifacts", heading="Artifacts", read=_read_artifact, write=_write_artifact
    ),
    KnownSection(
        id="interactions",
        field="interactions",
        heading="Interactions",
        read=_read_interaction,
        write=_write_interaction,
    ),
    KnownSection(
        id="common_partners",
        field="interactions",
        heading="Common Partners",
        read=_read_common_partner,
        write=_write_common_partner,
        read_paragraph=_read_partners_line,
    ),
    KnownSection(
        id="daily_tasks",
        field="daily_tasks",
        heading="Average Daily Tasks",
        also=("Average day / cadence", "Average day", "Daily tasks", "Cadence"),
        read=_read_task,
        write=_write_task,
    ),
    KnownSection(
        id="metrics",
        field="metrics",
        heading="Success metrics / KPIs",
        also=("Success metrics", "KPIs", "Success metrics and KPIs"),
        read=_read_bullet,
    ),
    KnownSection(id="principles", field="principles", heading="Operating principles", read=_read_bullet),
    KnownSection(
        id="members", field="members", heading="Composition", read=_read_member, write=_write_member
    ),
    KnownSection(id="agent", field="agent", heading="AI Agent Profile", kind="agent"),
    KnownSection(
        id="agent.system_prompt",
        field="agent.system_prompt",
        heading="System Prompt",
        parents=("agent",),
        kind="prompt",
        subheadings="text",
    ),
    KnownSection(
        id="agent.personalities",
        field="agent.personalities",
        heading="Personalities",
        parents=("agent",),
        read=_read_variation,
        write=_write_variation,
    ),
    KnownSection(
        id="agent.example_phrases",
        field="agent.example_phrases",
        heading="Example Phrases",
        parents=("agent", "agent.personalities"),
        read=_read_phrase,
        write=_write_phrase,
    ),
    KnownSection(
        id="agent.mcp_servers",
        field="agent.mcp_servers",
        heading="Recommended MCP Servers",
        also=("Recommended tools / MCP",),
        parents=("agent",),
        read=_read_server,
        write=_write_server,
    ),
    KnownSection(
        id="agent.knowledge",
        field="agent.knowledge",
        heading="Knowledge docs",
        parents=("agent",),
        read=lambda content: grammar.strip_code(content) or None,
    ),
)

BY_ID = {section.id: section for section in KNOWN}
_INDEX = {section.id: number for number, section in enumerate(KNOWN)}


def _heading_key(heading: str) -> str:
    return fold_key(heading.strip("*_`: \t").replace("&", "and"))


_BY_HEADING = {_heading_key(name): section for section in KNOWN for name in (section.heading, *section.also)}


def known_heading(heading: str) -> KnownSection | None:
    """The section that a heading names, whatever its case, emphasis or closing colon."""
    return _BY_HEADING.get(_heading_key(heading))


def is_known_heading(heading: str, *, inside: str | None = None) -> bool:
    """Whether a heading names a known section; with `inside`, one that stands in the section of this id."""
    known = known_heading(heading)
    return known is not None and (inside is None or inside in known.parents)


# Labels and facts: what stands before the first section, and at the head of the agent profile ---------------

ROLE_CODE_LABEL, AGENT_NAME_LABEL = "role code", "agent name"
REPORTS_TO_LABEL = "reports to"
FACT_LABELS = frozenset({ROLE_CODE_LABEL, REPORTS_TO_LABEL, "level band"})
"""A two-column table is one of facts if it has one of these rows."""


def read_label(line: str, label: str) -> str | None:
    """The value of a line such as `**Role Code:** X`, in backticks or not; None for any other line."""
    bold = grammar.split_bold(line.strip())
    if bold is None or fold_key(bold[0]) != label or not bold[1]:
        return None
    value = grammar.strip_code(bold[1])
    return value if "`" not in value and "**" not in value else None


def fact_name(cell: str) -> str:
    """A fact table's left cell without emphasis."""
    bold = grammar.BOLD.fullmatch(cell)
    return ((bold["name"] or bold["alt"]) if bold else cell).strip(": ")


def is_fact_table(block: blocks.Block) -> bool:
    """Whether a block is a two-column table of facts about the role."""
    return (
        block.kind == "table"
        and all(len(cells) == 2 for _, cells in block.rows)
        and any(fold_key(fact_name(cells[0])) in FACT_LABELS for _, cells in block.rows)
    )


# Extra sections ---------------------------------------------------------------------------------------------


def top(position: str) -> str:
    """The id of the section that stands at level 2 around a position: `agent` for `agent.knowledge`."""
    return position.partition(".")[0]


def in_file_order(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Extra sections in the order in which a file holds them; those in one place keep theirs."""

    def order(section: Section) -> tuple[int, bool, int, bool]:
        beside = section.heading is not None and section.level == 2
        at = _INDEX.get(section.position, -1)
        return _INDEX.get(top(section.position), -1), beside, at, section.heading is not None

    return tuple(sorted(sections, key=order))


def section_faults(section: Section) -> Iterator[Fault]:
    """Why an extra section could not be read back as the same: its text would become something else there."""
    home = BY_ID.get(section.position)
    if section.position and home is None:
        yield Fault("position", f"{section.position!r} is no known section")
        return
    if section.heading is not None and is_known_heading(section.heading):
        yield Fault("heading", "is the heading of a known section")
    if section.heading is not None and section.level == 2:
        if section.position != top(section.position):
            yield Fault("position", "must name a section beside it, not one inside the agent profile")
        return
    if section.heading is not None:
        if home is None or (home.level == 2 and home.subheadings not in ("groups", "sections")):
            yield Fault("position", "must name a section that can hold sections of its own")
        elif home.subheadings == "groups" and any(
            block.kind == "list" for block in blocks.blocks(section.text)
        ):
            yield Fault("text", "must not contain a list: its items would be read as responsibilities")
        return
    if section.level != 2:
        yield Fault("level", "must be 2 for text without a heading")
    if home is not None and home.kind not in ("list", "agent"):
        yield Fault("position", "must name a section of items: text is read as part of this one")
    elif not is_loose(section.text, home):
        yield Fault("text", "would be read as items or facts of the section it stands in")


def is_loose(text: str, home: KnownSection | None) -> bool:
    """Whether nothing in a text would be understood in this section (None: before all sections)."""
    lines = text.split("\n")
    for block in blocks.blocks(text):
        raw = lines[block.start : block.end]
        if home is None or home.kind == "agent":
            label = ROLE_CODE_LABEL if home is None else AGENT_NAME_LABEL
            if block.kind == "other" and any(read_label(line, label) for line in raw):
                return False
            if home is None and is_fact_table(block):
                return False
        elif block.kind == "list":
            items = ("\n".join(lines[start:end]) for start, end in block.items)
            contents = [clean_text(blocks.dedent_item(item)) for item in items]
            if any(not content or home.read(content) is not None for content in contents):
                return False
        elif block.kind == "other" and home.read_paragraph("\n".join(raw).strip()):
            return False
    return True


def usable_name(name: str) -> str:
    """A role's name from a title: without what a title can't carry, and not the heading of a known
    section."""
    name = grammar.CLOSING_HASHES.sub("", clean_line(name)[: MAX_LINE - 10]).strip() or "Unnamed"
    return f"{name} (role)" if is_known_heading(name) else name
