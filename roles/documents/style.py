"""How a file is written: the depth of its headings, what stands below them, and how its lists are worded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Self

from roles.documents import blocks, grammar
from roles.documents import sections as table
from roles.documents.document import (
    Responsibility,
    RoleDocument,
    Section,
    is_common_partner,
    statements,
    value_of,
)
from roles.documents.reader import Dialect, Parsed, read_item
from roles.documents.sections import KnownSection
from roles.documents.wording import reworded

_MOST_MODELS = 3

Model = tuple[Any, list[str]]
"""An item of a file and the lines that say it."""


@dataclass(frozen=True, slots=True)
class Style:
    """Writes the sections of a document.

    `shift` is how much deeper its headings are than in the table, `gap` the line ends after a heading,
    `models` the items of each section (by id) that a new one is worded like.
    """

    shift: int
    bullet: str
    gap: str = "\n\n"
    models: Mapping[str, list[Model]] = field(default_factory=dict)

    @classmethod
    def of_dialect(cls, dialect: Dialect) -> Self:
        return cls(-1, "- ") if dialect == "profile" else cls(0, "* ")

    @classmethod
    def of_file(cls, parsed: Parsed) -> Self:
        """The style of a file's first section and first bullet; its dialect's where it has none."""
        usual = cls.of_dialect(parsed.dialect)
        known = [region for region in parsed.regions if region.kind == "known"]
        items = (parsed.lines[span.start] for span in parsed.spans.values() if span.place == "item")
        return cls(
            next((region.level - region.section.level for region in known if region.section), usual.shift),
            next(
                (mark for mark in map(grammar.bullet, items) if mark.strip() in ("-", "*", "+")), usual.bullet
            ),
            _gap(parsed),
            _models(parsed),
        )

    def heading(self, level: int, text: str) -> str:
        """A heading whose level is `level` where the title is 1."""
        return f"{'#' * max(1, level + self.shift)} {text}"

    def below(self, heading: str, chunks: list[str]) -> list[str]:
        """A heading and what stands under it."""
        if not chunks or chunks[0].startswith("#"):
            return [heading, *chunks]
        return [f"{heading}{self.gap}{chunks[0]}", *chunks[1:]]

    def section(self, document: RoleDocument, section: KnownSection) -> Iterator[str]:
        """A known section with the sections inside it and the extra text in and after it.

        Like all methods that yield text, it yields chunks to be parted by blank lines.
        """
        if not is_written(document, section):
            return
        heading = self.heading(section.level, section.heading)
        yield from self.below(heading, list(self.content(document, section)))
        extras = [extra for extra in document.sections if extra.position == section.id]
        yield from (self.extra_section(extra) for extra in extras if not extra.is_beside)
        for child in table.children(section):
            yield from self.section(document, child)
        yield from (self.extra_section(extra) for extra in extras if extra.is_beside)

    def content(self, document: RoleDocument, section: KnownSection) -> Iterator[str]:
        """What stands under a section's heading."""
        value = value_of(document, section.field)
        if section.kind == "list":
            yield from self.items(section, items_of(document, section))
        elif section.kind == "agent":
            if document.agent and document.agent.name:
                yield table.write_label(table.AGENT_NAME_LABEL, document.agent.name)
        elif value:
            yield self.text(section, value)

    def text(self, section: KnownSection, text: str) -> str:
        """The text of a section of prose, or of a prompt."""
        return blocks.quote(text) if section.kind == "prompt" else blocks.shift_headings(text, self.shift)

    def items(self, section: KnownSection, items: Iterable[Any]) -> Iterator[str]:
        """List items, under headings where they are in groups."""
        runs: list[tuple[str | None, list[str]]] = []
        for item in items:
            group = item.group if isinstance(item, Responsibility) else None
            if not runs or runs[-1][0] != group:
                runs.append((group, []))
            runs[-1][1].append(self.item(section, item))
        for group, run in runs:
            lines = ["\n".join(run)]
            yield from self.below(self.heading(section.level + 1, group), lines) if group else lines

    def item(self, section: KnownSection, item: Any, bullet: str | None = None) -> str:
        """One list item, worded like those that the file has."""
        alike = [model for model in self.models.get(section.id, []) if _shape(model[0]) == _shape(item)]
        own = [model for model in alike if _name(model[0]) == _name(item)]
        for before, lines in (own or alike)[:_MOST_MODELS]:
            for candidate in reworded(lines, before, item, " " * len(grammar.bullet(lines[0]))):
                content, group = table.item_content(candidate), getattr(item, "group", None)
                if read_item(section, content, group) == item:
                    return "\n".join(candidate)
        bullet = bullet or self.bullet
        return bullet + blocks.indent(section.write(item), len(bullet))

    def extra_section(self, section: Section) -> str:
        """An extra section."""
        text = blocks.shift_headings(section.text, self.shift)
        if section.heading is None:
            return text
        heading = self.heading(section.level, section.heading)
        return "\n\n".join(self.below(heading, [text] if text else []))


def _gap(parsed: Parsed) -> str:
    """What most headings of sections have after them, if text or a list follows."""
    found = []
    for region in parsed.regions:
        lines = [line.strip() for line in parsed.lines[region.content : region.end]]
        first = next(filter(None, lines), "#")
        if region.kind == "known" and not first.startswith("#"):
            found.append("\n" if lines[0] else "\n\n")
    return max(("\n\n", "\n"), key=found.count)


def _models(parsed: Parsed) -> dict[str, list[Model]]:
    values = statements(parsed.document) if parsed.document else {}
    models: dict[str, list[Model]] = {}
    for key, span in parsed.spans.items():
        section = parsed.regions[span.region].section
        if span.place == "item" and section is not None:
            lines = [line.rstrip("\r\n") for line in parsed.lines[span.start : span.end]]
            models.setdefault(section.id, []).append((values[key], lines))
    return models


def _shape(item: Any) -> tuple[bool, ...]:
    """Which fields of an item say something; that of a group stands elsewhere."""
    if not is_dataclass(item):
        return ()
    return tuple(bool(getattr(item, each.name)) for each in fields(item) if each.name != "group")


def _name(item: Any) -> Any:
    return getattr(item, "name", None)


def items_of(document: RoleDocument, section: KnownSection) -> tuple[Any, ...]:
    """The items that are written under a section. Common partners have one of their own."""
    items: tuple[Any, ...] = value_of(document, section.field) or ()
    if section.field != "interactions":
        return items
    return tuple(item for item in items if is_common_partner(item) == (section.id == "common_partners"))


def is_written(document: RoleDocument, section: KnownSection) -> bool:
    """Whether a section has something to say, or text stands in or after it."""
    if any(extra.position == section.id for extra in document.sections):
        return True
    if section.kind == "list":
        return bool(items_of(document, section))
    return bool(value_of(document, section.field)) or any(
        is_written(document, child) for child in table.children(section)
    )
