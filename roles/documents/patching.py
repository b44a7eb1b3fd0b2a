"""A file changed as a person would: a changed word changes its line, a new item comes after its neighbour."""

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from roles.documents import blocks
from roles.documents import sections as table
from roles.documents.document import (
    ROLE_CODE,
    Identifier,
    Interaction,
    Key,
    RoleDocument,
    Section,
    field_of,
    is_common_partner,
)
from roles.documents.edits import Change, Edit
from roles.documents.front_patching import patch_front_matter
from roles.documents.gathered import Span
from roles.documents.list_patching import patch_lists, stands
from roles.documents.outline import Region
from roles.documents.reader import Parsed
from roles.documents.sections import KNOWN, KnownSection
from roles.documents.style import is_written
from roles.documents.wording import changed_texts, replaced


def patched(
    parsed: Parsed,
    before: RoleDocument,
    after: RoleDocument,
    newline: str,
    anew: frozenset[str] = frozenset(),
) -> str:
    """The text of a parsed file that says `before`, changed to say `after`.

    `anew` are fields whose lists are written anew as a whole. Where the file is written in an unusual way,
    the result may say something else: read it again.
    """
    change = Change(parsed, before, after, anew)
    patch_front_matter(change)
    _Patch(change).run()
    return change.text(newline)


class _Patch:
    """The edits of everything below the front matter."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._regions = change.regions

    def run(self) -> None:
        homeless = patch_lists(self._change)
        for key, span in self._change.spans.items():
            if span.place not in ("front", "item", "line", "heading"):
                self._patch_statement(key, span)
        for key, value in self._change.new.items():
            if key not in self._change.spans and isinstance(value, Identifier) and value.scheme == ROLE_CODE:
                self._add_role_code(value)
        self._add_sections(homeless)

    # Statements with lines of their own ---------------------------------------------------------------------

    def _patch_statement(self, key: Key, span: Span) -> None:
        before, after = self._change.old[key], self._change.new.get(key)
        if before == after:
            return
        if after is None or not stands(self._change, key):
            region = self._regions[span.region]
            is_left = region.section is not None and not is_written(self._change.after, region.section)
            self._change.remove(region.start if span.place == "prose" and is_left else span.start, span.end)
            return
        lines = self._change.lines[span.start : span.end]
        is_quoted = key == "agent.system_prompt" and all(
            line.lstrip().startswith(">") for line in lines if line.strip()
        )
        prefix = "> " if is_quoted else ""
        for old, new in changed_texts(before, after):
            found = replaced(lines, self._at_level(old, span), self._at_level(new, span), prefix)
            lines = next(found, [])
            if not lines:
                lines = self._written(key, after, span)
                break
        self._change.edit(span.start, span.end, lines)

    def _at_level(self, text: str, span: Span) -> str:
        """A text as it stands in the file: prose has its headings below those of the file."""
        region = self._regions[span.region]
        if span.place not in ("prose", "section") or (region.section and region.section.kind == "prompt"):
            return text
        level = 3 if region.section is not None and region.kind != "known" else 2
        return blocks.shift_headings(text, region.level - level)

    def _written(self, key: Key, value: Any, span: Span) -> list[str]:
        """The lines of a statement, written anew."""
        region = self._regions[span.region]
        if span.place == "title":
            return [f"{'#' * region.level} {value}"]
        if isinstance(value, Section):
            return self._change.style.extra_section(value).split("\n")
        if key == "agent.name":
            return [table.write_label(table.AGENT_NAME_LABEL, value)]
        if isinstance(value, Identifier):
            return [table.write_label(table.ROLE_CODE_LABEL, value.value)]
        if span.place == "prose" and region.section:
            return self._change.style.text(region.section, value).split("\n")
        return self._change.lines[span.start : span.end]

    # Statements and sections that the file does not have yet ------------------------------------------------

    def _add_role_code(self, identifier: Identifier) -> None:
        line = table.write_label(table.ROLE_CODE_LABEL, identifier.value)
        codes = [
            (span.end, code.value)
            for key, span in self._change.spans.items()
            if span.place == "label" and isinstance(code := self._change.old[key], Identifier)
        ]
        if codes:
            # Like the one before it, which may be a row of a table.
            end, value = max(codes)
            like = replaced(self._change.lines[end - 1 : end], value, identifier.value, "")
            line = next(like, [line])[0]
            self._change.edits.append(Edit(end, end, [line]))
        else:
            start, *rest = self._regions
            self._change.put(next((r for r in rest if r.kind == "title"), start).content, [line])

    def _add_sections(self, homeless: set[Key]) -> None:
        """Add what has no place yet, in the order in which a file holds it."""
        self._add_extras("", beside=False)
        self._add_extras("", beside=True)
        for section in KNOWN:
            if section.level == 2:
                self._add_section(section, homeless)

    def _add_section(self, section: KnownSection, homeless: set[Key]) -> None:
        content = list(self._missing(section, homeless))
        region = next((r for r in self._regions if r.kind == "known" and r.section is section), None)
        if section.id in self._change.emptied:
            start, end = self._change.emptied[section.id]
            if content:
                self._change.edit(start, end, _lines(content))
            else:
                self._change.remove(start, end)
        elif region is None:
            self._add_heading(section, content)
        elif content and section.kind == "list":
            # Groups of responsibilities come after those that are there.
            self._change.insert(self._end_of(section), _lines(content))
        elif content:
            self._change.put_below(region, _lines(content))
        self._add_extras(section.id, beside=False)
        for child in table.children(section):
            self._add_section(child, homeless)
        self._add_extras(section.id, beside=True)

    def _add_heading(self, section: KnownSection, content: list[str]) -> None:
        """Add a section that the file does not have, if it has content or others stand in or after it."""
        is_agent = section.kind == "agent" and is_written(self._change.after, section)
        if content or is_agent or self._new_extras(section.id):
            heading = self._change.style.heading(section.level, section.heading)
            self._change.insert(self._place(section), _lines(self._change.style.below(heading, content)))

    def _missing(self, section: KnownSection, homeless: set[Key]) -> Iterator[str]:
        """What a section is to say and does not say in the file, as chunks between blank lines."""
        new, style = self._change.new, self._change.style
        if section.kind == "list":
            yield from style.items(
                section, [new[key] for key in new if key in homeless and _goes_to(section, key, new[key])]
            )
            return
        key = "agent.name" if section.kind == "agent" else section.field
        if key in new and key not in self._change.spans:
            yield from style.content(self._change.after, section)

    def _place(self, section: KnownSection) -> int:
        """The line before which a section that the file does not have belongs."""
        later = KNOWN[KNOWN.index(section) + 1 :]
        for region in self._regions:
            if region.kind == "known" and region.section in later and region.section.level == section.level:
                return region.start
        inside = [r for r in self._regions if r.section and table.top(r.section.id) == table.top(section.id)]
        return inside[-1].end if inside else len(self._change.lines)

    def _end_of(self, section: KnownSection) -> int:
        return max(region.end for region in self._regions if region.section is section)

    # Extra sections -----------------------------------------------------------------------------------------

    def _new_extras(self, position: str) -> list[Section]:
        return [
            value
            for key, value in self._change.new.items()
            if isinstance(value, Section) and value.position == position and key not in self._change.spans
        ]

    def _add_extras(self, position: str, *, beside: bool) -> None:
        """Add the extra sections in or beside a section after those that stand there already."""
        for extra in self._new_extras(position):
            if extra.is_beside == beside:
                ends = [region.end for region in self._regions if _is_at(region, extra)]
                at = ends[-1] if ends else self._place(table.BY_ID[position])
                if beside:
                    self._raise_nested(at)
                self._change.insert(at, self._change.style.extra_section(extra).split("\n"))

    def _raise_nested(self, at: int) -> None:
        """Give sections nested in the one before a line its level: they would go to a new one there."""
        level = max(1, 2 + self._change.style.shift)
        nested = list(takewhile(lambda r: r.level > level, (r for r in self._regions if r.start >= at)))
        if not nested or nested[0].kind != "known":
            return
        by = nested[0].level - level
        for region in nested:
            heading = self._change.lines[region.start].lstrip()
            raised = heading[by:] if heading.startswith("#" * (by + 1)) else f"{'#' * level} {region.heading}"
            self._change.edit(region.start, region.content, [raised])


def _is_at(region: Region, extra: Section) -> bool:
    """Whether an extra section may stand at the end of a region."""
    if region.kind in ("start", "title"):
        return not extra.position
    if extra.heading is None:
        return region.kind == "known" and region.position == extra.position
    position = table.top(region.position) if extra.is_beside else region.position
    return position == extra.position


def _goes_to(section: KnownSection, key: Key, value: Any) -> bool:
    """Whether an item that has no place in the file is written in this section."""
    if field_of(key) != section.field:
        return False
    return not isinstance(value, Interaction) or is_common_partner(value) == (section.id == "common_partners")


def _lines(chunks: list[str]) -> list[str]:
    return "\n\n".join(chunks).split("\n")
