"""The map of old and new segments, in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.candidates import NO_THEME
from themescout.report import marks
from themescout.report.marks import Box
from themescout.report.picture import shortened
from themescout.report.themes import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.comparison.model import Comparison, Point

WIDTH = 720.0
_EDGE = 16.0
_QUOTE = 240  # characters of a quote beside its mark
_NAME = 30  # characters of a candidate's title on the map
_LETTER, _LINE = 6.9, 17.0  # pixels of a letter and of a line of a name, about
READING = (
    "Each mark is a segment. Those close together are mostly alike, so look at which marks are neighbours: a group of "
    "new ones with hardly an earlier one among them is what a new theme looks like. Distances between groups, their "
    "sizes and the directions mean nothing, and nothing was found in this picture."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A segment: x and y in pixels; `look` is "old", "new", "novel" or, in a candidate, "candidate"."""

    x: float
    y: float
    look: str
    theme: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A candidate's number and title, above its dots."""

    tag: str
    title: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """All of it; sizes in pixels. Old dots come first, so that new ones lie above them."""

    width: float
    height: float
    dots: tuple[Dot, ...]
    names: tuple[Name, ...]


def plane(found: Comparison) -> Plane:
    """The map; without dots where there is none."""
    inner = WIDTH - 2 * _EDGE
    candidates = {item.theme for item in found.candidates}
    said = {item.quote.segment: shortened(item.quote.text, _QUOTE) for item in found.placed}
    dots = [
        Dot(
            x=round(_EDGE + point.x * inner, 1),
            y=round(_EDGE + point.y * inner, 1),
            look=_look(point, candidates),
            theme=point.theme if point.theme in candidates else NO_THEME,
            quote=said.get(point.segment, ""),
        )
        for point in found.points
    ]
    height = round(max((dot.y for dot in dots), default=WIDTH - _EDGE) + _EDGE, 1)
    order = ("old", "new", "novel", "candidate")
    dots.sort(key=lambda dot: order.index(dot.look))
    return Plane(width=WIDTH, height=height, dots=tuple(dots), names=_names(found, dots, height))


def _look(point: Point, candidates: set[int]) -> str:
    if point.wave == "old":
        return "old"
    if point.theme in candidates:
        return "candidate"
    return "novel" if point.novel else "new"


def _names(found: Comparison, dots: Sequence[Dot], height: float) -> tuple[Name, ...]:
    wanted, shown = [], []
    for item in found.candidates:
        mine = [dot for dot in dots if dot.look == "candidate" and dot.theme == item.theme]
        if mine:
            title = shortened(item.title, _NAME)
            tag = number(item.theme)
            x = sorted(dot.x for dot in mine)[len(mine) // 2]
            above = min(dot.y for dot in mine) - _LINE
            wanted.append(Box(x, above, (len(tag) + len(title) + 1) * _LETTER, _LINE))
            shown.append((tag, title))
    return tuple(
        Name(tag=tag, title=title, x=round(box.x, 1), y=round(box.y, 1))
        for (tag, title), box in zip(shown, marks.apart(wanted, WIDTH, height), strict=True)
    )
