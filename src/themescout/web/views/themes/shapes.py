"""What goes over the wire about candidate themes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from themescout.candidates import NO_THEME, ThemeStatus
from themescout.report import marks
from themescout.report import themes as about_themes
from themescout.web.shapes import Id, Strict

if TYPE_CHECKING:
    from themescout.report.drawing import PageMap
    from themescout.report.picture import Picture
    from themescout.report.themes import ThemeView
    from themescout.review.board import Shown

Tag = Annotated[str, Field(pattern=r"^T[1-9][0-9]{0,8}$", examples=["T3"])]
Short = Annotated[str, Field(max_length=500)]
Segments = Annotated[list[Id], Field(max_length=5_000)]


class ThemeOut(Strict):
    """A theme in a list; `theme` is how people call it, `informants` are counted as in the report."""

    theme: str
    title: str
    label: str
    keywords: list[str]
    informants: int
    segments: int
    stability: str
    status: ThemeStatus
    tied: str


class ThemesOut(Strict):
    """Themes, largest first, discarded ones last. `seen` names the state; a decision brings it along."""

    seen: str
    themes: list[ThemeOut]
    loose: int


class MarkOut(Strict):
    """A segment on the map, in pixels; `theme` is a number from 0, -1 for none."""

    x: float
    y: float
    theme: int
    exemplar: bool
    segment: str
    said: str
    source: str


class NameOut(Strict):
    """A theme's name on the map, its middle in pixels."""

    theme: str
    title: str
    x: float
    y: float


class MapOut(Strict):
    """The map, or `missing`: why there is none. A theme's colour is its number modulo `colours`; so is its shape."""

    seen: str
    missing: str
    total: int
    width: float
    height: float
    radius: float
    colours: int
    shapes: list[str]
    marks: list[MarkOut]
    names: list[NameOut]


class OutcomeOut(Strict):
    """What was done, in a sentence; `theme` is the one to look at now, "none" for the segments in no theme."""

    sentence: str
    theme: str


class DecisionIn(Strict):
    """What comes with every decision about themes: the state of them that was seen, and a memo."""

    seen: Annotated[str, Field(max_length=100)]
    memo: Annotated[str, Field(max_length=10_000)] = ""


class BackIn(DecisionIn):
    """Undo or redo."""


class ThemeIn(DecisionIn):
    """A theme to be kept or discarded."""

    theme: Tag


class NameIn(ThemeIn):
    """A name for a theme."""

    name: Short


class MergeIn(DecisionIn):
    """Themes that go into another one."""

    into: Tag
    others: Annotated[list[Tag], Field(min_length=1, max_length=100)]


class SplitIn(ThemeIn):
    """A sub-theme, counted from 1, or some segments that become a theme of their own."""

    part: Annotated[int | None, Field(ge=1, le=1_000)] = None
    segments: Segments = Field(default_factory=list)


class MoveIn(DecisionIn):
    """Segments and where they go: a theme, or "none"."""

    theme: Tag | Literal["none"]
    segments: Annotated[Segments, Field(min_length=1)]


class TieIn(ThemeIn):
    """The code or category that a theme is tied to; "" unties it."""

    code: Short


class PromoteIn(ThemeIn):
    """The code that a theme becomes; what is "" is left to the theme."""

    name: Short = ""
    definition: Annotated[str, Field(max_length=10_000)] = ""
    under: Short = ""
    id: Annotated[str, Field(max_length=100)] = ""


def number(tag: str) -> int:
    """The number of a theme as the study counts, from 0; -1 for "none"."""
    return NO_THEME if tag == "none" else int(tag[1:]) - 1


def theme(view: ThemeView) -> ThemeOut:
    """One theme."""
    return ThemeOut(
        theme=view.number, title=view.theme.title, label=view.theme.label, keywords=list(view.theme.keywords),
        informants=view.theme.informants, segments=view.segments, stability=about_themes.stability(view),
        status=view.theme.status, tied=view.tied,
    )  # fmt: skip


def themes(shown: Shown) -> ThemesOut:
    """All themes."""
    found = shown.themes
    views = (*found.views, *found.discarded)
    return ThemesOut(seen=shown.seen, themes=[theme(view) for view in views], loose=len(found.loose))


def page_map(seen: str, picture: Picture, drawn: PageMap) -> MapOut:
    """The map."""
    return MapOut(
        seen=seen, missing=picture.missing, total=picture.total, width=drawn.width, height=drawn.height,
        radius=drawn.radius, colours=len(marks.LIGHT), shapes=list(drawn.shapes),
        marks=[
            MarkOut(
                x=mark.x, y=mark.y, theme=mark.dot.theme, exemplar=mark.dot.exemplar,
                segment=mark.dot.quote.segment, said=mark.quote, source=mark.source,
            )
            for mark in drawn.marks
        ],
        names=[NameOut(theme=name.tag, title=name.title, x=name.x, y=name.y) for name in drawn.names],
    )  # fmt: skip
