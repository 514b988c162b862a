"""Where things lie along an axis: in per cent on the page, which is as wide as the window, in pixels in a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """An axis from `left`, `width` wide, in pixels; without a width in per cent of whatever it is drawn in."""

    left: float = 0.0
    width: float | None = None

    def x(self, value: float) -> str:
        """Place of a value in 0..1, as SVG wants it."""
        if self.width is None:
            return f"{100 * value:.2f}%"
        return f"{self.left + value * self.width:.1f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line of an axis: its place in 0..1 and what stands there."""

    at: float
    said: str


FREE = Frame()
SHARES = tuple(Tick(at=part / 4, said=f"{25 * part} %") for part in range(5))
WHOLE = tuple(Tick(at=part / 4, said=f"{part / 4:g}") for part in range(5))


def upto(top: float) -> tuple[float, tuple[Tick, ...]]:
    """An end for an axis from 0 that holds `top`, and its ticks."""
    steps = (0.1, 0.2, 0.4, 0.5, 1.0, 1.5, 2.0)
    end = next((step for step in steps if step >= top), 2.0)
    parts = 4 if end in {0.2, 0.4, 1.0, 2.0} else 5 if end in {0.1, 0.5} else 3
    return end, tuple(Tick(at=part / parts, said=f"{end * part / parts:g}") for part in range(parts + 1))
