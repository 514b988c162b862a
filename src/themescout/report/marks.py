"""Marks of themes on maps: colour, shape and number, the same on the page and in the figure for the paper.

The colours were searched for so that the two most alike of a set differ by 26 (CIE 1976) at least for people with
full, red-blind, green-blind and blue-blind sight (simulated after Machado, Oliveira and Fernandes 2009), and each has
a contrast of 3:1 with its ground (WCAG 2.2, 1.4.11). There are six of them and five shapes, so 30 marks in all; then
they begin again. Numbers never do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LIGHT = ("#0072b2", "#e5165b", "#1f1f1f", "#cc6d22", "#642dd3", "#930809")
DARK = ("#56b4e9", "#91c23c", "#f2f2f2", "#e1af94", "#6c5efb", "#0d7b19")
LOOSE_LIGHT = "#a5a59e"
LOOSE_DARK = "#6b6a64"
# Outlines round the middle, of about the same area as a circle of radius 1.
SHAPES = (
    "M-1 0A1 1 0 1 0 1 0A1 1 0 1 0-1 0Z",
    "M-.89-.89H.89V.89H-.89Z",
    "M0-1.4L1.21.7H-1.21Z",
    "M0-1.25L1.25 0L0 1.25L-1.25 0Z",
    "M-.4-1.2H.4V-.4H1.2V.4H.4V1.2H-.4V.4H-1.2V-.4H-.4Z",
)
_STEPS = (0.0, -1.0, 1.0, -2.0, 2.0, -3.0, 3.0, -4.0, 4.0)  # heights of a name by which it may be moved
_SIDES = (0.0, -0.35, 0.35)  # widths of a name by which it may be moved


def colour(theme: int) -> int:
    """Which of the colours the theme with this number has."""
    return theme % len(LIGHT)


def shape(theme: int) -> int:
    """Which of the shapes it has."""
    return theme % len(SHAPES)


@dataclass(frozen=True, slots=True)
class Box:
    """A name on a map: its middle and its size, in one unit, whichever."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        """Whether the two cover each other somewhere."""
        across = 2 * abs(self.x - other.x) < self.width + other.width
        return across and 2 * abs(self.y - other.y) < self.height + other.height


def apart(wanted: Sequence[Box], width: float, height: float) -> tuple[Box, ...]:
    """The boxes moved a little where they would cover one another, within 0..width and 0..height.

    The first ones come first: they stay where they are wanted. One that finds no free place near by stays too.
    """
    placed: list[Box] = []
    for box in wanted:
        tries = [_within(Box(box.x + i * box.width, box.y + j * box.height, box.width, box.height), width, height)
                 for j in _STEPS for i in _SIDES]  # fmt: skip
        free = (item for item in tries if not any(item.meets(other) for other in placed))
        placed.append(next(free, tries[0]))
    return tuple(placed)


def _within(box: Box, width: float, height: float) -> Box:
    x = min(max(box.x, box.width / 2), width - box.width / 2)
    y = min(max(box.y, box.height / 2), height - box.height / 2)
    return Box(x, y, box.width, box.height)
