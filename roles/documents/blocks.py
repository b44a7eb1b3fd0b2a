"""Markdown as a flat run of blocks with line numbers: headings, lists with their items, tables, quotes, rest.

Only the outermost blocks matter to a role document; what is inside one is taken as written. CommonMark's
own rules decide where a block ends (markdown-it-py), so a `#` in a code fence or in a quoted prompt is no
heading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from roles.documents import grammar

MAX_DEPTH = 20
"""How deep lists, quotes and front matter values may nest; deeper ones are kept as text or refused."""

_parser = MarkdownIt("commonmark", {"maxNesting": MAX_DEPTH}).enable("table")
# Link definitions are text here, and take quadratic time to find.
_parser.disable("reference")
# Inline structure is never needed, and is where Markdown's slow inputs live.
_parser.core.ruler.enableOnly(["normalize", "block"])

_LINE_END = re.compile(r"\r\n?|\n")
_HEADING_LINE = re.compile(r"(?m)^ {0,3}(?:#{1,6}(?:[ \t]|$)|=+[ \t]*$|-+[ \t]*$)")
_OPENING_LINE = re.compile(r"(?m)^ {0,3}(?:```|~~~|<)")
_QUOTE_MARK = re.compile(r"^ {0,3}> ?")


@dataclass(frozen=True, slots=True)
class Block:
    """One outermost block. `start` and `end` are line numbers from 0, end exclusive."""

    kind: Literal["heading", "list", "table", "quote", "rule", "other"]
    start: int
    end: int
    level: int = 0
    text: str = ""
    items: tuple[tuple[int, int], ...] = ()
    rows: tuple[tuple[int, tuple[str, ...]], ...] = field(default=())
    """A table's rows, header first: line number and cells."""

    def moved(self, by: int) -> "Block":
        """The same block, so many lines further down."""
        return replace(
            self,
            start=self.start + by,
            end=self.end + by,
            items=tuple((start + by, end + by) for start, end in self.items),
            rows=tuple((line + by, cells) for line, cells in self.rows),
        )


def split_lines(text: str) -> list[str]:
    """The lines of a text with their line ends (\\n, \\r\\n or \\r), as CommonMark counts them."""
    lines, start = [], 0
    for match in _LINE_END.finditer(text):
        lines.append(text[start : match.end()])
        start = match.end()
    if start < len(text):
        lines.append(text[start:])
    return lines


@lru_cache(maxsize=8)
def blocks(text: str) -> tuple[Block, ...]:
    """The outermost blocks of a Markdown text, in order.

    Those of the last few texts are kept: each check of a text asks for them anew.
    """
    return tuple(_blocks(text))


def _blocks(text: str) -> Iterator[Block]:
    lines = [line.rstrip("\r\n") for line in split_lines(text)]
    tokens = _parser.parse(text)
    index = done = 0
    while index < len(tokens):
        token = tokens[index]
        end = index + 1
        if token.nesting == 1:
            while tokens[end].level > token.level or tokens[end].nesting != -1:
                end += 1
            end += 1
        if token.map is not None:
            yield from _between(lines, done, token.map[0])
            yield _block(tokens[index:end], lines)
            done = token.map[1]
        index = end
    yield from _between(lines, done, len(lines))


def _between(lines: list[str], start: int, end: int) -> Iterator[Block]:
    """Lines that CommonMark makes no block of are text too."""
    while start < end and not lines[start].strip():
        start += 1
    if start < end:
        yield Block("other", *_trimmed(lines, start, end))


def _block(tokens: list[Token], lines: list[str]) -> Block:
    token = tokens[0]
    start, end = token.map or (0, 0)
    if token.type == "heading_open":
        return Block("heading", start, end, level=int(token.tag[1]), text=_heading_text(lines[start:end]))
    if token.type in ("bullet_list_open", "ordered_list_open"):
        items = tuple(
            (t.map[0], t.map[1]) for t in tokens if t.type == "list_item_open" and t.level == 1 and t.map
        )
        return Block("list", start, end, items=tuple(_trimmed(lines, *item) for item in items))
    if token.type == "table_open":
        return Block("table", start, end, rows=tuple(_rows(tokens)))
    kinds: dict[str, Literal["quote", "rule"]] = {"blockquote_open": "quote", "hr": "rule"}
    return Block(kinds.get(token.type, "other"), *_trimmed(lines, start, end))


def _heading_text(lines: list[str]) -> str:
    marked = _marked_heading(lines[0])
    return " ".join(line.strip() for line in lines[:-1]) if marked is None else marked


def _marked_heading(line: str) -> str | None:
    """The text of a heading that starts with #, None for another line."""
    bare = line.lstrip(" ")
    text = bare.lstrip("#")
    level = len(bare) - len(text)
    if len(line) - len(bare) > 3 or not 1 <= level <= 6 or text[:1].strip(" \t"):
        return None
    text = text.rstrip(" \t")
    without_closing = text.rstrip("#")
    return (without_closing if without_closing.endswith((" ", "\t")) else text).strip()


def _rows(tokens: list[Token]) -> Iterator[tuple[int, tuple[str, ...]]]:
    line, cells = 0, list[str]()
    for token in tokens:
        if token.type == "tr_open" and token.map:
            line, cells = token.map[0], []
        elif token.type == "inline":
            cells.append(token.content.strip())
        elif token.type == "tr_close":
            yield line, tuple(cells)


def _trimmed(lines: list[str], start: int, end: int) -> tuple[int, int]:
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return start, end


def highest_heading(text: str) -> int | None:
    """The level of a text's highest outermost heading (1 is the highest), None if it has none."""
    if not _HEADING_LINE.search(text):
        return None
    return min((block.level for block in blocks(text) if block.kind == "heading"), default=None)


def is_closed(text: str) -> bool:
    """Whether a heading written after the text is a heading: no code fence or HTML block is left open."""
    if not _OPENING_LINE.search(text):
        return True
    *_, last = blocks(f"{text}\n\n# end\n")
    return last.kind == "heading" and last.text == "end"


def shift_headings(text: str, by: int) -> str:
    """A text with its outermost headings `by` levels deeper (or higher), within 1 to 6."""
    if by == 0 or not _HEADING_LINE.search(text):
        return text
    lines = text.split("\n")
    for block in reversed(blocks(text)):
        if block.kind == "heading":
            level = max(1, min(6, block.level + by))
            first = lines[block.start]
            indent, _, rest = first.partition("#" * block.level)
            if _marked_heading(first) is None:
                indent, rest = "", f" {block.text}"
            lines[block.start : block.end] = [f"{indent}{'#' * level}{rest}"]
    return "\n".join(lines)


def quote(text: str) -> str:
    """A text as a block quote."""
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def unquote(text: str) -> str:
    """The text that a block quote quotes."""
    return "\n".join(_QUOTE_MARK.sub("", line) for line in text.split("\n"))


def indent(text: str, width: int) -> str:
    """A text whose lines after the first are indented, as the content of a list item is."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(" " * width + line if line else "" for line in rest)])


def dedent_item(raw: str) -> str:
    """The content of a list item as written, without its bullet and the indentation that belongs to it."""
    first, *rest = raw.split("\n")
    bullet = grammar.bullet(first)
    width = len(bullet.expandtabs(4))
    return "\n".join([first[len(bullet) :], *(_dedent(line, width) for line in rest)])


def _dedent(line: str, width: int) -> str:
    """A line without up to `width` columns of indentation; a tab reaches to the next multiple of four."""
    column, index = 0, 0
    while index < len(line) and column < width and line[index] in " \t":
        column = column + 1 if line[index] == " " else (column // 4 + 1) * 4
        index += 1
    return line[index:]
