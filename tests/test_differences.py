"""The difference of two documents in words."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.differences import ITEMS, TEXTS, VALUES, Detail, details, passages, ranks, sentence, summary
from roles.documents.diff import Difference, diff
from roles.documents.document import (
    AGENT_SCALARS,
    LISTS,
    SCALARS,
    Agent,
    Artifact,
    Capability,
    Identifier,
    Interaction,
    Member,
    Property,
    Responsibility,
    RoleDocument,
    Section,
)
from roles.models import ProficiencyLevel
from tests.strategies import related_documents, role_documents, thorough

COOK = RoleDocument(
    slug="cook",
    name="Cook",
    mission="Cook.",
    seniority="Mid",
    capabilities=(Capability(name="Soups", level="Novice"), Capability(name="Bread")),
    responsibilities=(Responsibility(name="Menu", text="Writes it."),),
)
RANKS = {"Novice": 1, "Expert": 4}


def told(after: RoleDocument) -> list[str]:
    """How the cook differs, in sentences."""
    return [sentence(difference) for difference in diff(COOK, after, rank=RANKS.get)]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"name": "Chef"}, "Changed the name from “Cook” to “Chef”"),
        ({"family": "Kitchen"}, "Gave the job family “Kitchen”"),
        ({"seniority": None}, "Took the seniority level “Mid” away"),
        ({"mission": "Bake."}, "Reworded the mission"),
        ({"mission": None}, "Took the mission away"),
        ({"summary": "Cooks."}, "Wrote the summary"),
        ({"agent": Agent(name="Bot")}, "Gave the name of the agent “Bot”"),
        ({"extra": {"Grade": "L4"}}, "Gained fact “Grade”"),
        ({"identifiers": (Identifier(scheme="sap", value="7"),)}, "Gained code “sap 7”"),
        ({"properties": (Property(name="Hours"),)}, "Gained property “Hours”"),
        ({"responsibilities": ()}, "Lost responsibility “Menu”"),
        (
            {"responsibilities": (Responsibility(name="menu", text="Writes it."),)},
            "Changed responsibility “menu”",
        ),
        ({"artifacts": (Artifact(name="Stew"),)}, "Gained artifact “Stew”"),
        (
            {"interactions": (Interaction(kind="Feeds", partner="Guest"),)},
            "Gained interaction “Feeds → Guest”",
        ),
        ({"members": (Member(role_code="COOK1", count=2),)}, "Gained member “COOK1”"),
        ({"sections": (Section(text="Hot."),)}, "Gained section “Hot.”"),
        ({"metrics": ("Half\n" + "x" * 90,)}, f"Gained success metric “Half {'x' * 74}…”"),
        ({"capabilities": COOK.capabilities[::-1]}, "Put the capabilities into another order"),
        (
            {"capabilities": (Capability(name="Soups", level="Expert"), Capability(name="Bread"))},
            "Raised Soups from Novice to Expert",
        ),
    ],
)
def test_a_difference_is_told_in_the_words_of_the_role(parts: dict[str, Any], expected: str) -> None:
    assert told(replace(COOK, **parts)) == [expected]


def test_a_level_that_sank_is_told_as_lowered() -> None:
    before, after = Capability(name="SQL", level="Expert"), Capability(name="SQL", level="Novice")
    assert (
        sentence(Difference("lowered", "capabilities:sql", before, after))
        == "Lowered SQL from Expert to Novice"
    )


def test_a_changed_item_is_told_by_the_fields_that_changed() -> None:
    after = Responsibility(name="menu", text="Writes it.", success_metric="weekly", primary=True)
    assert details(diff(COOK, replace(COOK, responsibilities=(after,)))[0]) == [
        Detail("name", "Menu", "menu"),
        Detail("success metric", "", "weekly"),
        Detail("primary", "", "yes"),
    ]


def test_a_gained_item_is_told_by_the_fields_that_it_has() -> None:
    after = replace(COOK, properties=(Property(name="Tools", values=("pan", "pot")),))
    assert details(diff(COOK, after)[0]) == [Detail("name", "", "Tools"), Detail("values", "", "pan, pot")]


def test_a_text_is_told_before_and_after() -> None:
    assert details(diff(COOK, replace(COOK, mission="Bake."))[0]) == [Detail("", "Cook.", "Bake.")]
    assert details(diff(COOK, replace(COOK, mission=None))[0]) == [Detail("", "Cook.", "")]


def test_a_fact_is_told_as_text() -> None:
    after = replace(COOK, extra={"budget": {"owner": "Works", "sites": ["North", "South"]}})
    assert details(diff(COOK, after)[0]) == [Detail("", "", "owner: Works, sites: North, South")]


def test_an_order_has_no_fields() -> None:
    assert details(Difference("moved", "metrics")) == []


def test_every_field_of_a_document_has_words() -> None:
    assert {*VALUES, *TEXTS} == {*SCALARS, *AGENT_SCALARS}
    assert ITEMS.keys() == {*LISTS, "extra"}


@given(before=role_documents, after=role_documents)
def test_whatever_differs_can_be_told(before: RoleDocument, after: RoleDocument) -> None:
    for difference in diff(before, after):
        assert len(sentence(difference)) > len("Changed")
        assert difference.kind != "gained" or all(not detail.before for detail in details(difference))


@thorough
@given(before=related_documents, after=related_documents)
def test_a_changed_statement_shows_what_changed(before: RoleDocument, after: RoleDocument) -> None:
    for difference in diff(before, after):
        assert bool(details(difference)) == (difference.kind != "moved")


@pytest.mark.parametrize(
    ("sentences", "line"),
    [
        ([], ""),
        (["One"], "One"),
        (["One", "Two"], "One; Two"),
        (["One", "Two", "Three"], "One; Two; and 1 more"),
        (["One", "Two", "Three", "Four"], "One; Two; and 2 more"),
    ],
)
def test_many_sentences_are_one_line(sentences: list[str], line: str) -> None:
    assert summary(sentences) == line


@pytest.mark.django_db
def test_a_level_is_ranked_by_its_name_and_its_other_names() -> None:
    advanced = ProficiencyLevel.objects.get(name="Advanced")
    advanced.aliases.create(name="Skilled")
    ProficiencyLevel.objects.create(name="Wizard")
    rank = ranks()
    assert rank("advanced") == rank("SKILLED") == advanced.rank
    assert rank("Wizard") is rank("Nothing") is None


# Two texts told in one


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Opens the bridge.", "Closes the bridge.", "-Opens- +Closes+ the bridge."),
        (
            "The old bridge keeper opens it.",
            "The new river warden opens it.",
            "The -old bridge keeper- +new river warden+ opens it.",
        ),
        ("Opens it.", "Opens it daily.", "Opens it+ daily+."),
        (
            "Turns tables into reports and tells how far to trust.",
            "Answers questions, and says how sure.",
            "-Turns tables into reports and tells how far to trust.- +Answers questions, and says how sure.+",
        ),
        ("", "Opens it.", "+Opens it.+"),
        ("Opens it.", "", "-Opens it.-"),
    ],
)
def test_a_text_is_told_as_what_stayed_and_what_changed(before: str, after: str, told: str) -> None:
    signs = {"same": "", "lost": "-", "gained": "+"}
    pieces = [f"{signs[each.kind]}{each.text}{signs[each.kind]}" for each in passages(before, after)]
    assert "".join(pieces).replace("-+", "- +") == told


@given(st.text("ab ."), st.text("ab ."))
def test_both_texts_can_be_read_in_what_is_told(before: str, after: str) -> None:
    told = passages(before, after)
    assert "".join(each.text for each in told if each.kind != "gained") == before
    assert "".join(each.text for each in told if each.kind != "lost") == after
