"""A value's new wording put into the lines that hold its old one, with everything around it left alone."""

import difflib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import chain, islice
from typing import Any

from roles.documents import blocks

_MOST_CANDIDATES = 20
"""Ways to put a new text in that are tried: a short one may stand in a line many times."""
_MARGIN = " \t>"

LABELS = (("success_metric", "Success metric"), ("notes", "Notes"))
"""Fields that stand on a line of their own in an item, and the label before them."""


def reworded(lines: list[str], before: Any, after: Any, prefix: str) -> Iterator[list[str]]:
    """Lines with the texts of one value replaced by those of another, in each way in which they may be.

    The caller tells which of them reads right. `prefix` starts lines that are new.
    """
    pending = [lines]
    yield lines
    for old, new in changed_texts(before, after):
        found = chain.from_iterable(replaced(current, old, new, prefix) for current in pending)
        pending = list(islice(found, _MOST_CANDIDATES)) or pending
        yield from pending
    for name, label in LABELS:
        if getattr(before, name, None) is None and getattr(after, name, None) is not None:
            value = blocks.indent(getattr(after, name), len(prefix)).split("\n")
            for current in pending:
                start = [*current[:-1], current[-1].rstrip() + "  "]
                yield [*start, f"{prefix}*{label}*: {value[0]}", *value[1:]]


def changed_texts(before: Any, after: Any) -> list[tuple[str, str]]:
    """The texts of a value that became others: the old and the new one of each."""
    if isinstance(before, str) and isinstance(after, str):
        return [(before, after)]
    if not is_dataclass(before) or type(before) is not type(after):
        return []
    pairs = ((_text(getattr(before, item.name)), _text(getattr(after, item.name))) for item in fields(before))
    return [(old, new) for old, new in pairs if old and new and old != new]


def _text(value: str | int | tuple[str, ...] | None) -> str | None:
    """A field's value as it stands in a file; None for a mark, which is there or not."""
    if isinstance(value, tuple):
        return ", ".join(value)
    return None if value is None or isinstance(value, bool) else str(value)


def replaced(lines: list[str], old: str, new: str, prefix: str) -> Iterator[list[str]]:
    """Lines in which a text is replaced, for each place where it stands."""
    before, after = old.split("\n"), new.split("\n")
    for start in range(len(lines) - len(before) + 1):
        end = start + len(before)
        for at, to in _found(lines[start:end], before):
            head, tail = lines[start][:at], lines[end - 1][to:]
            inside = [*lines[start : end - 1], lines[end - 1][:to]]
            yield [*lines[:start], *_joined(head, inside, before, after, tail, prefix), *lines[end:]]


def _found(lines: list[str], text: list[str]) -> Iterator[tuple[int, int]]:
    """Where in the first line a text of as many lines starts, and where in the last one it ends.

    Its lines but the first may be indented or quoted.
    """
    if len(text) == 1:
        at = lines[0].find(text[0])
        while at >= 0:
            yield at, at + len(text[0])
            at = lines[0].find(text[0], at + 1)
        return
    inside = zip(lines[1:-1], text[1:-1], strict=True)
    if not lines[0].endswith(text[0]) or any(_bare(line) != _bare(part) for line, part in inside):
        return
    last, end = lines[-1].lstrip(_MARGIN), text[-1].lstrip(_MARGIN)
    if last.startswith(end):
        yield len(lines[0]) - len(text[0]), len(lines[-1]) - len(last) + len(end)


def _bare(line: str) -> str:
    return line.lstrip(_MARGIN).rstrip()


def _joined(
    head: str, lines: list[str], before: list[str], after: list[str], tail: str, prefix: str
) -> list[str]:
    """The new text between what stands before and after the old one; its lines that stay are as they were."""
    result: list[str] = []
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for tag, start, _, first, last in matcher.get_opcodes():
        for number in range(first, last):
            line = start + number - first
            if tag == "equal" and line > 0 and number > 0:
                result.append(lines[line])
            else:
                result.append(prefix + after[number] if after[number] else prefix.rstrip())
    result[0] = head + after[0]
    result[-1] += tail
    return result
