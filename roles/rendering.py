"""Markdown as people wrote it, turned once per change into HTML that is safe to show.

Two parsers must agree here: a document is read by the rules of CommonMark (`markdown_it`), and shown by
`markdown`, which sees other lists in the same text. So a text is first rewritten in a spelling that both read
alike: one blank line around each block, two spaces for each level of nesting.
"""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape, unescape
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

RENDERING_VERSION = 1
"""Raise it when the same text gives other HTML, so that stored HTML is made again."""

MAX_CHARACTERS = 50_000
"""Longer texts are shown as written."""

MAX_NESTING = 14
"""Levels of lists, items and quotes inside each other (a list and its item are two). `markdown` recurses on
each, and `markdown_it` drops what lies deeper than 20."""

MAX_MARKS_IN_BLOCK = 200
"""Opening brackets in one paragraph, and likewise emphasis marks, backticks and "<": `markdown` looks for the
end of each one anew."""

MAX_BLOCKS = 6_000
"""Nodes of one text: an item of a list is three, a cell of a table two."""

# A code point that is no character in any text. Before each line of prose it keeps `markdown` from seeing a
# heading, list or rule where CommonMark sees none; alone in a paragraph it keeps neighbouring lists apart.
_GUARD = "\ufdd0"

_TAG = re.compile(r"<[^>]*>")
_INLINE_TAG = re.compile(r"</?(?:a|code|em|strong)\b[^>]*>")
_INLINE_TAGS = {"a", "br", "code", "em", "strong"}
_BLOCK_TAGS = _INLINE_TAGS | {
    *("p", "ul", "ol", "li", "blockquote", "pre", "hr", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title", "rel"}, "ol": {"start"}, "table": {"tabindex"}}
_URL_SCHEMES = {"http", "https", "mailto"}

# Most texts are sentences without a single mark: what no parser would change need not be parsed.
_SHORT = 10_000
_LETTERS = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f"
_PLAIN = rf"""{_LETTERS}0-9 ,;:.'"()/?%\u2013\u2014\u2026\u2018\u2019\u201c\u201d"""
_PLAIN_LINE = re.compile(rf"[{_PLAIN}-]*")
# A line that begins with a letter, bold or not, begins no list, quote or heading; one that ends in a space
# may ask for a line break. Other lines make paragraphs and nothing else, and each of these stands for itself.
_PARAGRAPH_START = rf"(?:\*\*)?[{_LETTERS}]"
_ONLY_PARAGRAPHS = re.compile(
    rf"(?:{_PARAGRAPH_START}[{_PLAIN}*_`\[\]!&#+=~@$^-]*(?<! )(?:\n{{1,2}}(?={_PARAGRAPH_START})|\Z))+"
)

_LISTS = ("bullet_list", "ordered_list")
_NEVER_ADJACENT = (*_LISTS, "blockquote", "fence", "code_block", "table")


def render_markdown(text: str, *, top_heading: int = 4) -> str:
    """Give safe HTML for a text of any length and shape.

    Headings in the text begin at `top_heading` (3 to 6), below those of the page that shows it. Raw HTML is
    shown as text. Pictures become their alternative text. A text too long or too intricate to be rendered
    quickly comes back as escaped paragraphs, word for word.
    """
    text = _plain_newlines(text)
    if len(text) > MAX_CHARACTERS:
        return _as_written(text)
    if len(text) < _SHORT and _ONLY_PARAGRAPHS.fullmatch(text):
        paragraphs = text.split("\n\n")
        if not any(map(_too_many_marks, paragraphs)):
            return "\n".join(map(_paragraph, paragraphs))
    environment: dict[str, Any] = {}
    root = SyntaxTreeNode(_block_parser().parse(text, environment))
    if _is_intricate(root):
        return _as_written(text)
    lines = [*_lines_of(root.children, _heading_shift(root, top_heading)), ""]
    references: Mapping[str, Mapping[str, str]] = environment.get("references", {})
    lines += [f'[{label}]: <{entry["href"]}> "{entry["title"]}"' for label, entry in references.items()]
    html = _convert("\n".join(lines), with_blocks=True)
    return _clean(html.replace(_GUARD, "").replace("<p></p>", ""), _BLOCK_TAGS)


def _paragraph(text: str) -> str:
    if all(map(_PLAIN_LINE.fullmatch, text.split("\n"))):
        return f"<p>{text}</p>"
    html = _convert("\n".join(_GUARD + line for line in text.split("\n")), with_blocks=True)
    return _clean(html.replace(_GUARD, ""), _BLOCK_TAGS)


def render_inline(text: str) -> str:
    """Give safe HTML for a name or a value of one line: emphasis, code and links, but no blocks.

    "1. Line support" and "# of incidents" are values, no list and no heading. Line breaks become spaces.
    """
    text = " ".join(_plain_newlines(text).split())
    if _PLAIN_LINE.fullmatch(text):
        return text
    if len(text) > MAX_CHARACTERS or _too_many_marks(text):
        return escape(text)
    return _clean(_convert(text, with_blocks=False), _INLINE_TAGS)


def plain_text(html: str) -> str:
    """Give the words of rendered HTML as one line of text."""
    return " ".join(unescape(_TAG.sub(" ", _INLINE_TAG.sub("", html))).split())


def render_document(document: Mapping[str, Any]) -> dict[str, str]:
    """Give the HTML of each text of a role document's JSON that is stated.

    Keys are paths into the document, with an index for each list: "mission", "responsibilities.0.text",
    "properties.1.values.0", "agent.system_prompt".
    """
    return dict(_rendered_texts(document))


# Where the Markdown is. True: text of any shape; False: one line.
_SCALARS = ("mission", "summary", "description")
_LISTED: dict[str, dict[str, bool]] = {
    "responsibilities": {"name": False, "text": True, "success_metric": True, "group": False},
    "capabilities": {"detail": True},
    "interactions": {"notes": True},
    "variations": {"name": False, "text": True},
    "daily_tasks": {"name": False, "text": True},
}
_LISTED_IN_AGENT: dict[str, dict[str, bool]] = {
    "personalities": {"name": False, "text": True},
    "example_phrases": {"label": False, "text": True},
    "mcp_servers": {"purpose": True},
}
_LISTS_OF_TEXTS = ("metrics", "principles")


def _rendered_texts(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field in _SCALARS:
        if document.get(field):
            yield field, render_markdown(document[field], top_heading=3)
    yield from _rendered_lists(document, _LISTED, "")
    for index, entry in enumerate(document.get("properties") or []):
        for number, value in enumerate(entry["values"]):
            yield f"properties.{index}.values.{number}", render_inline(value)
    for field in _LISTS_OF_TEXTS:
        yield from _rendered_items(document.get(field) or [], field)
    agent = document.get("agent") or {}
    if agent.get("system_prompt"):
        yield "agent.system_prompt", render_markdown(agent["system_prompt"])
    yield from _rendered_lists(agent, _LISTED_IN_AGENT, "agent.")
    yield from _rendered_items(agent.get("knowledge") or [], "agent.knowledge")
    for index, section in enumerate(document.get("sections") or []):
        if section["text"]:
            yield f"sections.{index}.text", render_markdown(section["text"], top_heading=section["level"] + 1)


def _rendered_lists(
    holder: Mapping[str, Any], fields: Mapping[str, Mapping[str, bool]], prefix: str
) -> Iterator[tuple[str, str]]:
    for name, parts in fields.items():
        for index, entry in enumerate(holder.get(name) or []):
            for part, is_prose in parts.items():
                if entry.get(part):
                    render = render_markdown if is_prose else render_inline
                    yield f"{prefix}{name}.{index}.{part}", render(entry[part])


def _rendered_items(texts: Sequence[str], path: str) -> Iterator[tuple[str, str]]:
    for index, text in enumerate(texts):
        yield f"{path}.{index}", render_markdown(text)


def _plain_newlines(text: str) -> str:
    return text.replace(_GUARD, "").replace("\r\n", "\n").replace("\r", "\n")


def _as_written(text: str) -> str:
    paragraphs = re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.strip("\n"))
    return "\n".join(f'<p class="as-written">{escape(paragraph)}</p>' for paragraph in paragraphs)


@cache
def _block_parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("inline")


def _too_many_marks(text: str) -> bool:
    marks = max(text.count("["), text.count("*") + text.count("_"), text.count("`"), text.count("<"))
    return marks > MAX_MARKS_IN_BLOCK


def _is_intricate(root: SyntaxTreeNode) -> bool:
    blocks = 0
    for node in root.walk():
        blocks += 1
        if node.type == "root":
            continue
        if blocks > MAX_BLOCKS or node.level > MAX_NESTING:
            return True
        if node.type == "inline" and _too_many_marks(node.content):
            return True
    return False


def _heading_shift(root: SyntaxTreeNode, top_heading: int) -> int:
    """How many levels every heading moves, so that the highest one of the text stands at `top_heading`."""
    levels = [int(node.tag[1]) for node in root.walk() if node.type == "heading"]
    return top_heading - min(levels, default=top_heading)


def _lines_of(siblings: Sequence[SyntaxTreeNode], shift: int) -> Iterator[str]:
    """Write blocks with a blank line between them."""
    for before, block in pairwise([None, *siblings]):
        if before is not None:
            yield ""
            if before.type in _NEVER_ADJACENT and block is not None and block.type in _NEVER_ADJACENT:
                yield from (_GUARD, "")
        if block is not None:
            yield from _block_lines(block, shift)


def _block_lines(block: SyntaxTreeNode, shift: int) -> Iterator[str]:
    match block.type:
        case "paragraph":
            yield from _prose_lines(block)
        case "heading":
            level = min(6, int(block.tag[1]) + shift)
            yield f"{'#' * level} {_GUARD}{' '.join(_prose_lines(block))}{_GUARD}"
        case "fence" | "code_block":
            yield from (f"  {_GUARD}{line}" for line in block.content.rstrip("\n").split("\n"))
        case "blockquote":
            yield from (f"> {line}".rstrip() for line in _lines_of(block.children, shift))
        case "bullet_list" | "ordered_list":
            yield from _list_lines(block, shift)
        case "table":
            yield from _table_lines(block)
        case _:  # a rule: the parser is asked for nothing else
            yield "---"


def _prose_lines(block: SyntaxTreeNode) -> Iterator[str]:
    for line in block.children[0].content.split("\n"):
        hard_break = line.endswith("\\") and not line.endswith("\\\\")
        yield _GUARD + (f"{line[:-1]}  " if hard_break else line).lstrip()


def _list_lines(block: SyntaxTreeNode, shift: int) -> Iterator[str]:
    first = int(block.attrs.get("start", 1))
    is_loose = not all(_is_tight(item) for item in block.children)
    for number, item in enumerate(block.children):
        marker = f"{first + number}. " if block.type == "ordered_list" else "- "
        begins_with_prose = bool(item.children) and item.children[0].type == "paragraph"
        head = list(_prose_lines(item.children[0])) if begins_with_prose else [_GUARD]
        if number and is_loose:
            yield ""
        yield marker + head[0]
        yield from (f"  {line}" for line in head[1:])
        rest = item.children[1:] if begins_with_prose else item.children
        if rest and is_loose:
            yield ""
        yield from (f"  {line}".rstrip() for line in _lines_of(rest, shift))


def _is_tight(item: SyntaxTreeNode) -> bool:
    """Whether an item is one hidden paragraph, with at most one list below it."""
    match [child.type for child in item.children]:
        case [] | ["paragraph"] | ["paragraph", "bullet_list" | "ordered_list"]:
            return all(child.hidden for child in item.children if child.type == "paragraph")
    return False


def _table_lines(table: SyntaxTreeNode) -> Iterator[str]:
    rows = [row for part in table.children for row in part.children]
    for index, row in enumerate(rows):
        cells = [_GUARD + cell.children[0].content.replace("|", "\\|") for cell in row.children]
        yield f"| {' | '.join(cells)} |"
        if index == 0:
            yield "|" + " --- |" * len(cells)


_BLOCKS = ("empty", "indent", "code", "hashheader", "hr", "olist", "ulist", "quote", "reference", "table")


def _convert(text: str, *, with_blocks: bool) -> str:
    # A converter keeps state while it works, so each thread has its own; making one takes long.
    converters = _per_thread.converters
    if with_blocks not in converters:
        converters[with_blocks] = _converter(with_blocks=with_blocks)
    return converters[with_blocks].reset().convert(text)


class _PerThread(threading.local):
    def __init__(self) -> None:
        self.converters: dict[bool, Markdown] = {}


_per_thread = _PerThread()


def _converter(*, with_blocks: bool) -> Markdown:
    """Give a `Markdown` that shows raw HTML as text."""
    converter = Markdown(
        extensions=[SaneListExtension(), TableExtension()], tab_length=2, output_format="html"
    )
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    for processor in ("setextheader", *(() if with_blocks else _BLOCKS)):
        converter.parser.blockprocessors.deregister(processor)
    converter.treeprocessors.register(_ForThePage(converter), "for_the_page", 15)
    return converter


class _ForThePage(Treeprocessor):
    """Fits the converted text to our pages.

    Links that leave the catalogue are marked. Of a picture its words stay: nothing is fetched from others. A
    table, which scrolls where it is too wide, can be reached by keyboard.
    """

    def run(self, root: Element) -> None:
        for link in root.iter("a"):
            if link.get("href", "").lower().startswith(("http:", "https:")):
                link.set("rel", "noopener nofollow")
        for picture in root.iter("img"):
            picture.tag, picture.text = "span", picture.get("alt", "")
        for table in root.iter("table"):
            table.set("tabindex", "0")


def _clean(html: str, tags: set[str]) -> str:
    return nh3.clean(
        html,
        tags=tags,
        attributes=_ATTRIBUTES,
        url_schemes=_URL_SCHEMES,
        attribute_filter=_without_foreign_host,
        link_rel=None,
    ).strip()


def _without_foreign_host(_tag: str, attribute: str, value: str) -> str | None:
    """Drop an address without a scheme that names a host, as a browser reads it: "//host", "/\\host"."""
    if attribute == "href" and re.sub(r"[\x00-\x20]", "", value).replace("\\", "/").startswith("//"):
        return None
    return value
