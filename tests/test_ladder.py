"""How levels are drawn: their rung, and the strength of their shade."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from roles.ladder import SHADES, Ladder
from roles.models import ProficiencyLevel

ranks = st.lists(st.integers(min_value=1, max_value=32_000), unique=True, min_size=1, max_size=12).map(sorted)


def ladder_with(ranks: list[int]) -> Ladder:
    """A ladder with rungs of these ranks, the lowest first."""
    return Ladder([ProficiencyLevel(name=f"Rank {rank}", rank=rank) for rank in ranks])


@given(ranks)
def test_rungs_are_counted_from_the_lowest_whatever_their_ranks_are(ranks: list[int]) -> None:
    ladder = ladder_with(ranks)
    assert [ladder.step(level) for level in ladder.levels] == list(range(1, len(ranks) + 1))


@given(ranks)
def test_a_higher_level_is_never_drawn_weaker_and_the_highest_strongest(ranks: list[int]) -> None:
    ladder = ladder_with(ranks)
    shades = [ladder.shade(level) for level in ladder.levels]
    assert all(lower <= higher for lower, higher in pairwise(shades))
    assert shades[0] >= 1
    assert shades[-1] == SHADES


@given(ranks)
def test_no_two_of_up_to_five_rungs_are_drawn_alike(ranks: list[int]) -> None:
    ladder = ladder_with(ranks[:SHADES])
    assert len({ladder.shade(level) for level in ladder.levels}) == len(ladder.levels)


def test_what_stands_beside_the_ladder_has_no_rung_and_no_shade() -> None:
    ladder = ladder_with([1, 2])
    for level in (None, ProficiencyLevel(name="Endless")):
        assert (ladder.marks(level), ladder.step(level), ladder.shade(level)) == ([], 0, 0)
