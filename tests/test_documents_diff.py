"""What changed from one document to another, in terms of the role."""

from dataclasses import replace

import pytest
from hypothesis import given

from roles.documents.diff import Difference, Kind, diff
from roles.documents.document import Agent, Capability, RoleDocument, Section, statements
from tests.strategies import related_documents, thorough

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
