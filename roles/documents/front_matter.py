"""A document's YAML front matter: its values as text, and the lines each key stands on.

python-frontmatter finds and writes it. Reading the values is ours, since what it gives is already changed
(`1.10` is 1.1, `no` is False, the last of two equal keys wins) and since a front matter may be hostile.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from roles.documents.blocks import MAX_DEPTH
from roles.documents.document import Json
from roles.documents.messages import Message

_handler = YAMLHandler()
_KEY_LINE = re.compile(r"(?m)^[A-Za-z_][\w -]*:(?:[ \t]|$)")
_FLOW_START = re.compile(r"\A(?:[ \t]*\n)*")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Values are strings, lists and mappings. `keys` gives each key's lines (from 0, end exclusive) in the
    file; `end` is the first line after the front matter, 0 if there is none."""

    values: dict[str, Json] = field(default_factory=dict)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    end: int = 0
    messages: tuple[Message, ...] = ()


class FrontMatterError(ValueError):
    """A front matter that can't be read; `message` says where and why."""

    def __init__(self, code: str, line: int, text: str) -> None:
        super().__init__(text)
        self.message = Message(code, line, text)


def read(text: str) -> FrontMatter:
    """Read the front matter of a document, if it has one.

    A rule (`---`) at the start of a document is not taken for one: what stands between two such lines is a
    front matter if it is a YAML mapping, or meant to be.

    Raises:
        FrontMatterError: if it is broken, uses YAML aliases or is nested too deeply.
    """
    blank = _FLOW_START.match(text)
    start = blank.end() if blank else 0
    if not _handler.detect(text[start:]):
        return FrontMatter()
    first = text.count("\n", 0, start) + 1
    try:
        source, body = _handler.split(text[start:])
    except ValueError:
        if _KEY_LINE.match(text[start:].partition("\n")[2]):
            raise FrontMatterError(
                "front-matter-unclosed", first, "The front matter is not closed: end it with a line ---."
            ) from None
        return FrontMatter()
    # The boundary takes white space with it; the front matter's first line is where its text begins.
    offset = text.index(source, start) if source.strip() else start
    first_line = text.count("\n", 0, offset)
    if not source.strip():
        return FrontMatter(end=_lines_before(text, body))
    try:
        node = _compose(source, first_line)
    except FrontMatterError:
        # Markdown between two rules is seldom YAML; a front matter that is only broken still has its keys.
        if _KEY_LINE.search(source):
            raise
        node = None
    if not isinstance(node, yaml.MappingNode):
        told = Message(
            "front-matter-not-a-mapping",
            first,
            "What stands between the --- lines is no front matter (key: value), so it is kept as text.",
        )
        return FrontMatter(messages=(told,))
    values, keys, messages = _mapping(node, first_line)
    return FrontMatter(values, keys, _lines_before(text, body), tuple(messages))


def _lines_before(text: str, body: str) -> int:
    return text.count("\n", 0, len(text) - len(body)) + (
        0 if text[: len(text) - len(body)].endswith("\n") else 1
    )


def _compose(source: str, first_line: int) -> yaml.Node | None:
    depth = 0
    try:
        for event in yaml.parse(source, Loader=yaml.CBaseLoader):
            line = first_line + (event.start_mark.line if event.start_mark else 0) + 1
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
        node: yaml.Node | None = yaml.compose(source, Loader=yaml.CBaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is not YAML"
        line = first_line + (mark.line if mark else 0) + 1
        raise FrontMatterError(
            "front-matter-invalid",
            line,
            f"The front matter can't be read: {problem}. Put values with a colon or # into quotes.",
        ) from error
    return node


def _mapping(
    node: yaml.MappingNode, first_line: int
) -> tuple[dict[str, Json], dict[str, tuple[int, int]], list[Message]]:
    values: dict[str, Json] = {}
    keys: dict[str, tuple[int, int]] = {}
    messages: list[Message] = []
    starts = [first_line + key.start_mark.line for key, _ in node.value]
    ends = [first_line + _end_line(value) for _, value in node.value]
    for (key_node, value_node), start, end in zip(node.value, starts, ends, strict=True):
        name = _key(key_node, start)
        if name in values:
            messages.append(
                Message(
                    "front-matter-duplicate-key",
                    start + 1,
                    f"The key {name!r} stands twice; the first counts, this one is kept beside it.",
                )
            )
            number = 2
            while f"{name} ({number})" in values:
                number += 1
            name = f"{name} ({number})"
        values[name] = _value(value_node, start)
        keys[name] = (start, max(end, start + 1))
    return values, keys, messages


def _end_line(node: yaml.Node) -> int:
    """The first line after a value. A block's end mark stands at the start of a later line, a scalar's
    behind it."""
    mark = node.end_mark
    return int(mark.line) + (1 if mark.column else 0)


def _key(node: yaml.Node, line: int) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise FrontMatterError(
            "front-matter-invalid", line + 1, "A key of the front matter must be plain text."
        )
    return str(node.value)


def _value(node: yaml.Node, line: int) -> Json:
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, line) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {_key(key, line): _value(value, line) for key, value in node.value}
    return str(node.value)


def write(values: dict[str, Json]) -> str:
    """Values as the lines of a front matter, without the `---` around them."""
    text: Any = _handler.export(values, sort_keys=False, width=10**9) if values else ""
    return f"{text}\n" if text else ""
