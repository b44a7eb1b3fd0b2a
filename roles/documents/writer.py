"""Documents into role files: `render` writes one anew, `patch` changes only what differs in an existing one.

A patch edits as a person would: a changed word changes its line, a new item comes after its neighbour in the
bullets of its list. What it made is read again; if that is not the document it was to write, the file is rendered.
"""

import difflib
import re
from collections.abc import Callable, Iterator
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
    Responsibility,
    RoleDocument,
    Section,
    field_of,
    statements,
)
from roles.documents.reader import BOM, Dialect, Parsed, Region, Span, decode, parse, read_item
from roles.documents.sections import BY_ID, KNOWN, KnownSection
from roles.documents.text import slugify

# Render --------------------------------------------------------------------------------------------------------


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
    """The items that are written under a section. Common partners at the end of the interactions have their own."""
    items = _value(document, section.field) or ()
    if section.field != "interactions":
        return tuple(items)
    cut = len(items)
    while cut and table.is_common_partner(items[cut - 1]):
        cut -= 1
    return tuple(items[cut:] if section.id == "common_partners" else items[:cut])


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

    def extra(self, section: Section) -> str:
        text = blocks.shift_headings(section.text, self.shift)
        if section.heading is None:
            return text
        heading = self.heading(section.level, section.heading)
        return f"{heading}\n\n{text}" if text else heading

    def _extras(self, document: RoleDocument, position: str, *, beside: bool = True) -> Iterator[str]:
        for section in document.sections:
            at_level_2 = section.heading is not None and section.level == 2
            if section.position == position and (beside or not at_level_2):
                yield self.extra(section)

    def _beside(self, document: RoleDocument, position: str) -> Iterator[str]:
        for section in document.sections:
            if section.position == position and section.heading is not None and section.level == 2:
                yield self.extra(section)
