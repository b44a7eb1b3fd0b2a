"""A change to a file: what it says, what it is to say, and the edits of its lines that bring it there."""

import difflib
from dataclasses import dataclass, replace

from roles.documents import grammar
from roles.documents.document import (
    LISTS,
    Identifier,
    Interaction,
    Responsibility,
    RoleDocument,
    Section,
    Statement,
    field_of,
    is_common_partner,
    statements,
)
from roles.documents.outline import Region
from roles.documents.reader import Parsed
from roles.documents.style import Style


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines `start` to `end` (exclusive) become `lines`; an insertion has `start == end`."""

    start: int
    end: int
    lines: list[str]


class Change:
    """A file that says `before` and is to say `after`. `lines` are its lines without their ends.

    Lists whose fields are in `anew` lose all their items, which are then new ones.
    """

    def __init__(
        self, parsed: Parsed, before: RoleDocument, after: RoleDocument, anew: frozenset[str] = frozenset()
    ) -> None:
        self.parsed = parsed
        self.before, self.after = before, after
        self.lines = [line.rstrip("\r\n") for line in parsed.lines]
        self.regions = [replace(region) for region in parsed.regions]
        self.style = Style.of_file(parsed)
        self.old, self.new = statements(before), statements(after)
        self.spans = dict(parsed.spans)
        self.order = {key: number for number, key in enumerate(self.new)}
        self.edits: list[Edit] = []
        self.anew = anew
        self.emptied: dict[str, tuple[int, int]] = {}
        self._follow_renames()
        self._take_out_moved()
        self._take_out_anew()

    def _follow_renames(self) -> None:
        """Give statements that stand in the place of others the keys of their successors."""
        for name in LISTS:
            old, new = ([key for key in side if field_of(key) == name] for side in (self.old, self.new))
            for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
                if tag != "replace":
                    continue
                for was, becomes in zip(old[i1:i2], new[j1:j2], strict=False):
                    if was in self.new or becomes in self.old:
                        continue
                    if _place(self.old[was]) == _place(self.new[becomes]):
                        self.old[becomes] = self.old.pop(was)
                        self.spans[becomes] = self.spans.pop(was)

    def _take_out_moved(self) -> None:
        """Make extra sections that belong elsewhere now new ones there."""
        for key in [key for key in self.spans if isinstance(self.old[key], Section) and key in self.new]:
            if _place(self.old[key]) != _place(self.new[key]):
                span = self.spans.pop(key)
                del self.old[key]
                self.remove(span.start, span.end)

    def _take_out_anew(self) -> None:
        """Make the items of lists that are written anew new ones, and note where each list stood.

        Its first stretch of lines is for the new list; the others, after text in between, are removed.
        """
        taken: list[tuple[int, int, str]] = []
        for key in [key for key in self.spans if field_of(key) in self.anew]:
            span = self.spans.pop(key)
            del self.old[key]
            section = self.regions[span.region].section
            taken.append((span.start, span.end, section.id if section else ""))
        for region in self.regions:
            if region.kind == "group" and region.section and region.section.field in self.anew:
                taken.append((region.start, region.content, region.section.id))
        stretches: list[tuple[int, int, str]] = []
        for start, end, place in sorted(taken):
            if stretches:
                first, last, before = stretches[-1]
                if before == place and all(map(self.is_blank, range(last, start))):
                    stretches[-1] = first, max(last, end), place
                    continue
            stretches.append((start, end, place))
        for start, end, place in stretches:
            if place and place not in self.emptied:
                self.emptied[place] = start, end
            else:
                self.remove(start, end)

    def edit(self, start: int, end: int, lines: list[str]) -> None:
        """Put lines in place of others, if they are others."""
        if lines != self.lines[start:end]:
            self.edits.append(Edit(start, end, lines))

    def is_blank(self, line: int) -> bool:
        """Whether a line is blank; there is nothing but blank lines around a file."""
        return not 0 <= line < len(self.lines) or not self.lines[line].strip()

    def remove(self, start: int, end: int) -> None:
        """Remove lines, and the blank lines before them if blank lines follow."""
        while start > 0 and self.is_blank(start - 1) and self.is_blank(end):
            start -= 1
        self.edit(start, end, [])

    def insert(self, at: int, lines: list[str]) -> None:
        """Put a section or paragraph before a line; blank lines and rules before that line stay before it."""
        while at > self.regions[0].start and grammar.says_nothing(self.lines[at - 1]):
            at -= 1
        self.put(at, lines)

    def put(self, at: int, lines: list[str]) -> None:
        """Put lines before a line, with blank lines around them."""
        before = [] if self.is_blank(at - 1) else [""]
        self.edits.append(Edit(at, at, [*before, *lines, *([] if self.is_blank(at) else [""])]))

    def put_below(self, region: Region, lines: list[str]) -> None:
        """Put lines at the start of what stands under a heading."""
        filled = (number for number in range(region.content, region.end) if not self.is_blank(number))
        self.put(next(filled, region.content), lines)

    def text(self, newline: str) -> str:
        """The file's text with all edits made."""
        lines = list(self.parsed.lines)
        if lines and not lines[-1].endswith(("\n", "\r")) and any(e.end >= len(lines) for e in self.edits):
            lines[-1] += newline
        # From the end, so that line numbers stay; insertions at one line keep the order they were made in.
        for edit in sorted(self.edits, key=lambda edit: (edit.start, edit.end))[::-1]:
            lines[edit.start : edit.end] = [line + newline for line in edit.lines]
        return "".join(lines)


def _place(value: Statement) -> object:
    """What tells where in a file a statement stands, besides its field."""
    if isinstance(value, Responsibility):
        return value.group
    if isinstance(value, Interaction):
        return is_common_partner(value)
    if isinstance(value, Identifier):
        return value.scheme
    return (value.position, value.level, value.heading is None) if isinstance(value, Section) else None
