"""Agreement on one code: given or not given, segment by segment."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from themescout.agreement import alpha as alphas
from themescout.agreement import crossed
from themescout.agreement.figures import DRAWS, MISSING, Figure, drawn, figure, numbered, pairable

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.agreement.figures import Floats, Integers

LEAST = 5  # segments with a code from which on coefficients are shown; below, one segment more or less decides
TOO_FEW = f"Counts only: fewer than {LEAST} segments have it."
NOTHING = "No segment was decided by two coders."
ONE_VALUE = "Not defined: only one value was used."
_PAIRS_ONLY = "It compares two coders: choose a pair."


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAgreement:
    """How far coders agree on one code, over the segments that at least two of them decided.

    Attributes:
        segments: number of them.
        informants: whose words they are.
        positives: segments to which at least one coder gave the code.
        unanimous: segments to which all who decided gave it.
        both: of two coders: segments to which both gave it; None for more coders, as the next three.
        first: only the first.
        second: only the second.
        neither: neither of them.
        prevalence: share of all decisions that gave the code, 0..1; None without a segment.
        percent: share of pairs of decisions that agree, 0..1.
        positive: 2a / (2a + b + c): the same among decisions that gave it.
        negative: among decisions that did not.
        kappa: Cohen's, of two coders only.
        ac1: Gwet's, of two coders only.
        alpha: Krippendorff's, nominal, of all coders.
    """

    segments: int
    informants: int
    positives: int
    unanimous: int
    both: int | None
    first: int | None
    second: int | None
    neither: int | None
    prevalence: float | None
    percent: Figure
    positive: Figure
    negative: Figure
    kappa: Figure
    ac1: Figure
    alpha: Figure


def of_code(
    ratings: Integers, groups: Integers, *, draws: int = DRAWS, seed: int = 0, least: int = LEAST
) -> CodeAgreement:
    """Agreement on one code.

    Args:
        ratings: 1 given, 0 not given, -1 not decided; shape (segments, coders).
        groups: a number for each segment's informant, shape (segments,).
        draws: of informants, for the intervals.
        seed: of the draws.
        least: coefficients are left out where fewer segments have the code.
    """
    kept = pairable(ratings)
    ratings = ratings[kept]
    numbers, informants = numbered(groups[kept])
    given = (ratings == 1).sum(1)
    positives = int((given > 0).sum())
    decided = int((ratings != MISSING).sum())
    tables = _tables(ratings, numbers, informants)
    counts = _counts(tables.sum(0)) if ratings.shape[1] == 2 else (None, None, None, None)
    if len(ratings) == 0 or positives < least:
        blank = Figure(value=None, why=TOO_FEW if len(ratings) else NOTHING)
        figures = dict.fromkeys(("percent", "positive", "negative", "kappa", "ac1", "alpha"), blank)
    else:
        figures = _figures(ratings, numbers, tables, drawn(informants, draws, seed))
    return CodeAgreement(
        segments=len(ratings), informants=informants, positives=positives,
        unanimous=int((given == (ratings != MISSING).sum(1)).sum()),
        both=counts[0], first=counts[1], second=counts[2], neither=counts[3],
        prevalence=float(given.sum() / decided) if decided else None, **figures,
    )  # fmt: skip


def _figures(ratings: Integers, numbers: Integers, tables: Floats, weights: Floats) -> dict[str, Figure]:
    informants = len(tables)
    whole, resampled = tables.sum(0), np.tensordot(weights, tables, axes=1)

    def measured(measure: Callable[[Floats], Floats], undefined: str) -> Figure:
        return figure(float(measure(whole)), measure(resampled), informants, undefined)

    sums = alphas.summed(ratings, numbers, informants, alphas.nominal(2))
    value = float(alphas.alpha(sums, np.ones((1, informants)))[0])
    made = {
        "percent": measured(crossed.percent, NOTHING),
        "positive": measured(crossed.positive, "Not defined: nobody gave it."),
        "negative": measured(crossed.negative, "Not defined: everybody gave it everywhere."),
        "kappa": measured(crossed.kappa, ONE_VALUE),
        "ac1": measured(crossed.ac1, ONE_VALUE),
        "alpha": figure(value, alphas.alpha(sums, weights), informants, ONE_VALUE),
    }
    if ratings.shape[1] == 2:
        return made
    blank = Figure(value=None, why=_PAIRS_ONLY)
    return {**made, "kappa": blank, "ac1": blank}


def _tables(ratings: Integers, numbers: Integers, informants: int) -> Floats:
    """Tables of 0 and 1 for each informant, added up over all pairs of coders."""
    made = np.zeros((informants, 2, 2))
    for i, j in combinations(range(ratings.shape[1]), 2):
        made += crossed.crossed(ratings[:, i], ratings[:, j], numbers, (informants, 2))
    return made


def _counts(table: Floats) -> tuple[int, int, int, int]:
    """Both, only the first, only the second, neither."""
    return int(table[1, 1]), int(table[1, 0]), int(table[0, 1]), int(table[0, 0])
