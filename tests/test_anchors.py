"""The places of statements: permanent, readable, and one for each statement."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.documents.anchors import anchors
from roles.documents.document import LISTS
from roles.documents.text import fold_key
from tests.strategies import lines


@pytest.mark.parametrize(
    ("key", "anchor"),
    [
        ("mission", "mission"),
        ("agent.system_prompt", "agent-system-prompt"),
        ("capabilities:sql", "capabilities-sql"),
        ("daily_tasks:pipeline check", "daily-tasks-pipeline-check"),
        ("agent.mcp_servers:dbt", "agent-mcp-servers-dbt"),
        ("interactions:advises:product manager", "interactions-advises--product-manager"),
        ("capabilities:c++", "capabilities-c-4f7e60a1"),
        ("metrics:sla attainment#2", "metrics-sla-attainment-2-39bf06bb"),
    ],
)
def test_an_anchor_is_the_key_in_readable_words(key: str, anchor: str) -> None:
    assert anchors([key]) == {key: anchor}


def test_an_anchor_does_not_depend_on_the_statements_around_it() -> None:
    together = anchors(["capabilities:c", "capabilities:c++", "capabilities:c#2"])
    assert {key: anchors([key])[key] for key in together} == together


def test_keys_that_differ_in_signs_or_far_from_their_start_have_different_anchors() -> None:
    long = "metrics:" + "a very long sentence " * 5
    keys = ["capabilities:c", "capabilities:c++", "capabilities:c 2", "capabilities:c#2", "capabilities:c-2"]
    keys += ["interactions:advises:product manager", "interactions:advises product:manager"]
    keys += ["extra:Grade", "extra:grade", "tags:数据", "tags:质量", f"{long}one", f"{long}two"]
    assert len(set(anchors(keys).values())) == len(keys)


@given(st.sets(st.tuples(st.sampled_from(list(LISTS)), lines.map(fold_key))))
def test_every_key_has_an_anchor_of_its_own_that_a_url_can_hold(names: set[tuple[str, str]]) -> None:
    places = anchors(f"{field}:{name}" for field, name in names)
    assert len(set(places.values())) == len(names)
    assert [place for place in places.values() if not re.fullmatch("[a-z0-9]+(--?[a-z0-9]+)*", place)] == []
