"""Names that are nearly alike: what is asked about while somebody types, and what a report would list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles import alike
from roles.alike import Alike, Pair, like, names_of, pairs
from roles.documents.text import fold_key
from roles.models import Capability, CapabilityAlias


def score(one: str, two: str) -> int:
    found = like(one, [(1, fold_key(two))])
    return found[0].score if found else 0


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Data modelling", "Modelling, data"),
        ("data-modelling", "Data  Modelling"),
        ("Datasets", "Data sets"),
        ("Café", "cafe"),
    ],
)
def test_names_of_the_same_words_are_alike_altogether(one: str, two: str) -> None:
    assert score(one, two) == 100
    assert pairs([(1, one), (2, two)]) == [Pair(1, 2, 100)]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Data modelling", "Data modeling"),
        ("Stakeholder managment", "Stakeholder management"),
        ("Dashboard", "Dashboards"),
        ("Pyhton", "Python"),
    ],
)
def test_names_that_differ_in_the_spelling_of_a_word_are_a_pair(one: str, two: str) -> None:
    assert 90 <= score(one, two) < 100
    assert [(pair.first, pair.second) for pair in pairs([(1, one), (2, two)])] == [(1, 2)]


@pytest.mark.parametrize(
    ("one", "two"),
    [("Data modelling", "dbt modelling"), ("Stakeholder management", "Stakeholder engagement")],
)
def test_names_that_have_most_letters_in_common_are_asked_about_but_no_pair(one: str, two: str) -> None:
    assert 80 <= score(one, two) < 90
    assert pairs([(1, one), (2, two)]) == []


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("C#", "C++"),
        ("C", "C++"),
        ("Python 2", "Python 3"),
        ("Level2 support", "Level3 support"),
        ("Java", "Lava"),
        ("SQL", "Cooking"),
        ("", ""),
        ("+", "-"),
        ("Frontend development", "Backend development"),
    ],
)
def test_other_things_are_not_alike(one: str, two: str) -> None:
    assert score(one, two) == 0
    assert pairs([(1, one), (2, two)]) == []


def test_the_likest_come_first_each_thing_once_and_no_more_than_asked_for() -> None:
    known = [(1, "data modeling"), (1, "modelling data"), (2, "dbt modelling"), (3, "data modellings")]
    assert like("Data modelling", known, most=2) == [
        Alike(1, "modelling data", 100),
        Alike(3, "data modellings", 97),
    ]


def test_two_names_of_one_thing_are_no_pair() -> None:
    assert pairs([(1, "data modeling"), (1, "data modelling")]) == []


@pytest.mark.django_db
def test_a_vocabulary_is_searched_by_all_its_names_but_those_of_one_word() -> None:
    sql, bi = Capability.objects.create(name="SQL"), Capability.objects.create(name="BI")
    CapabilityAlias.objects.create(item=bi, name="Business Intelligence")
    assert names_of(Capability) == [(sql.pk, "sql"), (bi.pk, "bi"), (bi.pk, "business intelligence")]
    assert names_of(Capability, besides=bi.pk) == [(sql.pk, "sql")]


names = st.lists(
    st.sampled_from(["data", "date", "modelling", "modeling", "modell", "sql", "dash", "board", "dashboard"]),
    min_size=1,
    max_size=3,
).map(" ".join)


@given(st.lists(names, max_size=6))
def test_pairs_are_all_names_of_the_score_that_makes_a_pair(listed: list[str]) -> None:
    known = list(enumerate(listed))
    expected = {
        (one, two, found[0].score)
        for one, name in known
        for two, other in known[one + 1 :]
        if (found := like(name, [(two, other)])) and found[0].score >= alike.SAME_BUT_FOR_SPELLING
    }
    assert {(pair.first, pair.second, pair.score) for pair in pairs(known)} == expected
