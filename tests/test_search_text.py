"""Folding, sorting and splitting of text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.documents.text import SLUG_LENGTH, fold_key, fold_search, slugify, sort_key, words
from roles.models.role import SLUG_PATTERN


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Data Engineer", "data  ENGINEER "),
        ("Data\u00a0Engineer", "Data\nEngineer"),
        ("Straße", "STRASSE"),
        ("Ｄａｔａ", "Data"),
        ("café", "cafe\u0301"),
    ],
)
def test_spellings_of_a_name_are_one_name(one: str, other: str) -> None:
    assert fold_key(one) == fold_key(other)


@pytest.mark.parametrize(("one", "other"), [("C++", "C#"), ("résumé", "resume"), ("CI/CD", "CI CD")])
def test_accents_and_punctuation_tell_names_apart(one: str, other: str) -> None:
    assert fold_key(one) != fold_key(other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_key(fold_key(text)) == fold_key(text)
    assert fold_search(fold_search(text)) == fold_search(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Résumé", "resume"),
        ("Łódź Ærø Þór", "lodz aero thor"),
        ("İstanbul ılık", "istanbul ilik"),
        ("데이터", "데이터"),
        ("Ёлка", "елка"),
    ],
)
def test_search_folding_takes_accents_away(text: str, folded: str) -> None:
    assert fold_search(text) == folded


def test_names_sort_as_people_expect() -> None:
    names = ["Äpfel", "data engineer", "Data", "Engineer 10", "Engineer 9", "Data Analyst", "Zoo", "apple"]
    assert sorted(names, key=sort_key) == [
        "Äpfel",
        "apple",
        "Data",
        "Data Analyst",
        "data engineer",
        "Engineer 9",
        "Engineer 10",
        "Zoo",
    ]


@given(st.text(max_size=10), st.text(max_size=10))
def test_different_names_have_different_sort_keys(one: str, other: str) -> None:
    assert (sort_key(one) == sort_key(other)) == (one == other)


@given(st.text())
def test_sort_keys_are_hexadecimal_and_fit_into_an_index(text: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{0,2600}", sort_key(text * 50))


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Data Engineer", "data-engineer"),
        ("  R&D / C++ Developer (Senior)", "r-d-c-developer-senior"),
        ("Straßenbau Ærø", "strassenbau-aero"),
        ("Driver’s Seat", "drivers-seat"),
        ("a" * 79 + " b", "a" * 79),
        ("データ", "role-01b894ee"),
        ("", "role-e3b0c442"),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_every_text_has_a_valid_slug(text: str) -> None:
    slug = slugify(text)
    assert re.search(SLUG_PATTERN, slug)
    assert len(slug) <= SLUG_LENGTH


def test_words_are_runs_of_letters_and_digits_as_written() -> None:
    assert words("CI/CD – cafe\u0301s, 24x7 snake_case データ!") == [
        "CI",
        "CD",
        "cafés",
        "24x7",
        "snake",
        "case",
        "データ",
    ]
