"""Figures as places on a sheet, drawn as SVG by `figures.html.j2`. Numbers in, numbers out; no colours here.

Sheets are 480 units wide; y counts downwards. Colours and strokes are classes of `progress.css`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 480.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 14.0, 14.0, 34.0
ROW = 34.0  # height of a row of `ranges`
NAMES = 150.0  # width of their names
_TICKS = 8  # labels along an axis at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A label at a place of an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line, or the edge of an area: "x,y x,y …", and the class that it is drawn with."""

    points: str
    css: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    css: str = "bar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A dot, and the ends of a line through it where there is an interval."""

    x: float
    y: float
    css: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A figure: what lies behind, lines, dots, and the labels of both axes; `label` says in words what it shows."""

    label: str
    height: float
    x_name: str = ""
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()
    rows: tuple[Tick, ...] = ()
    boxes: tuple[Box, ...] = ()
    areas: tuple[Line, ...] = ()
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    rule: Tick | None = None
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP

    @property
    def width(self) -> float:
        """Of the sheet."""
        return WIDTH

    @property
    def floor(self) -> float:
        """Where the lower axis lies."""
        return self.height - BOTTOM


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A straight way from values to places: `low` lies at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value, to a tenth; what is outside lies at the end."""
        inside = min(max(value, self.low), self.high)
        reach = self.high - self.low or 1.0
        return round(self.start + (inside - self.low) / reach * (self.end - self.start), 1)


def round_steps(high: float) -> list[float]:
    """From 0 in equal steps of 1, 2 or 5 (and ten times that …) to the first that is not below `high`, three to six."""
    raw = max(high, 1.0) / 4
    size = 10 ** floor(log10(raw)) if raw >= 1 else 1
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw)
    return [step * i for i in range(ceil(max(high, 1.0) / step) + 1)]


def columns(values: Sequence[int], names: Sequence[str], label: str, *, x_name: str = "") -> Chart:
    """A column for each value."""
    steps = round_steps(max(values, default=0))
    height = 190.0
    y = Scale(low=0, high=steps[-1], start=height - BOTTOM, end=TOP)
    width = (WIDTH - LEFT - RIGHT) / max(1, len(values))
    gap = min(3.0, width / 5)
    thick = min(width - gap, 36.0)
    middles = [LEFT + width * (i + 0.5) for i in range(len(values))]
    boxes = [
        Box(x=round(middle - thick / 2, 1), y=y(value), width=round(thick, 1), height=round(y(0) - y(value), 1))
        for middle, value in zip(middles, values, strict=True)
        if value
    ]
    return Chart(
        label=label, height=height, boxes=tuple(boxes), y_ticks=_ticks(steps, y), x_name=x_name,
        x_ticks=_thinned(middles, names),
    )  # fmt: skip


def growth(
    real: Sequence[int], mean: Sequence[float], low: Sequence[float], high: Sequence[float], label: str,
    *, base: int, reached: int | None,
) -> Chart:  # fmt: skip
    """Numbers of codes after 1, 2, … interviews: in their order, and mean and band over random orders."""
    height, n = 250.0, len(real)
    steps = round_steps(max([*real, *high], default=0))
    x = Scale(low=1, high=max(2, n), start=LEFT + 12, end=WIDTH - RIGHT - 8)
    y = Scale(low=0, high=steps[-1], start=height - BOTTOM, end=TOP)
    there = _points(high, x, y)
    back = " ".join(reversed(_points(low, x, y).split()))
    end = x(min(base, n))
    return Chart(
        label=label, height=height, x_name="interviews, in order of import", y_ticks=_ticks(steps, y),
        x_ticks=_thinned([x(i + 1) for i in range(n)], [str(i + 1) for i in range(n)]),
        boxes=(Box(x=LEFT, y=TOP, width=round(end - LEFT, 1), height=round(height - BOTTOM - TOP, 1), css="base"),),
        areas=(Line(points=f"{there} {back}", css="band"),),
        lines=(Line(points=_points(mean, x, y), css="quiet"), Line(points=_points(real, x, y), css="main")),
        dots=tuple(Dot(x=x(i + 1), y=y(value), css="main") for i, value in enumerate(real)),
        rule=None if reached is None else Tick(at=x(reached), label=f"reached at {reached}"),
    )  # fmt: skip


def over_time(places: Sequence[int], shares: Sequence[float], running: Sequence[float], label: str) -> Chart:
    """Shares (0..1) of blocks that end at `places`, as dots, and the running share, as a line."""
    height = 220.0
    x = Scale(low=0, high=max(places, default=1), start=LEFT, end=WIDTH - RIGHT - 8)
    y = Scale(low=0, high=1, start=height - BOTTOM, end=TOP)
    steps = round_steps(max(places, default=1))
    line = " ".join(f"{x(i)},{y(value)}" for i, value in zip(places, running, strict=True))
    return Chart(
        label=label, height=height, x_name="suggestions, in order of deciding", y_ticks=_percents(y),
        x_ticks=tuple(Tick(at=x(step), label=f"{step:,.0f}") for step in steps if step <= x.high),
        lines=(Line(points=line, css="main"),),
        dots=tuple(Dot(x=x(i), y=y(value), css="quiet") for i, value in zip(places, shares, strict=True)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A row of a figure: value, interval, and the class of its dot; no dot where the value is None."""

    name: str
    value: float | None
    low: float
    high: float
    css: str = "main"
    mark: float | None = None


def ranges(rows: Sequence[Range], label: str, *, high: float | None = None, x_name: str = "") -> Chart:
    """A dot with its interval in each row; shares (0..1) as per cent where `high` is None, else from 0 to `high`."""
    height = TOP + ROW * len(rows) + BOTTOM
    steps = [0.0, 0.25, 0.5, 0.75, 1.0] if high is None else round_steps(high)
    x = Scale(low=0, high=steps[-1], start=NAMES, end=WIDTH - RIGHT - 8)
    places = [round(TOP + ROW * (i + 0.5), 1) for i in range(len(rows))]
    dots = [
        Dot(x=x(row.value), y=place, css=row.css, low=x(row.low), high=x(row.high))
        for row, place in zip(rows, places, strict=True)
        if row.value is not None
    ]
    marks = [
        Line(points=f"{x(row.mark)},{place - 9} {x(row.mark)},{place + 9}", css="mark")
        for row, place in zip(rows, places, strict=True)
        if row.mark is not None
    ]
    names = [f"{step:.0%}".replace("%", " %") if high is None else f"{step:g}" for step in steps]
    return Chart(
        label=label, height=height, left=NAMES, x_name=x_name, dots=tuple(dots), lines=tuple(marks),
        rows=tuple(Tick(at=place, label=row.name) for row, place in zip(rows, places, strict=True)),
        x_ticks=tuple(Tick(at=x(step), label=name) for step, name in zip(steps, names, strict=True)),
    )  # fmt: skip


def _points(values: Sequence[float], x: Scale, y: Scale) -> str:
    return " ".join(f"{x(i + 1)},{y(value)}" for i, value in enumerate(values))


def _ticks(steps: Sequence[float], y: Scale) -> tuple[Tick, ...]:
    return tuple(Tick(at=y(step), label=f"{step:,g}") for step in steps)


def _percents(y: Scale) -> tuple[Tick, ...]:
    return tuple(Tick(at=y(step / 100), label=f"{step} %") for step in (0, 25, 50, 75, 100))


def _thinned(places: Sequence[float], names: Sequence[str]) -> tuple[Tick, ...]:
    """As many labels as there is room for, the first one among them."""
    step = max(1, ceil(len(names) / _TICKS))
    return tuple(
        Tick(at=round(place, 1), label=name)
        for i, (place, name) in enumerate(zip(places, names, strict=True))
        if i % step == 0
    )
