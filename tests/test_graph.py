"""The graph of roles: what is a node, what an edge, and what is around a role."""

from random import Random

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from roles.documents.document import Interaction
from roles.graph import Flow, Graph, Kind, Node, Stated, merged
from roles.models import InteractionKind, Role
from roles.partners import link_partners
from tests.builders import document, written

# 1 and 2 are two sides of one thing, as are 3 and 4, though only 3 says so; 5 is the same from both sides; of
# 6 and 7 nobody has said what the other side calls them.
KINDS = {
    1: Kind("delivers", "Delivers", Flow.GIVES, 2),
    2: Kind("gets", "Gets", Flow.RECEIVES, 1),
    3: Kind("reports-to", "Reports to", Flow.RECEIVES, 4),
    4: Kind("manages", "Manages", Flow.GIVES, None),
    5: Kind("pairs-with", "Pairs with", Flow.TOGETHER, None),
    6: Kind("consults", "Consults", Flow.GIVES, None),
    7: Kind("is-told", "Is told", Flow.RECEIVES, None),
}
OPPOSITES = {1: 2, 2: 1, 3: 4, 4: 3, 5: 5}
statements = st.builds(
    Stated, st.sampled_from("abcd"), st.sampled_from(sorted(KINDS)), st.sampled_from("abcd"), st.just("")
)


def from_the_other_side(said: Stated) -> Stated:
    if said.kind not in OPPOSITES:
        return said
    return Stated(said.partner, OPPOSITES[said.kind], said.role, said.frequency)


def identity(stated: list[Stated]) -> list[tuple[str, str, str]]:
    return [(edge.who, edge.kind_slug, edge.whom) for edge in merged(stated, KINDS)]


@given(st.lists(statements))
def test_whichever_side_states_it_it_is_the_same_edge(stated: list[Stated]) -> None:
    assert identity([from_the_other_side(each) for each in stated]) == identity(stated)


@given(st.lists(statements))
def test_what_both_sides_state_is_one_edge_that_both_tell(stated: list[Stated]) -> None:
    both = [said for each in stated for said in (each, from_the_other_side(each))]
    assert identity(both) == identity(stated)
    for edge in merged(both, KINDS):
        if edge.kind_slug not in ("consults", "is-told"):
            assert set(edge.tellers) == {edge.who, edge.whom}


@given(st.lists(statements), st.randoms(use_true_random=False))
def test_the_order_of_statements_makes_no_difference(stated: list[Stated], random: Random) -> None:
    shuffled = list(stated)
    random.shuffle(shuffled)
    assert merged(shuffled, KINDS) == merged(stated, KINDS)


@given(st.lists(statements), st.integers(0, 4))
def test_what_is_around_a_role_is_at_most_so_many_steps_away(stated: list[Stated], depth: int) -> None:
    graph = Graph({key: Node(key=key, name=key) for key in "abcd"}, merged(stated, KINDS))
    around = graph.surroundings("a", depth)
    near = {"a"}
    for _step in range(depth):
        near |= {end for edge in graph.edges for end in edge.ends if near & set(edge.ends)}
    assert set(around.nodes) == near
    assert around.edges == [edge for edge in graph.edges if set(edge.ends) <= near]


def test_an_edge_leads_from_who_gives_to_who_receives_and_keeps_every_frequency() -> None:
    (edge,) = merged([Stated("b", 2, "a", "weekly"), Stated("a", 1, "b", "on Mondays")], KINDS)
    assert (edge.who, edge.kind, edge.whom) == ("a", "Delivers", "b")
    assert edge.ends == ("a", "b")
    assert edge.frequencies == ("on Mondays", "weekly")


def test_who_only_says_what_it_gets_is_who_the_edge_leads_to() -> None:
    (edge,) = merged([Stated("a", 7, "b")], KINDS)
    assert (edge.who, edge.ends) == ("a", ("b", "a"))


def interaction(partner: str) -> Interaction:
    return Interaction(kind="Collaborates with", partner=partner)


@pytest.fixture
def some_roles() -> None:
    partners = ("Analyst", "Secret Plan", "Old Hand", "Nobody Yet")
    written(document("Engineer", family="Data", interactions=tuple(map(interaction, partners))))
    written(document("Analyst", family="Data"))
    written(document("Secret Plan", interactions=(interaction("Analyst"),)), status=Role.Status.DRAFT)
    written(document("Old Hand", interactions=(interaction("Analyst"),)), status=Role.Status.ARCHIVED)
    link_partners()


def seen(*, around: str = "", others: bool = False) -> Graph:
    return Graph.fetch(Role.objects.visible_to(AnonymousUser()), around=around, others=others)


@pytest.mark.django_db
@pytest.mark.usefixtures("some_roles")
def test_drafts_archived_roles_and_mere_names_are_no_nodes() -> None:
    graph = seen()
    assert list(graph.nodes) == ["analyst", "engineer"]
    assert [{*edge.ends} for edge in graph.edges] == [{"analyst", "engineer"}]


@pytest.mark.django_db
@pytest.mark.usefixtures("some_roles")
def test_with_others_a_draft_is_the_name_that_the_partner_writes_and_nothing_it_says_itself() -> None:
    graph = seen(others=True)
    assert {key: node.slug for key, node in graph.nodes.items()} == {
        "analyst": "analyst",
        "engineer": "engineer",
        "old-hand": "old-hand",
        "~nobody-yet": "",
        "~secret-plan": "",
    }
    assert all("engineer" in edge.ends for edge in graph.edges)


@pytest.mark.django_db
@pytest.mark.usefixtures("some_roles")
def test_around_an_archived_role_stands_what_it_said() -> None:
    assert set(seen(around="old-hand").surroundings("old-hand", 1).nodes) == {
        "old-hand",
        "analyst",
        "engineer",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("count", [2, 12])
def test_a_graph_is_read_with_three_queries(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        written(document(f"Role {number}", interactions=(interaction(f"Role {number - 1}"),)))
    link_partners()
    assert InteractionKind.objects.exists()
    with django_assert_num_queries(3):  # roles, interactions, kinds
        assert len(seen().edges) == count - 1
