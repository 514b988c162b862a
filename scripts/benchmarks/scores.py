"""How well a grouping agrees with what people coded, and with another grouping.

Everywhere, the rows in no theme (-1) count as one group of their own: leaving hard rows out does not raise a score.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, v_measure_score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.sets import CodedSet

FEWEST_USES = 5  # of a code that can count as recovered or not
RECOVERED = 0.5  # F1 from which it does


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One grouping against the human codes; rows without code are left out of all but the first two.

    `ami` and `v` are against the first code of each row, the `top_` ones against the topmost code above it (None
    where the codebook has no levels); `recovered` is a share of codes, 0..1 (None where no code is used enough).
    """

    themes: int
    unassigned: float
    ami: float
    v: float
    top_ami: float | None
    top_v: float | None
    recovered: float | None


def scores(coded: CodedSet, labels: NDArray[np.intp]) -> Scores:
    """Scores of `labels`, shape (rows of the set,), -1 = in no theme."""
    rows = coded.coded
    first = [coded.codes[row][0] for row in rows]
    top = [coded.topmost(code) for code in first]
    found = labels[rows]
    levels = top != first
    return Scores(
        themes=len(np.unique(labels[labels >= 0])),
        unassigned=float((labels < 0).mean()),
        ami=ami(first, found),
        v=float(v_measure_score(first, found)),
        top_ami=ami(top, found) if levels else None,
        top_v=float(v_measure_score(top, found)) if levels else None,
        recovered=recovered([coded.codes[row] for row in rows], found),
    )


def ami(codes: Sequence[str], labels: NDArray[np.intp]) -> float:
    """Adjusted mutual information (Vinh, Epps & Bailey 2010), at most 1; 0 is chance."""
    return float(adjusted_mutual_info_score(codes, labels))


def recovered(codes: Sequence[Sequence[str]], labels: NDArray[np.intp]) -> float | None:
    """Share of the codes with at least 5 uses, first or not, for which some theme has F1 ≥ 0.5; None without such."""
    names = sorted({code for given in codes for code in given})
    uses = np.asarray([[name in given for name in names] for given in codes], bool).reshape(len(codes), len(names))
    counts = uses.sum(axis=0)
    enough = counts >= FEWEST_USES
    if not enough.any():
        return None
    themes = np.unique(labels[labels >= 0])
    members = labels[:, None] == themes[None, :]
    # F1 of a theme for a code is twice the shared rows by the sum of both sizes.
    shared = uses[:, enough].T.astype(np.float64) @ members.astype(np.float64)
    f1 = 2 * shared / (counts[enough][:, None] + members.sum(axis=0)[None, :])
    return float((f1.max(axis=1, initial=0.0) >= RECOVERED).mean())


def agreement(groupings: Sequence[NDArray[np.intp]]) -> float | None:
    """Mean adjusted Rand index over the pairs of groupings of the same rows; None for fewer than two."""
    pairs = [float(adjusted_rand_score(one, other)) for one, other in combinations(groupings, 2)]
    return float(np.mean(pairs)) if pairs else None
