"""Merging two words of a vocabulary, and parting them again."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from roles import merging
from roles.documents.document import Capability, RoleDocument
from roles.loading.run import load
from roles.merging import words
from roles.merging.questions import Answer
from roles.models import Capability as Word
from roles.models import (
    CapabilityLevel,
    InteractionKind,
    JobFamily,
    Merge,
    ProficiencyLevel,
    RevisionCounter,
    Role,
    RoleCapability,
)
from tests.builders import change, document, edit, profile, put, row_counts, written

pytestmark = pytest.mark.django_db


def word(name: str, model: type[Any] = Word) -> Any:
    return model.objects.get(name=name)


def needs(name: str, *skills: str, **parts: Any) -> RoleDocument:
    found = tuple(Capability(name=skill, level="Expert") for skill in skills)
    return document(name, capabilities=found, **parts)


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of the catalogue, but for the merges themselves and the number that tells of any change."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_app_config("roles").get_models()
        if model not in (Merge, RevisionCounter) and model._meta.managed
    }


@pytest.fixture
def sql() -> Word:
    """The word that stays; one role uses it and two use the one that goes."""
    written(needs("Analyst", "SQL"))
    written(needs("Engineer", "SQL querying", "Python"))
    written(needs("Tester", "sql Querying"))
    return Word.objects.get(name="SQL")


def test_what_pointed_at_the_one_points_at_the_other_and_is_written_as_before(sql: Word) -> None:
    words.merge(sql, word("SQL querying"), change())
    assert sorted(RoleCapability.objects.filter(capability=sql).values_list("role__slug", "name")) == [
        ("analyst", "SQL"),
        ("engineer", "SQL querying"),
        ("tester", "sql Querying"),
    ]
    assert not Word.objects.filter(name="SQL querying").exists()


def test_the_old_name_and_its_other_names_become_other_names(sql: Word) -> None:
    word("SQL querying").aliases.create(name="Queries")
    words.merge(sql, word("SQL querying"), change())
    assert sorted(sql.aliases.values_list("name", flat=True)) == ["Queries", "SQL querying"]


def test_the_old_address_leads_on(sql: Word, client: Client) -> None:
    words.merge(sql, word("SQL querying"), change())
    answer = client.get("/capabilities/sql-querying/?page=1")
    assert (answer.status_code, answer["Location"]) == (308, "/capabilities/sql/?page=1")
    assert answer["Cache-Control"] == "no-cache"


def test_a_new_word_does_not_take_a_former_address(sql: Word) -> None:
    words.merge(sql, word("SQL querying"), change())
    assert Word.objects.create(name="SQL: querying").slug == "sql-querying-2"
    assert Word.for_names(["sql  -querying"])[0].slug == "sql-querying-3"


def test_loading_the_files_again_changes_nothing(tmp_path: Path) -> None:
    skills = "# Capabilities\n- **SQL** — Expert\n- **SQL querying** — Novice\n"
    put(tmp_path, {"a.md": profile("Analyst", skills), "b.md": profile("Tester", skills)})
    load([tmp_path])
    before_words = Word.objects.count()
    words.merge(word("SQL"), word("SQL querying"), change())
    before = row_counts(), list(Role.objects.values_list("revision", flat=True))
    load([tmp_path])
    assert (row_counts(), list(Role.objects.values_list("revision", flat=True))) == before
    assert Word.objects.count() == before_words - 1


def test_what_only_the_one_that_goes_says_is_kept(sql: Word) -> None:
    Word.objects.filter(name="SQL querying").update(description="Asks tables.", category="Technical")
    assert words.questions(sql, word("SQL querying")) == []
    words.merge(sql, word("SQL querying"), change())
    sql.refresh_from_db()
    assert (sql.description, sql.category) == ("Asks tables.", "Technical")


@pytest.mark.parametrize(
    ("answer", "description"), [("kept", "A."), ("gone", "B."), ("both", "A.\n\nB."), (None, "A.")]
)
def test_where_both_say_something_somebody_chooses(
    sql: Word, answer: Answer | None, description: str
) -> None:
    Word.objects.filter(pk=sql.pk).update(description="A.")
    Word.objects.filter(name="SQL querying").update(description="B.")
    sql.refresh_from_db()
    [question] = words.questions(sql, word("SQL querying"))
    assert (question.name, question.kept, question.gone, question.can_be_both) == (
        "description",
        "A.",
        "B.",
        True,
    )
    words.merge(sql, word("SQL querying"), change(), {"description": answer} if answer else {})
    sql.refresh_from_db()
    assert sql.description == description


def test_meanings_of_levels_are_kept_and_those_of_the_same_level_are_chosen(sql: Word) -> None:
    gone, expert = word("SQL querying"), word("Expert", ProficiencyLevel)
    mine = CapabilityLevel.objects.create(capability=sql, proficiency=expert, meaning="Tunes.")
    CapabilityLevel.objects.create(capability=gone, proficiency=expert, meaning="Plans.")
    novice = word("Novice", ProficiencyLevel)
    CapabilityLevel.objects.create(capability=gone, proficiency=novice, meaning="Selects.")
    [question] = words.questions(sql, gone)
    assert (question.name, question.label) == (f"level-{mine.pk}", "What Expert means")
    words.merge(sql, gone, change(), {question.name: "both"})
    assert dict(sql.levels.values_list("proficiency__name", "meaning")) == {
        "Expert": "Tunes.\n\nPlans.",
        "Novice": "Selects.",
    }


def test_two_levels_are_merged_with_what_they_mean_for_capabilities_and_their_rank(sql: Word) -> None:
    expert, guru = word("Expert", ProficiencyLevel), ProficiencyLevel.objects.create(name="Guru", rank=9)
    CapabilityLevel.objects.create(capability=sql, proficiency=expert, meaning="Tunes.")
    before = everything()
    merge = words.merge(guru, expert, change(), {"rank": "gone"})
    guru.refresh_from_db()
    assert (guru.rank, guru.uses.count(), guru.capability_levels.count()) == (4, 4, 1)
    merging.undo(merge, change())
    assert everything() == before


def test_kinds_that_are_seen_from_the_other_side_follow() -> None:
    gives, gets = word("Delivers to", InteractionKind), word("Receives from", InteractionKind)
    sends = InteractionKind.objects.create(name="Sends", inverse=gets)
    gets.inverse = sends
    gets.save()
    before = everything()
    merge = words.merge(gives, sends, change())
    gets.refresh_from_db()
    assert gets.inverse == gives
    merging.undo(merge, change())
    assert everything() == before


def test_two_that_are_each_others_other_side_become_their_own() -> None:
    gives, gets = word("Delivers to", InteractionKind), word("Receives from", InteractionKind)
    before = everything()
    merge = words.merge(gives, gets, change())
    gives.refresh_from_db()
    assert gives.inverse == gives
    merging.undo(merge, change())
    assert everything() == before


def test_families_are_merged_with_their_roles() -> None:
    for name, family in (("Analyst", "Data"), ("Engineer", "Data & AI")):
        written(document(name, family=family))
    before = everything()
    merge = words.merge(word("Data", JobFamily), word("Data & AI", JobFamily), change())
    assert set(Role.objects.values_list("family__name", "family_name")) == {
        ("Data", "Data"),
        ("Data", "Data & AI"),
    }
    merging.undo(merge, change())
    assert everything() == before


def test_a_merge_says_who_made_it_when_and_why(sql: Word) -> None:
    merge = words.merge(sql, word("SQL querying"), change("The same"))
    assert (merge.author_name, merge.reason, str(merge)) == ("Hanna", "The same", "SQL querying → SQL")


def test_a_word_is_not_merged_with_itself_or_a_word_of_another_kind(sql: Word) -> None:
    for other in (sql, JobFamily.objects.create(name="Data")):
        with pytest.raises(ValueError, match="two words"):
            words.merge(sql, other, change())


# Undoing ----------------------------------------------------------------------------------------------------


def test_undone_all_is_as_it_was(sql: Word) -> None:
    before = everything()
    merging.undo(words.merge(sql, word("SQL querying"), change()), change())
    assert everything() == before


def test_undone_says_who_did_so_and_is_not_undone_again(sql: Word) -> None:
    merge = words.merge(sql, word("SQL querying"), change())
    assert merging.undo(merge, change()).left == []
    assert merge.undone_by_name == "Hanna"
    with pytest.raises(merging.CannotUndo, match="already"):
        merging.undo(merge, change())


def test_what_was_changed_since_stays_and_is_told(sql: Word) -> None:
    Word.objects.filter(name="SQL querying").update(category="Technical")
    merge = words.merge(sql, word("SQL querying"), change())
    edit("engineer", capabilities=())
    Word.objects.filter(pk=sql.pk).update(category="Data")
    assert len(merging.undo(merge, change()).left) == 2
    sql.refresh_from_db()
    assert sql.category == "Data"
    assert word("SQL querying").category == "Technical"
    assert [use.role.slug for use in word("SQL querying").uses.all()] == ["tester"]


def test_what_was_written_since_with_the_old_name_means_the_word_that_is_back(sql: Word) -> None:
    merge = words.merge(sql, word("SQL querying"), change())
    written(needs("Writer", "SQL Querying", "SQL"))
    merging.undo(merge, change())
    uses = RoleCapability.objects.filter(role__slug="writer")
    assert set(uses.values_list("name", "capability__name")) == {
        ("SQL Querying", "SQL querying"),
        ("SQL", "SQL"),
    }


def test_a_merge_into_what_was_merged_since_is_undone_after_that(sql: Word) -> None:
    first = words.merge(word("Python"), word("SQL querying"), change())
    second = words.merge(sql, word("Python"), change())
    with pytest.raises(merging.CannotUndo, match="Python was merged into SQL since"):
        merging.undo(first, change())
    merging.undo(second, change())
    merging.undo(first, change())
    assert Word.objects.filter(name__in=["SQL", "Python", "SQL querying"]).count() == 3


def test_a_name_that_is_anothers_by_now_is_told(sql: Word) -> None:
    merge = words.merge(sql, word("SQL querying"), change())
    sql.aliases.all().delete()
    word("Python").aliases.create(name="sql querying")
    with pytest.raises(merging.CannotUndo, match="is a name of Python"):
        merging.undo(merge, change())
    assert merge.undone_at is None


def test_a_word_that_was_deleted_since_can_not_be_parted(sql: Word) -> None:
    merge = words.merge(sql, word("SQL querying"), change())
    RoleCapability.objects.all().delete()
    sql.delete()
    with pytest.raises(merging.CannotUndo, match="SQL was deleted since"):
        merging.undo(merge, change())


def test_a_slug_and_a_rank_that_others_have_by_now_are_told() -> None:
    kept = ProficiencyLevel.objects.create(name="Guru", rank=9)
    gone = ProficiencyLevel.objects.create(name="Master", rank=8)
    merge = words.merge(kept, gone, change())
    ProficiencyLevel.objects.create(name="Wizard", slug="master", rank=8)
    assert len(merging.undo(merge, change()).left) == 2
    back = word("Master", ProficiencyLevel)
    assert (back.slug, back.rank) == ("master-2", None)


NAMES = st.sampled_from(["SQL", "sql querying", "Python", "Tact", "Patience"])


class MergeAndUndo(TestCase):
    """A merge that is undone leaves every table as it was."""

    @settings(max_examples=10)
    @given(
        used=st.lists(st.lists(NAMES, max_size=4, unique=True), min_size=1, max_size=3),
        described=st.dictionaries(NAMES, st.sampled_from(["", "A.", "B."]), max_size=5),
        meant=st.sets(st.tuples(NAMES, st.sampled_from(["Novice", "Expert"]), st.sampled_from("XY"))),
        pairs=st.lists(st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] != pair[1]), max_size=3),
        answer=st.sampled_from(["kept", "gone", "both"]),
    )
    def test_is_nothing(
        self, used: Any, described: Any, meant: Any, pairs: list[tuple[str, str]], answer: Answer
    ) -> None:
        for number, skills in enumerate(used):
            written(needs(f"Role {number}", *skills))
        for name, text in described.items():
            Word.objects.get_or_create(name=name)
            Word.objects.filter(name=name).update(description=text)
        for name, level, text in sorted(meant):
            Word.objects.get_or_create(name=name)
            CapabilityLevel.objects.update_or_create(
                capability=word(name), proficiency=word(level, ProficiencyLevel), defaults={"meaning": text}
            )
        states, merges = [everything()], []
        for one, other in pairs:
            found = {each.name: each for each in Word.objects.filter(name__in=[one, other])}
            if len(found) == 2:
                answers = {each.name: answer for each in words.questions(found[one], found[other])}
                merges.append(words.merge(found[one], found[other], change(), answers))
                states.append(everything())
        while merges:
            assert everything() == states.pop()
            assert merging.undo(merges.pop(), change()).left == []
        assert everything() == states.pop()
