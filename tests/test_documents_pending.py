"""A change that waits while the document goes on changing."""

from dataclasses import replace

import pytest
from hypothesis import given

from roles.documents.document import RoleDocument
from roles.documents.merge import merge
from roles.documents.pending import Incompatible, Pending, differing
from tests.strategies import versions

BASE = RoleDocument(slug="cook", name="Cook", mission="Cook.", summary="Cooks.", metrics=("one", "two"))
BAKES = Pending(BASE, replace(BASE, mission="Bake."))


@given(versions())
def test_a_change_of_what_is_still_said_gives_what_was_wanted(
    said: tuple[RoleDocument, RoleDocument, RoleDocument],
) -> None:
    base, wanted, _other = said
    assert Pending(base, wanted).applied_to(base).document == wanted


@given(versions())
def test_carried_onto_what_is_said_now_a_change_is_about_the_same(
    said: tuple[RoleDocument, RoleDocument, RoleDocument],
) -> None:
    base, wanted, current = said
    before = Pending(base, wanted)
    after = before.onto(current)
    assert after.keys == before.keys
    assert after == before or not differing(after.base, current) - before.keys


@given(versions())
def test_carrying_a_change_along_loses_and_decides_nothing(
    said: tuple[RoleDocument, RoleDocument, RoleDocument],
) -> None:
    base, wanted, current = said
    before = Pending(base, wanted)
    directly, carried = before.applied_to(current), before.onto(current).applied_to(current)
    assert carried.conflicts == directly.conflicts
    assert not differing(carried.document, directly.document)


@given(versions())
def test_a_further_change_of_what_its_author_wanted_already_gives_the_last_word(
    said: tuple[RoleDocument, RoleDocument, RoleDocument],
) -> None:
    base, wanted, last = said
    try:
        both = Pending(base, wanted).followed_by(base, last)
    except Incompatible:
        return
    first = merge(base, last, wanted)
    assert both.document == first.document
    assert not differing(both.base, base)


def test_what_the_role_says_newly_and_nobody_proposed_stays_when_the_change_is_carried_along() -> None:
    now = replace(BASE, summary="Cooks well.")
    assert BAKES.onto(now) == Pending(now, replace(now, mission="Bake."))


def test_what_both_changed_stays_undecided_however_often_the_change_is_carried_along() -> None:
    now = replace(BASE, mission="Fry.")
    [conflict] = BAKES.onto(now).onto(replace(now, summary="New.")).applied_to(now).conflicts
    assert (conflict.base, conflict.ours, conflict.theirs) == ("Cook.", "Fry.", "Bake.")


def test_what_its_author_saw_and_changed_after_all_is_decided() -> None:
    now = replace(BASE, mission="Fry.")
    further = BAKES.followed_by(now, replace(now, mission="Steam."))
    assert further.applied_to(now) == merge(now, now, replace(now, mission="Steam."))


def test_changes_of_different_statements_are_both_wanted() -> None:
    both = BAKES.followed_by(BASE, replace(BASE, tags=("hot",)))
    assert both.document == replace(BASE, mission="Bake.", tags=("hot",))


@pytest.mark.parametrize("metrics", [("two", "one"), ("two",), ()])
def test_the_order_of_a_list_waits_as_its_items_do(metrics: tuple[str, ...]) -> None:
    waits = Pending(BASE, replace(BASE, metrics=metrics))
    now = replace(BASE, mission="Fry.")
    assert waits.onto(now).document == replace(now, metrics=metrics)
