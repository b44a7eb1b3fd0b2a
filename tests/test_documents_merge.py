"""How documents of one role become one, and how two changes of a document come together."""

from dataclasses import replace

import pytest
from hypothesis import given

from roles.documents.diff import Difference, diff
from roles.documents.document import Capability, RoleDocument, statements
from roles.documents.merge import Conflict, fold, merge
from tests.strategies import role_documents

BASE = RoleDocument(slug="cook", name="Cook", mission="Cook.", metrics=("one", "two", "three"))


def mission(text: str | None) -> RoleDocument:
    """The base with another mission."""
    return replace(BASE, mission=text)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected", "conflict"),
    [
        ("Cook.", "Cook.", "Cook.", False),
        ("Bake.", "Cook.", "Bake.", False),
        ("Cook.", "Fry.", "Fry.", False),
        ("Bake.", "Bake.", "Bake.", False),
        ("Bake.", "Fry.", "Bake.", True),
        ("Cook.", None, None, False),
        ("Bake.", None, "Bake.", True),
        (None, "Cook.", None, False),
        (None, "Fry.", None, True),
        (None, None, None, False),
    ],
)
def test_a_statement_is_taken_from_the_side_that_changed_it(
    ours: str | None, theirs: str | None, expected: str | None, conflict: bool
) -> None:
    merged = merge(BASE, mission(ours), mission(theirs))
    assert merged.document.mission == expected
    assert merged.conflicts == ((Conflict("mission", "Cook.", ours, theirs),) if conflict else ())


def test_without_a_base_only_what_differs_is_a_conflict() -> None:
    merged = merge(None, mission("Bake."), replace(BASE, seniority="Senior"))
    assert [conflict.key for conflict in merged.conflicts] == ["mission"]
    assert (merged.document.mission, merged.document.seniority) == ("Bake.", "Senior")


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (("three", "one", "two"), ("one", "two", "three"), ("three", "one", "two")),
        (("one", "two", "three"), ("three", "one", "two"), ("three", "one", "two")),
        (("three", "two", "one"), ("two", "one", "three"), ("three", "two", "one")),
        (("one", "new", "two", "three"), ("three", "two", "one"), ("three", "two", "one", "new")),
        (("one", "two", "three", "a"), ("b", "one", "two", "three"), ("b", "one", "two", "three", "a")),
    ],
)
def test_the_order_is_taken_from_the_side_that_moved_something_and_ours_if_both_did(
    ours: tuple[str, ...], theirs: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    merged = merge(BASE, replace(BASE, metrics=ours), replace(BASE, metrics=theirs))
    assert merged.document.metrics == expected
    assert merged.conflicts == ()


def test_the_first_ranked_document_decides_where_two_say_different_things() -> None:
    first = replace(BASE, mission=None, capabilities=(Capability(name="SQL", level="Expert"),))
    second = replace(
        BASE, capabilities=(Capability(name="sql", level="Novice"), Capability(name="Go", level="Novice"))
    )
    both = fold([first, second])
    assert both.mission == "Cook."
    assert both.capabilities == (
        Capability(name="SQL", level="Expert"),
        Capability(name="Go", level="Novice"),
    )


@given(base=role_documents, theirs=role_documents)
def test_what_nobody_changed_here_is_taken_from_the_files(base: RoleDocument, theirs: RoleDocument) -> None:
    assert merge(base, base, theirs).document == theirs


@given(base=role_documents, ours=role_documents)
def test_what_nobody_changed_in_the_files_stays(base: RoleDocument, ours: RoleDocument) -> None:
    assert merge(base, ours, base).document == ours


@given(base=role_documents, both=role_documents)
def test_the_same_change_on_both_sides_is_no_conflict(base: RoleDocument, both: RoleDocument) -> None:
    merged = merge(base, both, both)
    assert (merged.document, merged.conflicts) == (both, ())


@given(base=role_documents, ours=role_documents, theirs=role_documents)
def test_nothing_disappears_without_a_conflict_or_a_withdrawal(
    base: RoleDocument, ours: RoleDocument, theirs: RoleDocument
) -> None:
    merged = merge(base, ours, theirs)
    before, result = statements(base), statements(merged.document)
    told = {conflict.key for conflict in merged.conflicts}
    sides = statements(ours), statements(theirs)
    for side, other in (sides, sides[::-1]):
        lost = {key for key in side if key not in result}
        assert all(key in told or (key in before and key not in other) for key in lost)


def test_a_difference_is_told_in_terms_of_the_role() -> None:
    ranks = {"Novice": 1, "Expert": 4}
    before = replace(
        BASE, capabilities=(Capability(name="SQL", level="Novice"), Capability(name="Go", level="Expert"))
    )
    after = replace(
        BASE,
        mission="Bake.",
        metrics=("two", "one"),
        capabilities=(Capability(name="SQL", level="Expert"), Capability(name="Go", level="Novice")),
        seniority="Senior",
    )
    found = diff(before, after, rank=ranks.get)
    assert {(change.kind, change.key) for change in found} == {
        ("changed", "mission"),
        ("gained", "seniority"),
        ("raised", "capabilities:sql"),
        ("lowered", "capabilities:go"),
        ("lost", "metrics:three"),
        ("moved", "metrics"),
    }
    assert Difference("gained", "seniority", None, "Senior") in found
