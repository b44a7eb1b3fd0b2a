"""How documents of one role become one, and how two changes of a document come together."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.documents.document import (
    LISTS,
    Capability,
    Identifier,
    Responsibility,
    RoleDocument,
    Section,
    field_of,
    statements,
)
from roles.documents.merge import Conflict, fold, merge
from tests.strategies import related_documents, role_documents, thorough, versions

BASE = RoleDocument(slug="cook", name="Cook", mission="Cook.", metrics=("one", "two", "three"))

anything = related_documents | role_documents
# A document puts these into an order of its own.
_SORTED = ("identifiers", "responsibilities", "interactions", "sections")


def mission(text: str | None) -> RoleDocument:
    """The base with another mission."""
    return replace(BASE, mission=text)


# Statements -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "expected", "conflict"),
    [
        pytest.param("Cook.", "Cook.", "Cook.", False, id="nobody changed it"),
        pytest.param("Bake.", "Cook.", "Bake.", False, id="changed in the catalogue"),
        pytest.param("Cook.", "Fry.", "Fry.", False, id="changed in the files"),
        pytest.param("Bake.", "Bake.", "Bake.", False, id="changed to the same"),
        pytest.param("Bake.", "Fry.", "Bake.", True, id="changed otherwise"),
        pytest.param("Cook.", None, None, False, id="gone from the files"),
        pytest.param("Bake.", None, "Bake.", True, id="gone from the files and changed"),
        pytest.param(None, "Cook.", None, False, id="taken out of the catalogue"),
        pytest.param(None, "Fry.", None, True, id="taken out and changed in the files"),
        pytest.param(None, None, None, False, id="gone from both"),
    ],
)
def test_a_statement_is_taken_from_the_side_that_changed_it(
    ours: str | None, theirs: str | None, expected: str | None, conflict: bool
) -> None:
    merged = merge(BASE, mission(ours), mission(theirs))
    assert merged.document.mission == expected
    assert merged.conflicts == ((Conflict("mission", "Cook.", ours, theirs),) if conflict else ())


@pytest.mark.parametrize(
    ("ours", "theirs", "expected", "conflicts"),
    [
        ("Novice", "Novice", ["Novice"], 0),
        ("Expert", None, ["Expert"], 0),
        (None, "Expert", ["Expert"], 0),
        ("Novice", "Expert", ["Novice"], 1),
    ],
)
def test_a_statement_that_is_new_is_taken_from_either_side(
    ours: str | None, theirs: str | None, expected: list[str], conflicts: int
) -> None:
    def side(level: str | None) -> RoleDocument:
        return replace(BASE, capabilities=(Capability(name="Soups", level=level),) if level else ())

    merged = merge(BASE, side(ours), side(theirs))
    assert [item.level for item in merged.document.capabilities] == expected
    assert len(merged.conflicts) == conflicts


def test_an_item_is_the_same_whatever_the_case_of_its_name() -> None:
    base = replace(BASE, capabilities=(Capability(name="Soups", level="Novice"),))
    ours = replace(BASE, capabilities=(Capability(name="SOUPS", level="Novice"),))
    theirs = replace(BASE, capabilities=(Capability(name="Soups", level="Expert"),))
    merged = merge(base, ours, theirs)
    assert merged.document.capabilities == ours.capabilities
    assert [conflict.key for conflict in merged.conflicts] == ["capabilities:soups"]


def test_without_a_base_only_what_differs_is_a_conflict() -> None:
    merged = merge(None, mission("Bake."), replace(BASE, seniority="Senior"))
    assert [conflict.key for conflict in merged.conflicts] == ["mission"]
    assert (merged.document.mission, merged.document.seniority) == ("Bake.", "Senior")


def test_two_changes_that_make_no_document_together_are_for_a_person_to_decide() -> None:
    base = replace(BASE, family="Kitchen", extra={"department": "Hall"})
    ours = replace(base, family=None, extra={})
    theirs = replace(base, extra={"department": "Yard"})
    merged = merge(base, ours, theirs)
    assert merged.document == ours
    assert {conflict.key for conflict in merged.conflicts} >= {"extra:department"}


# Order ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        pytest.param("312", "123", "312", id="moved in the catalogue"),
        pytest.param("123", "312", "312", id="moved in the files"),
        pytest.param("321", "213", "321", id="moved in both"),
        pytest.param("1923", "321", "3219", id="new in the catalogue, moved in the files"),
        pytest.param("1234", "5123", "51234", id="new in both"),
        pytest.param("4123", "1235", "41235", id="new at the start and at the end"),
        pytest.param("1423", "1523", "14523", id="new in one place"),
        pytest.param("13", "1234", "134", id="withdrawn and new"),
        pytest.param("", "1234", "4", id="all withdrawn and one new"),
    ],
)
def test_the_order_is_that_of_the_side_that_moved_something(ours: str, theirs: str, expected: str) -> None:
    base = replace(BASE, metrics=("1", "2", "3"))
    merged = merge(base, replace(base, metrics=tuple(ours)), replace(base, metrics=tuple(theirs)))
    assert "".join(merged.document.metrics) == expected
    assert merged.conflicts == ()


def test_a_statement_that_a_conflict_keeps_has_a_place_although_it_is_gone_from_the_files() -> None:
    base = replace(BASE, capabilities=(Capability(name="Soups"), Capability(name="Bread")))
    ours = replace(BASE, capabilities=(Capability(name="Soups", level="Expert"), Capability(name="Bread")))
    theirs = replace(BASE, capabilities=(Capability(name="Bread"),))
    merged = merge(base, ours, theirs)
    assert merged.document.capabilities == ours.capabilities
    assert [conflict.key for conflict in merged.conflicts] == ["capabilities:soups"]


# Whatever the documents -------------------------------------------------------------------------------------


@given(base=anything, theirs=anything)
def test_what_nobody_changed_here_is_taken_from_the_files(base: RoleDocument, theirs: RoleDocument) -> None:
    merged = merge(base, base, theirs)
    assert (merged.document, merged.conflicts) == (theirs, ())


@given(base=anything, ours=anything)
def test_what_nobody_changed_in_the_files_stays(base: RoleDocument, ours: RoleDocument) -> None:
    merged = merge(base, ours, base)
    assert (merged.document, merged.conflicts) == (ours, ())


@given(base=st.none() | anything, both=anything)
def test_the_same_change_on_both_sides_is_no_conflict(base: RoleDocument | None, both: RoleDocument) -> None:
    merged = merge(base, both, both)
    assert (merged.document, merged.conflicts) == (both, ())


Versions = tuple[RoleDocument, RoleDocument, RoleDocument]
three = versions() | st.tuples(related_documents, related_documents, related_documents)
# An item that is named as another one takes its key when that one goes.
unambiguous = three.filter(lambda found: not any("#" in key for one in found for key in statements(one)))


@thorough
@given(found=unambiguous)
def test_nothing_disappears_without_a_conflict_or_a_withdrawal(found: Versions) -> None:
    base, ours, theirs = found
    merged = merge(base, ours, theirs)
    before, result = statements(base), statements(merged.document)
    told = {conflict.key for conflict in merged.conflicts}
    sides = statements(ours), statements(theirs)
    for side, other in (sides, sides[::-1]):
        for key in side.keys() - result.keys():
            withdrawn = key not in other and side[key] == before.get(key)
            assert withdrawn or key in told


@thorough
@given(found=unambiguous)
def test_nothing_appears_that_neither_side_says_and_nothing_comes_back(found: Versions) -> None:
    base, ours, theirs = found
    merged = merge(base, ours, theirs)
    before, here, there = (statements(one) for one in found)
    told = {conflict.key for conflict in merged.conflicts}
    for key, value in statements(merged.document).items():
        assert value in (here.get(key), there.get(key))
        if key in before and (key not in here or key not in there):
            assert key in told


@thorough
@given(found=unambiguous)
def test_a_conflict_is_told_where_both_changed_otherwise_and_nowhere_else(found: Versions) -> None:
    base, ours, theirs = found
    merged = merge(base, ours, theirs)
    before, here, there = (statements(one) for one in found)
    expected = {
        key: Conflict(key, before.get(key), here.get(key), there.get(key))
        for key in {*here, *there}
        if here.get(key) != there.get(key) and before.get(key) not in (here.get(key), there.get(key))
    }
    assert {conflict.key: conflict for conflict in merged.conflicts} == expected
    for key in expected:
        assert statements(merged.document).get(key) == here.get(key)


@thorough
@given(found=unambiguous)
def test_statements_stand_in_the_order_of_the_side_that_moved_something(found: Versions) -> None:
    merged = statements(merge(*found).document)
    before, here, there = (list(statements(one)) for one in found)
    for field in LISTS:
        old, mine, new, result = (
            [key for key in order if field_of(key) == field] for order in (before, here, there, merged)
        )
        shared = set(mine) & set(old)
        moved = [key for key in mine if key in shared] != [key for key in old if key in shared]
        leading = [key for key in (mine if moved else new) if key in merged]
        if field not in _SORTED:
            assert [key for key in result if key in leading] == leading


@thorough
@given(found=unambiguous)
def test_merging_again_changes_nothing(found: Versions) -> None:
    base, ours, theirs = found
    once = merge(base, ours, theirs).document
    assert merge(theirs, once, theirs).document == once


# Several documents of a role --------------------------------------------------------------------------------


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


def test_documents_put_what_they_say_one_after_the_other() -> None:
    first = RoleDocument(
        slug="cook",
        name="Cook",
        identifiers=(Identifier(scheme="role-code", value="C1"),),
        responsibilities=(Responsibility(name="Menu"), Responsibility(name="Stock", group="Yard")),
        sections=(Section(text="Of the kitchen."),),
    )
    second = RoleDocument(
        slug="chef",
        name="Chef",
        identifiers=(Identifier(scheme="profile-id", value="c-1"),),
        responsibilities=(Responsibility(name="Hall"),),
        sections=(Section(text="Of the hall."), Section(heading="Pay")),
    )
    both = fold([first, second])
    assert (both.slug, both.name) == ("cook", "Cook")
    assert [item.scheme for item in both.identifiers] == ["profile-id", "role-code"]
    assert [item.name for item in both.responsibilities] == ["Menu", "Hall", "Stock"]
    assert both.sections == (Section(text="Of the kitchen."), Section(heading="Pay"))


@given(document=anything)
def test_a_document_alone_stays_as_it_is(document: RoleDocument) -> None:
    assert fold([document]) == fold([document, document]) == document


@thorough
@given(documents=st.lists(related_documents, min_size=1, max_size=3))
def test_each_statement_is_that_of_the_first_document_that_makes_it(documents: list[RoleDocument]) -> None:
    said = [statements(document) for document in documents]
    folded = statements(fold(documents))
    for key, value in folded.items():
        assert value == next(one[key] for one in said if key in one)
    assert {field_of(key) for key in folded} == {field_of(key) for one in said for key in one}
    assert all(field in LISTS for field in {field_of(key) for key in folded if ":" in key} - {"extra"})
