"""A document's YAML front matter: its values as text, and the lines each key stands on.

python-frontmatter tells its boundaries and writes it. Reading the values is ours, since what it gives is
already changed (`1.10` is 1.1, `no` is False, the last of two equal keys wins) and since a front matter may
be hostile.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Literal

import yaml
from frontmatter.default_handlers import YAMLHandler

from roles.documents.blocks import MAX_DEPTH
from roles.documents.document import Json
from roles.documents.messages import Message
from roles.documents.text import words

_handler = YAMLHandler()
_KEY_LINE = re.compile(r"""[ \t]*(?:["']?[A-Za-z_][\w -]*["']?:(?:[ \t]|$)|[{:])""")
_KEY_AND_VALUE = re.compile(r"(?P<key>[ ]*(?:-[ ]+)?\w[\w ./()-]*:[ \t]+)(?P<value>\S.*)")
_UNPRINTABLE = re.compile(r"[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML refuses wherever it stands."""
_CLOSING = {"[": "]", "{": "}", "'": "'", '"': '"'}
_MOST_MENDED = 100
"""Values that are read although YAML stumbles at them: each makes it read the front matter anew."""
_ASIDE = re.compile(r"[#!&%]")
_NULLS = frozenset({"~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Values are strings, lists and mappings.

    `keys` gives each key's lines (from 0, end exclusive) in the file; `end` is the first line after the front
    matter, 0 if there is none.
    """

    values: dict[str, Json] = field(default_factory=dict)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    end: int = 0
    messages: tuple[Message, ...] = ()
    comments: tuple[tuple[int, str], ...] = ()
    """What stands beside the values, with its line (from 0): comments, YAML's tags and anchors."""


class FrontMatterError(ValueError):
    """A front matter that can't be read; `message` says where and why."""

    def __init__(self, code: str, line: int, text: str) -> None:
        super().__init__(text)
        self.message = Message(code, line, text)


def read(lines: list[str]) -> FrontMatter:
    """Read the front matter of a document, given as its lines without line ends, if it has one.

    A rule (`---`) at the start of a document is not taken for one: what stands between two such lines is a
    front matter if it is a YAML mapping, or meant to be.

    Raises:
        FrontMatterError: if it is broken, uses YAML aliases or is nested too deeply.
    """
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines) or not _handler.detect(lines[start]):
        return FrontMatter()
    meant = _is_meant(lines, start + 1)
    close = next((number for number in range(start + 1, len(lines)) if _handler.detect(lines[number])), None)
    if close is None:
        if meant:
            raise FrontMatterError(
                "front-matter-unclosed", start + 1, "The front matter is not closed: end it with a line ---."
            )
        return FrontMatter()
    source = _Source(lines, start + 1, close)
    if not source.text.strip():
        return FrontMatter(end=close + 1)
    told: list[Message] = []
    try:
        node = _compose_leniently(source, told)
    except FrontMatterError:
        if meant:
            raise
        node = None
    if isinstance(node, yaml.MappingNode):
        return _Mapping(source, told).read(node)
    text = "What stands between the --- lines is no front matter (key: value), so it is kept as text."
    return FrontMatter(messages=(Message("front-matter-not-a-mapping", start + 1, text),))


def _is_meant(lines: list[str], start: int) -> bool:
    """Whether the lines after a rule look like YAML: one of them, before a blank line, starts with a key."""
    for line in lines[start:]:
        if not line.strip() or _handler.detect(line):
            return False
        if _KEY_LINE.match(line):
            return True
    return False


class _Source:
    """The YAML text that stands on some lines (from 0, end exclusive) of a file."""

    def __init__(self, lines: list[str], start: int, end: int) -> None:
        self.lines, self.start, self.end = list(lines), start, end
        self._read()

    def put(self, number: int, line: str) -> None:
        """Replace a line of the text."""
        self.lines[number] = line
        self._read()

    def _read(self) -> None:
        lines = self.lines[self.start : self.end]
        self.text = _UNPRINTABLE.sub(" ", "\n".join(lines))
        self._starts = list(accumulate((len(line) + 1 for line in lines[:-1]), initial=0))

    def place(self, mark: Any) -> tuple[int, int]:
        """The file's line and the column (both from 0) of a mark; YAML itself has more kinds of line ends."""
        line = self.line(mark.index)
        return line, mark.index - self._starts[line - self.start]

    def line(self, index: int) -> int:
        """The file's line (from 0) on which the character of an index stands."""
        return self.start + bisect_right(self._starts, index) - 1


def _compose_leniently(source: _Source, told: list[Message]) -> yaml.Node | None:
    """`_compose`, with a value that YAML stumbles at read as it stands: `title: CEO: Chief Executive`.

    Such values are put into quotes in the source, each once; `told` gets a message for each.
    """
    mended = set[int]()
    while True:
        try:
            return _compose(source)
        except FrontMatterError as error:
            number = error.message.line - 1
            again = number in mended or len(mended) == _MOST_MENDED
            line = None if again else _in_quotes(source.lines[number])
            if line is None or error.message.code != "front-matter-invalid":
                raise
            mended.add(number)
            source.put(number, line)
            text = (
                "A colon or another mark of YAML stands in this value, read as it stands: put it into quotes."
            )
            told.append(Message("front-matter-unquoted", number + 1, text))


def _in_quotes(line: str) -> str | None:
    """A line `key: value` that by itself is no YAML with its value in quotes; None for any other line.

    What opens a list, a mapping or quotes and does not close it may go on below, so it is left alone.
    """
    match = _KEY_AND_VALUE.fullmatch(line)
    if match is None or _CLOSING.get(match["value"][0], "") not in match["value"][1:]:
        return None
    try:
        yaml.compose(line.strip(), Loader=yaml.CBaseLoader)
    except yaml.YAMLError:
        return "{}'{}'".format(match["key"], match["value"].replace("'", "''"))
    return None


def _compose(source: _Source) -> yaml.Node | None:
    """The node graph of a YAML text, None if it says nothing."""
    depth = 0
    try:
        for event in yaml.parse(source.text, Loader=yaml.CBaseLoader):
            line = source.place(event.start_mark)[0] + 1
            if isinstance(event, yaml.AliasEvent):
                raise FrontMatterError(
                    "front-matter-alias",
                    line,
                    "The front matter uses a YAML alias (*name): write the value out.",
                )
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH:
                raise FrontMatterError(
                    "front-matter-too-deep",
                    line,
                    f"The front matter is nested more than {MAX_DEPTH} levels deep.",
                )
        node: yaml.Node | None = yaml.compose(source.text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise FrontMatterError(
            "front-matter-invalid",
            (source.place(mark)[0] if mark else source.start) + 1,
            f"The front matter can't be read: {problem}. Put values with a colon or # into quotes.",
        ) from error
    return node


class _Mapping:
    """Reads the values of a front matter."""

    def __init__(self, source: _Source, messages: list[Message]) -> None:
        self._source = source
        self._messages = messages

    def read(self, node: yaml.MappingNode) -> FrontMatter:
        values, keys = {}, {}
        for name, key, value in self._pairs(node):
            start = self._line(key)
            keys[name] = (start, max(self._end_line(value), start + 1))
            values[name] = self._value(value)
        comments = tuple(_comments(self._source))
        return FrontMatter(values, keys, self._source.end + 1, tuple(self._messages), comments)

    def _line(self, node: yaml.Node) -> int:
        return self._source.place(node.start_mark)[0]

    def _end_line(self, node: yaml.Node) -> int:
        """The first line after a value, and after its comments and blank lines that follow it."""
        # A block's end mark stands at the start of a later line, a scalar's behind it.
        line, column = self._source.place(node.end_mark)
        end = line + (1 if column else 0)
        skipped = ("", "#") if isinstance(node, yaml.CollectionNode) else ("",)
        while end > self._line(node) + 1 and self._source.lines[end - 1].strip()[:1] in skipped:
            end -= 1
        return end

    def _pairs(self, node: yaml.MappingNode) -> list[tuple[str, yaml.Node, yaml.Node]]:
        """The names, keys and values of a mapping; equal names are told apart by a number."""
        pairs: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        counts: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise FrontMatterError(
                    "front-matter-invalid",
                    self._line(key) + 1,
                    "A key of the front matter must be plain text.",
                )
            name = unique = str(key.value)
            while unique in pairs:
                counts[name] = counts.get(name, 1) + 1
                unique = f"{name} ({counts[name]})"
            if unique != name:
                text = f"The key {name!r} stands twice; the first counts, this one is kept beside it."
                self._messages.append(Message("front-matter-duplicate-key", self._line(key) + 1, text))
            pairs[unique] = key, value
        return [(name, key, value) for name, (key, value) in pairs.items()]

    def _value(self, node: yaml.Node) -> Json:
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            return {name: self._value(value) for name, _, value in self._pairs(node)}
        is_null = isinstance(node, yaml.ScalarNode) and not node.style and node.value in _NULLS
        return "" if is_null else str(node.value)


def write(values: dict[str, Json]) -> list[str]:
    """The lines of a front matter with these values, without the `---` around them."""
    return _handler.export(values, sort_keys=False, width=10**9).split("\n") if values else []


def texts(lines: list[str]) -> list[str]:
    """All that is written in a document's front matter: keys, values, and what stands between them.

    Values without YAML's own notation: escapes as the characters they stand for, nothing for null.

    Raises:
        FrontMatterError: if it can't be read.
    """
    found = read(lines)
    start = next((number for number, line in enumerate(lines[: found.end]) if line.strip()), 0)
    source = _Source(lines, start + 1, found.end - 1)
    if start + 1 >= found.end:
        return []
    _compose_leniently(source, [])
    return [text for *_, text in _pieces(source.text)]


def _pieces(source: str) -> Iterator[tuple[Literal["scalar", "between"], int, str]]:
    """A YAML text in its order: keys and values as they read, what stands between them as written.

    With the index that each starts at.
    """
    done = 0
    for token in yaml.scan(source, Loader=yaml.CBaseLoader):
        if not isinstance(token, yaml.ScalarToken):
            continue
        start, end = token.start_mark.index, token.end_mark.index
        yield "between", done, source[done:start]
        done = end
        if token.style in ("|", ">"):
            # Behind the indicator may stand a digit for the indentation, then a comment.
            header = source[start:end].partition("\n")[0]
            yield "between", start, header.lstrip("|>+-0123456789")
        if token.style or token.value not in _NULLS:
            yield "scalar", start, token.value
    yield "between", done, source[done:]


def _comments(source: _Source) -> Iterator[tuple[int, str]]:
    """What comments say, and YAML's tags and anchors, with the line (from 0) of each."""
    if not _ASIDE.search(source.text):
        return
    for kind, index, text in _pieces(source.text):
        if kind == "between":
            for number, line in enumerate(text.split("\n")):
                said = line.lstrip(" \t#:,?-[]{}").rstrip()
                if words(said):
                    yield source.line(index) + number, said
