"""Tables for the terminal that are Markdown at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTHING = "–"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with columns as wide as their widest cell; the first is set left, the others right."""
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *others = (pair for pair in zip(cells, widths, strict=True))
        return "| " + " | ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]) + " |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(heads), line(rule), *(line(row) for row in rows)])


def figure(value: float | None, digits: int = 3) -> str:
    """A number with so many decimals; a dash for None."""
    return NOTHING if value is None else f"{value:.{digits}f}"


def share(value: float | None) -> str:
    """A share 0..1 in per cent with one decimal; a dash for None."""
    return NOTHING if value is None else f"{100 * value:.1f} %"
