"""What is written reads back the same: both dialects, patches, and whatever people write in files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.documents import sections as table
from roles.documents.document import RoleDocument
from roles.documents.reader import Dialect, parse
from roles.documents.writer import patch, render
from tests.strategies import SPICE, role_documents, words

FIXTURES = sorted(path for path in Path("fixtures/roles").rglob("*") if path.is_file())
DIALECTS: list[Dialect] = ["profile", "job"]

headings = st.builds(
    lambda level, section: f"{'#' * level} {section.heading}", st.integers(1, 4), st.sampled_from(table.KNOWN)
)
fragments = words | st.sampled_from(
    [
        *SPICE,
        "**Role Code:** X1",
        "**Agent Name:** `Bob`",
        "- **A** — Advanced (x)",
        "- **Do** → Bob (daily)",
        "  *Notes*: n",
        "| a | b |\n|---|---|\n| Role code | X |",
        "> q",
        "* 10:00 x",
        "1. one",
        "\r\n",
        "\r",
        "## Odd",
        "### Odd",
        "* SW (4)",
        "A, B",
    ]
)
written = st.lists(headings | st.lists(fragments, max_size=4).map("".join), max_size=25).map("\n".join)
starts = st.sampled_from(["", "# T\n\n**Role Code:** X\n", "---\nid: a\nname: N\n---\n"])


@pytest.mark.parametrize("dialect", DIALECTS)
@given(document=role_documents)
def test_a_rendered_document_reads_back_the_same(dialect: Dialect, document: RoleDocument) -> None:
    assert parse(render(document, dialect).encode()).document == document


@given(document=role_documents, other=role_documents, dialect=st.sampled_from(DIALECTS))
def test_a_patched_file_reads_back_as_what_it_was_to_say(
    document: RoleDocument, other: RoleDocument, dialect: Dialect
) -> None:
    data = render(document, dialect).encode()
    assert parse(patch(data, other)).document == other


@given(start=starts, text=written)
def test_whatever_a_file_holds_is_read_and_can_be_written_in_either_dialect(start: str, text: str) -> None:
    data = (start + text).encode()
    document = parse(data).document
    if document is not None:
        assert patch(data, document) == data
        for dialect in DIALECTS:
            assert parse(render(document, dialect).encode()).document == document


@given(data=st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    parsed = parse(data)
    assert parsed.document is not None or parsed.messages


@pytest.mark.parametrize("path", FIXTURES, ids=str)
def test_an_untouched_sample_comes_back_byte_for_byte(path: Path) -> None:
    data = path.read_bytes()
    document = parse(data).document
    assert document is not None
    assert patch(data, document) == data
