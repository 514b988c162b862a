"""One number beside the range in which it would lie by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.comparison.pages.frames import WHOLE, Tick, upto
from themescout.report.themes import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.comparison.model import Meaning, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Needle:
    """A number, its usual range and the middle of that, all in 0..1 of the axis; None where there is no range.

    `spread` is the interval of the number itself.
    """

    tag: str
    title: str
    value: float
    said: str
    low: float | None = None
    high: float | None = None
    middle: float | None = None
    spread: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """Numbers on one axis."""

    needles: tuple[Needle, ...]
    ticks: tuple[Tick, ...]


def drifts(meanings: Sequence[Meaning]) -> Gauge:
    """The drift of each theme, on one axis."""
    end, ticks = upto(max((max(item.drift, item.high or 0.0) for item in meanings), default=1.0))
    return Gauge(
        needles=tuple(
            Needle(
                tag=number(item.theme),
                title=item.title,
                value=item.drift / end,
                said=f"{item.drift:.2f}",
                low=None if item.high is None else 0.0,
                high=None if item.high is None else item.high / end,
                middle=None if item.usual is None else item.usual / end,
            )
            for item in meanings
        ),
        ticks=ticks,
    )


def whole(profile: Profile) -> Gauge:
    """The likeness of both waves beside what shuffling gives, and that of the mere lists of codes."""
    low, high = profile.shuffled
    return Gauge(
        needles=(
            Needle(
                tag="",
                title="Shares of all codes (weighted Jaccard)",
                value=profile.weighted,
                said=f"{profile.weighted:.2f}",
                low=low,
                high=high,
                middle=profile.expected,
            ),
            Needle(
                tag="",
                title="Codes heard at all (Jaccard)",
                value=profile.jaccard,
                said=f"{profile.jaccard:.2f}",
                spread=profile.interval,
            ),
        ),
        ticks=WHOLE,
    )
