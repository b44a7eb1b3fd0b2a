"""What the front matter of a file says of a role, and what is no front matter."""

from dataclasses import replace

import pytest

from roles.documents.document import Identifier, Property
from roles.documents.reader import parse
from roles.documents.writer import patch
from tests.documents import document_of, told


def front(*lines: str) -> str:
    """A file with a front matter of these lines, the first two being the id and the name."""
    return "\n".join(["---", "id: cook-01", "name: Cook", *lines, "---", "", "# Mission", "Feed.", ""])


def test_a_front_matter_says_who_the_role_is() -> None:
    found = document_of(front("slug: head-cook", "default_seniority: Senior"))
    assert (found.name, found.slug, found.seniority) == ("Cook", "head-cook", "Senior")
    assert found.identifiers == (Identifier(scheme="profile-id", value="cook-01"),)
    assert found.extra == {}


def test_a_slug_is_written_or_derived_from_the_name() -> None:
    assert parse(front("slug: head-cook").encode()).written_slug
    derived = parse(front().encode())
    assert derived.document is not None
    assert (derived.document.slug, derived.written_slug) == ("cook", False)
    assert "slug" not in derived.statement_lines


def test_a_seniority_that_nobody_ranked_is_kept() -> None:
    assert document_of(front("default_seniority: Wizard")).seniority == "Wizard"


@pytest.mark.parametrize("key", ["family", "department"])
def test_the_family_stands_under_either_of_its_keys(key: str) -> None:
    found = document_of(front(f"{key}: Kitchen"))
    assert (found.family, found.extra) == ("Kitchen", {})


def test_a_department_beside_a_family_is_kept() -> None:
    found = document_of(front("department: Hall", "family: Kitchen"))
    assert (found.family, found.extra) == ("Kitchen", {"department": "Hall"})


@pytest.mark.parametrize("value", ["[Chef, Head Cook]", "Chef, Head Cook", "\n- Chef\n- Head Cook"])
@pytest.mark.parametrize("key", ["aliases", "tags"])
def test_aliases_and_tags_are_a_list_or_stand_between_commas(key: str, value: str) -> None:
    assert getattr(document_of(front(f"{key}: {value}")), key) == ("Chef", "Head Cook")


def test_properties_may_stand_in_the_front_matter() -> None:
    found = document_of(front("properties:", "  Tech: Oven, pan", "  Hours: [early, late]"))
    assert found.properties == (
        Property(name="Tech", values=("Oven", "pan")),
        Property(name="Hours", values=("early", "late")),
    )


def test_further_identifiers_stand_under_their_schemes() -> None:
    found = document_of(front("identifiers:", "  sap: [1, 2]", "  esco: x"))
    assert [(item.scheme, item.value) for item in found.identifiers] == [
        ("profile-id", "cook-01"),
        ("esco", "x"),
        ("sap", "1"),
        ("sap", "2"),
    ]


def test_a_title_is_the_name_where_nothing_else_is() -> None:
    found = document_of("---\ntitle: Cook\ndescription: Cooks.\n---\n\n## Mission\nFeed.\n")
    assert (found.name, found.description, found.extra) == ("Cook", None, {"description": "Cooks."})


def test_a_title_beside_a_name_is_kept() -> None:
    assert document_of("---\nid: c\nname: Cook\n---\n# The Cook\n\n## Mission\nFeed.\n").extra == {
        "title": "The Cook"
    }


def test_values_are_text_as_written() -> None:
    values = document_of(front("v: 1.10", "yes: no", "d: 2020-01-01", "l: [1, {a: 0x1F}]", "o: 010")).extra
    assert values == {"v": "1.10", "yes": "no", "d": "2020-01-01", "l": ["1", {"a": "0x1F"}], "o": "010"}


@pytest.mark.parametrize("value", ["", "null", "~"])
def test_a_value_of_nothing_says_nothing(value: str) -> None:
    found = document_of(front(f"family: {value}", f"aliases: {value}", f"properties: {value}", f"x: {value}"))
    assert (found.family, found.aliases, found.properties, found.extra) == (None, (), (), {"x": ""})


def test_a_quoted_null_is_a_word() -> None:
    assert document_of(front('family: "null"')).family == "null"


def test_comments_and_unusual_line_separators_do_not_move_the_lines() -> None:
    text = front("# for the kitchen", "x: 'a\u2028 b'", "", "# and the hall", "family: Kitchen  # warm")
    assert parse(text.encode()).statement_lines["family"] == 8
    assert document_of(text).family == "Kitchen"


def test_equal_keys_are_all_kept() -> None:
    text = front("x: one", "x: two", "x: three", "y:", "  z: 1", "  z: 2")
    assert document_of(text).extra == {
        "x": "one",
        "x (2)": "two",
        "x (3)": "three",
        "y": {"z": "1", "z (2)": "2"},
    }
    assert told(text) == [("front-matter-duplicate-key", "warning", line) for line in (5, 6, 9)]


def test_a_slug_that_is_none_is_mended_and_kept() -> None:
    text = front("slug: Head Cook!")
    found = document_of(text)
    assert (found.slug, found.extra) == ("head-cook", {"slug (as written)": "Head Cook!"})
    assert told(text) == [("slug-invalid", "warning", 4)]


def test_an_id_of_other_letters_is_kept_and_reported() -> None:
    text = "---\nid: COOK_1\nname: Cook\n---\n"
    assert document_of(text).identifiers == (Identifier(scheme="profile-id", value="COOK_1"),)
    assert told(text) == [("profile-id-invalid", "warning", 2)]


@pytest.mark.parametrize(
    ("line", "extra"),
    [
        ("family: [Kitchen]", {"family (as written)": ["Kitchen"]}),
        ("aliases: {a: b}", {"aliases (as written)": {"a": "b"}}),
        ("tags: [[a]]", {"tags (as written)": [["a"]]}),
        ("identifiers: [a]", {"identifiers (as written)": ["a"]}),
        ("identifiers: {Not A Scheme: a}", {"identifiers Not A Scheme": "a"}),
        ("properties: {Tech: {a: b}}", {"properties Tech": {"a": "b"}}),
        (f"family: {'x' * 501}", {"family (as written)": "x" * 501}),
        (f"? {'x' * 600}\n: y", {f"{'x' * 250}…": {"x" * 600: "y"}}),
    ],
)
def test_a_value_of_the_wrong_kind_is_kept_as_written(line: str, extra: dict[str, object]) -> None:
    assert document_of(front(line)).extra == extra
    assert told(front(line)) == [("front-matter-value", "warning", 4)]


# What is no front matter ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "between",
    [
        "\n# Cook\n\n**Role Code:** COOK1\n",
        "# Cook\n\n**Role Code:** COOK1\n\n## Mission\n\n- Feed: all\n- *Taste*: [much\n",
    ],
)
def test_a_rule_at_the_start_is_no_front_matter(between: str) -> None:
    found = document_of(f"---\n{between}\n---\n\n## Purpose\nCooks.\n")
    assert (found.name, found.identifiers[0].value, found.description) == ("Cook", "COOK1", "Cooks.")


def test_a_rule_that_no_other_follows_is_no_front_matter() -> None:
    assert document_of("---\n\n# Cook\n\n**Role Code:** COOK1\n").name == "Cook"


@pytest.mark.parametrize("between", ["Of the kitchen", "- a\n- b"])
def test_what_is_no_mapping_is_kept_as_text(between: str) -> None:
    text = f"---\n{between}\n---\n\n# Cook\n\n**Role Code:** COOK1\n"
    assert ("front-matter-not-a-mapping", "warning", 1) in told(text)
    words = between.lstrip("-# ").split("\n")[0]
    assert words in str(document_of(text).to_json())


def test_a_title_between_rules_is_a_title() -> None:
    assert document_of("---\n# Cook\n---\n\n**Role Code:** COOK1\n").name == "Cook"


def test_an_empty_front_matter_says_nothing() -> None:
    assert document_of("---\n---\n\n# Cook\n\n**Role Code:** COOK1\n").extra == {}


def test_blank_lines_may_stand_before_a_front_matter() -> None:
    text = f"\n \n{front('family: Kitchen')}"
    assert parse(text.encode()).statement_lines["family"] == 6


@pytest.mark.parametrize(
    "value",
    [
        "Cook: chef",
        "Cook's: 'chef'",
        "[Draft] Cook",
        '"Cook" of all',
        "@home",
        "`Cook`",
        "50%: Cook",
        "*Cook*",
    ],
)
def test_a_value_that_is_no_yaml_is_read_as_it_stands_and_reported(value: str) -> None:
    text = f"---\nid: c\ntitle: {value}\ntags: [a,\n  b]\n---\n# Cook\n"
    document = document_of(text)
    assert (document.extra, document.tags) == ({"title": value}, ("a", "b"))
    assert told(text) == [("front-matter-unquoted", "warning", 3)]


def test_control_characters_in_a_front_matter_part_words() -> None:
    assert document_of("---\nid: c\nname: The\x07Cook\x84\n---\n").name == "The Cook"


def test_a_value_that_is_no_yaml_can_be_edited_and_is_left_alone_otherwise() -> None:
    data = b"---\ntitle: CEO: Chief\nfamily: Board\n---\n# CEO\n\n**Role Code:** X1\n"
    document = parse(data).document
    assert document is not None
    assert patch(data, replace(document, family="Top")) == data.replace(b"Board", b"Top")
    edited = patch(data, replace(document, extra={"title": "COO: Chief"}))
    assert edited == data.replace(b"CEO: Chief", b"COO: Chief")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("---\nid: c\nname: [Cook\n---\n", "front-matter-invalid", 3),
        ("---\nid: c\nname: 'Cook\n---\n", "front-matter-invalid", 3),
        ("---\nid: c\nname: Cook\nchef\n---\n", "front-matter-invalid", 4),
        ("---\nid: c\n- Cook: chef: two\n---\n", "front-matter-invalid", 3),
        ("---\n\tid: c\n---\n", "front-matter-invalid", 2),
        ("---\n{id: c\n---\n", "front-matter-invalid", 2),
        ("---\nid: c\n[a, b]: d\n---\n", "front-matter-invalid", 3),
        ("---\nid: c\nname: Cook\n\n# Mission\n", "front-matter-unclosed", 1),
        ("---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n# Cook\n", "front-matter-alias", 3),
        (f"---\na: {'[' * 500}{']' * 500}\n---\n", "front-matter-too-deep", 2),
    ],
)
def test_a_broken_front_matter_refuses_the_file_with_its_line(text: str, code: str, line: int) -> None:
    parsed = parse(text.encode())
    assert (parsed.document, parsed.failed) == (None, True)
    assert told(text) == [(code, "error", line)]
