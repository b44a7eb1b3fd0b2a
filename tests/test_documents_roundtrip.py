"""What is written reads back the same: both dialects, patches, and whatever people write in files.

The profile that hypothesis is run with decides on the number of examples.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.documents import sections as table
from roles.documents.document import RoleDocument
from roles.documents.reader import Dialect, parse
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
