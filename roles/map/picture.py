"""The drawing as a picture that stands alone: SVG with all that it needs, for documents and other sites."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from roles.graph import Graph
from roles.map.drawing import SIDES, ZOOMS, Drawing, Mark, draw, signs_of

HUES: Final = ("#5d5a52", "#0b5f68", "#8a4a0e", "#5b4a9e", "#3f6b1f", "#9c2f5a", "#2f5f9e")
"""The colours of families by their number, 0 for none, on paper; map.css says the same."""
HUES_ON_DARK: Final = ("#aaa69b", "#79c6cc", "#e0a66a", "#b7a8ee", "#a3cc80", "#ee9dbd", "#94bdf0")
_SCALE: Final = ZOOMS.index(1.0)
"""Names that have room at one pixel to a unit stand in the picture."""
_BASELINE: Final = 4
# No XML may have them, not even written as numbers.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Spot:
    """A mark with its whole address, its colour, and where its name stands; no name where there's no room."""

    mark: Mark
    address: str
    colour: str
    x: float = 0
    y: float = 0
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing with the colours that it has on paper. What of it is in `classes` has others on dark."""

    drawing: Drawing
    left: str
    top: str
    spots: Sequence[Spot]
    areas: Sequence[tuple[object, str, bool]]
    """Regions, their colours, and whether their names have room."""
    left_out: int
    style: SafeString


def picture(
    graph: Graph,
    whole: Graph,
    address: Callable[[str], str],
    *,
    steps: Mapping[str, int] | None = None,
    left_out: int = 0,
) -> str:
    """Draw a graph, as a part of the `whole` one, by which families have their colours.

    `address` makes whole addresses of those that begin with a slash. `steps` as for `draw`; `left_out` is the
    number of nodes that are not in the graph for want of room.
    """
    if not graph.nodes:
        return render_to_string("map/no_picture.svg")
    drawing = draw(graph, signs_of(whole), steps=steps, found=set())
    left, top, *_size = drawing.box.split()
    shown = Picture(
        drawing=drawing,
        left=left,
        top=top,
        spots=[_spot(mark, address) for mark in drawing.marks],
        areas=[(area, HUES[area.sign.hue], area.zoom <= _SCALE) for area in drawing.areas],
        left_out=left_out,
        style=style(),
    )
    return _FORBIDDEN.sub("\ufffd", render_to_string("map/picture.svg", {"picture": shown}))


def _spot(mark: Mark, address: Callable[[str], str]) -> Spot:
    whole = address(mark.address) if mark.address else ""
    colour = HUES[mark.sign.hue]
    if mark.label.zoom > _SCALE and not mark.is_middle:
        return Spot(mark, whole, colour)
    before, aside, under = SIDES[mark.label.side]
    anchor = {0.0: "start", 1.0: "end"}.get(before, "middle")
    return Spot(mark, whole, colour, aside, under + _BASELINE, anchor)


@cache
def style() -> SafeString:
    """What the picture looks like on dark paper."""
    hues = "".join(
        f".h{number}{{fill:{colour}}}.e{number}{{stroke:{colour}}}"
        for number, colour in enumerate(HUES_ON_DARK)
    )
    return SafeString(
        "@media (prefers-color-scheme:dark){"
        ".paper{fill:#252826}.ink{fill:#e9e6de;stroke:#252826}.quiet{fill:#aaa69b;stroke:#252826}"
        f".line{{stroke:#e9e6de}}.head{{fill:#aaa69b}}.ring{{stroke:#383b38}}{hues}"
        ".mark{stroke:#252826}.name{fill:#252826}}"
    )


@cache
def style_source() -> str:
    """What a Content-Security-Policy calls the style of pictures."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"'sha256-{digest}'"
