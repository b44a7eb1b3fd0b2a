"""How roles work together, as a graph: a role is a node, and an interaction an edge, whoever states it."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, Self

from roles.documents.text import fold_key
from roles.models import Interaction, InteractionKind, Role, RoleQuerySet

Flow = InteractionKind.Direction

NAME_MARK: Final = "~"
"""What the key of a node begins with that is a name no role bears; no slug does."""


class Kind(NamedTuple):
    """A way of working together, and what the other side calls it: the id of another kind, or the same."""

    slug: str
    name: str
    flow: str
    inverse: int | None


class Stated(NamedTuple):
    """An interaction as one of its two sides states it; `role` and `partner` are keys of nodes."""

    role: str
    kind: int
    partner: str
    frequency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A role, or (`slug` is empty) a name that no role bears yet.

    `family` is a slug and `family_name` the family's name, both empty if none is stated.
    """

    key: str
    name: str
    slug: str = ""
    family: str = ""
    family_name: str = ""
    archived: bool = False
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """An interaction: `who` does something of this `kind` with `whom`; both are keys of nodes.

    `flow` is what `who` does in it: gives, receives or works together. `tellers` are the nodes that state it,
    one or both; `frequencies` what they say of how often, each once.
    """

    who: str
    kind: str
    kind_slug: str
    whom: str
    flow: str
    frequencies: tuple[str, ...]
    tellers: tuple[str, ...]

    @property
    def ends(self) -> tuple[str, str]:
        """The two nodes, the one that gives first; those that work together by their keys."""
        if self.flow == Flow.TOGETHER:
            return (self.who, self.whom) if self.who < self.whom else (self.whom, self.who)
        return (self.who, self.whom) if self.flow == Flow.GIVES else (self.whom, self.who)


@dataclass(frozen=True)
class Graph:
    """Nodes by key, in the order of their names, and the edges between them."""

    nodes: dict[str, Node]
    edges: Sequence[Edge]

    @classmethod
    def fetch(cls, roles: RoleQuerySet, *, around: str = "", others: bool = False) -> Self:
        """Read the graph of the listed ones among these roles, with three queries.

        The role `around` (a slug) is among them even if it is archived. With `others` come the partners that
        are no listed roles: archived ones, and names that no role here bears.
        """
        rows = roles.order_by("sort_key", "slug").values_list(
            "pk", "slug", "name", "status", "sort_key", "family__slug", "family__name"
        )
        known: dict[int, Node] = {}
        speaking: set[int] = set()
        for pk, slug, name, status, order, family, family_name in rows:
            archived = status == Role.Status.ARCHIVED
            known[pk] = Node(
                key=slug,
                name=name,
                slug=slug,
                family=family or "",
                family_name=family_name or "",
                archived=archived,
                order=order,
            )
            if not archived or slug == around:
                speaking.add(pk)
        nodes = {known[pk].key: known[pk] for pk in known if pk in speaking}
        stated: list[Stated] = []
        interactions = Interaction.objects.filter(role__in=roles.order_by().values("pk")).order_by("pk")
        for role, partner, name, name_slug, kind, frequency in interactions.values_list(
            "role_id", "partner_id", "partner_name", "partner_slug", "kind_id", "frequency"
        ):
            if role not in speaking or (partner not in speaking and not others):
                continue
            other = known.get(partner) or Node(key=f"{NAME_MARK}{name_slug}", name=name, order=fold_key(name))
            nodes.setdefault(other.key, other)
            stated.append(Stated(known[role].key, kind, other.key, frequency))
        return cls(_by_name(nodes.values()), merged(stated, kinds()))

    @cached_property
    def neighbours(self) -> Mapping[str, Collection[str]]:
        """The nodes that each node has edges with; a node without edges is not among them."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for edge in self.edges:
            if edge.who != edge.whom:
                found[edge.who][edge.whom] = found[edge.whom][edge.who] = None
        return found

    def distances(self, start: str, most: int) -> dict[str, int]:
        """How many steps each node is from one of them, as far as it is not more than `most`."""
        steps = {start: 0}
        waiting = deque([start])
        while waiting:
            node = waiting.popleft()
            if steps[node] == most:
                break
            for neighbour in self.neighbours.get(node, ()):
                if neighbour not in steps:
                    steps[neighbour] = steps[node] + 1
                    waiting.append(neighbour)
        return steps

    def surroundings(self, start: str, depth: int) -> Self:
        """Keep a node, what is at most so many steps away from it, and all edges between these."""
        return self.among(self.distances(start, depth))

    def among(self, keys: Collection[str]) -> Self:
        """Keep these nodes, and the edges between them."""
        edges = [edge for edge in self.edges if edge.who in keys and edge.whom in keys]
        return type(self)({key: node for key, node in self.nodes.items() if key in keys}, edges)

    def of_kinds(self, slugs: Collection[str]) -> Self:
        """Keep the edges of these kinds, and the nodes that have some."""
        return self._with_ends([edge for edge in self.edges if edge.kind_slug in slugs], ())

    def of_families(self, slugs: Collection[str]) -> Self:
        """Keep the roles of these families, what they do, and with whom."""
        own = {key for key, node in self.nodes.items() if node.family in slugs}
        return self._with_ends([edge for edge in self.edges if edge.who in own or edge.whom in own], own)

    def kept(
        self,
        families: Collection[str] = (),
        kinds: Collection[str] = (),
        *,
        middle: str = "",
        depth: int = 0,
    ) -> Self:
        """Keep what families and kinds say, where some are named, and what is around `middle`, if that is.

        Steps are counted along what is left: who is near by another kind only may be out of reach.
        """
        found = self.of_families(families) if families else self
        found = found.of_kinds(kinds) if kinds else found
        return found.with_nodes([self.nodes[middle]]).surroundings(middle, depth) if middle else found

    def most_connected(self, most: int, middle: str = "") -> Self:
        """Keep at most so many nodes: `middle` if it is named, and those with most neighbours."""
        if len(self.nodes) <= most:
            return self
        ranked = sorted(self.nodes, key=lambda key: (key != middle, -len(self.neighbours.get(key, ()))))
        return self.among(set(ranked[:most]))

    def with_nodes(self, nodes: Iterable[Node]) -> Self:
        """Add nodes, as far as they are not among these."""
        return type(self)(_by_name((self.nodes | {node.key: node for node in nodes}).values()), self.edges)

    def _with_ends(self, edges: Sequence[Edge], more: Collection[str]) -> Self:
        keys = {key for edge in edges for key in (edge.who, edge.whom)} | set(more)
        return type(self)({key: node for key, node in self.nodes.items() if key in keys}, edges)


def kinds() -> dict[int, Kind]:
    """Read the kinds of interaction, by their ids. One query."""
    rows = InteractionKind.objects.order_by("pk").values_list("pk", "slug", "name", "direction", "inverse_id")
    return {pk: Kind(slug, name, flow, inverse) for pk, slug, name, flow, inverse in rows}


def merged(stated: Iterable[Stated], kinds: Mapping[int, Kind]) -> list[Edge]:
    """Make edges of statements: what both sides state, in the words of either, is one edge.

    Edges are told as the side that gives tells them, where it has a word for it; they come by who, kind and
    whom.
    """
    opposites = _opposites(kinds)
    found: dict[tuple[str, int, str], tuple[dict[str, None], dict[str, None]]] = {}
    for statement in stated:
        identity = min(_tellings(statement, opposites), key=lambda telling: _rank(telling, kinds))
        frequencies, tellers = found.setdefault(identity, ({}, {}))
        tellers[statement.role] = None
        if statement.frequency:
            frequencies[statement.frequency] = None
    edges = [
        Edge(
            who=who,
            kind=kinds[kind].name,
            kind_slug=kinds[kind].slug,
            whom=whom,
            flow=kinds[kind].flow,
            frequencies=tuple(sorted(frequencies)),
            tellers=tuple(sorted(tellers)),
        )
        for (who, kind, whom), (frequencies, tellers) in found.items()
    ]
    return sorted(edges, key=lambda edge: (edge.who, edge.kind_slug, edge.whom))


def _opposites(kinds: Mapping[int, Kind]) -> dict[int, int]:
    """What the other side calls each kind: as it says itself, else as another says of it."""
    opposites: dict[int, int] = {}
    for pk, kind in kinds.items():
        if kind.inverse is not None:
            opposites.setdefault(kind.inverse, pk)
    opposites |= {pk: kind.inverse for pk, kind in kinds.items() if kind.inverse is not None}
    # To work together is the same from both sides, whether or not somebody has said so.
    return {pk: pk for pk, kind in kinds.items() if kind.flow == Flow.TOGETHER} | opposites


def _tellings(statement: Stated, opposites: Mapping[int, int]) -> list[tuple[str, int, str]]:
    """The ways to tell a statement: as it is, and as the other side would."""
    told = [(statement.role, statement.kind, statement.partner)]
    if statement.kind in opposites:
        told.append((statement.partner, opposites[statement.kind], statement.role))
    return told


def _rank(telling: tuple[str, int, str], kinds: Mapping[int, Kind]) -> tuple[bool, int, str]:
    who, kind, _whom = telling
    return kinds[kind].flow == Flow.RECEIVES, kind, who


def _by_name(nodes: Iterable[Node]) -> dict[str, Node]:
    return {node.key: node for node in sorted(nodes, key=lambda node: (node.order, node.key))}
