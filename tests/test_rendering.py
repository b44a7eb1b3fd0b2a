"""What Markdown becomes on a page: the lists the parser saw, nothing harmful, nothing that takes long."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from roles import rendering
from roles.rendering import (
    MAX_CHARACTERS,
    MAX_MARKS_IN_BLOCK,
    render_document,
    render_inline,
    render_markdown,
)


class _ListShape(HTMLParser):
    """Collects how lists and items open and close."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol", "li"):
            self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol", "li"):
            self.seen.append(f"/{tag}")


def list_shape(html: str) -> str:
    parser = _ListShape()
    parser.feed(html)
    return " ".join(parser.seen)


def commonmark(text: str) -> str:
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


@pytest.mark.parametrize(
    "text",
    [
        "Partners:\n- CSM",
        "- a\n  - b\n    - c\n- d",
        "*   item\n    * nested\n\n    more of the item\n*   item",
        "1. a\n   - b\n   - c\n2. d",
        "- a\n\n* another list\n1. a third\n3) a fourth",
        "text\n2. still the paragraph",
        "-\n- an item after an empty one",
        "- - - a",
        "> - quoted\n> - twice\n\n- not quoted",
        "```\n- code, no item\n```\n- item",
        "- item\n\n      code\n- item",
        "    - code",
    ],
)
def test_lists_are_the_ones_the_parser_sees(text: str) -> None:
    assert list_shape(render_markdown(text)) == list_shape(commonmark(text))


PIECES = [
    "- ",
    "* ",
    "1. ",
    "2) ",
    "  ",
    "    ",
    "\t",
    "a",
    "b c",
    "\n",
    "\n",
    "\n\n",
    "> ",
    "# ",
    "```\n",
    "---\n",
    "==\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_lists_are_the_ones_the_parser_sees_in_any_arrangement(text: str) -> None:
    assert list_shape(render_markdown(text)) == list_shape(commonmark(text))


def test_an_ordered_list_keeps_the_number_it_starts_with() -> None:
    assert '<ol start="7">' in render_markdown("7. seventh\n8. eighth")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a `b*c*` d", "a b*c* d"),
        ("line\n#tag", "line\n#tag"),
        ("100 * 200 * 300", "100 * 200 * 300"),
        ("snake_case_name", "snake_case_name"),
        ("<1h latency & <b>more</b>", "<1h latency & <b>more</b>"),
        ("<!-- note -->", "<!-- note -->"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_no_words_are_lost(text: str, words: str) -> None:
    assert visible_text(render_markdown(text)) == words


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def visible_text(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    return "".join(parser.seen).strip()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&Tab;script:alert(1)",
        "&#106;avascript:alert(1)",
        "\x01javascript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "//host.example/path",
        "/\\host.example/path",
        "\\\\\\\\host.example",
        "/&Tab;/host.example",
        "file:///etc/passwd",
    ],
)
@pytest.mark.parametrize("form", ["[x]({})", "[x](<{}>)", "<{}>", "![x]({})"])
@pytest.mark.parametrize("render", [render_markdown, render_inline])
def test_a_harmful_address_is_no_link(render: Callable[[str], str], form: str, address: str) -> None:
    assert "href" not in render(form.format(address))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//host.example/path", "&#47;/host.example"])
def test_a_harmful_address_by_reference_is_no_link(address: str) -> None:
    assert "href" not in render_markdown(f"[x][r]\n\n[r]: {address}")


def test_an_address_by_reference_is_a_link() -> None:
    assert render_markdown("[x][r]\n\n[r]: guide.md") == '<p><a href="guide.md">x</a></p>'


def test_an_address_with_a_scheme_marks_that_it_leaves_the_catalogue() -> None:
    html = render_markdown("[x](https://host.example/)")
    assert html == '<p><a href="https://host.example/" rel="noopener nofollow">x</a></p>'


@pytest.mark.parametrize(
    "address", ["guide.md", "/roles/data-engineer/", "#mission", "mailto:hr@host.example"]
)
def test_an_address_of_our_own_stays_a_plain_link(address: str) -> None:
    assert render_markdown(f"[x]({address})") == f'<p><a href="{address}">x</a></p>'


def test_a_picture_leaves_its_words_and_fetches_nothing() -> None:
    assert render_markdown("![a chart](https://host.example/c.png)") == "<p>a chart</p>"


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "<iframe src=//host>",
        "<a href='javascript:x'>y</a>",
        "<style>*{}</style>",
        "<svg/onload=x>",
    ],
)
def test_html_in_a_text_is_shown_not_obeyed(text: str) -> None:
    assert visible_text(render_markdown(text)) == text
    assert re.findall(r"<[^>]+>", render_markdown(text)) == ["<p>", "</p>"]


def test_headings_in_a_text_stand_below_those_of_the_page() -> None:
    html = render_markdown("# One\n\n### Three\n\n###### Six", top_heading=4)
    assert re.findall(r"<(h\d)>", html) == ["h4", "h6", "h6"]


def test_a_low_heading_in_a_text_leaves_no_gap_to_those_of_the_page() -> None:
    assert render_markdown("##### Five", top_heading=3) == "<h3>Five</h3>"


def test_a_table_is_a_table() -> None:
    html = render_markdown("Facts:\n| Fact | Value |\n| --- | --- |\n| Band | L5 |")
    assert '<table tabindex="0">' in html
    assert "<th>Fact</th>" in html
    assert "<td>L5</td>" in html


HOSTILE = {
    "brackets": "[" * 20_000,
    "pictures": "![" * 10_000,
    "unfinished links": "[a](" * 5_000,
    "unfinished references": "[a][" * 5_000,
    "emphasis": "*a **b _c " * 2_000,
    "backticks": "a" + "`" * 20_000,
    "deep list": "".join("  " * depth + "- a\n" for depth in range(300)),
    "deep quote": "> " * 1_000 + "a",
    "deep list in one line": "- " * 1_000 + "a",
    "many items": "- a\n" * 10_000,
    "long": "a\n\n" * MAX_CHARACTERS,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_would_take_long_is_shown_as_written(text: str) -> None:
    html = render_markdown(text)
    assert html.startswith('<p class="as-written">')
    assert visible_text(html).split() == text.split()


def test_what_is_shown_as_written_is_escaped() -> None:
    html = render_markdown("<script>" * 1_000 + "[" * 1_000)
    assert "<script" not in html


def test_a_line_that_would_take_long_is_shown_as_written() -> None:
    assert render_inline("[<b>" * MAX_MARKS_IN_BLOCK * 2) == "[&lt;b&gt;" * MAX_MARKS_IN_BLOCK * 2


def test_as_many_links_as_an_index_has_are_still_rendered() -> None:
    html = render_markdown("- [a](b.md)\n" * 500)
    assert html.count('<a href="b.md">') == 500


@given(st.text(max_size=200))
def test_any_text_is_rendered(text: str) -> None:
    assert "<script" not in render_markdown(text) + render_inline(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**Python**/Scala", "<strong>Python</strong>/Scala"),
        ("1. Line support", "1. Line support"),
        ("# of incidents", "# of incidents"),
        ("- a", "- a"),
        ("<1h", "&lt;1h"),
        ("two\nlines", "two lines"),
        ("", ""),
    ],
)
def test_a_line_has_no_blocks(text: str, html: str) -> None:
    assert render_inline(text) == html


def test_each_stated_text_of_a_document_has_its_html_by_path() -> None:
    html = render_document(
        {
            "mission": "Be *kind*.",
            "summary": None,
            "properties": [{"name": "Tech", "values": ["`dbt`", "Kafka"]}],
            "responsibilities": [
                {"name": "Own", "text": "", "success_metric": "<1h", "primary": True, "group": ""}
            ],
            "capabilities": [{"name": "SQL", "level": "Expert", "detail": "joins"}],
            "artifacts": [{"name": "Map", "type": ""}],
            "interactions": [
                {"kind": "Advises", "partner": "PM", "frequency": "", "notes": "- a", "link": ""}
            ],
            "metrics": ["fast"],
            "agent": {
                "name": "Bot",
                "system_prompt": "# You",
                "personalities": [],
                "example_phrases": [{"label": "", "text": "Hi"}],
                "mcp_servers": [{"name": "dbt", "url": "", "purpose": "runs"}],
                "knowledge": ["a.md"],
            },
            "sections": [{"heading": "More", "level": 2, "text": "## Deep", "position": ""}],
        }
    )
    assert html == {
        "mission": "<p>Be <em>kind</em>.</p>",
        "properties.0.values.0": "<code>dbt</code>",
        "properties.0.values.1": "Kafka",
        "responsibilities.0.name": "Own",
        "responsibilities.0.success_metric": "<p>&lt;1h</p>",
        "capabilities.0.detail": "<p>joins</p>",
        "interactions.0.notes": "<ul>\n<li>a</li>\n</ul>",
        "metrics.0": "<p>fast</p>",
        "agent.system_prompt": "<h4>You</h4>",
        "agent.example_phrases.0.text": "<p>Hi</p>",
        "agent.mcp_servers.0.purpose": "<p>runs</p>",
        "agent.knowledge.0": "<p>a.md</p>",
        "sections.0.text": "<h3>Deep</h3>",
    }


NO_MATCH = re.compile("(?!)")
FEW_MARKS = st.text(alphabet="abé Z09 ,;:.'\"()/?%–—…“”-\n", max_size=60)
MARKS = st.lists(st.sampled_from([*"abcé .,(-)!&#+=~@$^_[]*`\n", "**", "**b", "\n\n", "](x)", "&amp;", "  "]))


@given(FEW_MARKS | MARKS.map("".join))
@example("a **b** c\n\n**D** e\nf *g*")
@example("a\n---")
@example("a\n\nb\nc")
@example("1. a")
@example("a  \nb")
def test_a_text_of_paragraphs_is_shown_as_the_parsers_would_show_it(text: str) -> None:
    shown = render_markdown(text), render_inline(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "_ONLY_PARAGRAPHS", NO_MATCH)
        patch.setattr(rendering, "_PLAIN_LINE", NO_MATCH)
        assert shown == (render_markdown(text), render_inline(text))


def test_an_address_that_one_text_defines_is_unknown_to_the_next() -> None:
    render_markdown("[guide]\n\n[guide]: https://example.org/guide")
    assert "<a" not in render_markdown("[guide] to this")
