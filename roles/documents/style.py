"""How a file is written: the depth of its headings and the bullet of its lists."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from roles.documents import blocks, grammar
from roles.documents import sections as table
from roles.documents.document import Responsibility, RoleDocument, Section, is_common_partner, value_of
from roles.documents.reader import Dialect, Parsed
from roles.documents.sections import KnownSection


@dataclass(frozen=True, slots=True)
class Style:
    """Writes the sections of a document. `shift` is how much deeper its headings are than in the table."""

    shift: int
    bullet: str

    @classmethod
    def of_dialect(cls, dialect: Dialect) -> Self:
        return cls(-1, "- ") if dialect == "profile" else cls(0, "* ")

    @classmethod
    def of_file(cls, parsed: Parsed) -> Self:
        """The style of a file's first section and first list item; its dialect's where it has none."""
        usual = cls.of_dialect(parsed.dialect)
        known = ((region.level, region.section) for region in parsed.regions if region.kind == "known")
        items = (parsed.lines[span.start] for span in parsed.spans.values() if span.place == "item")
        return cls(
            next((level - section.level for level, section in known if section), usual.shift),
            next(filter(None, map(grammar.bullet, items)), usual.bullet),
        )

    def heading(self, level: int, text: str) -> str:
        """A heading whose level is `level` where the title is 1."""
        return f"{'#' * max(1, level + self.shift)} {text}"

    def section(self, document: RoleDocument, section: KnownSection) -> Iterator[str]:
        """A known section with the sections inside it and the extra text in and after it.

        Like all methods that yield text, it yields chunks to be parted by blank lines.
        """
        if not is_written(document, section):
            return
        yield self.heading(section.level, section.heading)
        yield from self.content(document, section)
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

    def item(self, section: KnownSection, item: Any, bullet: str | None = None) -> str:
        """One list item."""
        bullet = bullet or self.bullet
        return bullet + blocks.indent(section.write(item), len(bullet))

    def extra_section(self, section: Section) -> str:
        """An extra section."""
        text = blocks.shift_headings(section.text, self.shift)
        if section.heading is None:
            return text
        heading = self.heading(section.level, section.heading)
        return f"{heading}\n\n{text}" if text else heading


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
