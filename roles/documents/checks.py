"""What a value may hold so that a file can carry it, and the nearest value that it can carry.

Each check yields the faults it finds, with a sentence that says what to mend; None is never at fault.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from roles.documents import blocks, grammar

MAX_LINE = 500
"""The most characters of a one-line value: such values are indexed."""

_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_BLANK_LINE = re.compile(r"(?m)^[ \t]+$")
_NOT_IN_LINK = re.compile(r"[()\s<>]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why a value is refused: where (`responsibilities.0.name`), and what to mend."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}" if self.path else self.text


class InvalidDocument(ValueError):
    """A value that no role document can carry, with all its faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))


def without_controls(text: str) -> str:
    """A text with spaces in place of control characters other than tabs and line breaks."""
    return _CONTROLS.sub(" ", text)


def clean_line(text: str) -> str:
    """The nearest value of a one-line field: white space and control characters become single spaces."""
    return " ".join(without_controls(text).split())


def clean_text(text: str) -> str:
    """The nearest value of a text field: line ends as \\n, no control characters, no blank edges."""
    text = without_controls(text.replace("\r\n", "\n").replace("\r", "\n"))
    return _BLANK_LINE.sub("", text.strip()).strip()


def clean_prose(text: str) -> str:
    """`clean_text` without the rules (`---`) around it: they separate sections and say nothing."""
    lines = clean_text(text).split("\n")
    start, end = 0, len(lines)
    while start < end and grammar.says_nothing(lines[start]):
        start += 1
    while end > start and grammar.says_nothing(lines[end - 1]):
        end -= 1
    return "\n".join(lines[start:end]).strip()


def line(path: str, value: str | None) -> Iterator[Fault]:
    """One line of text."""
    if value is None:
        return
    if not value.strip():
        yield Fault(path, "must not be empty")
    elif _BREAKS.search(value):
        yield Fault(path, "must be one line without control characters")
    elif value != clean_line(value):
        yield Fault(path, "must have single spaces between words and none around them")
    elif len(value) > MAX_LINE:
        yield Fault(path, f"must have at most {MAX_LINE} characters")


def code(path: str, value: str | None) -> Iterator[Fault]:
    """A code such as DATA4002: it may stand in backticks or bold, so it can't hold them."""
    yield from line(path, value)
    if value and ("`" in value or "**" in value or value != grammar.strip_marks(value)):
        yield Fault(path, "must not contain backticks or stand in emphasis: write the bare name")


def name(path: str, value: str | None) -> Iterator[Fault]:
    """A name that stands in bold at the start of an item."""
    faults = list(line(path, value))
    yield from faults
    if value and not faults and not grammar.is_name(value):
        yield Fault(
            path, "must not contain bold marks (**), start with * or __, or end with a colon or backslash"
        )


def heading(path: str, value: str | None) -> Iterator[Fault]:
    """The text of a heading."""
    yield from line(path, value)
    if value and grammar.CLOSING_HASHES.search(value):
        yield Fault(path, "must not end with a lone #")


def link(path: str, value: str | None) -> Iterator[Fault]:
    """The target of a Markdown link."""
    yield from line(path, value)
    if value and _NOT_IN_LINK.search(value):
        yield Fault(path, "must not contain spaces, brackets or < >: write them as %20, %28, %29")


def text(path: str, value: str | None) -> Iterator[Fault]:
    """Any Markdown."""
    if value is None:
        return
    if not value:
        yield Fault(path, "must not be empty")
    elif value != clean_text(value):
        yield Fault(path, "must have \\n line ends, no control characters, and no blank start or end")


def item_text(path: str, value: str | None) -> Iterator[Fault]:
    """Markdown that a list item starts with."""
    yield from text(path, value)
    yield from item_start(path, value)


def item_start(path: str, value: str | None) -> Iterator[Fault]:
    """With the bullet before it, the first line must not be a rule."""
    if value and grammar.reads_as_rule(value):
        yield Fault(path, "must not start with a line of dashes or asterisks")


def prose(path: str, value: str | None, *, above: int) -> Iterator[Fault]:
    """Markdown between section headings. `above` is the level of the heading it stands under, 2 or 3."""
    faults = list(text(path, value))
    yield from faults
    if not value or faults:
        return
    if value != clean_prose(value):
        yield Fault(path, "must not start or end with a rule (---)")
    highest = blocks.highest_heading(value)
    if highest is not None and highest <= above:
        yield Fault(path, f"contains a heading of level {highest}: use {'#' * (above + 1)} or deeper")
    if not blocks.is_closed(value):
        yield Fault(path, "leaves a code fence or an HTML block open")


def head(name: str | None, text: str | None) -> Iterator[Fault]:
    """A name, a text, or both; a text alone must not read as a name."""
    if name is None and text is None:
        yield Fault("name", "name or text is needed")
    if name is None and text is not None and grammar.split_head(text) != (None, text):
        yield Fault("name", "is needed: the text alone would be read as a name, so move it there")
