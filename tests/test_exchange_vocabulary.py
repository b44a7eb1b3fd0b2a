"""Tables of the shared vocabulary: exported, edited and imported."""

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from roles.exchange.vocabulary import SHEETS
from roles.models import (
    Capability,
    CapabilityLevel,
    InteractionKind,
    McpServer,
    ProficiencyLevel,
    SeniorityLevel,
)
from tests.builders import FULL, row_counts, written
from tests.sheets import exported, imported, outcomes, person, problems, reviewer, rows, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita() -> User:
    return reviewer()


@pytest.fixture
def sql() -> Capability:
    item = Capability.objects.create(name="SQL", category="Technical", description="=Tables")
    item.aliases.create(name="Structured Query Language")
    return item


def ladder(*names: str) -> None:
    ProficiencyLevel.objects.all().delete()
    for rank, name in enumerate(names, start=1):
        ProficiencyLevel.objects.create(name=name, rank=rank)


def steps() -> dict[str, int | None]:
    return dict(ProficiencyLevel.objects.values_list("name", "rank"))


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("sheet", [sheet.name for sheet in SHEETS])
def test_what_was_exported_changes_nothing(sheet: str, ending: str, rita: User, sql: Capability) -> None:
    written(FULL)
    level = ProficiencyLevel.objects.all()[0]
    CapabilityLevel.objects.create(capability=sql, proficiency=level, meaning="- joins")
    before = row_counts()
    assert set(outcomes(imported(sheet, exported(sheet, ending=ending), rita))) <= {"same"}
    assert row_counts() == before


@settings(max_examples=10)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8))
def test_any_description_comes_back_as_it_was(text: str) -> None:
    with transaction.atomic():
        Capability.objects.create(name="SQL", description=text, category=f"={text}")
        by = reviewer()
        for ending in ("csv", "xlsx"):
            result = imported("capabilities", exported("capabilities", ending=ending), by)
            assert set(outcomes(result)) == {"same"}
        transaction.set_rollback(True)


def test_a_word_is_changed_by_its_address_name_and_keeps_its_old_name(rita: User, sql: Capability) -> None:
    [row] = rows("capabilities", exported("capabilities"))
    data = table(["slug", "name", "category"], [[row["slug"], "SQL queries", "Data"]])
    assert outcomes(imported("capabilities", data, rita)) == ["changed"]
    sql.refresh_from_db()
    names = sorted(sql.aliases.values_list("name", flat=True))
    assert (sql.name, sql.category, names) == ("SQL queries", "Data", ["SQL", "Structured Query Language"])


def test_a_new_word_is_added_with_its_other_names(rita: User) -> None:
    imported("capabilities", table(["name", "aliases"], [["Soups", "Broths\nStews"]]), rita)
    item = Capability.objects.get(slug="soups")
    assert sorted(item.aliases.values_list("name", flat=True)) == ["Broths", "Stews"]


def test_other_names_are_the_whole_list(rita: User, sql: Capability) -> None:
    imported("capabilities", table(["slug", "aliases"], [["sql", "Queries"]]), rita)
    assert [alias.name for alias in sql.aliases.all()] == ["Queries"]


@pytest.mark.parametrize(
    ("head", "cells", "column"),
    [
        (["slug"], ["sqll"], "slug"),
        (["name"], [" "], "name"),
        (["slug", "name"], ["sql", ""], "name"),
        (["slug", "name"], ["other", "SQL"], "slug"),
        (["name", "category"], ["Structured Query Language", "x"], "name"),
        (["slug", "name"], ["sql", "Bread"], "name"),
        (["slug", "aliases"], ["sql", "Bread"], "aliases"),
        (["slug", "name"], ["sql", "**SQL**"], "name"),
        (["slug", "name"], ["Not A Slug", "Rice"], "slug"),
    ],
)
def test_a_word_that_can_not_be_so_is_refused_where_it_stands(
    head: list[str], cells: list[str], column: str, rita: User, sql: Capability
) -> None:
    Capability.objects.create(name="Bread")
    before = list(Capability.objects.values())
    # A row that says nothing at all is no row.
    result = imported("capabilities", table([*head, "x"], [[*cells, "x"]]), rita)
    assert problems(result) == [(2, column)]
    assert list(Capability.objects.values()) == before


def test_a_word_stands_in_one_row(rita: User, sql: Capability) -> None:
    data = table(["name", "category"], [["SQL", "a"], ["sql", "b"]])
    assert outcomes(imported("capabilities", data, rita)) == ["changed", "refused"]


def test_levels_can_change_places(rita: User) -> None:
    ladder("Low", "High")
    data = table(["name", "rank"], [["Low", "2"], ["High", "1"], ["Higher", "3"]])
    assert outcomes(imported("proficiency-levels", data, rita)) == ["changed", "changed", "new"]
    assert steps() == {"Low": 2, "High": 1, "Higher": 3}


def test_levels_count_together_or_not_at_all(rita: User) -> None:
    ladder("Low", "High")
    data = table(["name", "rank"], [["Low", "5"], ["High", "x"], ["Middle", "5"]])
    assert outcomes(imported("proficiency-levels", data, rita)) == ["refused"] * 3
    assert steps() == {"Low": 1, "High": 2}


def test_a_rank_that_another_level_keeps_is_refused(rita: User) -> None:
    ladder("Low", "High")
    result = imported("proficiency-levels", table(["name", "rank"], [["Low", "2"]]), rita)
    assert problems(result) == [(2, "rank")]


def test_a_level_without_a_rank_is_compared_with_none(rita: User) -> None:
    SeniorityLevel.objects.create(name="Guest", rank=77)
    imported("seniority-levels", table(["name", "rank"], [["Guest", ""]]), rita)
    assert SeniorityLevel.objects.get(name="Guest").rank is None


def test_a_meaning_is_written_where_there_was_none(rita: User, sql: Capability) -> None:
    ladder("Low")
    data = table(["capability", "level", "meaning"], [["sql", "low", "Reads tables."]])
    assert outcomes(imported("capability-levels", data, rita)) == ["new"]
    assert CapabilityLevel.objects.get().meaning == "Reads tables."


@pytest.mark.parametrize(
    ("cells", "column"), [(["Sqll", "Low"], "capability"), (["SQL", "Loww"], "level"), (["SQL", ""], "level")]
)
def test_a_meaning_of_nothing_is_refused(cells: list[str], column: str, rita: User, sql: Capability) -> None:
    ladder("Low")
    result = imported("capability-levels", table(["capability", "level", "meaning"], [[*cells, "x"]]), rita)
    assert problems(result) == [(2, column)]


def test_a_kind_is_seen_from_its_other_side(rita: User) -> None:
    InteractionKind.objects.create(name="Feeds")
    InteractionKind.objects.create(name="Eats")
    data = table(["name", "inverse", "direction"], [["Feeds", "eats", "gives"], ["Eats", "Feds", ""]])
    assert problems(imported("interaction-kinds", data, rita)) == [(3, "direction"), (3, "inverse")]
    assert InteractionKind.objects.get(name="Feeds").inverse == InteractionKind.objects.get(name="Eats")


def test_a_server_is_approved_in_words(rita: User) -> None:
    data = table(["name", "approved"], [["gauge", "ja"], ["clock", "maybe"]])
    assert problems(imported("mcp-servers", data, rita)) == [(3, "approved")]
    assert McpServer.objects.get().approved


def test_who_may_only_add_changes_nothing(sql: Capability) -> None:
    data = table(["name", "category"], [["SQL", "x"], ["Bread", "x"]])
    by = person("ada", "add_capability", "view_capability")
    assert outcomes(imported("capabilities", data, by)) == ["refused", "new"]
