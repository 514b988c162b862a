"""The map as a figure for a paper: SVG and PNG without a title, and the caption to go below it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from themescout.report import marks, picture
from themescout.report.files import replaced
from themescout.report.marks import Box
from themescout.report.themes import number
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from themescout.report.contents import Contents
    from themescout.report.picture import Dot
    from themescout.report.themes import ThemeView

_WIDTH = 7.2  # inches, the width of a page's text; the map takes the part below, the legend the rest
_MAP = 4.6
_DPI = 300  # what journals ask for
_LISTED = 30  # themes in the legend; the rest is counted
_TITLE = 34  # characters of a title in the legend
_MARKERS = ("o", "s", "^", "D", "P")  # matplotlib's names of `marks.SHAPES`
_INCH = 72  # points
_CAPTION = (
    "Figure. {shown} of informants' speech ({informants} informants, {interviews} interviews) in two dimensions (t-SNE "
    "of the vectors of {vectors}, cosine, seed {seed}). Colour, shape and number of a mark show its candidate theme; "
    "small grey marks are in no theme ({loose}). Numbers stand near the middle of their theme. {reading} Candidate "
    "themes are groups of similar passages that the machine found, not findings. Made by {software}.\n\n"
    "Themes, largest first:\n{themes}\n"
)


def write(folder: Path, contents: Contents) -> tuple[Path, ...]:
    """Write themes.svg, themes.png and their caption themes.txt; nothing where there is no map. Return the paths.

    The same contents give the same bytes.
    """
    if not contents.picture.dots:
        return ()
    from matplotlib import rc_context  # noqa: PLC0415  # a second to import, only a report needs it

    fixed: Any = {"svg.hashsalt": digest("themes"), "svg.fonttype": "none", "font.size": 8, "font.family": "sans-serif"}
    paths = (folder / "themes.svg", folder / "themes.png", folder / "themes.txt")
    with rc_context(fixed), warnings.catch_warnings():
        # A letter that matplotlib's font does not have is a box in the PNG; the SVG and the caption have it.
        warnings.filterwarnings("ignore", "Glyph .* missing")
        drawing = _drawing(contents)
        with replaced(paths[0]) as half:
            drawing.savefig(half, format="svg", metadata={"Date": None, "Creator": None})
        with replaced(paths[1]) as half:
            drawing.savefig(half, format="png", dpi=_DPI, metadata={"Software": None})
    with replaced(paths[2]) as half:
        half.write_text(caption(contents), encoding="utf-8", newline="\n")
    return paths


def caption(contents: Contents) -> str:
    """What stands below the figure, and the list of its numbers."""
    found, drawn = contents.themes, contents.picture
    dots = f"{len(drawn.dots):,} segments"
    loose = len(found.loose)
    return _CAPTION.format(
        shown=dots if len(drawn.dots) == drawn.total else f"{dots} (drawn at random from {drawn.total:,})",
        informants=f"{contents.findings.informants:,}",
        interviews=f"{len(contents.transcripts):,}",
        vectors=drawn.vectors,
        seed=drawn.seed,
        loose=f"{loose:,} segment{'' if loose == 1 else 's'}",
        reading=picture.READING,
        software=contents.method.software,
        themes="\n".join(f"{view.number}  {view.theme.title} ({view.segments:,} segments)" for view in found.views),
    )


def _drawing(contents: Contents) -> Any:
    from matplotlib.figure import Figure  # noqa: PLC0415  # a second to import, only a report needs it

    drawn = contents.picture
    high = max(1.5, _MAP * drawn.height)
    listed = min(len(contents.themes.views), _LISTED) + 2
    drawing = Figure(figsize=(_WIDTH, max(high, listed * 11 / _INCH)))
    height = drawing.get_figheight()
    axes = drawing.add_axes((0, 1 - high / height, _MAP / _WIDTH, high / height))
    axes.set_axis_off()
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(drawn.height + 0.02, -0.02)
    size = 9.0 if len(drawn.dots) <= 1_000 else 4.0
    _scatter(axes, [dot for dot in drawn.dots if dot.theme < 0], size / 3, marks.LOOSE_LIGHT, "o")
    for view in reversed(contents.themes.views):
        theme = view.theme.id
        mine = [dot for dot in drawn.dots if dot.theme == theme]
        _scatter(axes, mine, size, marks.LIGHT[marks.colour(theme)], _MARKERS[marks.shape(theme)])
    _numbers(axes, contents)
    _legend(drawing, contents)
    return drawing


def _scatter(axes: Any, dots: Sequence[Dot], size: float, colour: str, marker: str) -> None:
    places = [dot.x for dot in dots], [dot.y for dot in dots]
    axes.scatter(*places, s=size, c=colour, marker=marker, linewidths=0, clip_on=False)


def _numbers(axes: Any, contents: Contents) -> None:
    from matplotlib.patheffects import withStroke  # noqa: PLC0415  # a second to import, only a report needs it

    drawn, views = contents.picture, contents.themes.views
    wanted = [Box(*drawn.middle(view.theme.id), 0.02 + 0.02 * len(view.number), 0.04) for view in views]
    halo = [withStroke(linewidth=2.5, foreground="white")]
    for view, box in zip(views, marks.apart(wanted, 1.0, drawn.height), strict=True):
        axes.text(box.x, box.y, view.number, ha="center", va="center", weight="bold", size=9, path_effects=halo)


def _legend(drawing: Any, contents: Contents) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415  # a second to import, only a report needs it

    views, handles, names = contents.themes.views, [], []
    for view in views[:_LISTED]:
        theme = view.theme.id
        look: Any = {"marker": _MARKERS[marks.shape(theme)], "color": marks.LIGHT[marks.colour(theme)]}
        handles.append(Line2D([], [], linestyle="", markersize=5, markeredgewidth=0, **look))
        names.append(_entry(view))
    if len(views) > _LISTED:
        handles.append(Line2D([], [], linestyle=""))
        names.append(f"and {len(views) - _LISTED:,} more: see the caption")
    handles.append(Line2D([], [], linestyle="", marker="o", markersize=3, markeredgewidth=0, color=marks.LOOSE_LIGHT))
    names.append(f"in no theme ({len(contents.themes.loose):,})")
    legend = drawing.legend(
        handles, names, loc="upper left", bbox_to_anchor=((_MAP + 0.1) / _WIDTH, 1.0), frameon=False, fontsize=7,
        handletextpad=0.2, borderaxespad=0.2, labelspacing=0.35,
    )  # fmt: skip
    for text in legend.get_texts():
        text.set_parse_math(False)  # a dollar sign is a dollar sign


def _entry(view: ThemeView) -> str:
    return f"{number(view.theme.id)}  {picture.shortened(view.theme.title, _TITLE)} ({view.segments:,})"
