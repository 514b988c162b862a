"""Which figures the view of progress has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from themescout.web.views.progress import charts
from themescout.web.views.progress.charts import Chart, Range

if TYPE_CHECKING:
    from themescout.review.progress.heard import Series
    from themescout.review.progress.influence import Agreement, Influence, Share
    from themescout.review.progress.overview import Progress
    from themescout.review.progress.timing import Pace, Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures; None where there is nothing to draw. `growth` has one for each series of two interviews or more."""

    days: Chart | None
    growth: tuple[tuple[Series, Chart], ...]
    agreement: Chart | None = None
    acceptance: Chart | None = None
    levels: Chart | None = None
    seconds: Chart | None = None


def figures(found: Progress) -> Figures:
    """Draw what there is."""
    days = _days(found)
    growth = tuple((one, drawn) for one in found.growth.series if (drawn := _growth(one)))
    if found.influence is None or found.timing is None:
        return Figures(days=days, growth=growth)
    return Figures(
        days=days, growth=growth, agreement=_agreement(found.influence.agreements), levels=_levels(found.influence),
        acceptance=_acceptance(found.influence), seconds=_seconds(found.timing),
    )  # fmt: skip


def short_day(iso: str) -> str:
    """A day for an axis: "27 Nov"."""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b}"


def _days(found: Progress) -> Chart | None:
    if not found.periods:
        return None
    what = "week" if found.weekly else "day"
    most = max(found.periods, key=lambda one: one.decisions)
    return charts.columns(
        [one.decisions for one in found.periods], [short_day(one.day) for one in found.periods],
        f"Decisions per {what}, {len(found.periods)} {what}s; most, {most.decisions}, {most.day}.",
        x_name="weeks, by their Monday" if found.weekly else "",
    )  # fmt: skip


def _growth(series: Series) -> Chart | None:
    real = [one.until for one in series.interviews]
    if len(real) < 2:
        return None
    label = (
        f"{series.name}: different codes after each interview, from {real[0]} to {real[-1]}. {series.result.sentence}"
    )
    return charts.growth(
        real, series.band.mean, series.band.low, series.band.high, label,
        base=series.result.base, reached=series.result.reached,
    )  # fmt: skip


def _row(name: str, share: Share, css: str) -> Range:
    return Range(name=name, value=share.share, low=share.low, high=share.high, css=css)


def _agreement(found: tuple[Agreement, ...]) -> Chart | None:
    label = next(one for one in found if one.what == "label")
    if not label.shown.total and not label.drawn.total:
        return None
    words = {"label": "label", "code": "code"}
    rows = [
        row
        for one in found
        for row in (
            _row(f"{words[one.what]}, suggestion seen", one.shown, "main"),
            _row(f"{words[one.what]}, not seen", one.drawn, "other"),
        )
    ]
    return charts.ranges(rows, f"Agreement with the machine. {label.sentence}", x_name="said the same as the machine")


def _acceptance(found: Influence) -> Chart | None:
    blocks = found.blocks
    if len(blocks) < 2:
        return None
    shares = [one.accepted / (one.last - one.first + 1) for one in blocks]
    said = f"Share of {blocks[-1].last} suggestions accepted, in order of deciding"
    return charts.over_time(
        [one.last for one in blocks], shares, [one.running for one in blocks],
        f"{said}; {100 * blocks[-1].running:.0f} % in all.",
    )  # fmt: skip


def _levels(found: Influence) -> Chart | None:
    used = [one for one in found.levels if one.shown.total or one.drawn.total]
    if not used:
        return None
    rows = [
        Range(
            name=f"p {one.low:g} to {one.high:g}", value=one.shown.share, low=one.shown.low, high=one.shown.high,
            mark=one.mean,
        )
        for one in used
    ]  # fmt: skip
    return charts.ranges(
        rows, "Share of seen suggestions that were accepted, by their probability; the table has the numbers.",
        x_name="accepted; upright line: mean probability",
    )  # fmt: skip


def _seconds(found: Timing) -> Chart | None:
    sides = (("suggestion seen", found.shown, "main"), ("not seen", found.drawn, "other"))
    rows = [_pace(name, pace, css) for name, pace, css in sides]
    if all(row.value is None for row in rows):
        return None
    most = max(row.high for row in rows)
    return charts.ranges(
        rows, f"Seconds per decision. {found.sentence}", high=most, x_name="seconds: median, middle half"
    )


def _pace(name: str, pace: Pace, css: str) -> Range:
    return Range(name=name, value=pace.median, low=pace.lower or 0.0, high=pace.upper or 0.0, css=css)
