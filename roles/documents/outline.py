"""The outline of a document: its headings, and the region of lines that each governs.

A heading is a known section only directly below the title or its listed parent (`sections.py`); any other
belongs to its parent's text, or is an extra section, a group or an item.
"""

import re
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal

from roles.documents import blocks
from roles.documents import sections as table
from roles.documents.blocks import Block
from roles.documents.sections import KnownSection, Subheadings
from roles.documents.text import fold_key

RegionKind = Literal["start", "title", "known", "group", "item", "extra"]


@dataclass(slots=True)
class Region:
    """A heading and the lines it governs, sub-headings that belong to its text included."""

    kind: RegionKind
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


_BOLD_LINE = re.compile(r" {0,3}(?P<mark>\*\*|__)(?P<name>[^*_\s].*?)(?P=mark):?[ \t]*")
_INSIDE: dict[Subheadings, RegionKind] = {"groups": "group", "items": "item", "sections": "extra"}


def outline(lines: list[str], start: int, name: str | None) -> list[Region]:
    """Split the lines from `start` on into regions; the first is what stands before all headings.

    `name` is the role's name if the front matter says it.
    """
    found = [block.moved(start) for block in blocks.blocks("\n".join(lines[start:]))]
    if not any(block.kind == "heading" and table.is_known_heading(block.text) for block in found):
        found = _bold_headings(found, lines)
    title = _title([block for block in found if block.kind == "heading"], name)
    regions = [Region("start", start, start, len(lines))]
    around: list[Region] = []
    position = ""
    for block in found:
        region = None
        if block.kind == "heading":
            while around and around[-1].level >= block.level:
                around.pop()
            region = Region("extra", block.start, block.end, len(lines), block.level, block.text)
            if block is title:
                region.kind = "title"
            elif not _place(region, around[-1] if around else None, position):
                region = None
        if region is None:
            regions[-1].blocks.append(block)
        else:
            regions[-1].end = block.start
            regions.append(region)
            around.append(region)
            if region.kind == "known":
                position = region.position
    return regions


def _bold_headings(found: list[Block], lines: list[str]) -> list[Block]:
    """The blocks of a file none of whose headings is a section, with lines in bold that name one as headings.

    One such line may be a word in bold; where several sections are named so, it is how the file is written.
    """
    top = min((block.level for block in found if block.kind == "heading"), default=1) + 1
    result, named = list[Block](), set[str]()
    for block in found:
        bold = _BOLD_LINE.fullmatch(lines[block.start]) if block.kind == "other" else None
        known = table.known_heading(bold["name"]) if bold else None
        if bold is None or known is None:
            result.append(block)
            continue
        named.add(known.id)
        below = block.start + 1
        level = top + known.level - table.TOP_LEVEL
        result.append(Block("heading", block.start, below, level=level, text=bold["name"]))
        if below < block.end:
            result.append(Block("other", below, block.end))
    return result if len(named) > 1 else found


def _title(headings: list[Block], name: str | None) -> Block | None:
    """The highest heading before the first section, if it can be the title."""
    before = takewhile(lambda block: not table.is_known_heading(block.text), headings)
    title = min((block for block in before if block.text), key=lambda block: block.level, default=None)
    if title is None or name is None or fold_key(title.text) == fold_key(name):
        return title
    # With a name in the front matter, sections stand at level 1 and the first may be an unknown one.
    others = [block.level for block in headings if block is not title]
    return title if others and min(others) > title.level else None


def _place(region: Region, parent: Region | None, last: str) -> bool:
    """Tell what the region of a heading is, or that it is none: the heading belongs to the text around it.

    `last` is the id of the last known section before it.
    """
    known = table.known_heading(region.heading)
    around = parent.section if parent is not None and parent.kind == "known" else None
    if parent is None or parent.kind == "title" or (known and around and around.id in known.parents):
        region.position = table.top(last)
        if known:
            region.kind, region.section, region.position = "known", known, known.id
        return True
    if around is None or around.subheadings == "text":
        return False
    region.kind, region.section = _INSIDE[around.subheadings], around
    region.position = last if around.kind == "agent" else around.id
    return True
