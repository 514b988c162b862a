"""Shares of informants in both waves, one bar for each row, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.comparison.model import Basis
from themescout.report.themes import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.comparison.model import Named, Share
    from themescout.comparison.pages.panels import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A share in 0..1 with its interval; `hollow` where no person has confirmed it."""

    value: float
    low: float
    high: float
    hollow: bool
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row: `depth` as in `Line`; `strong` for categories; a mark is None where its wave has no informants."""

    tag: str
    title: str
    depth: int
    strong: bool
    old: Mark | None
    new: Mark | None
    outcome: str


def bars(lines: Sequence[Line]) -> tuple[Bar, ...]:
    """A bar for each line."""
    return tuple(
        Bar(
            tag=number(int(line.row.id)) if line.row.level == "theme" and line.row.id.isdecimal() else "",
            title=line.row.title,
            depth=line.depth,
            strong=line.row.level == "category",
            old=mark(line.row.old),
            new=mark(line.row.new),
            outcome=line.row.outcome,
        )
        for line in lines
    )


def named(items: Sequence[Named]) -> tuple[Bar, ...]:
    """A bar for each theme of a baseline: there is nothing but the new wave."""
    return tuple(
        Bar(
            tag="",
            title=item.theme,
            depth=0,
            strong=False,
            old=None,
            new=mark(item.new),
            outcome=item.outcome,
        )
        for item in items
    )


def mark(share: Share) -> Mark | None:
    """The mark of a share; None of nobody."""
    if not share.total:
        return None
    return Mark(
        value=share.value,
        low=share.low,
        high=share.high,
        hollow=share.basis is not Basis.CONFIRMED,
        said=f"{share.count}/{share.total}",
    )
