"""Shares of both waves as places on a line, drawn by `compare_parts.html.j2`; colours are classes of `compare.css`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from themescout.comparison.model import Row, Share

WIDTH, HEIGHT = 200.0, 34.0
EDGE = 7.0  # room for a dot at 0 and at 100 %
TICKS = tuple(EDGE + share * (WIDTH - 2 * EDGE) for share in (0.0, 0.25, 0.5, 0.75, 1.0))
_UPPER, _LOWER = 11.0, 23.0  # heights of the old and of the new wave


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One wave: its share and the ends of its interval, in units of the sheet from the left; `y` counts downwards."""

    css: str
    y: float
    at: float
    low: float
    high: float


def ends(row: Row) -> tuple[End, ...]:
    """Both ends of a dumbbell, the old wave first; a wave without informants has none."""
    both = (("old", _UPPER, row.old), ("new", _LOWER, row.new))
    return tuple(_end(css, y, share) for css, y, share in both if share.total)


def _end(css: str, y: float, share: Share) -> End:
    return End(css=css, y=y, at=_place(share.value), low=_place(share.low), high=_place(share.high))


def _place(share: float) -> float:
    return round(EDGE + min(max(share, 0.0), 1.0) * (WIDTH - 2 * EDGE), 1)
