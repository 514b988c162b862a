"""The figures of a comparison: what they are called, what stands below them, and each as an SVG file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.comparison.model import AID
from themescout.comparison.pages import words
from themescout.comparison.pages.dumbbell import Bar, bars, named
from themescout.comparison.pages.frames import SHARES, Frame, Tick
from themescout.comparison.pages.gauge import Gauge, drifts, whole
from themescout.comparison.pages.panels import panels
from themescout.comparison.pages.plane import READING, Plane, plane
from themescout.comparison.pages.strip import Strip, strip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.comparison.model import Comparison

Drawn = tuple[Bar, ...] | Gauge | Strip | Plane

WIDTH = 720.0  # pixels of a figure in a file
LEFT, RIGHT = 250.0, 96.0  # of it, for names and for numbers
BAR, NEEDLE, AXIS = 26.0, 26.0, 26.0  # pixels of height
GAP = 8.0  # between lanes
TITLE = 38  # characters of a name in a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure.

    Attributes:
        key: short name for files and links, unique in a comparison.
        kind: "dumbbell", "gauge", "strip" or "map".
        title: what it shows.
        caption: how to read it.
        drawn: what is drawn.
        ticks: of its axis.
        height: pixels in a file.
    """

    key: str
    kind: str
    title: str
    caption: str
    drawn: Drawn
    ticks: tuple[Tick, ...] = ()
    height: float = 0.0

    @property
    def frame(self) -> Frame:
        """The axis in a file."""
        return Frame(LEFT, WIDTH - LEFT - RIGHT)


def figures(found: Comparison) -> tuple[Figure, ...]:
    """All figures that there is something to draw for, in the order of the page."""
    made = [_novelty(found)] if found.placed and found.old else []
    waves = "in both waves" if found.old else "in the new interviews"
    made += [
        _shares(f"heard-{panel.key}", f"{panel.title} {waves}", bars(panel.drawn), found)
        for panel in panels(found)
        if panel.drawn
    ]
    if found.baseline:
        made.append(_shares("baseline", "What the earlier study names", named(found.baseline), found))
    if found.meanings:
        made.append(_gauge("meaning", "Drift of each theme", _DRIFT, drifts(found.meanings)))
    if found.profile is not None:
        made.append(_gauge("whole", "How alike both waves are", _WHOLE, whole(found.profile)))
    if found.points:
        drawn = plane(found)
        title = "Map of earlier and new segments"
        made.append(Figure(key="map", kind="map", title=title, caption=READING, drawn=drawn, height=drawn.height))
    return tuple(made)


KEYS = (
    "novelty", "heard-barrier", "heard-research_question", "heard-neither", "heard-codes", "heard-themes", "baseline",
    "meaning", "whole", "map",
)  # fmt: skip

_NOVELTY = (
    "Each stroke is a segment of the new interviews, one line for each informant. The further to the right, the more "
    "unlike anything in the earlier interviews; the axis is the conformal p, from 1 to small, in powers of ten. Marks "
    "above a line are novel after correction for many comparisons; their shape and number say which candidate new "
    "theme they are in, a ring that they are in none. {aid}"
)
_DRIFT = (
    "Dot: distance of the centres of a theme's earlier and new segments. Band: what 95 % of draws within the earlier "
    "interviews stay below; line in it: the middle of them. A dot beyond the band is a reason to read both, no more."
)
_WHOLE = (
    "Dot: likeness, 0 (nothing in common) to 1 (the same). Band: 95 % of what comes out where waves are shuffled among "
    "the informants; line in it: the average. Whisker: 95 % where informants are drawn again."
)


def _novelty(found: Comparison) -> Figure:
    drawn = strip(found)
    height = AXIS + sum(lane.tall + GAP for lane in drawn.lanes)
    caption = _NOVELTY.format(aid=AID)
    title = "How unlike the earlier interviews each new segment is"
    return Figure(
        key="novelty", kind="strip", title=title, caption=caption, drawn=drawn, ticks=drawn.ticks, height=height
    )


def _shares(key: str, title: str, drawn: Sequence[Bar], found: Comparison) -> Figure:
    marks = [mark for bar in drawn for mark in (bar.old, bar.new) if mark]
    parts = ["Share of informants with its 95 % interval (Wilson)."]
    if any(bar.old for bar in drawn):
        parts.append(f"Square: {words.earlier(found)}; circle: {found.new.title}.")
    if any(mark.hollow for mark in marks):
        said = "placed by the machine" if key == "heard-themes" else "suggested by the machine, not confirmed"
        parts.append(f"Filled: confirmed by a person; hollow: {said}.")
    height = AXIS + BAR * len(drawn)
    caption = " ".join(parts)
    return Figure(
        key=key, kind="dumbbell", title=title, caption=caption, drawn=tuple(drawn), ticks=SHARES, height=height
    )


def _gauge(key: str, title: str, caption: str, drawn: Gauge) -> Figure:
    height = AXIS + NEEDLE * len(drawn.needles)
    return Figure(key=key, kind="gauge", title=title, caption=caption, drawn=drawn, ticks=drawn.ticks, height=height)
