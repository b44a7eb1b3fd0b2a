"""Which words of an interaction name an artifact."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.deliveries import names_one, words_of

# Few letters, so that names are found often; a combining mark, which is no letter by itself.
TEXTS = st.text("ab_é7 +-\u0301", max_size=12)


@given(text=TEXTS, name=TEXTS.filter(bool))
def test_a_name_is_found_where_no_letter_digit_or_underscore_touches_it(text: str, name: str) -> None:
    assert names_one(text, [name]) == bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))


@pytest.mark.parametrize(
    ("said", "is_named"),
    [("The Plan, weekly", True), ("Planning the floorplan", False), ("floorplan and plan", True)],
)
def test_an_artifact_is_named_by_whole_words(said: str, is_named: bool) -> None:
    assert names_one(words_of("Delivers", said), ["plan"]) is is_named
