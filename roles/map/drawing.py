"""The graph as a drawing: marks, lines and names, in the units of the map, for a template to write as SVG."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.translation import ngettext

from roles.graph import Edge, Flow, Graph, Node
from roles.map.layout import Layout, Point, Region, atlas, rings

HUES, SHAPES = 6, 4
"""How many colours and shapes tell families apart: each family has both."""

MOST_DRAWN: Final = 600
"""The most nodes that are drawn; of more, those with most partners."""
MOST_ON_RINGS: Final = 120
"""The most roles that rings show well; more are drawn as an atlas."""
MOST_WITH_ARROWS: Final = 160
"""The most lines that can all have an arrow; of more, only those that somebody looks at."""

ZOOMS: Final = (0.1, 0.15, 0.22, 0.3, 0.4, 0.55, 0.75, 1.0, 1.4, 2.0, 2.8)
"""Pixels to a unit of the map from which more names have room; what has none at the last has it there."""
FIRST_NAMES: Final = 0.2
"""Pixels to a unit from which roles have names at all; what is seen from further away are regions."""
NAME_LENGTH: Final = 30
"""The most characters of a name on the map."""
_CHARACTER, _LINE = 6.2, 14.0
"""Width of a character and height of a line: pixels, whatever the zoom."""
SIDES: Final[Mapping[str, tuple[float, int, int]]] = {
    "right": (0, 9, 0),
    "left": (1, -9, 0),
    "below": (0.5, 0, 16),
    "above": (0.5, 0, -16),
    "right-up": (0, 5, -13),
    "right-down": (0, 5, 13),
    "left-up": (1, -5, -13),
    "left-down": (1, -5, 13),
}
"""Where a name can stand, the best first: the share of it that is left of the mark's middle, and how many
pixels to the right of it and below it the middle of its line is. map.css says the same."""
_TITLE_CHARACTER, _TITLE_LINE = 8.6, 18.0
"""The same for the name of a region."""
_MARGIN = 46
_CELL = 90.0
_CLEAR = 8.0
"""Pixels between a name and any other mark, more than between it and its own: so one sees whose it is."""


class Label(NamedTuple):
    """From which zoom on (its place in ZOOMS) a name is shown, and on which side of its mark."""

    zoom: int
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """The colour and the shape of a family, from 1; 0 if there is none."""

    hue: int = 0
    shape: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A node. `address` is empty for a name that no role bears; `text` is its name, `title` says more."""

    node: Node
    address: str
    x: int
    y: int
    sign: Sign
    label: Label
    text: str
    title: str
    found: bool
    is_middle: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """All that two nodes do with each other. `to` and `back` say in which directions something is given."""

    path: str
    to: bool
    back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A family's region; its name is shown from `zoom` on."""

    name: str
    x: int
    y: int
    radius: int
    sign: Sign
    zoom: int

    @property
    def top(self) -> int:
        """Where its name stands."""
        return self.y - self.radius


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The map. `box` is what an SVG calls viewBox; `data` what the script knows of it."""

    box: str
    width: int
    height: int
    areas: Sequence[Area]
    rings: Sequence[int]
    marks: Sequence[Mark]
    lines: Sequence[Line]
    with_arrows: bool
    data: Mapping[str, object]


def signs_of(graph: Graph) -> dict[str, Sign]:
    """A colour and a shape for each family, by slug, in the order of their names."""
    families = sorted({(node.family_name, node.family) for node in graph.nodes.values() if node.family})
    return {
        slug: Sign(hue=place % HUES + 1, shape=place // HUES % SHAPES + 1)
        for place, (_name, slug) in enumerate(families)
    }


def draw(
    graph: Graph, signs: Mapping[str, Sign], *, steps: Mapping[str, int] | None = None, found: set[str]
) -> Drawing:
    """Draw a graph that has at least one node.

    `signs` are those of the families by slug, `found` the keys of the nodes that are looked for. With
    `steps`, how far each node is from one of them, the drawing is of what is around that one.
    """
    keys = list(graph.nodes)
    if steps and len(keys) <= MOST_ON_RINGS:
        keys.sort(key=lambda key: steps[key])
    places = {key: place for place, key in enumerate(keys)}
    between = _between(graph.edges, places)
    pairs = tuple(between)
    if steps and len(keys) <= MOST_ON_RINGS:
        layout = rings(tuple(steps[key] for key in keys), pairs)
    else:
        layout = atlas(tuple(graph.nodes[key].family_name for key in keys), pairs)
    texts = tuple(_shortened(graph.nodes[key].name) for key in keys)
    partners = [len(graph.neighbours.get(key, ())) for key in keys]
    order = sorted(
        range(len(keys)),
        key=lambda place: (
            steps is None or steps[keys[place]] > 0,
            keys[place] not in found,
            -partners[place],
        ),
    )
    bounds = _bounds(layout)
    titles = tuple((Point(each.center.x, each.center.y - each.radius), each.name) for each in layout.regions)
    labels, title_zooms = named(tuple(layout.points), texts, tuple(order), titles, bounds)
    middle = next((key for key, step in steps.items() if step == 0), "") if steps else ""
    left, top, right, bottom = bounds
    width, height = round(right - left), round(bottom - top)
    regions = {region.name: region for region in layout.regions}
    slugs = {node.family_name: node.family for node in graph.nodes.values()}
    return Drawing(
        box=f"{left:.0f} {top:.0f} {width} {height}",
        width=width,
        height=height,
        areas=[
            _area(region, signs.get(slugs[region.name], Sign()), zoom)
            for region, zoom in zip(layout.regions, title_zooms, strict=True)
        ],
        rings=[round(radius) for radius in layout.rings],
        marks=[
            Mark(
                node=graph.nodes[key],
                address=reverse("role", args=[key]) if graph.nodes[key].slug else "",
                x=round(layout.points[place].x),
                y=round(layout.points[place].y),
                sign=signs.get(graph.nodes[key].family, Sign()),
                label=labels[place],
                text=texts[place],
                title=_title(graph.nodes[key], partners[place]),
                found=key in found,
                is_middle=key == middle,
            )
            for place, key in enumerate(keys)
        ],
        lines=[
            Line(
                path=_path(
                    layout.points[one],
                    layout.points[other],
                    regions.get(graph.nodes[keys[one]].family_name),
                    regions.get(graph.nodes[keys[other]].family_name),
                ),
                to=(one, other) in given,
                back=(other, one) in given,
            )
            for (one, other), given in between.items()
        ],
        with_arrows=len(between) <= MOST_WITH_ARROWS,
        data=_data(graph.edges, places, pairs),
    )


Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


@lru_cache(maxsize=64)
def named(
    points: tuple[Point, ...],
    texts: tuple[str, ...],
    order: tuple[int, ...],
    titles: tuple[tuple[Point, str], ...],
    bounds: Box,
) -> tuple[tuple[Label, ...], tuple[int, ...]]:
    """Say from which zoom on each name has room, so that names cover neither each other nor a mark, and stand
    nearest to their own.

    The nodes that come first in `order` have the choice; before them come the `titles` of regions, of which
    the zooms are given second. No name goes over the `bounds` of the map.
    """
    labels: dict[int, Label] = {}
    zooms: dict[int, int] = {}
    for number, zoom in enumerate(ZOOMS):
        taken = _Taken()
        left, top, right, bottom = (each * zoom for each in bounds)
        boxes = [_title_box(*title, zoom) for title in titles]
        for place, box in enumerate(boxes):
            # There is paper above the map, not beside it.
            if place in zooms or (left <= box[0] and box[2] <= right and taken.is_free(box)):
                zooms.setdefault(place, number)
                taken.add(box)
        for place, box in enumerate(boxes):
            # Where one will come into view stands no name before.
            if place not in zooms:
                taken.add(box)
        reach = min(5.0, 11 * zoom) + _CLEAR
        for place, (x, y) in enumerate(points):
            mark = x * zoom - reach, y * zoom - reach, x * zoom + reach, y * zoom + reach
            taken.add(mark, of=place)
            if place in labels:
                taken.add(name_box(points[place], texts[place], labels[place].side, zoom))
        for place in order:
            if place in labels or zoom < FIRST_NAMES:
                continue
            for side in SIDES:
                box = name_box(points[place], texts[place], side, zoom)
                if _is_within(box, (left, top, right, bottom)) and taken.is_free(box, of=place):
                    labels[place] = Label(number, side)
                    taken.add(box)
                    break
    last = len(ZOOMS) - 1
    return (
        tuple(labels.get(place, Label(last, "right")) for place in range(len(points))),
        tuple(zooms.get(place, last) for place in range(len(titles))),
    )


class _Taken:
    """Where the paper is written on already, by cells, so that few boxes are compared.

    What is `of` a node leaves room for what else is of that node.
    """

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[Box, int | None]]] = defaultdict(list)

    def add(self, box: Box, of: int | None = None) -> None:
        for cell in self._of(box):
            self._cells[cell].append((box, of))

    def is_free(self, box: Box, of: int | None = None) -> bool:
        left, top, right, bottom = box
        return not any(
            left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
            for cell in self._of(box)
            for other, owner in self._cells.get(cell, ())
            if of is None or owner != of
        )

    def _of(self, box: Box) -> Iterator[tuple[int, int]]:
        left, top, right, bottom = box
        for column in range(int(left // _CELL), int(right // _CELL) + 1):
            for row in range(int(top // _CELL), int(bottom // _CELL) + 1):
                yield column, row


def _is_within(box: Box, bounds: Box) -> bool:
    return box[0] >= bounds[0] and box[1] >= bounds[1] and box[2] <= bounds[2] and box[3] <= bounds[3]


def name_box(point: Point, text: str, side: str, zoom: float) -> Box:
    """What a name covers, in pixels."""
    before, aside, under = SIDES[side]
    width = len(text) * _CHARACTER
    left, middle = point.x * zoom + aside - before * width, point.y * zoom + under
    return left, middle - _LINE / 2, left + width, middle + _LINE / 2


def _title_box(point: Point, text: str, zoom: float) -> Box:
    """What the name of a region covers, in pixels."""
    x, y, width = point.x * zoom, point.y * zoom, len(text) * _TITLE_CHARACTER
    return x - width / 2, y - _TITLE_LINE, x + width / 2, y + 4


def _between(edges: Sequence[Edge], places: Mapping[str, int]) -> dict[tuple[int, int], set[tuple[int, int]]]:
    """The pairs of nodes that do something with each other, and from whom to whom something is given."""
    found: dict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
    for edge in edges:
        giver, receiver = (places[key] for key in edge.ends)
        if giver == receiver:
            continue
        given = found[min(giver, receiver), max(giver, receiver)]
        if edge.flow != Flow.TOGETHER:
            given.add((giver, receiver))
    return dict(sorted(found.items()))


def _data(
    edges: Sequence[Edge], places: Mapping[str, int], pairs: Sequence[tuple[int, int]]
) -> dict[str, object]:
    """What the script shows of lines: their ends, and what each end does with the other."""
    kinds = {edge.kind: place for place, edge in enumerate({edge.kind: edge for edge in edges}.values())}
    flows = list(Flow)
    return {
        "zooms": ZOOMS,
        "pairs": [each for pair in pairs for each in pair],
        "kinds": list(kinds),
        "edges": [
            [
                places[edge.who],
                kinds[edge.kind],
                places[edge.whom],
                flows.index(Flow(edge.flow)),
                ", ".join(edge.frequencies),
            ]
            for edge in edges
        ],
    }


def _title(node: Node, partners: int) -> str:
    """What is said of a mark: its name, family and number of partners."""
    said = {"name": node.name, "family": node.family_name, "number": partners}
    if node.family_name:
        return (
            ngettext(
                "%(name)s, %(family)s: %(number)d partner",
                "%(name)s, %(family)s: %(number)d partners",
                partners,
            )
            % said
        )
    return ngettext("%(name)s: %(number)d partner", "%(name)s: %(number)d partners", partners) % said


def _area(region: Region, sign: Sign, zoom: int) -> Area:
    x, y = region.center
    return Area(name=region.name, x=round(x), y=round(y), radius=round(region.radius), sign=sign, zoom=zoom)


def _path(one: Point, other: Point, here: Region | None, there: Region | None) -> str:
    """A line between two nodes: one to another region passes through the middle of both, as others do."""
    start, end = f"M{one.x:.0f} {one.y:.0f}", f"{other.x:.0f} {other.y:.0f}"
    if here and there and here != there:
        return (
            f"{start}C{here.center.x:.0f} {here.center.y:.0f} {there.center.x:.0f} {there.center.y:.0f} {end}"
        )
    # Bent a little, so that it does not run through the marks of a row.
    x = (one.x + other.x) / 2 + (other.y - one.y) / 8
    y = (one.y + other.y) / 2 - (other.x - one.x) / 8
    return f"{start}Q{x:.0f} {y:.0f} {end}"


def _bounds(layout: Layout) -> Box:
    """What is drawn, with a margin."""
    boxes = [(x, y, x, y) for x, y in layout.points]
    boxes += [
        (x - radius, y - radius - _TITLE_LINE, x + radius, y + radius)
        for _name, (x, y), radius in layout.regions
    ]
    boxes += [(-radius, -radius, radius, radius) for radius in layout.rings]
    # Names beside the outermost marks of a ring need room.
    aside = _MARGIN + (130 if layout.rings else 40)
    return (
        round(min(box[0] for box in boxes)) - aside,
        round(min(box[1] for box in boxes)) - _MARGIN,
        round(max(box[2] for box in boxes)) + aside,
        round(max(box[3] for box in boxes)) + _MARGIN,
    )


def _shortened(name: str) -> str:
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1].rstrip()}…"
