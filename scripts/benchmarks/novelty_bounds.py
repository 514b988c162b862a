"""Whether the bound on false discoveries holds, where nothing is new and where something is, and what it finds."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from benchmarks import novelty_methods as methods
from benchmarks.novelty_comparison import RATES, waves
from benchmarks.novelty_splits import nothing_new
from benchmarks.tables import share, table
from themescout.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.novelty_comparison import Comparison
    from benchmarks.sets import CodedSet

HEADS = (
    "set", "nothing new: splits with a find at 10 %", "95 % interval", "rows found in these",
    "codes left out: false, 10 %", "power, 10 %", "false, 20 %", "power, 20 %",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """Splits with nothing new: how many rows were found in each at 10 %, and out of how many on average."""

    found: tuple[int, ...]
    rows: float

    @property
    def wrong(self) -> int:
        """Number of splits in which something was found; their share is the false discovery rate."""
        return sum(count > 0 for count in self.found)


def without_news(coded: CodedSet, x: NDArray[np.float32], seeds: Sequence[int], old_share: float) -> Nothing:
    """Compare two parts of the same set as often as there are seeds."""
    counts, rows = [], []
    for seed in seeds:
        given = waves(coded, x, nothing_new(coded, seed, old_share), seed)
        counts.append(int((methods.ours(given).q <= RATES[0]).sum()))
        rows.append(len(given.new))
    print(f"{coded.name}: {len(counts)} splits with nothing new", file=sys.stderr)
    return Nothing(found=tuple(counts), rows=fmean(rows))


def bounds(every: Sequence[tuple[Comparison, Nothing]]) -> str:
    """One line a set."""
    lines = []
    for comparison, nothing in every:
        total = len(nothing.found)
        low, high = wilson(nothing.wrong, total)
        most = sorted(count for count in nothing.found if count)
        lines.append(
            [comparison.name, f"{nothing.wrong} of {total}", f"{100 * low:.1f}–{100 * high:.1f} %",
             f"{fmean(most):.1f} of {nothing.rows:.0f}" if most else "–", *_found(comparison)]
        )  # fmt: skip
    return "### Novelty: what is found, and how much of it is false\n\n" + table(HEADS, lines)


def _found(comparison: Comparison) -> list[str]:
    cells = []
    for rate in RATES:
        here = [each for each in comparison.found if each.rate == rate]
        cells += [share(fmean(each.false for each in here)), share(fmean(each.power for each in here))]
    return cells
