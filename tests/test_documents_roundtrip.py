"""What is written reads back the same: both dialects, patches, and whatever people write in files.

The profile that hypothesis is run with decides on the number of examples.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.documents import sections as table
from roles.documents.document import Json, RoleDocument
from roles.documents.reader import Dialect, parse
from roles.documents.text import fold_key, words
from roles.documents.writer import patch, render
from tests.documents import SAMPLES, document_of
from tests.strategies import fragments, related_documents, role_documents, thorough

FILES = sorted(path for path in SAMPLES.rglob("*") if path.is_file())
DIALECTS: list[Dialect] = ["profile", "job"]

# Documents --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
@given(document=role_documents)
def test_a_rendered_document_reads_back_the_same(dialect: Dialect, document: RoleDocument) -> None:
    text = render(document, dialect)
    assert document_of(text) == document
    assert patch(text.encode(), document) == text.encode()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_sample_reads_back_the_same_in_either_dialect(path: Path, dialect: Dialect) -> None:
    document = document_of(path.read_text())
    assert document_of(render(document, dialect)) == document


@given(document=role_documents, other=role_documents, dialect=st.sampled_from(DIALECTS))
def test_a_file_patched_to_say_all_else_does(
    document: RoleDocument, other: RoleDocument, dialect: Dialect
) -> None:
    assert document_of(patch(render(document, dialect).encode(), other).decode()) == other


@thorough
@given(document=related_documents, other=related_documents, dialect=st.sampled_from(DIALECTS))
def test_a_file_patched_to_say_something_else_does(
    document: RoleDocument, other: RoleDocument, dialect: Dialect
) -> None:
    assert document_of(patch(render(document, dialect).encode(), other).decode()) == other


# Whatever stands in a file ----------------------------------------------------------------------------------

headings = st.builds(
    lambda level, section: f"{'#' * level} {section.heading}", st.integers(1, 4), st.sampled_from(table.KNOWN)
)
pieces = fragments | st.sampled_from(
    [
        *("**Role Code:** X1", "**Agent Name:** `Bob`", "- **A** — Advanced (x)", "- **Do** → Bob (daily)"),
        *(
            "  *Notes*: n",
            "| a | b |\n|---|---|\n| Role code | X |",
            "> q",
            "* 10:00 x",
            "1. one",
            "* SW (4)",
        ),
        *("A, B", "\r\n", "\r", "\x0c", "\u2028", "## Odd", "### Odd", "- [ ] a", "[a]: b"),
    ]
)
bodies = st.lists(headings | st.lists(pieces, max_size=4).map("".join), max_size=25).map("\n".join)
starts = st.sampled_from(["", "# T\n\n**Role Code:** X\n", "---\nid: a\nname: N\n---\n"])


@thorough
@given(start=starts, body=bodies)
def test_whatever_a_file_holds_is_read_and_can_be_written_in_either_dialect(start: str, body: str) -> None:
    data = (start + body).encode()
    document = parse(data).document
    if document is not None:
        assert RoleDocument.from_json(document.to_json()) == document
        assert patch(data, document) == data
        for dialect in DIALECTS:
            assert document_of(render(document, dialect)) == document


@pytest.mark.parametrize(
    "text",
    [
        "## Capabilities\n- **A** | b |\n|---|---|\n- **B**\n",
        "- a\n\x01---\nb: c\n",
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_a_fuzzer_found_can_be_written(text: str, dialect: Dialect) -> None:
    document = document_of(f"# T\n\n**Role Code:** X\n\n{text}")
    assert document_of(render(document, dialect)) == document


@thorough
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    parsed = parse(data)
    assert parsed.document is not None or parsed.messages


# Words ------------------------------------------------------------------------------------------------------

LABELS = frozenset(
    word
    for text in (
        *(name for section in table.KNOWN for name in (section.heading, *section.also)),
        *("Role Code", "Agent Name", "Success metrics", "Success metric", "Notes", "type", "primary"),
        *("slug", "name", "title", "default_seniority", "family", "department", "aliases", "tags"),
        *("Field", "Value", "Fact", "Attribute"),
    )
    for word in words(fold_key(text.replace("_", " ")))
)


def values(data: Json) -> Iterator[str]:
    """All that a JSON value says."""
    if isinstance(data, dict):
        for value in data.values():
            yield from values(value)
    elif isinstance(data, list):
        for value in data:
            yield from values(value)
    elif data is not None:
        yield str(data)


def counted(*texts: str) -> Counter[str]:
    """How often each word stands in texts, labels aside."""
    return Counter(word for text in texts for word in words(text) if word.casefold() not in LABELS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_word_of_a_sample_is_in_its_document_and_in_what_is_written_of_it(path: Path) -> None:
    text = path.read_text()
    document = document_of(text)
    said = counted(text)
    assert not said - counted(*values(document.to_json()), *document.extra)
    assert not said - counted(render(document, "profile"))


shapes = st.sampled_from(
    [
        *("- **@:** @", "- **@** — @ (@, @)", "- @ (@)", "- **@** → @ (@)", "- @ -> [@](@.md) (@) - @"),
        *(
            "  *Notes*: @",
            "- **@** (primary)",
            "- **@ (primary)** @",
            "  *Success metric*: @",
            "  @",
            "    @",
        ),
        *(
            "@: @",
            "@",
            "@, @",
            "@.",
            "> @",
            "> ## @",
            "## @",
            "### @",
            "#### @",
            "# @",
            "@\n---",
            "```@",
            "```",
        ),
        *(
            "<!-- @",
            "-->",
            "* 10:00 @",
            "* **9 am - @:** @",
            "**Role Code:** @",
            "- **Role Code:** @ @",
            "@  ",
        ),
        *("**Agent Name:** @", "| @ | @ |\n|---|---|\n| Role code | @ |\n| Reports to | @ |\n| @ | @ | @ |"),
        *("- [x] @", "- `@`", "- **[@](@)**: @", "* @ (4)", '* **@:** "@"', "[@]: @", "- > @", "__@__: @"),
        *("", "", "---", "- **@** @", "- → @", "- **@**\n\n  @\n\n  - @", "\x0c@", "- @\x07@", "@\u2028@"),
    ]
)
indented = st.tuples(st.sampled_from(["", "", "", "  "]), shapes).map(
    lambda pair: "\n".join(pair[0] + line for line in pair[1].split("\n"))
)
fronts = st.sampled_from(
    [
        "# T @\n\n**Role Code:** X@\n",
        "---\nid: a\nname: N @\nslug: n@\n---\n",
        "---\nid: a\nname: N\ntitle: @\nfamily: [@]\ndepartment: @\naliases: [@, {@: @}]\ntags: @, @\n"
        "properties: {@: [@, @], @: {@: @}}\nidentifiers: {sap: @, 'A B': @}\nx: {@: @}\nx: @\n---\n",
    ]
)


def keys_and_values(data: Any) -> Iterator[str]:
    """All that a front matter's value says, keys included."""
    if isinstance(data, dict):
        yield from data
        data = list(data.values())
    if isinstance(data, list):
        for value in data:
            yield from keys_and_values(value)
    else:
        yield data


@thorough
@given(front=fronts, lines=st.lists(headings | indented, max_size=14))
def test_no_word_of_a_file_is_lost(front: str, lines: list[str]) -> None:
    count = iter(range(1_000))
    text = re.sub("@", lambda _: f"word{next(count)}", front + "\n".join(lines))
    document = document_of(text)
    said = {*re.findall(r"word\d+", " ".join(values(document.to_json())))}
    said |= {*re.findall(r"word\d+", " ".join(keys_and_values(document.extra)))}
    assert {*re.findall(r"word\d+", text)} <= said
