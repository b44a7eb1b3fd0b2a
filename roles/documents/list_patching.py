"""The items of a file's lists: changed, removed, reordered and added, written as their neighbours are."""

import re
from collections import defaultdict
from itertools import dropwhile
from typing import Any

from roles.documents import grammar
from roles.documents import sections as table
from roles.documents.document import (
    LISTS,
    Interaction,
    Key,
    Responsibility,
    Variation,
    clean_line,
    field_of,
    is_common_partner,
)
from roles.documents.edits import Change
from roles.documents.gathered import Span
from roles.documents.outline import Region
from roles.documents.reader import read_item
from roles.documents.sections import KnownSection
from roles.documents.wording import reworded

_NUMBER = re.compile(r"(?<!\S)\d+(?=[.)]\s)")


def patch_lists(change: Change) -> set[Key]:
    """Edit the lists of a file; returns the statements that it has no list for."""
    spans = _spans_by_region(change)
    _rename_groups(change, spans)
    homes = {key: _home(change, key) for key in change.new if _is_item(key)}
    added: dict[int, list[Key]] = defaultdict(list)
    for key, home in homes.items():
        if home is not None:
            added[home].append(key)
    for number, region in enumerate(change.regions):
        if region.section is not None and region.section.kind == "list" and region.kind in ("known", "group"):
            _ListPatch(change, region, region.section, spans[number], added[number]).run()
    return {key for key, home in homes.items() if home is None and not stands(change, key)}


def _spans_by_region(change: Change) -> dict[int, dict[Key, Span]]:
    """Where the items of each list stand, by the number of its region."""
    found: dict[int, dict[Key, Span]] = defaultdict(dict)
    for key, span in change.spans.items():
        if span.place in ("item", "line"):
            found[span.region][key] = span
        elif span.place == "heading":
            # An item under its own heading is a region of its own.
            found[_owner(change, span.region)][key] = span
    return found


def _rename_groups(change: Change, spans: dict[int, dict[Key, Span]]) -> None:
    """Give groups whose items all have another one now, which has no heading yet, that heading."""
    groups = {number: region for number, region in enumerate(change.regions) if region.kind == "group"}
    taken = {clean_line(region.heading) for region in groups.values()}
    for number, region in groups.items():
        items = [change.new.get(key) for key in spans[number]]
        names = {item.group for item in items if isinstance(item, Responsibility)}
        if len(names) == 1 and (name := names.pop()) and name not in taken:
            change.edit(region.start, region.content, [f"{'#' * region.level} {name}"])
            region.heading = name
            taken.add(name)


def _is_item(key: Key) -> bool:
    return field_of(key) in LISTS and field_of(key) not in ("sections", "identifiers", "aliases", "tags")


def stands(change: Change, key: Key) -> bool:
    """Whether the statement stands in the file, where it may stay."""
    span = change.spans.get(key)
    if span is None:
        return False
    value = change.new[key]
    if span.place == "fact":
        # A row of a table holds no more than a name and what stands beside it.
        return not isinstance(value, Interaction) or not (value.frequency or value.notes)
    return span.place not in ("item", "line") or _belongs(value, change.regions[span.region])


def _belongs(value: Any, region: Region) -> bool:
    """Whether a statement can stand under a heading."""
    if isinstance(value, Responsibility):
        return value.group == (clean_line(region.heading) if region.kind == "group" else None)
    common = region.section is not None and region.section.id == "common_partners"
    return not common or is_common_partner(value)


def _home(change: Change, key: Key) -> int | None:
    """The number of the region that a statement which is new, or leaves its heading, goes to."""
    if stands(change, key) or field_of(key) in change.anew:
        return None
    homes = [
        (region.section.id == "common_partners", number)
        for number, region in enumerate(change.regions)
        if region.section is not None
        and region.section.field == field_of(key)
        and region.kind in ("known", "group")
        and _belongs(change.new[key], region)
    ]
    return max(homes)[1] if homes else None


def _owner(change: Change, number: int) -> int:
    """The number of the region of the list that an item under its own heading belongs to."""
    section = change.regions[number].section
    while change.regions[number].kind != "known" or change.regions[number].section != section:
        number -= 1
    return number


class _ListPatch:
    """The list of one region."""

    def __init__(
        self,
        change: Change,
        region: Region,
        section: KnownSection,
        spans: dict[Key, Span],
        added: list[Key],
    ) -> None:
        self._change = change
        self._region, self._section = region, section
        self._spans, self._added = spans, added

    def run(self) -> None:
        old, new = self._change.old, self._change.new
        on_lines = [key for key, span in self._spans.items() if span.place == "line"]
        if on_lines:
            if self._added or any(old[key] != new.get(key) for key in on_lines):
                self._patch_line(on_lines)
            return
        here = sorted(self._spans, key=lambda key: self._spans[key].start)
        kept = [key for key in here if key in new and _belongs(new[key], self._region)]
        slots = [self._spans[key] for key in kept]
        if not here:
            self._insert_first()
            return
        if self._is_left_group(kept):
            self._change.remove(self._region.start, max(span.end for span in self._spans.values()))
            return
        if self._added and not kept:
            slots = [self._spans[here[0]]]
        taken = set(slots)
        for key in here:
            if self._spans[key] not in taken:
                self._change.remove(self._spans[key].start, self._spans[key].end)
        for span, lines in zip(slots, self._arranged(kept), strict=False):
            self._change.edit(span.start, span.end, lines)

    def _is_left_group(self, kept: list[Key]) -> bool:
        """Whether nothing stays under the heading of a group."""
        only_lists = all(block.kind == "list" for block in self._region.blocks)
        return self._region.kind == "group" and only_lists and not kept and not self._added

    def _arranged(self, kept: list[Key]) -> list[list[str]]:
        """The lines of each item that stays, in the new order, each with the new items that follow it."""
        kept = sorted(kept, key=self._order)
        arranged = [self._item(key) for key in kept]
        first: list[str] = []
        for added, key in enumerate(self._added):
            at = sum(self._order(other) < self._order(key) for other in kept) - 1
            lines = self._numbered(self._new_item(key), at + 1 + added)
            if at >= 0:
                arranged[at] += [*self._gap(), *lines]
            else:
                first += [*lines, *self._gap()]
        if not arranged:
            return [first[: len(first) - len(self._gap())]]
        return [[*first, *arranged[0]], *arranged[1:]]

    def _numbered(self, lines: list[str], place: int) -> list[str]:
        """A new item's lines with the number that its place has, where the items count up."""
        starts = [self._change.lines[span.start] for span in self._spans.values()]
        found = [int(number[0]) for number in map(_NUMBER.match, starts) if number]
        if len(found) < len(starts) or found != list(range(found[0], found[0] + len(found))):
            return lines
        return [_NUMBER.sub(str(found[0] + place), lines[0], count=1), *lines[1:]]

    def _gap(self) -> list[str]:
        """What stands between two items."""
        starts = sorted(span.start for span in self._spans.values())
        apart = any(self._change.is_blank(start - 1) for start in starts[1:])
        return [""] if apart or self._model.place == "heading" else []

    @property
    def _model(self) -> Span:
        return next(iter(self._spans.values()))

    # Items --------------------------------------------------------------------------------------------------

    def _item(self, key: Key) -> list[str]:
        """An item's lines with its new value, changed as little as can be."""
        span = self._spans[key]
        lines = self._change.lines[span.start : span.end]
        before, after = self._change.old[key], self._change.new[key]
        if before == after:
            return lines
        if isinstance(before, Variation) and isinstance(after, Variation) and span.place == "heading":
            return self._under_heading(lines, self._change.regions[span.region], before, after)
        bullet = grammar.bullet(lines[0])
        group = clean_line(self._region.heading) if self._region.kind == "group" else None
        for candidate in reworded(lines, before, after, " " * len(bullet)):
            if read_item(self._section, table.item_content(candidate), group) == after:
                return candidate
        return self._written(after, bullet)

    def _new_item(self, key: Key) -> list[str]:
        value = self._change.new[key]
        if self._model.place == "heading" and isinstance(value, Variation) and value.name:
            level = self._change.regions[self._model.region].level
            return [f"{'#' * level} {value.name}", *(value.text or "").split("\n")]
        return self._written(value, grammar.bullet(self._change.lines[self._model.start]))

    def _written(self, value: Any, bullet: str) -> list[str]:
        return self._change.style.item(self._section, value, bullet).split("\n")

    def _under_heading(
        self, lines: list[str], region: Region, before: Variation, after: Variation
    ) -> list[str]:
        size = region.content - region.start
        heading = lines[:size] if before.name == after.name else [f"{'#' * region.level} {after.name}"]
        text = list(dropwhile(lambda line: not line.strip(), lines[size:]))
        gap = lines[size : len(lines) - len(text)]
        return [*heading, *gap, *(text if before.text == after.text else (after.text or "").split("\n"))]

    def _insert_first(self) -> None:
        """Put new items below a heading that has none."""
        if not self._added:
            return
        items = [self._change.new[key] for key in self._added]
        lines = [line for item in items for line in self._written(item, self._change.style.bullet)]
        self._change.put_below(self._region, lines)

    def _patch_line(self, on_lines: list[Key]) -> None:
        """Partners on one line: on one line again if they can be, else as items."""
        new = self._change.new
        stay = (key for key in on_lines if key in new and _belongs(new[key], self._region))
        keys = sorted({*stay, *self._added}, key=self._order)
        values = [self._change.new[key] for key in keys]
        line = ", ".join(value.partner for value in values if isinstance(value, Interaction))
        if self._section.read_paragraph(line) == values:
            lines = [line]
        else:
            lines = [line for value in values for line in self._written(value, self._change.style.bullet)]
        first, *others = dict.fromkeys((self._spans[key].start, self._spans[key].end) for key in on_lines)
        self._change.edit(*first, lines)
        for start, end in others:
            self._change.remove(start, end)

    def _order(self, key: Key) -> int:
        return self._change.order[key]
