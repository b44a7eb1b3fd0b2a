"""Vocabulary that roles share: how its words are stored, and what it starts with."""

from typing import Any

import pytest

from roles.models import (
    Capability,
    CapabilityAlias,
    InteractionKind,
    JobFamily,
    ProficiencyLevel,
    RevisionCounter,
    SeniorityLevel,
)

pytestmark = pytest.mark.django_db


def test_a_word_is_saved_with_its_folded_name_and_a_slug() -> None:
    word = Capability.objects.create(name="  Data\u00a0 Modelling ")
    assert (word.name, word.folded, word.slug) == (
        "  Data\u00a0 Modelling ",
        "data modelling",
        "data-modelling",
    )


def test_a_renamed_word_keeps_its_slug() -> None:
    word = Capability.objects.create(name="Data Modelling")
    word.name = "Data Design"
    word.save(update_fields=["name"])
    word.refresh_from_db()
    assert (word.folded, word.slug) == ("data design", "data-modelling")


def test_words_that_give_the_same_slug_get_different_ones() -> None:
    slugs = [Capability.objects.create(name=name).slug for name in ("C", "C++", "C#", "C-2")]
    assert slugs == ["c", "c-2", "c-3", "c-2-2"]


def test_an_alias_is_saved_with_its_folded_name() -> None:
    word = Capability.objects.create(name="SQL")
    alias = CapabilityAlias.objects.create(item=word, name="Structured  QUERY Language")
    alias.name = "ＡＮＳＩ SQL"
    alias.save(update_fields=["name"])
    alias.refresh_from_db()
    assert alias.folded == "ansi sql"


def test_words_can_be_made_in_bulk(django_assert_num_queries: Any) -> None:
    Capability.objects.create(name="C")
    with django_assert_num_queries(4):  # the slugs that are taken; "c-2" and "c-3"; the insert
        Capability.objects.bulk_create(Capability.for_names(["C++", "SQL", "c#", "sql", " C++"]))
    made = Capability.objects.exclude(name="C").order_by("id").values_list("name", "folded", "slug")
    assert list(made) == [("C++", "c++", "c-2"), ("SQL", "sql", "sql"), ("c#", "c#", "c-3")]


def test_seniority_starts_with_five_ranked_levels() -> None:
    levels = list(SeniorityLevel.objects.values_list("rank", "name"))
    assert levels == [(1, "Junior"), (2, "Mid"), (3, "Senior"), (4, "Staff"), (5, "Principal")]


def test_proficiency_starts_with_four_ranked_levels() -> None:
    levels = list(ProficiencyLevel.objects.values_list("rank", "name"))
    assert levels == [(1, "Novice"), (2, "Competent"), (3, "Advanced"), (4, "Expert")]


def test_levels_without_a_rank_stand_last() -> None:
    SeniorityLevel.objects.create(name="Apprentice")
    assert [level.name for level in SeniorityLevel.objects.all()][-1] == "Apprentice"


@pytest.mark.parametrize(
    ("name", "inverse"),
    [
        ("Delivers dataset", "Receives dataset"),
        ("Provides insights", "Receives insights"),
        ("Reports to", "Manages"),
        ("Common partner", "Common partner"),
        ("Collaborates with", "Collaborates with"),
    ],
)
def test_kinds_of_interaction_start_with_their_inverses(name: str, inverse: str) -> None:
    kind = InteractionKind.objects.get(name=name)
    assert kind.inverse is not None
    assert (kind.inverse.name, kind.inverse.inverse) == (inverse, kind)


def test_every_kind_of_interaction_starts_with_an_inverse_that_leads_back() -> None:
    for kind in InteractionKind.objects.select_related("inverse__inverse"):
        assert kind.inverse is not None
        assert kind.inverse.inverse == kind


def test_a_kind_outlives_its_inverse() -> None:
    InteractionKind.objects.get(name="Manages").delete()
    assert InteractionKind.objects.get(name="Reports to").inverse is None


def test_revisions_are_counted_from_nothing() -> None:
    assert list(RevisionCounter.objects.values_list("id", "last")) == [(1, 0)]


def test_families_sort_by_name_without_regard_to_case() -> None:
    for name in ("beta", "Alpha", "Gamma"):
        JobFamily.objects.create(name=name)
    assert [family.name for family in JobFamily.objects.all()] == ["Alpha", "beta", "Gamma"]
