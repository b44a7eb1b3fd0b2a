"""Files as people and machines leave them: encodings, line ends, broken and hostile content."""

import time

import pytest

from roles.documents.reader import parse
from roles.documents.text import fold_key
from tests.documents import JOB_HEAD, SEEDS, document_of, told


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("number", [0, 1])
def test_line_ends_and_a_byte_order_mark_change_nothing(number: int, newline: str, mark: str) -> None:
    text = SEEDS[number].read_text()
    parsed = parse((mark + text.replace("\n", newline)).encode())
    plain = parse(text.encode())
    assert (parsed.document, parsed.statement_lines) == (plain.document, plain.statement_lines)


def test_line_ends_may_be_mixed() -> None:
    text = "# Cook\r\n\r\n**Role Code:** COOK1\r\r## Mission\nFeed.\r\nServe.\rClean.\n"
    parsed = parse(text.encode())
    assert parsed.document is not None
    assert parsed.document.mission == "Feed.\nServe.\nClean."
    assert parsed.statement_lines["mission"] == 6


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"# Cook\n\nCaf\xe9\n", "not-utf8", 3),
        ("# Cook\n".encode("utf-16"), "not-utf8", 1),
        (b"# Cook\n\n\x00\n", "nul-byte", 3),
        (b"", "empty", 1),
        (b" \n\n", "empty", 1),
        ("\ufeff\n".encode(), "empty", 1),
        (b"## Mission\nCook.\n", "no-title", 1),
        (b"---\nid: c\n---\n", "no-title", 1),
    ],
)
def test_a_broken_file_is_refused_with_its_line(data: bytes, code: str, line: int) -> None:
    parsed = parse(data)
    assert (parsed.document, parsed.failed) == (None, True)
    assert [(message.code, message.severity, message.line) for message in parsed.messages] == [
        (code, "error", line)
    ]


@pytest.mark.parametrize(
    "text", ["# Roles\n\n- [Cook](cook.md)\n", "---\ntitle: Roles\n---\n\nAll of them.\n"]
)
def test_a_file_about_no_role_is_passed_over(text: str) -> None:
    parsed = parse(text.encode())
    assert (parsed.document, parsed.failed) == (None, False)
    assert ("not-a-role", "info", 1) in told(text)


def test_of_a_file_about_no_role_nothing_else_is_said() -> None:
    assert told("# Roles\n\n## Kitchen\n\n- [Cook](cook.md)\n") == [("not-a-role", "info", 1)]


def test_control_characters_in_a_title_part_words() -> None:
    document = document_of("# The\x01Cook\n\n**Role Code:** X1\n")
    assert (document.name, document.extra) == ("The Cook", {})


def test_control_characters_part_words() -> None:
    assert document_of(f"{JOB_HEAD}## Mission\nFeed\x07all\x1bof\x0cthem.\n").mission == "Feed all of them."


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("# Cook #1", "Cook #1"),
        ("# Mission Mission", "Mission Mission"),
        (f"# {'x' * 600}", "x" * 490),
        ("Cook\n====", "Cook"),
        ("Cook\nof all\n====", "Cook of all"),
        ("# **Cook**", "Cook"),
        ("# `**Cook**`", "Cook"),
    ],
)
def test_a_title_of_any_kind_gives_a_name(title: str, name: str) -> None:
    assert document_of(f"{title}\n\n**Role Code:** COOK1\n").name == name


# Hostile files ----------------------------------------------------------------------------------------------

SIZE = 100_000
LISTS = "".join(
    f"## {heading}\n\n{{0}}\n\n"
    for heading in (
        "Responsibilities",
        "Capabilities",
        "Artifacts",
        "Interactions",
        "Common Partners",
        "Composition",
    )
)
LINES = {
    "spaces": f"- **a** → a{' ' * SIZE}b",
    "tabs": "- a" + " \t" * (SIZE // 2) + "(b",
    "dashes": f"- a {'-' * SIZE} b",
    "stars": f"- {'*' * SIZE}a",
    "bold": "- " + "**a " * (SIZE // 4),
    "brackets": "- a → b " + "(c) - " * (SIZE // 6),
    "open brackets": "- " + "[" * SIZE + "(" * SIZE,
    "commas": ",a" * (SIZE // 2) + "(",
    "links": "- [a" + "](b" * (SIZE // 3),
    "labels": "- **a** " + "*success metric *notes " * (SIZE // 24),
    "times": "- " + "10:00 - " * (SIZE // 8),
    "marks": "- a" + "\u0327\u0301" * (SIZE // 2),
}
BODIES = {
    **{name: LISTS.format(line) for name, line in LINES.items()},
    "headings": "## Odd\n\n" * 10_000,
    "sections": "## Mission\n\nFeed.\n\n" * 10_000,
    "groups": "## Responsibilities\n\n" + "### Odd\n\n- a\n\n" * 10_000,
    "definitions": "## Mission\n\n" + "[a]:\n" * 20_000,
    "role codes": "".join(f"**Role Code:** X{number}\n" for number in range(10_000)),
    "deep list": "## Responsibilities\n\n" + "".join(f"{' ' * 2 * depth}- a\n" for depth in range(300)),
    "deep bullets": "## Responsibilities\n\n" + "- " * SIZE,
    "deep quote": "## Mission\n\n" + ">" * SIZE + "a",
    "wide table": f"{'|a' * 300}|\n{'|-' * 300}|\n" + "|\n" * 10_000,
    "one line": f"## Mission\n\n{'a ' * 500_000}",
}


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_file_is_read_in_little_time(name: str) -> None:
    data = (JOB_HEAD + BODIES[name]).encode()
    start = time.process_time()
    parsed = parse(data)
    # A machine in a hurry may take a second; what is quadratic takes minutes.
    assert time.process_time() - start < 10
    assert parsed.document is not None


def test_a_hostile_front_matter_is_read_in_little_time() -> None:
    text = "---\nid: c\nname: Cook\n" + "x: y\n" * 20_000 + "---\n"
    start = time.process_time()
    assert len(document_of(text).extra) == 20_000
    assert time.process_time() - start < 10


def test_very_many_accents_are_folded_in_little_time() -> None:
    start = time.process_time()
    fold_key("a" + "\u0327\u0301" * SIZE)
    assert time.process_time() - start < 10
