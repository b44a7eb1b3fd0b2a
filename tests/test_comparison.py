"""Roles held against each other: what they share, what lies between them, and how well levels fit."""

from fractions import Fraction

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from roles.comparison import Gap, Move, Row, align, fit, for_comparison, gap, name_of, outline, share
from roles.documents.document import (
    COMMON_PARTNER,
    Artifact,
    Capability,
    Interaction,
    Responsibility,
    RoleDocument,
)
from roles.models import Capability as SharedCapability
from roles.models import CapabilityAlias, ProficiencyLevel, ProficiencyLevelAlias, Role
from roles.partners import link_partners
from tests.builders import document, written
from tests.levels import ladder_of

RUNGS = {"Basic": 1, "Competent": 2, "Advanced": 3}
rank = RUNGS.get


def able(**levels: str | None) -> RoleDocument:
    """An outline with these capabilities at these levels."""
    return document(
        "Cook", capabilities=tuple(Capability(name=name, level=at) for name, at in levels.items())
    )


def moves(there: RoleDocument, wanted: RoleDocument) -> list[tuple[str, Move]]:
    return [(step.name, step.move) for step in gap(there, wanted, rank=rank).steps]


# The gap ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "wanted", "move"),
    [
        ("Basic", "Advanced", "raise"),
        ("Advanced", "Basic", "spare"),
        ("Basic", "Basic", "keep"),
        ("Endless", "Endless", "keep"),
        ("Endless", "Basic", "open"),
        ("Basic", "Endless", "open"),
        (None, "Basic", "open"),
        ("Basic", None, "open"),
        (None, None, "open"),
    ],
)
def test_a_level_that_is_there_is_held_against_the_one_that_is_needed(
    there: str | None, wanted: str | None, move: Move
) -> None:
    assert moves(able(soups=there), able(soups=wanted)) == [("soups", move)]


def test_what_is_not_there_is_to_be_added_and_what_is_not_needed_is_told_apart() -> None:
    found = gap(able(soups="Basic", bread="Basic"), able(bread="Basic", sauces=None), rank=rank)
    assert [(step.name, step.move) for step in found.steps] == [("bread", "keep"), ("sauces", "add")]
    assert found.unneeded == ["soups"]


def test_a_gap_names_the_new_responsibilities_artifacts_and_partners() -> None:
    there = document("Cook", responsibilities=(Responsibility(name="Stock"),))
    wanted = document(
        "Chef",
        responsibilities=(Responsibility(name="Stock"), Responsibility(name="Menu")),
        artifacts=(Artifact(name="Menu card"),),
        interactions=(Interaction(kind=COMMON_PARTNER, partner="Waiter"),),
    )
    found = gap(there, wanted, rank=rank)
    assert (found.responsibilities, found.artifacts, found.partners) == (["Menu"], ["Menu card"], ["Waiter"])


def test_a_gap_to_itself_asks_for_nothing() -> None:
    said = able(soups="Advanced", bread="Endless")
    found = gap(said, said, rank=rank)
    assert isinstance(found, Gap)
    assert found.moves("raise", "add", "spare", "open") == []
    assert found.unneeded == []


LEVELS = st.sampled_from([None, "Basic", "Competent", "Advanced", "Endless"])
ABILITIES = st.dictionaries(st.sampled_from("abcdef"), LEVELS).map(lambda levels: able(**levels))


@given(ABILITIES, ABILITIES)
def test_a_gap_has_one_step_for_each_needed_capability(there: RoleDocument, wanted: RoleDocument) -> None:
    assert [step.name for step in gap(there, wanted, rank=rank).steps] == [
        item.name for item in wanted.capabilities
    ]


@given(ABILITIES, ABILITIES)
def test_what_one_way_raises_the_other_way_has_to_spare(there: RoleDocument, wanted: RoleDocument) -> None:
    forth, back = gap(there, wanted, rank=rank), gap(wanted, there, rank=rank)
    assert {step.name for step in forth.moves("raise")} == {step.name for step in back.moves("spare")}
    assert {step.name for step in forth.moves("add")} == set(back.unneeded)


# Fit --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "wanted", "expected"),
    [
        (able(), able(soups="Basic"), Fraction(0)),
        (able(soups="Basic"), able(soups="Advanced"), Fraction(1, 3)),
        (able(soups="Advanced"), able(soups="Basic"), Fraction(1)),
        (able(soups="Basic"), able(soups=None), Fraction(1)),
        (able(soups="Basic"), able(soups="Endless"), Fraction(1)),
        (able(soups="Endless"), able(soups="Basic"), Fraction(0)),
        (able(soups=None), able(soups="Basic"), Fraction(0)),
    ],
)
def test_a_share_is_the_rung_reached_of_the_rung_needed(
    there: RoleDocument, wanted: RoleDocument, expected: Fraction
) -> None:
    [step] = gap(there, wanted, rank=rank).steps
    assert share(step, rank=rank) == expected


def test_fit_is_the_mean_of_the_shares() -> None:
    steps = gap(able(soups="Basic", bread="Basic"), able(soups="Basic", bread="Competent"), rank=rank).steps
    assert fit(steps, rank=rank) == Fraction(3, 4)


def test_nothing_fits_a_role_that_states_no_capability() -> None:
    assert fit([], rank=rank) == 0


@given(ABILITIES, ABILITIES)
def test_fit_lies_between_nothing_and_all(there: RoleDocument, wanted: RoleDocument) -> None:
    assert 0 <= fit(gap(there, wanted, rank=rank).steps, rank=rank) <= 1


# Side by side -----------------------------------------------------------------------------------------------


def rows(*documents: RoleDocument) -> dict[str, Row]:
    aligned = align(documents, rank=rank)
    return {
        name_of(row.key, row.cells[0].statement or row.cells[1].statement): row
        for row in aligned
        if row.field == "capabilities"
    }


def test_levels_are_marked_against_the_first() -> None:
    found = rows(able(a="Competent", b="Basic"), able(a="Advanced", b="Basic"), able(a="Basic", b="Basic"))
    assert [cell.mark for cell in found["a"].cells] == ["", "higher", "lower"]
    assert [cell.mark for cell in found["b"].cells] == ["", "", ""]
    assert (found["a"].same, found["b"].same) == (False, True)


def test_what_a_single_one_states_is_marked_as_only_there() -> None:
    found = rows(able(a="Basic"), able(b="Basic"), able())
    assert [cell.mark for cell in found["a"].cells] == ["only", "", ""]
    assert [cell.mark for cell in found["b"].cells] == ["", "only", ""]


@given(st.lists(ABILITIES, min_size=2, max_size=5))
def test_each_thing_stands_in_one_row_with_a_cell_for_each_document(documents: list[RoleDocument]) -> None:
    aligned = [row for row in align(documents, rank=rank) if row.field == "capabilities"]
    assert len({row.key for row in aligned}) == len(aligned)
    for number, said in enumerate(documents):
        stated = [row.cells[number].statement for row in aligned]
        assert {item for item in stated if item is not None} == set(said.capabilities)


@given(st.lists(ABILITIES, min_size=2, max_size=5))
def test_a_row_is_the_same_where_all_cells_say_the_same(documents: list[RoleDocument]) -> None:
    for row in align(documents, rank=rank):
        assert row.same == (len({repr(cell.statement) for cell in row.cells}) == 1)


# Shared words -----------------------------------------------------------------------------------------------


def outlined(role: Role) -> RoleDocument:
    return outline(for_comparison(Role.objects.all(), AnonymousUser()).get(pk=role.pk))


@pytest.mark.django_db
def test_spellings_of_the_same_capability_and_level_meet() -> None:
    ladder_of("Basic", "Advanced")
    sql = SharedCapability.objects.create(name="SQL")
    CapabilityAlias.objects.create(item=sql, name="Structured Query Language")
    ProficiencyLevelAlias.objects.create(item=ProficiencyLevel.objects.get(name="Advanced"), name="Very good")
    one = written(document("One", capabilities=(Capability(name="SQL", level="Advanced"),)))
    other = written(
        document("Other", capabilities=(Capability(name="Structured Query Language", level="Very good"),))
    )
    assert outlined(one).capabilities == outlined(other).capabilities


@pytest.mark.django_db
def test_a_capability_under_two_spellings_counts_once_with_its_higher_level() -> None:
    ladder_of("Basic", "Advanced")
    CapabilityAlias.objects.create(item=SharedCapability.objects.create(name="SQL"), name="Queries")
    role = written(
        document(
            "One",
            capabilities=(
                Capability(name="SQL", level="Basic"),
                Capability(name="Queries", level="Advanced"),
            ),
        )
    )
    assert outlined(role).capabilities == (Capability(name="SQL", level="Advanced"),)


@pytest.mark.django_db
def test_partners_are_those_that_a_role_names_and_those_that_name_it() -> None:
    written(document("Waiter", interactions=(Interaction(kind="Serves with", partner="Cook"),)))
    cook = written(document("Cook", interactions=(Interaction(kind="Reports to", partner="Chef"),)))
    link_partners()
    assert [item.partner for item in outlined(cook).interactions] == ["Chef", "Waiter"]
