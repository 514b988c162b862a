"""The comparison as one HTML file that loads nothing and needs no script, and its figures as files of their own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from themescout.candidates import NO_THEME
from themescout.comparison.model import AID
from themescout.comparison.pages import figures as drawing
from themescout.comparison.pages import words
from themescout.comparison.pages.frames import FREE
from themescout.comparison.pages.panels import panels
from themescout.report import contents as wording
from themescout.report import html, marks, picture, summary
from themescout.report.themes import number
from themescout.text import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

    from themescout.comparison.model import Comparison
    from themescout.comparison.pages.figures import Figure

QUOTE_LIMIT = 2_000  # characters of one quote
NOVEL_SHOWN = 12  # novel segments that are seen at once
NOVEL_LIMIT = 400  # behind "more"; the rest is in the tables

_TEMPLATES = Path(__file__).parent / "templates"


def render(found: Comparison) -> str:
    """The whole page; the same comparison gives the same page."""
    drawn = {figure.key: figure for figure in drawing.figures(found)}
    return _environment().get_template("compare.html.j2").render(
        found=found,
        figures=drawn,
        panels=panels(found),
        numbers={key: i for i, key in enumerate(drawn, start=1)},
        wording=wording,
        free=FREE,
        novel_shown=NOVEL_SHOWN,
        novel_limit=NOVEL_LIMIT,
        candidates={item.theme for item in found.candidates},
        software=f"themescout {summary.installed('themescout')}",
    )  # fmt: skip


def svg(figure: Figure, found: Comparison) -> str:
    """A figure as a file of its own, for a paper: on white, without a title."""
    source = _environment().get_template("figure.svg.j2").render(figure=figure, found=found, sizes=drawing)
    # What XML cannot hold must not make the file unreadable.
    return normalise(source)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  # only a page needs it

    environment = Environment(
        loader=FileSystemLoader([_TEMPLATES, Path(html.__file__).parent / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= _filters()
    environment.globals |= {"words": words, "AID": AID, "shapes": marks.SHAPES, "no_theme": NO_THEME}
    return environment


def _filters() -> Mapping[str, Any]:
    return {
        "number": lambda value: f"{value:,}",
        "place": wording.place,
        "speaker": wording.speaker,
        "tag": number,
        "short": picture.shortened,
        "colour": marks.colour,
        "shape": marks.shape,
        "clipped": _clipped,
        "sentence": lambda text: text[:1].upper() + text[1:],
    }


def _clipped(text: str) -> Mapping[str, object]:
    """The beginning of a text that is printed, and how many characters are not."""
    return {"text": text[:QUOTE_LIMIT], "missing": max(0, len(text) - QUOTE_LIMIT)}
