"""Puts the map together: what the address asks for, drawn, and the same as a table."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles.documents.text import fold_key
from roles.graph import Edge, Graph, Node
from roles.lookup import by_slug, choose
from roles.map.drawing import MOST_DRAWN, Drawing, Sign, draw, signs_of
from roles.models import Role, RoleQuerySet
from roles.views import asked as asking
from roles.views.comparing.shown import Item

MOST_STEPS = 4
MOST_CHOSEN = 50
EDGES_ON_PAGE = 50
NAMES_FOUND = 12
SORTS = ("who", "kind", "whom", "often")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A kind or a family to keep to, whether it is chosen, and the address where that is the other way."""

    slug: str
    name: str
    count: int
    chosen: bool
    address: str
    sign: Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An interaction in the table; `tellers` are the names of those who state it."""

    who: Node
    kind: str
    whom: Node
    edge: Edge
    tellers: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the table, and the address where it is sorted by that."""

    title: str
    address: str
    sorted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPage:
    """The map. `role` is the one in the middle, `choices` those that its `words` may mean if none is.
    `kept` are the families and kinds that it keeps to.

    `left_out` is the number of nodes that are not drawn because there are too many, `unnamed` that of
    partners which are shown only with `others`, where `switched` leads.
    """

    role: Role | None
    words: str
    choices: Sequence[Item]
    depth: int
    depths: Sequence[int]
    text: str
    found: Sequence[Node]
    found_count: int
    problems: Sequence[str]
    families: Sequence[Option]
    kinds: Sequence[Option]
    kept: Sequence[Option]
    narrowed: bool
    others: bool
    hidden: Sequence[tuple[str, str]]
    graph: Graph
    drawing: Drawing | None
    left_out: int
    columns: Sequence[Column]
    rows: Sequence[Row]
    paged: asking.Paged[Edge]


def map_page(roles: RoleQuerySet, asked: QueryDict) -> MapPage:
    """Draw what an address asks for of these roles. At most nine queries.

    `role` (slug, name, alias or code) with `depth` keeps what is around it, `kind` and `family` (slugs,
    repeated) what they say; `others=shown` adds partners that are no listed roles; `q` marks names; `sort`
    and `page` are the table's.
    """
    words, text = asking.text(asked, "role"), asking.text(asked, "q")
    role, candidates = _meant(roles, words)
    depth = _depth(asked.get("depth", ""))
    others = asked.get("others") == "shown"
    whole = Graph.fetch(roles, around=role.slug if role else "", others=others)
    around = whole.surroundings(role.slug, depth) if role else whole
    signs = signs_of(whole)
    families = _options(asked, "family", _families(around), signs)
    kinds = _options(asked, "kind", _kinds(around), {})
    graph = around.kept(_chosen(families), _chosen(kinds), middle=role.slug if role else "", depth=depth)
    drawn = graph.most_connected(MOST_DRAWN)
    steps = graph.distances(role.slug, depth) if role else None
    found = [node for node in drawn.nodes.values() if _is_called(node, text)] if text else []
    edges = _sorted(graph, asked.get("sort", ""))
    paged = asking.paged(edges, asked, EDGES_ON_PAGE)
    return MapPage(
        role=role,
        words=words,
        choices=[
            Item(name=each.name, address=_here(asked, role=each.slug, page=None)) for each in candidates
        ],
        depth=depth,
        depths=range(1, MOST_STEPS + 1),
        text=text,
        found=found[:NAMES_FOUND],
        found_count=len(found),
        problems=_problems(words, role, candidates, asked, families, kinds),
        families=families,
        kinds=kinds,
        kept=[option for option in (*families, *kinds) if option.chosen],
        narrowed=bool(role or _chosen(families) or _chosen(kinds)),
        others=others,
        hidden=[("kind", slug) for slug in _chosen(kinds)] + [("family", slug) for slug in _chosen(families)],
        graph=graph,
        drawing=draw(drawn, signs, steps=steps, found={node.key for node in found}) if drawn.nodes else None,
        left_out=len(graph.nodes) - len(drawn.nodes),
        columns=_columns(asked),
        rows=[_row(edge, graph) for edge in paged.page],
        paged=paged,
    )


def _meant(roles: RoleQuerySet, words: str) -> tuple[Role | None, Sequence[Role]]:
    """The role that is asked for, or those that may be."""
    if not words:
        return None, []
    if known := by_slug(roles, [words]):
        return known[words], []
    choice = choose(roles, words)
    return choice.role, choice.candidates


def _depth(text: str) -> int:
    return min(MOST_STEPS, int(text)) if text in {"1", "2", "3", "4"} else 1


def _families(graph: Graph) -> Iterable[tuple[str, str]]:
    return ((node.family, node.family_name) for node in graph.nodes.values() if node.family)


def _kinds(graph: Graph) -> Iterable[tuple[str, str]]:
    return ((edge.kind_slug, edge.kind) for edge in graph.edges)


def _options(
    asked: QueryDict, name: str, present: Iterable[tuple[str, str]], signs: dict[str, Sign]
) -> list[Option]:
    """What can be kept to, by name, with how many there are; each address takes it in or leaves it out."""
    chosen = asking.slugs(asked, name, MOST_CHOSEN)
    counts = Counter(present)
    options = []
    for (slug, title), count in sorted(counts.items(), key=lambda each: (fold_key(each[0][1]), each[0])):
        kept = [each for each in chosen if each != slug] + ([] if slug in chosen else [slug])
        options.append(
            Option(
                slug=slug,
                name=title,
                count=count,
                chosen=slug in chosen,
                address=_here(asked, page=None, **{name: ",".join(kept) or None}),
                sign=signs.get(slug, Sign()),
            )
        )
    return options


def _chosen(options: Iterable[Option]) -> list[str]:
    return [option.slug for option in options if option.chosen]


def _is_called(node: Node, text: str) -> bool:
    return fold_key(text) in fold_key(node.name)


def _problems(
    words: str,
    role: Role | None,
    candidates: Sequence[Role],
    asked: QueryDict,
    families: Sequence[Option],
    kinds: Sequence[Option],
) -> list[str]:
    """What of the address means nothing here, in words."""
    problems = []
    if words and not role and not candidates:
        problems.append(_("No role is called “%(words)s”. This is the map of all roles.") % {"words": words})
    for name, options in (("family", families), ("kind", kinds)):
        known = {option.slug for option in options}
        unknown = [slug for slug in asking.slugs(asked, name, MOST_CHOSEN) if slug not in known]
        if unknown:
            problems.append(
                ngettext(
                    "Nothing here belongs to this choice, which is left out: %(names)s",
                    "Nothing here belongs to these choices, which are left out: %(names)s",
                    len(unknown),
                )
                % {"names": ", ".join(slug[:60] for slug in unknown[:5])}
            )
    return problems


def _columns(asked: QueryDict) -> list[Column]:
    titles = (_("Who"), _("does what"), _("with whom"), _("how often"))
    current = asked.get("sort", "") if asked.get("sort", "") in SORTS else SORTS[0]
    return [
        Column(title=title, address=f"{_here(asked, sort=name, page=None)}#table", sorted=name == current)
        for name, title in zip(SORTS, titles, strict=True)
    ]


def _sorted(graph: Graph, by: str) -> list[Edge]:
    places = {key: place for place, key in enumerate(graph.nodes)}

    def names(edge: Edge) -> tuple[Any, ...]:
        return places[edge.who], fold_key(edge.kind), places[edge.whom]

    orders: dict[str, Callable[[Edge], tuple[Any, ...]]] = {
        "kind": lambda edge: (fold_key(edge.kind), *names(edge)),
        "whom": lambda edge: (places[edge.whom], *names(edge)),
        "often": lambda edge: (not edge.frequencies, ", ".join(edge.frequencies), *names(edge)),
    }
    return sorted(graph.edges, key=orders.get(by, names))


def _row(edge: Edge, graph: Graph) -> Row:
    return Row(
        who=graph.nodes[edge.who],
        kind=edge.kind,
        whom=graph.nodes[edge.whom],
        edge=edge,
        tellers=[graph.nodes[key].name for key in edge.tellers],
    )


def _here(asked: QueryDict, **changes: Any) -> str:
    return f"{reverse('map')}{asking.address(asked, **changes)}"
