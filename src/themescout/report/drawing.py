"""The map as the page draws it: places in pixels, names that do not cover one another, words for each mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.candidates import NO_THEME
from themescout.report import contents as wording
from themescout.report import marks, picture
from themescout.report.marks import SHAPES, Box
from themescout.report.themes import number

if TYPE_CHECKING:
    from themescout.report.picture import Dot, Picture
    from themescout.report.themes import Themes

_WIDTH = 720.0  # pixels of the map on a wide screen
_EDGE = 16.0
_QUOTE = 280  # characters of a quote beside its mark
_NAMED = 10  # themes whose names are on the map; of the others only the numbers
_NAME = 26  # characters of a name on the map
_LETTER, _LINE = 6.9, 17.0  # pixels of a letter and of a line of a name, about
_MANY = 1_000  # dots from which they are drawn smaller


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A dot: x and y in pixels, `left` and `top` the same in per cent; words that are shown on request."""

    dot: Dot
    x: float
    y: float
    left: float
    top: float
    side: str
    quote: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A theme's number and (for the largest ones, else "") its title, in the middle of its dots, in pixels."""

    tag: str
    title: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMap:
    """All of it; sizes in pixels."""

    width: float
    height: float
    radius: float
    marks: tuple[Mark, ...]
    names: tuple[Name, ...]
    shapes: tuple[str, ...] = SHAPES


def page_map(found: Themes, drawn: Picture) -> PageMap:
    """The map of the page; without marks where there is none."""
    inner = _WIDTH - 2 * _EDGE
    height = round(drawn.height * inner + 2 * _EDGE, 1)
    return PageMap(
        width=_WIDTH,
        height=height,
        radius=4.0 if len(drawn.dots) <= _MANY else 2.6,
        marks=tuple(_mark(dot, inner, height) for dot in drawn.dots),
        names=_names(found, drawn, inner, height),
    )


def _mark(dot: Dot, inner: float, height: float) -> Mark:
    x, y = _EDGE + dot.x * inner, _EDGE + dot.y * inner
    theme = "in no theme" if dot.theme == NO_THEME else f"{number(dot.theme)} {dot.title}"
    return Mark(
        dot=dot,
        x=round(x, 1),
        y=round(y, 1),
        left=round(100 * x / _WIDTH, 2),
        top=round(100 * y / height, 2),
        side=("r" if x > _WIDTH / 2 else "l") + ("b" if y > height / 2 else "t"),
        quote=picture.shortened(dot.quote.text, _QUOTE),
        source=f"{wording.speaker(dot.quote)} · {theme}",
    )


def _names(found: Themes, drawn: Picture, inner: float, height: float) -> tuple[Name, ...]:
    wanted, shown = [], []
    for i, view in enumerate(found.views if drawn.dots else ()):
        title = picture.shortened(view.theme.title, _NAME) if i < _NAMED else ""
        x, y = drawn.middle(view.theme.id)
        letters = len(view.number) + len(title) + 2
        wanted.append(Box(_EDGE + x * inner, _EDGE + y * inner, letters * _LETTER, _LINE))
        shown.append((view.number, title))
    return tuple(
        Name(tag=tag, title=title, x=round(box.x, 1), y=round(box.y, 1))
        for (tag, title), box in zip(shown, marks.apart(wanted, _WIDTH, height), strict=True)
    )
