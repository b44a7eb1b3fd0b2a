"""Where things stand on the map. The same graph gives the same map each time.

The whole catalogue is drawn like an atlas: each family is a round region with room for its roles, near the
regions that its roles work with. What surrounds one role stands on rings around it. igraph says what is near
what; here it is put onto even places, so that marks never touch and names have room.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from math import atan2, ceil, cos, hypot, pi, sin, sqrt
from random import Random
from threading import Lock
from typing import Final, NamedTuple

import igraph

COLUMN, ROW = 104, 28
"""How far apart roles of a region stand, in units of the map: a name is wider than it is high, and
every other row is shifted by half a column."""
EDGE, GAP = 34, 30
"""Room between the outermost roles of a region and its border, and between two borders."""
RING = 150
"""The least distance between two rings."""
ARC = 34
"""The least room on a ring for each role that stands on it."""
CHARACTER: Final = 9
"""The width of a character of a region's name, about."""

_WIDTH = 1.35
"""How many times as wide as high an atlas is, about: like the window it is seen in."""
_DRAWING = Lock()
_ROUNDS = 400
_KEPT = 64


class Point(NamedTuple):
    """A place on the map; x grows to the right, y downwards."""

    x: float
    y: float


class Region(NamedTuple):
    """The round place of a family."""

    name: str
    center: Point
    radius: float


class Layout(NamedTuple):
    """The place of each node, as they were given; the regions; the radii of the rings around 0, 0."""

    points: Sequence[Point]
    regions: Sequence[Region]
    rings: Sequence[float] = ()


Pairs = tuple[tuple[int, int], ...]


@lru_cache(maxsize=_KEPT)
def atlas(groups: tuple[str, ...], pairs: Pairs) -> Layout:
    """Lay out nodes in regions. `groups` has the name of each node's region, `pairs` what works together."""
    members: dict[str, list[int]] = defaultdict(list)
    for node, name in enumerate(groups):
        members[name].append(node)
    near = _attracted(groups, list(members), pairs)
    degree = [0] * len(groups)
    for pair in pairs:
        for node in pair:
            degree[node] += 1
    names = list(members)
    spots = [_spots(len(members[name])) for name in names]
    radii = [max(hypot(*spot) for spot in each) + EDGE for each in spots]
    room = [
        max(radius, CHARACTER * len(name) / 2) + GAP / 2 for name, radius in zip(names, radii, strict=True)
    ]
    centers = _apart([_middle([near[node] for node in members[name]]) for name in names], room)
    points: list[Point] = [Point(0, 0)] * len(groups)
    for name, center, free in zip(names, centers, spots, strict=True):
        for node, spot in _seated(members[name], near, degree, free).items():
            points[node] = Point(center.x + spot.x, center.y + spot.y)
    return Layout(points, [Region(*each) for each in zip(names, centers, radii, strict=True)])


@lru_cache(maxsize=_KEPT)
def rings(steps: tuple[int, ...], pairs: Pairs) -> Layout:
    """Lay out nodes around the first one, on rings by how many `steps` they are away from it."""
    graph = igraph.Graph(n=len(steps), edges=pairs)
    tree = igraph.Graph(n=len(steps), edges=_tree(graph))
    coordinates = tree.layout_reingold_tilford_circular(root=[0]).coords if len(steps) > 1 else [[0, 0]]
    around: dict[int, list[int]] = defaultdict(list)
    for node, step in enumerate(steps):
        around[step].append(node)
    points = [Point(0, 0)] * len(steps)
    radii: list[float] = []
    for step in sorted(around)[1:]:
        ring = sorted(around[step], key=lambda node: (_angle(coordinates[node]), node))
        radius = max((radii[-1] if radii else 0) + RING, len(ring) * ARC / (2 * pi))
        radii.append(radius)
        angles = _spread([_angle(coordinates[node]) for node in ring], ARC / radius)
        for node, angle in zip(ring, angles, strict=True):
            points[node] = Point(radius * cos(angle), radius * sin(angle))
    return Layout(points, [], radii)


def _attracted(groups: Sequence[str], names: Sequence[str], pairs: Pairs) -> list[Point]:
    """Put near what works together, and what is of one group."""
    hubs = {name: len(groups) + place for place, name in enumerate(names)}
    edges = [*pairs, *((node, hubs[name]) for node, name in enumerate(groups))]
    weights = [1.0 if groups[one] == groups[other] else 0.5 for one, other in pairs] + [6.0] * len(groups)
    chance = Random(1)  # noqa: S311
    seed = [[chance.uniform(-10, 10), chance.uniform(-10, 10)] for _ in range(len(groups) + len(names))]
    graph = igraph.Graph(n=len(seed), edges=edges)
    # igraph has one source of random numbers for all threads, and would take any.
    with _DRAWING:
        igraph.set_random_number_generator(chance)
        layout = graph.layout_fruchterman_reingold(
            weights=weights, seed=seed, niter=300, start_temp=6, grid="nogrid"
        )
    return [Point(x, y) for x, y in layout.coords[: len(groups)]]


def _middle(points: Sequence[Point]) -> Point:
    return Point(sum(each.x for each in points) / len(points), sum(each.y for each in points) / len(points))


def _spots(count: int) -> list[Point]:
    """So many places, each the same distance from its neighbours, in a round."""
    reach = ceil(sqrt(count)) + 2
    grid = [
        Point((column + (row % 2) / 2) * COLUMN, row * ROW)
        for row in range(-reach, reach + 1)
        for column in range(-reach, reach + 1)
    ]
    chosen = sorted(grid, key=lambda spot: (round(hypot(*spot), 6), spot))[:count]
    middle = _middle(chosen)
    return [Point(spot.x - middle.x, spot.y - middle.y) for spot in chosen]


def _apart(wanted: Sequence[Point], room: Sequence[float]) -> list[Point]:
    """Move rounds, as little as need be, until none touches another, in a field that is wider than high."""
    reach = sqrt(sum(radius * radius for radius in room)) * 1.1
    middle = _middle(wanted)
    far = max((hypot(x - middle.x, y - middle.y) for x, y in wanted), default=0) or 1
    x = [(point.x - middle.x) / far * reach * 1.25 for point in wanted]
    y = [(point.y - middle.y) / far * reach * 0.85 for point in wanted]
    count = len(wanted)
    # A catalogue of very many families gets a rougher map rather than a late one.
    for turn in range(max(30, min(_ROUNDS, 4_000_000 // (count * count + 1)))):
        touching = False
        for one in range(count):
            for other in range(one + 1, count):
                away_x, away_y = x[other] - x[one], y[other] - y[one]
                distance = hypot(away_x, away_y) or 0.01
                overlap = room[one] + room[other] - distance
                if overlap > 0:
                    touching = touching or overlap > 1
                    part = overlap / 2 / distance
                    x[one], y[one] = x[one] - away_x * part, y[one] - away_y * part
                    x[other], y[other] = x[other] + away_x * part, y[other] + away_y * part
        if turn < _ROUNDS * 0.8:
            wide = _extent(x, room) > _WIDTH * _extent(y, room)
            x = [each * (0.975 if wide else 0.99) for each in x]
            y = [each * (0.99 if wide else 0.975) for each in y]
        elif not touching:
            break
    return [Point(*each) for each in zip(x, y, strict=True)]


def _extent(middles: Sequence[float], room: Sequence[float]) -> float:
    """From the first to the last edge of rounds, along one axis."""
    ends = list(zip(middles, room, strict=True))
    return max(middle + radius for middle, radius in ends) - min(middle - radius for middle, radius in ends)


def _seated(
    nodes: Sequence[int], near: Sequence[Point], degree: Sequence[int], free: Sequence[Point]
) -> dict[int, Point]:
    """Give each node of a region one of its free places, those with most neighbours the nearest first."""
    middle = _middle([near[node] for node in nodes])
    far = max(hypot(near[node].x - middle.x, near[node].y - middle.y) for node in nodes) or 1
    reach = max(hypot(*spot) for spot in free) / far
    left = list(free)
    seats: dict[int, Point] = {}
    for node in sorted(nodes, key=lambda node: (-degree[node], node)):
        x, y = (near[node].x - middle.x) * reach, (near[node].y - middle.y) * reach
        best = min(left, key=lambda spot: (round(hypot(spot.x - x, spot.y - y), 6), spot))
        left.remove(best)
        seats[node] = best
    return seats


def _tree(graph: igraph.Graph) -> list[tuple[int, int]]:
    """Each node with the one before it on a shortest way from the first."""
    order, _layers, parents = graph.bfs(0)
    return [(parents[node], node) for node in order if node]


def _angle(point: Sequence[float]) -> float:
    """In which direction from the middle, in radians from 0 to 2π; steady where numbers differ by a hair."""
    return round(atan2(point[1], point[0]) % (2 * pi), 6) % (2 * pi)


def _spread(angles: Sequence[float], least: float) -> list[float]:
    """Move angles, which come in order, until each has at least so much room, as near as they may stay."""
    count = len(angles)
    if count < 2:
        return list(angles)
    spread = list(angles)
    for _turn in range(_ROUNDS):
        moved = False
        for place in range(count):
            after = (place + 1) % count
            gap = (spread[after] - spread[place]) + (2 * pi if after == 0 else 0)
            if gap < least * 0.95:
                spread[place] -= (least - gap) / 2
                spread[after] += (least - gap) / 2
                moved = True
        if not moved:
            return spread
    # A crowded ring has room for all only if all have the same.
    return [angles[0] + place * 2 * pi / count for place in range(count)]
