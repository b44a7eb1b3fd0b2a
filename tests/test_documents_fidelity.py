"""Every word of a file is found again, in what is written of it and in its JSON; and the measure of that."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.documents.document import RoleDocument
from roles.documents.fidelity import Fidelity, lines_of, measure
from roles.documents.reader import Dialect, Parsed, parse
from roles.documents.writer import patch, render
from tests.documents import JOB_HEAD, PROFILE_HEAD, SAMPLES, document_of
from tests.messy import messy_files
from tests.strategies import role_documents, thorough

FILES = sorted(path for path in SAMPLES.rglob("*") if path.is_file())
DIALECTS: list[Dialect] = ["profile", "job"]


def measured(text: str) -> Fidelity:
    """What becomes of the words of a file that can be loaded."""
    found = measure(parse(text.encode()))
    assert found is not None
    return found


def lost(text: str) -> tuple[dict[str, int], dict[str, int]]:
    """The words of a file that its export and its JSON lack."""
    found = measured(text)
    return dict(found.not_exported), dict(found.not_in_json)


# Nothing is lost --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_word_of_a_sample_is_lost(path: Path) -> None:
    assert lost(path.read_text()) == ({}, {})


@given(document=role_documents, dialect=st.sampled_from(DIALECTS))
def test_no_word_of_a_rendered_document_is_lost(document: RoleDocument, dialect: Dialect) -> None:
    assert lost(render(document, dialect)) == ({}, {})


@thorough
@given(text=messy_files)
def test_no_word_of_a_messy_file_is_lost(text: str) -> None:
    parsed = parse(text.encode())
    found = measure(parsed)
    if parsed.document is not None and found is not None:
        assert (dict(found.not_exported), dict(found.not_in_json)) == ({}, {})
        assert patch(text.encode(), parsed.document) == text.encode()


@pytest.mark.parametrize(
    ("front", "comments"),
    [
        ("# of the kitchen\nid: c\nname: Cook\n", ["of the kitchen"]),
        ("id: c # was k\nname: Cook # or Chef\n", ["was k", "or Chef"]),
        ("id: c\nname: Cook\ntags: # two\n# of\n- a\n# them\n", ["two", "of", "them"]),
        ("id: c\nname: Cook\nx: | # kept\n  y # no comment\n", ["kept"]),
        ("id: c\nname: Cook\nx: !!str 5 # five\n", ["!!str", "five"]),
        ("id: c\nname: &n Cook\n", ["&n"]),
        ("id: c\nname: 'Cook # 1'\nx: a#b\n", []),
    ],
)
def test_comments_of_a_front_matter_are_kept(front: str, comments: list[str]) -> None:
    assert document_of(f"---\n{front}---\n").extra.get("comments", []) == comments


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ({"family": "Hall"}, ["# where", "family: Hall # for now", "tags: # two", "- a # first", "- b"]),
        ({"family": None}, ["# where", "# for now", "tags: # two", "- a # first", "- b"]),
        ({"tags": ("c",)}, ["# where", "family: Kitchen # for now", "# two", "# first", "tags:", "- c"]),
    ],
)
def test_comments_stay_where_a_value_beside_them_changes(change: dict[str, Any], lines: list[str]) -> None:
    text = (
        "---\nid: c\nname: Cook\n# where\nfamily: Kitchen # for now\ntags: # two\n- a # first\n- b\n---\n\n"
        "# Mission\n***\nFeed.\n"
    )
    changed = replace(document_of(text), **change)
    front = "\n".join(["---", "id: c", "name: Cook", *lines, "---"])
    assert patch(text.encode(), changed).decode() == f"{front}\n\n# Mission\n***\nFeed.\n"


@pytest.mark.parametrize("number", ["1984.", "1984)"])
def test_a_year_in_front_of_an_item_is_no_number_of_a_list(number: str) -> None:
    text = f"{JOB_HEAD}## Operating principles\n\n{number} Cook.\n"
    assert document_of(text).principles == (f"{number} Cook.",)


# What is counted --------------------------------------------------------------------------------------------


def test_headings_and_labels_are_left_aside() -> None:
    assert measured(f"{JOB_HEAD}## Mission\n\nFeed all.\n").words == len(["Cook", "COOK1", "Feed", "all"])


def test_words_count_wherever_they_stand() -> None:
    text = f"{JOB_HEAD}<!-- a b -->\n\n[c](d_e.md)\n\n## Mission\n\nNai\u0308ve **f**\u200bg ½\n"
    assert measured(text).words == 2 + len(["a", "b", "c", "d", "e", "md", "Naïve", "f", "g", "½"])


@pytest.mark.parametrize(
    ("section", "count"),
    [
        ("Responsibilities\n\n- **Menu** (primary)\n  *Success metric*: sold", 2),
        ("Responsibilities\n\n1. Menu\n2. Stock", 2),
        ("Properties\n\n1. \n2. Hours: 9", 2),
        ("Responsibilities\n\n### In\n\n- Menu\n\n### Out\n\n- Hall\n\n### In\n\n- Stock", 5),
        ("Interactions\n\n- **Feeds** → Guest (daily)\n  *Notes*: hot", 4),
        ("Artifacts\n\n- **Menu** (type: list)", 2),
        ("AI Agent Profile\n\n**Agent Name:** Soup", 1),
        ("AI Agent Profile\n\n**Agent Name:** Soup\n12) \n>", 2),
        ("Success metrics and KPIs\n\n- sold", 1),
        ("Purpose\n\nFeed.\n\n## Job Description\n\nServe.", 2),
    ],
)
def test_what_is_left_aside(section: str, count: int) -> None:
    found = measured(f"{JOB_HEAD}## {section}\n")
    assert (found.words, found.exported, found.in_json) == (count + 2, count + 2, count + 2)


@pytest.mark.parametrize(
    ("section", "count"),
    [
        ("Mission\n\nThe notes and the type of success metric.", 8),
        ("Capabilities\n\n- **SQL** — Advanced (primary)", 3),
        ("Interactions\n\n- **Notes** → Guest", 2),
        ("Odd\n\nRole Code: none, Mission", 5),
    ],
)
def test_a_label_counts_where_it_is_none(section: str, count: int) -> None:
    assert measured(f"{JOB_HEAD}## {section}\n").words == count + 2


# A loss shows -----------------------------------------------------------------------------------------------


def without(text: str, field: str) -> Parsed:
    """A file whose reader lost a field."""
    parsed = parse(text.encode())
    assert parsed.document is not None
    empty = RoleDocument(slug="x", name="x")
    document = replace(parsed.document, **{field: getattr(empty, field)})
    return replace(parsed, document=document)


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        (f"{JOB_HEAD}## Mission\n\nFeed, feed and feed.\n", "mission", {"Feed": 1, "feed": 2, "and": 1}),
        (f"{JOB_HEAD}## Mission\n\ncook\n", "mission", {"cook": 1}),
        (f"{JOB_HEAD}## Mission\n\nMission\n", "mission", {"Mission": 1}),
        (f"{JOB_HEAD}## Mission\n\ncommon partner\n\n## Common Partners\n\nBob\n", "mission", None),
        (f"{JOB_HEAD}## Mission\n\nmission, role code\n", "mission", {"mission": 1, "role": 1, "code": 1}),
        (f"{PROFILE_HEAD}# Mission\n\nprofile id\n", "mission", {"profile": 1, "id": 1}),
        (
            f"{JOB_HEAD}## Artifacts\n\n- **Menu** (type: list)\n",
            "artifacts",
            {"Menu": 1, "list": 1, "type": 1},
        ),
        ("---\nid: c\nname: Cook\nshift: late\n---\n", "extra", {"shift": 1, "late": 1}),
        ("---\nid: c\nname: Cook\nfamily: Hall\n---\n", "family", {"Hall": 1}),
        ("# Cook\n\n**Role Code:** X1\n\n## Pay\n\nFair.\n", "sections", {"Pay": 1, "Fair": 1}),
    ],
)
def test_what_a_reader_lost_is_told(text: str, field: str, words: dict[str, int] | None) -> None:
    found = measure(without(text, field))
    assert found is not None
    expected = {"common": 1, "partner": 1} if words is None else words
    assert (dict(found.not_in_json), dict(found.not_exported)) == (expected, expected)
    assert found.in_json == found.words - sum(expected.values())


def test_a_group_does_not_make_up_for_a_word_that_is_lost() -> None:
    text = f"{JOB_HEAD}## Mission\n\nHall\n\n## Responsibilities\n\n### Hall\n\n- A\n- B\n- C\n"
    found = measure(without(text, "mission"))
    assert found is not None
    assert (dict(found.not_in_json), dict(found.not_exported)) == ({"Hall": 1}, {"Hall": 1})


def test_a_fact_does_not_make_up_for_a_word_that_is_lost() -> None:
    facts = "| Role code | X1 |\n|---|---|\n| REPORTS TO | CHEF1 |"
    text = f"# Cook\n\n{facts}\n\n## Mission\n\nReports to nobody.\n"
    assert lost(text) == ({}, {})
    found = measure(without(text, "mission"))
    assert found is not None
    expected = {"Reports": 1, "to": 1, "nobody": 1}
    assert (dict(found.not_in_json), dict(found.not_exported)) == (expected, expected)


def test_a_file_without_a_role_has_no_measure() -> None:
    assert measure(parse(b"# Roles\n\n- [Cook](cook.md)\n")) is None


def test_a_lost_word_is_found_on_its_lines() -> None:
    assert lines_of(parse(f"{JOB_HEAD}## Mission\n\nCook\ncooks.\n".encode()), "Cook") == [1, 7]
