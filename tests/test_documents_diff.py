"""What changed from one document to another, in terms of the role."""

from dataclasses import replace

import pytest
from hypothesis import given

from roles.documents.diff import Difference, Kind, diff
from roles.documents.document import (
    LISTS,
    Agent,
    Capability,
    RoleDocument,
    Section,
    field_of,
    statements,
)
from tests.strategies import related_documents, role_documents, thorough

BASE = RoleDocument(slug="cook", name="Cook", mission="Cook.", metrics=("one", "two"))
RANKS = {"Novice": 1, "Expert": 4}


def capability(level: str | None) -> RoleDocument:
    """A cook who makes soups at a level."""
    return replace(BASE, capabilities=(Capability(name="Soups", level=level),))


@pytest.mark.parametrize(
    ("after", "kind", "key"),
    [
        (replace(BASE, seniority="Senior"), "gained", "seniority"),
        (replace(BASE, mission=None), "lost", "mission"),
        (replace(BASE, mission="Bake."), "changed", "mission"),
        (replace(BASE, metrics=("one",)), "lost", "metrics:two"),
        (replace(BASE, metrics=("one", "two", "three")), "gained", "metrics:three"),
        (replace(BASE, metrics=("two", "one")), "moved", "metrics"),
        (replace(BASE, metrics=("one", "Two")), "changed", "metrics:two"),
        (replace(BASE, mission="cook."), "changed", "mission"),
        (replace(BASE, agent=Agent(name="Bot")), "gained", "agent.name"),
        (replace(BASE, extra={"x": "y"}), "gained", "extra:x"),
        (replace(BASE, sections=(Section(heading="Pay"),)), "gained", "sections:pay"),
    ],
)
def test_a_difference_is_told_by_its_kind_and_key(after: RoleDocument, kind: Kind, key: str) -> None:
    assert [(change.kind, change.key) for change in diff(BASE, after)] == [(kind, key)]


def test_a_difference_holds_both_wordings() -> None:
    assert diff(BASE, replace(BASE, mission="Bake.")) == [Difference("changed", "mission", "Cook.", "Bake.")]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("Novice", "Expert", "raised"),
        ("Expert", "Novice", "lowered"),
        ("Novice", "Wizard", "changed"),
        (None, "Expert", "changed"),
        ("Expert", None, "changed"),
    ],
)
def test_a_level_is_raised_or_lowered_where_both_are_ranked(
    before: str | None, after: str | None, kind: Kind
) -> None:
    found = diff(capability(before), capability(after), rank=RANKS.get)
    assert [(change.kind, change.key) for change in found] == [(kind, "capabilities:soups")]


def test_without_ranks_a_level_is_changed() -> None:
    assert [change.kind for change in diff(capability("Novice"), capability("Expert"))] == ["changed"]


def test_what_is_new_or_gone_moves_nothing() -> None:
    assert {change.kind for change in diff(BASE, replace(BASE, metrics=("zero", "two")))} == {
        "gained",
        "lost",
    }


@thorough
@given(before=related_documents, after=related_documents)
def test_a_difference_is_told_for_each_statement_that_differs_and_no_other(
    before: RoleDocument, after: RoleDocument
) -> None:
    old, new = statements(before), statements(after)
    found = diff(before, after)
    told = {change.key: change for change in found if change.kind != "moved"}
    assert told.keys() == {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    assert all((change.before, change.after) == (old.get(key), new.get(key)) for key, change in told.items())
    assert (not found) == (before == after)


@given(document=role_documents)
def test_a_document_does_not_differ_from_itself(document: RoleDocument) -> None:
    assert diff(document, RoleDocument.from_json(document.to_json())) == []


@thorough
@given(before=related_documents, after=related_documents)
def test_each_difference_is_told_once(before: RoleDocument, after: RoleDocument) -> None:
    keys = [change.key for change in diff(before, after)]
    assert len(set(keys)) == len(keys)


@thorough
@given(before=related_documents, after=related_documents)
def test_a_list_moved_where_what_stayed_in_it_stands_in_another_order(
    before: RoleDocument, after: RoleDocument
) -> None:
    old, new = statements(before), statements(after)
    moved = {change.key for change in diff(before, after) if change.kind == "moved"}
    for name in LISTS:
        stayed = [key for key in old if key in new and field_of(key) == name]
        assert (name in moved) == (stayed != [key for key in new if key in stayed])


@thorough
@given(before=related_documents, after=related_documents)
def test_the_way_back_is_the_same_differences_the_other_way_round(
    before: RoleDocument, after: RoleDocument
) -> None:
    turned = {"gained": "lost", "lost": "gained", "raised": "lowered", "lowered": "raised"}
    there, back = diff(before, after, rank=RANKS.get), diff(after, before, rank=RANKS.get)
    assert {(turned.get(change.kind, change.kind), change.key) for change in there} == {
        (change.kind, change.key) for change in back
    }
