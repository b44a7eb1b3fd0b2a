"""Statements that both sides changed: what is asked, and what an answer makes of them."""

from dataclasses import replace

import pytest
from django.http import QueryDict
from hypothesis import given

from roles.admin.choosing import Choices
from roles.choosing import proposal_of, question
from roles.documents.document import (
    InvalidDocument,
    Property,
    Responsibility,
    RoleDocument,
    Section,
    statements,
)
from roles.documents.merge import Conflict, merge, settle
from tests.strategies import versions

Documents = tuple[RoleDocument, RoleDocument, RoleDocument]

BASE = RoleDocument(slug="cook", name="Cook", mission="Cook every day.", metrics=("one", "two"))
OURS = replace(BASE, mission="Cook every morning.", metrics=("one", "two", "three"))
THEIRS = replace(BASE, mission="Bake every day.", principles=("Taste it.",))


def sent(**fields: str) -> QueryDict:
    """What a browser sends of a page."""
    data = QueryDict(mutable=True)
    data.update(fields)
    return data


def asked(*conflicts: Conflict, data: QueryDict | None = None) -> Choices:
    return Choices(conflicts, data, ours="Now", theirs="Yours")


def conflict(base: RoleDocument = BASE, ours: RoleDocument = OURS, theirs: RoleDocument = THEIRS) -> Conflict:
    [found] = merge(base, ours, theirs).conflicts
    return found


# What an answer makes of a document -------------------------------------------------------------------------


@given(versions())
def test_choosing_one_side_everywhere_gives_its_statements(of_one: Documents) -> None:
    base, ours, theirs = of_one
    merged = merge(base, ours, theirs)
    for side in ("ours", "theirs"):
        chosen = {item.key: getattr(item, side) for item in merged.conflicts}
        try:
            said = list(statements(settle(base, ours, theirs, chosen)).values())
        except InvalidDocument:
            continue  # What both together say makes no document.
        # Equal names are told apart by their order, so a key may be another one's by now.
        assert all(statement in said for statement in chosen.values() if statement is not None)


@given(versions())
def test_where_there_is_nothing_to_choose_a_settled_document_is_the_merged_one(of_one: Documents) -> None:
    merged = merge(*of_one)
    if not merged.conflicts:
        assert settle(*of_one, {}) == merged.document


def test_what_only_one_side_changed_is_carried_along() -> None:
    settled = settle(BASE, OURS, THEIRS, {"mission": "Fry."})
    assert (settled.mission, settled.metrics, settled.principles) == (
        "Fry.",
        ("one", "two", "three"),
        ("Taste it.",),
    )


def test_no_statement_can_be_chosen() -> None:
    assert settle(BASE, OURS, THEIRS, {"mission": None}).mission is None


# What is asked ----------------------------------------------------------------------------------------------


def test_each_side_is_told_as_a_change_of_what_stood_there() -> None:
    told = question(conflict())
    assert told.title == "Mission"
    assert told.ours is not None
    assert [(passage.kind, passage.text) for passage in told.ours[0].passages] == [
        ("same", "Cook every "),
        ("lost", "day"),
        ("gained", "morning"),
        ("same", "."),
    ]


def test_only_the_fields_that_differ_are_told() -> None:
    sides = [
        replace(BASE, responsibilities=(Responsibility(name="Soup", text=text, group="Kitchen"),))
        for text in ("Cooks it.", "Cooks it well.", "Tastes it.")
    ]
    told = question(conflict(*sides))
    assert told.title == "Responsibility “Soup”"
    assert told.theirs is not None
    assert [field.label for field in told.theirs] == ["Text"]


def test_a_side_that_takes_a_statement_away_says_nothing() -> None:
    told = question(conflict(theirs=replace(BASE, mission=None)))
    assert told.theirs is None


def test_a_third_wording_starts_from_what_each_side_changed() -> None:
    before = Responsibility(name="Soup", text="Cooks it.", group="Kitchen")
    ours, theirs = replace(before, text="Tastes it."), replace(before, group="Hall")
    start = proposal_of(Conflict("responsibilities:soup", before, ours, theirs))
    assert start == replace(before, text="Tastes it.", group="Hall")


# Answers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("side", "says"), [("ours", OURS.mission), ("theirs", THEIRS.mission)])
def test_a_side_is_chosen_for_one_statement_or_for_all(side: str, says: str) -> None:
    token = question(conflict()).token
    for data in (sent(**{f"choose-{token}": side}), sent(all=side)):
        choices = asked(conflict(), data=data)
        assert choices.is_complete()
        assert choices.chosen == {"mission": says}


def test_a_third_is_written_field_by_field() -> None:
    before = Responsibility(name="Soup", text="Cooks it.")
    item = Conflict("responsibilities:soup", before, replace(before, text="A."), replace(before, text="B."))
    own = f"own-{question(item).token}-"
    fields = {f"{own}name": "Soup", f"{own}text": "C.\r\nD.", f"{own}primary": "on"}
    choices = asked(item, data=sent(**{f"choose-{question(item).token}": "own"}, **fields))
    assert choices.is_complete()
    assert choices.chosen == {item.key: Responsibility(name="Soup", text="C.\nD.", primary=True)}


def test_a_third_of_several_values_is_written_between_commas() -> None:
    sides = [Property(name="Tools", values=(value,)) for value in ("Knife", "Fork", "Spoon")]
    item = Conflict("properties:tools", *sides)
    token = question(item).token
    data = sent(
        **{f"choose-{token}": "own", f"own-{token}-name": "Tools", f"own-{token}-values": "Fork, Spoon"}
    )
    choices = asked(item, data=data)
    assert choices.is_complete()
    assert choices.chosen == {item.key: Property(name="Tools", values=("Fork", "Spoon"))}


def test_a_third_keeps_its_place_in_the_document() -> None:
    sides = [Section(heading="Shifts", level=3, text=text, position="mission") for text in "ABC"]
    item = Conflict("sections:shifts", *sides)
    token = question(item).token
    data = sent(**{f"choose-{token}": "own", f"own-{token}-heading": "Shifts", f"own-{token}-text": "D"})
    assert asked(item, data=data).chosen == {item.key: replace(sides[0], text="D")}


def test_an_empty_third_is_no_statement() -> None:
    token = question(conflict()).token
    choices = asked(conflict(), data=sent(**{f"choose-{token}": "own", f"own-{token}-value": " "}))
    assert choices.is_complete()
    assert choices.chosen == {"mission": None}


def test_a_third_that_no_document_can_carry_is_refused_beside_its_field() -> None:
    before = Responsibility(name="Soup")
    item = Conflict("responsibilities:soup", before, replace(before, text="A."), replace(before, text="B."))
    token = question(item).token
    wrong = {f"own-{token}-name": "Soup (primary)"}
    choices = asked(item, data=sent(**{f"choose-{token}": "own"}, **wrong))
    assert not choices.is_complete()
    own = choices.asked[0].own
    assert own is not None
    assert "name" in own.errors


@pytest.mark.parametrize("side", ["", "nobody", "\x00", "ours" * 5000])
def test_without_an_answer_a_question_is_asked_again(side: str) -> None:
    token = question(conflict()).token
    choices = asked(conflict(), data=sent(**{f"choose-{token}": side}))
    assert not choices.is_complete()
    assert choices.chosen == {}


def test_an_answer_is_none_to_what_was_changed_again() -> None:
    token = question(conflict()).token
    changed = conflict(ours=replace(BASE, mission="Cook at night."))
    assert asked(changed, data=sent(**{f"choose-{token}": "ours"})).chosen == {}
