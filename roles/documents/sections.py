"""The table of sections that both dialects are made of, and how an item of each is read and written.

To add a section to the document: add its field to `document.py`, how its items are read and written to
`items.py`, and a row here. Reader, writer, merge and export follow the table.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from roles.documents import blocks, grammar, items
from roles.documents.checks import MAX_LINE, Fault, clean_line, clean_text
from roles.documents.parts import Section
from roles.documents.text import fold_key

TOP_LEVEL = 2
"""The depth of most sections' headings where the title is 1."""

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
    """What an unknown heading inside is: part of the text, a group of items, an item, or a section."""
    read: Callable[[str], Any | None] = items.read_bullet
    """One list item's content as a value, None if it can't be understood."""
    write: Callable[[Any], str] = str
    """A value as one list item's content."""
    read_paragraph: Callable[[str], list[Any]] = lambda _: []
    """The items that a paragraph names, for sections that are also written on one line."""

    @property
    def level(self) -> int:
        """The heading's depth where the title is 1: 2, or 3 inside the agent profile."""
        return TOP_LEVEL + 1 if self.id.startswith("agent.") else TOP_LEVEL


KNOWN: tuple[KnownSection, ...] = (
    KnownSection(
        id="mission",
        field="mission",
        heading="Mission",
        also=("Mission statement", "Role mission"),
        kind="prose",
        subheadings="text",
    ),
    KnownSection(
        id="summary",
        field="summary",
        heading="Short Description",
        also=("Summary", "Role summary"),
        kind="prose",
        subheadings="text",
    ),
    KnownSection(
        id="description",
        field="description",
        heading="Job Description",
        also=("Purpose", "Role purpose", "Job purpose", "Role description"),
        kind="prose",
        subheadings="text",
    ),
    KnownSection(
        id="properties",
        field="properties",
        heading="Properties",
        read=items.read_property,
        write=items.write_property,
    ),
    KnownSection(
        id="responsibilities",
        field="responsibilities",
        heading="Responsibilities",
        also=(
            "Roles and responsibilities",
            "Role and responsibilities",
            "Duties and responsibilities",
            "Responsibilities and duties",
        ),
        subheadings="groups",
        read=items.read_responsibility,
        write=items.write_responsibility,
    ),
    KnownSection(
        id="variations",
        field="variations",
        heading="Role Variations",
        also=("Variations", "Role variants"),
        parents=("responsibilities",),
        subheadings="items",
        read=items.read_variation,
        write=items.write_variation,
    ),
    KnownSection(
        id="capabilities",
        field="capabilities",
        heading="Capabilities",
        also=("Skills and capabilities", "Capabilities and skills"),
        read=items.read_capability,
        write=items.write_capability,
    ),
    KnownSection(
        id="artifacts",
        field="artifacts",
        heading="Artifacts",
        also=("Artefacts",),
        read=items.read_artifact,
        write=items.write_artifact,
    ),
    KnownSection(
        id="interactions",
        field="interactions",
        heading="Interactions",
        read=items.read_interaction,
        write=items.write_interaction,
    ),
    KnownSection(
        id="common_partners",
        field="interactions",
        heading="Common Partners",
        also=("Common partner", "Partners"),
        read=items.read_common_partner,
        write=items.write_common_partner,
        read_paragraph=items.read_partners,
    ),
    KnownSection(
        id="daily_tasks",
        field="daily_tasks",
        heading="Average Daily Tasks",
        also=("Average day / cadence", "Average day", "Typical day", "Daily tasks", "Cadence"),
        read=items.read_task,
        write=items.write_task,
    ),
    KnownSection(
        id="metrics",
        field="metrics",
        heading="Success metrics / KPIs",
        also=(
            "Success metrics",
            "Success metric",
            "KPIs",
            "Success metrics and KPIs",
            "KPIs / success metrics",
            "KPIs and success metrics",
            "Metrics",
            "Key performance indicators",
            "Performance indicators",
        ),
    ),
    KnownSection(
        id="principles",
        field="principles",
        heading="Operating principles",
        also=("Principles", "Guiding principles"),
    ),
    KnownSection(
        id="members",
        field="members",
        heading="Composition",
        also=("Squad composition", "Team composition"),
        read=items.read_member,
        write=items.write_member,
    ),
    KnownSection(
        id="agent", field="agent", heading="AI Agent Profile", also=("Agent profile",), kind="agent"
    ),
    KnownSection(
        id="agent.system_prompt",
        field="agent.system_prompt",
        heading="System Prompt",
        also=("System instructions",),
        parents=("agent",),
        kind="prompt",
        subheadings="text",
    ),
    KnownSection(
        id="agent.personalities",
        field="agent.personalities",
        heading="Personalities",
        also=("Personality", "Personality traits"),
        parents=("agent",),
        subheadings="items",
        read=items.read_variation,
        write=items.write_variation,
    ),
    KnownSection(
        id="agent.example_phrases",
        field="agent.example_phrases",
        heading="Example Phrases",
        also=("Example phrase", "Sample phrases"),
        parents=("agent", "agent.personalities"),
        read=items.read_phrase,
        write=items.write_phrase,
    ),
    KnownSection(
        id="agent.mcp_servers",
        field="agent.mcp_servers",
        heading="Recommended MCP Servers",
        also=("Recommended tools / MCP", "Recommended tools", "Recommended MCP", "MCP servers"),
        parents=("agent",),
        read=items.read_server,
        write=items.write_server,
    ),
    KnownSection(
        id="agent.knowledge",
        field="agent.knowledge",
        heading="Knowledge docs",
        also=("Knowledge documents",),
        parents=("agent",),
        read=items.read_knowledge,
    ),
)

BY_ID = {section.id: section for section in KNOWN}
_INDEX = {section.id: number for number, section in enumerate(KNOWN)}


_TAGS = re.compile(r"<[^<>]*>|\{[^{}]*\}$|[\u200b-\u200f\u2060\ufeff]")
"""HTML and invisible characters in a heading, and the attributes after it (`{#mission}`)."""
_LINKED = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_NUMBER = re.compile(r"(?:\d{1,3}[\W_]+)+|(?:[ivx]{1,4}|[a-z])[.)][\W_]+")
_BEFORE, _AFTER = re.compile(r"[\W_]+"), re.compile(r"(?:[^\w.]|_)+$")
_QUALIFIER = re.compile(r"(?:key|core|main|primary) (?=\w)")


def _heading_key(heading: str) -> str:
    """A heading without numbering, emphasis, symbols, links and the like around its words."""
    if len(heading) > MAX_LINE:
        return heading
    key = fold_key(_LINKED.sub(r"\1", _TAGS.sub("", heading)).replace("&", " and "))
    for mark in (_BEFORE, _NUMBER, _QUALIFIER):
        match = mark.match(key)
        key = key[match.end() :] if match else key
    return _AFTER.sub("", key)


_BY_HEADING = {_heading_key(name): section for section in KNOWN for name in (section.heading, *section.also)}


def known_heading(heading: str) -> KnownSection | None:
    """The section that a heading names, whatever its case, numbering, emphasis, emoji or closing colon."""
    return _BY_HEADING.get(_heading_key(heading))


def is_known_heading(heading: str, *, inside: str | None = None) -> bool:
    """Whether a heading names a known section; with `inside`, one that stands in the section of this id."""
    known = known_heading(heading)
    return known is not None and (inside is None or inside in known.parents)


# Labels and facts: what stands before the first section, and at the head of the agent profile ---------------

ROLE_CODE_LABEL, AGENT_NAME_LABEL = "Role Code", "Agent Name"
_CODE_STATED = re.compile(r"(?i)[\W_]*role[ _-]?code[*_`]*[ \t]*[:：][\W_]*[^\W_]")
_FACT_LABELS = frozenset({"role code", "reports to", "level band"})
"""A two-column table is one of facts if it has one of these rows."""
FACT_HEADERS = frozenset({"field", "value", "fact", "attribute", ""})
"""What stands in the header of such a table if the header is no fact itself."""


def read_label(line: str, label: str) -> str | None:
    """The value of a line such as `**Role Code:** X`; None for any other line.

    The value may stand in backticks. Without bold, only one word is a value.
    """
    bold = grammar.split_bold(line.strip())
    name, _, value = (bold[0], "", bold[1]) if bold else line.strip().partition(":")
    if _label_key(name) != _label_key(label) or not value.strip() or (not bold and len(value.split()) > 1):
        return None
    value = grammar.strip_marks(value.strip())
    return value if "`" not in value and "**" not in value else None


def _label_key(label: str) -> str:
    return fold_key(label).replace("-", " ").replace("_", " ")


def seems_to_state_code(line: str) -> bool:
    """Whether a line starts as one with a role code does, whatever follows."""
    return _CODE_STATED.match(line) is not None


def find_labels(block: blocks.Block, lines: list[str], label: str) -> Iterator[tuple[int, str]]:
    """The lines of a paragraph or a list that say what a label says, with the values."""
    if block.kind == "other":
        candidates = [(number, lines[number]) for number in range(block.start, block.end)]
    else:
        candidates = [
            (start, item_content(lines[start:end])) for start, end in block.items if end == start + 1
        ]
    for number, line in candidates:
        value = read_label(line, label)
        if value is not None:
            yield number, value


def write_label(label: str, value: str) -> str:
    """A line that `read_label` reads."""
    return f"**{label}:** {value}"


def fact_name(cell: str) -> str:
    """A fact table's left cell without emphasis."""
    return (grammar.unbold(cell) or cell).strip(": ")


def is_fact_table(block: blocks.Block) -> bool:
    """Whether a block is a two-column table of facts about the role."""
    return (
        block.kind == "table"
        and all(len(cells) == 2 for _, cells in block.rows)
        and any(fold_key(fact_name(cells[0])) in _FACT_LABELS for _, cells in block.rows)
    )


# Extra sections ---------------------------------------------------------------------------------------------


def children(section: KnownSection) -> list[KnownSection]:
    """The sections that are written inside a section."""
    return [other for other in KNOWN if other is not section and top(other.id) == section.id]


def top(position: str) -> str:
    """The id of the section that stands at level 2 around a position: `agent` for `agent.knowledge`."""
    return position.partition(".")[0]


def in_file_order(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Extra sections in the order in which a file holds them; those in one place keep theirs."""

    def order(section: Section) -> tuple[int, bool, int, bool]:
        at = _INDEX.get(section.position, -1)
        return _INDEX.get(top(section.position), -1), section.is_beside, at, section.heading is not None

    return tuple(sorted(sections, key=order))


def section_faults(section: Section) -> Iterator[Fault]:
    """Why an extra section could not be read back as the same: its text would become something else there."""
    home = BY_ID.get(section.position)
    if section.position and home is None:
        yield Fault("position", f"{section.position!r} is no known section")
        return
    if section.heading is not None and is_known_heading(section.heading):
        yield Fault("heading", "is the heading of a known section")
    if section.is_beside:
        if section.position != top(section.position):
            yield Fault("position", "must name a section beside it, not one inside the agent profile")
        return
    if section.heading is not None:
        if home is None or (home.level == 2 and home.subheadings not in ("groups", "sections")):
            yield Fault("position", "must name a section that can hold sections of its own")
        elif home.subheadings == "groups" and _has_item(section.text, home):
            yield Fault("text", "must not contain items: they would be read as responsibilities")
        return
    if section.level != 2:
        yield Fault("level", "must be 2 for text without a heading")
    if home is not None and home.kind not in ("list", "agent"):
        yield Fault("position", "must name a section of items: text is read as part of this one")
    elif not is_loose(section.text, home):
        yield Fault("text", "would be read as items or facts of the section it stands in")


def is_loose(text: str, home: KnownSection | None) -> bool:
    """Whether nothing in a text would be understood in this section (None: before all sections)."""
    lines, found = text.split("\n"), blocks.blocks(text)
    if home is not None and found[0].kind != "list" and grammar.bullet(lines[0]):
        # A table whose first row looks like an item is one, behind the items that stand before it.
        return False
    for block in found:
        if home is None or home.kind == "agent":
            label = ROLE_CODE_LABEL if home is None else AGENT_NAME_LABEL
            values = [value for _, value in find_labels(block, lines, label)]
            codes = values if home is not None else [v for v in values if not grammar.is_placeholder(v)]
            if codes or (home is None and is_fact_table(block)):
                return False
        elif block.kind == "list":
            contents = [item_content(lines[start:end]) for start, end in block.items]
            if any(not content or home.read(content) is not None for content in contents):
                return False
        elif block.kind == "other" and home.read_paragraph("\n".join(lines[block.start : block.end]).strip()):
            return False
    return True


def _has_item(text: str, home: KnownSection) -> bool:
    """Whether a text holds an item that would be understood in this section."""
    lines = text.split("\n")
    found = (item for block in blocks.blocks(text) for item in block.items)
    return any(home.read(item_content(lines[start:end])) is not None for start, end in found)


def item_content(lines: list[str]) -> str:
    """What a list item on these lines says."""
    return clean_text(blocks.dedent_item("\n".join(lines)))


def usable_name(name: str) -> str:
    """A role's name from a title: nothing that a title can't carry, and not a known section's heading."""
    name = grammar.CLOSING_HASHES.sub("", clean_line(name)[: MAX_LINE - 10]).strip()
    while (bare := grammar.strip_marks(name).strip()) != name:
        name = bare
    name = name or "Unnamed"
    return f"{name} (role)" if is_known_heading(name) else name
