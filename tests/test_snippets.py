"""Words of a query are marked where they stand, by the rules by which roles are found."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.documents.document import Capability, RoleDocument
from roles.rendering import render_document
from roles.search import query_terms, search_document, spots, terms_of
from roles.snippets import LENGTH, SNIPPETS, Highlighter, Piece
from tests.builders import FULL, document
from tests.strategies import role_documents


def marked(pieces: Sequence[Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in pieces)


def snippets(said: RoleDocument, query: str, *shown: str) -> list[tuple[str, str]]:
    found = Highlighter(query).snippets(said.to_json(), render_document(said.to_json()), shown)
    return [(str(snippet.label), marked(snippet.pieces)) for snippet in found]


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("Data Engineer", "engineer", "Data [Engineer]"),
        ("Data Engineer", "DATA eng", "[Data] [Engineer]"),
        ("Data Engineer", "eng data", "[Data] Engineer"),
        ("Policies of a policy", "policy", "[Policies] of a [policy]"),
        ("one batch, two batches", "batches", "one [batch], two [batches]"),
        ("Résumé, resume", "resume", "[Résumé], [resume]"),
        ("re\u0301sume\u0301", "resume", "[re\u0301sume\u0301]"),
        ("Straße nach Łódź", "strasse lodz", "[Straße] nach [Łódź]"),
        ("C++ and C#, C", "c++", "[C++] and C#, C"),
        ("CI/CD", "cd", "CI/[CD]"),
        ("データエンジニアの仕事", "エンジニア", "データ[エン][ジニ][ア]の仕事"),
        ("no such", "word", "no such"),
        ("", "word", ""),
        ("nothing asked", "", "nothing asked"),
    ],
)
def test_the_words_that_match_are_marked(text: str, query: str, shown: str) -> None:
    assert marked(Highlighter(query).pieces(text)).replace("][", "") == shown.replace("][", "")


@given(st.text(max_size=60), st.text(max_size=20))
def test_marking_changes_no_text(text: str, query: str) -> None:
    assert "".join(piece.text for piece in Highlighter(query).pieces(text)) == text


@given(st.text(alphabet="aA1 éß+#-_.データ७", max_size=30))
def test_the_words_of_a_text_have_the_terms_that_are_stored_for_it(text: str) -> None:
    at_spots = [term for spot in spots(text) for term in spot.terms]
    assert set(at_spots) == set(terms_of(text))


def test_a_snippet_says_what_it_is_from_and_shows_no_markup() -> None:
    said = document("Analyst", mission="Counts **every** [crossing](https://example.org/) of `it`.")
    assert snippets(said, "crossing every") == [("Mission", "Counts [every] [crossing] of it.")]
    assert snippets(said, "example") == []


@pytest.mark.parametrize(
    ("query", "label", "shown"),
    [
        ("gatekeeper", "Also called", "[Gatekeeper]"),
        ("brid7001", "Code", "[BRID7001]"),
        ("lamp", "Tools", "Rope · [Lamp] · Bell"),
        ("planks upkeep", "Responsibility", "[Planks] · [Upkeep]"),
        ("joints", "Capability", "Carpentry · Advanced · [joints], planks"),
        ("ferry", "Interaction", "Reports to · [Ferry] Master · weekly · By letter."),
        ("gauge. who", "Agent", "Greeting · [Who] goes there?"),
        ("be kind", "Agent", "You keep a bridge. Rules [be] [kind]"),
        ("coat", "Section", "Uniform · A warm [coat]."),
        ("dusk", "Description", "Opens at dawn. Closes at [dusk]."),
    ],
)
def test_each_statement_can_be_shown(query: str, label: str, shown: str) -> None:
    assert (label, shown) in snippets(FULL, query)


def test_what_is_seen_anyway_is_not_shown_again() -> None:
    said = document("Data Engineer", mission="Keeps data.", summary="Keeps pipelines.")
    assert snippets(said, "data pipelines", "Data Engineer") == [("Summary", "Keeps [pipelines].")]
    assert snippets(said, "data", "Data Engineer") == []


def test_the_statement_with_most_of_the_words_is_shown_first() -> None:
    said = document("Keeper", summary="Keeps one.", mission="Keeps two.", metrics=("one of two",))
    assert snippets(said, "one two") == [("Success metric", "[one] of [two]")]


def test_a_statement_that_has_also_the_words_shown_already_is_preferred() -> None:
    said = document("Keeper", summary="Quality.", metrics=("Data quality in numbers.",))
    assert snippets(said, "data quality", "data") == [("Success metric", "[Data] [quality] in numbers.")]


def test_few_snippets_are_shown_of_many_words() -> None:
    said = document("Keeper", metrics=("one", "two", "three", "four"))
    assert len(snippets(said, "one two three four")) == SNIPPETS


@pytest.mark.parametrize("before", [0, 10, 300])
@pytest.mark.parametrize("after", [0, 300])
def test_a_long_text_is_cut_around_the_word(before: int, after: int) -> None:
    said = document("Keeper", mission="tidal " * before + "bridge" + " tidal" * after)
    [(_label, shown)] = snippets(said, "bridge")
    assert "[bridge]" in shown
    assert len(shown) < LENGTH + 20
    assert shown.startswith("… ") == (before > 9)
    assert shown.endswith(" …") == bool(after)


@given(role_documents)
def test_whatever_search_finds_in_a_role_can_be_shown(said: Any) -> None:
    data = said.to_json()
    for column in search_document(data).values():
        for word in column.split()[:2]:
            if not query_terms(word):
                continue
            highlighter = Highlighter(word)
            shown = highlighter.snippets(data, render_document(data), [said.name, said.slug])
            assert all(any(piece.marked for piece in snippet.pieces) for snippet in shown)


def test_names_are_shown_as_written_whatever_signs_they_have() -> None:
    said = document("Coder", capabilities=(Capability(name="List<Order> handling &amp; sorting"),))
    assert snippets(said, "handling") == [("Capability", "List<Order> [handling] &amp; sorting")]
