"""Misspelt words are put right by words of the catalogue, and only by those that the reader may read."""

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from roles.models import Role, SearchTerm
from roles.spelling import Correction, corrected, with_fewer_words
from tests.builders import document, edit, written

pytestmark = pytest.mark.django_db


def put_right(text: str) -> str | None:
    found = corrected(Role.objects.visible_to(AnonymousUser()).listed(), text)
    return found.text if found else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("enginer", "engineer"),
        ("engineeer", "engineer"),
        ("enigneer", "engineer"),
        ("Engeneers", "engineers"),
        ("data enginer, enginer", "data engineers, engineers"),
        ("datta", "data"),
        ("pruefer prufr", "pruefer prüfer"),
        ("resumee", "résumé"),
    ],
)
def test_a_misspelt_word_is_put_right_in_its_place(typed: str, meant: str) -> None:
    written(document("Data Engineer", mission="Engineers policies, as Prüfer. Writes a résumé. Pruefer."))
    assert put_right(typed) in (meant, meant.replace("engineers", "engineer"))


@pytest.mark.parametrize(
    "typed", ["", "zebra", "dat", "ab", "x" * 200, "42", "++", "エンジニア", "data enginerring manager"]
)
def test_a_word_that_is_like_no_other_stays(typed: str) -> None:
    written(document("Data Engineer"))
    assert put_right(typed) is None


def test_a_correction_says_which_words_were_unknown_and_what_is_meant() -> None:
    written(document("Data Engineer"))
    assert corrected(Role.objects.all(), "the Data Enginer") == Correction(
        text="the Data engineer", unknown=["Enginer"], meant=["engineer"]
    )


def test_the_words_of_drafts_and_archived_roles_are_not_given_away() -> None:
    written(document("Submarine Engineer"), status=Role.Status.DRAFT)
    written(document("Zeppelin Pilot"), status=Role.Status.ARCHIVED)
    assert put_right("submarin engineer") is None
    assert put_right("zepelin") is None


def test_a_word_that_nobody_says_any_more_is_not_suggested() -> None:
    written(document("Pilot", mission="Flies a zeppelin."))
    edit("pilot", mission="Flies.")
    assert SearchTerm.objects.filter(word="zeppelin").exists()
    assert put_right("zepelin") is None


def test_a_word_is_kept_as_it_is_written_not_as_it_is_searched() -> None:
    written(document("Pilot", mission="**Policies** of Łódź."))
    kept = dict(SearchTerm.objects.values_list("term", "word"))
    assert (kept["polici"], kept["lodz"]) == ("policies", "łódź")


def test_writing_the_same_words_again_keeps_them_once() -> None:
    written(document("Pilot", mission="Flies."))
    before = list(SearchTerm.objects.values_list("term", "word"))
    edit("pilot", mission="Flies, flies.")
    assert list(SearchTerm.objects.values_list("term", "word")) == before


def test_a_correction_takes_as_many_queries_for_many_words(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(5):
        written(document(f"Engineer {'abcde'[number] * 5}"))
    for typed in ("enginer", "enginer aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii"):
        # The words of the catalogue, which of them occur.
        with django_assert_num_queries(2):
            corrected(Role.objects.all(), typed)


# Words too many


def shortened(text: str) -> str | None:
    found = with_fewer_words(Role.objects.visible_to(AnonymousUser()).listed(), text)
    return found.text if found else None


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("who decides about data quality?", "data quality"),
        ("Wer entscheidet über die data quality", "data quality"),
        ("zebra data", "data"),
        ("quality quay", "quality"),
        ("repairs data", "data"),
        ("qualit data", "data"),
        ("who decides?", None),
        ("zebra", None),
        ("", None),
    ],
)
def test_words_too_many_are_left_out(typed: str, left: str | None) -> None:
    written(document("Analyst", mission="Answers for data quality."))
    written(document("Writer", mission="Writes about those who ask.", description="The data, in short."))
    written(document("Draft", mission="Decides and repairs."), status=Role.Status.DRAFT)
    assert shortened(typed) == left


def test_it_is_said_which_words_are_left_out() -> None:
    written(document("Analyst", mission="Answers for data quality."))
    found = with_fewer_words(Role.objects.all(), "who decides about data quality?")
    assert found == Correction(text="data quality", unknown=["who", "decides", "about"], meant=[])


def test_words_are_left_out_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    written(document("Analyst", mission="Answers for data quality."))
    with django_assert_num_queries(1):
        shortened("word " + " ".join(f"word{number}" for number in range(40)))


def test_whatever_is_left_is_found() -> None:
    written(document("Analyst", mission="Answers for data quality in C++."))
    roles = Role.objects.all()
    for text in ("who knows C++ and zebras", "zebra qual", "qual zebra", "x" * 200 + " data"):
        found = with_fewer_words(roles, text)
        assert found is None or roles.matching(found.text).exists()
