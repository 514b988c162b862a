"""How good suggestions are: figures of one pass over all held-out segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import f1_score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.suggestions_methods import Prediction

BINS = 15  # of equal width, of the calibration error


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """All shares are 0..1; None where a method does not say what the figure needs.

    Attributes:
        first: share of segments whose first suggestion is a code of the human.
        among_three: share of segments with a code of the human among the first three.
        precision: mean average precision over the segments.
        f1: macro-F1 over the codes; a segment's only predicted code is the first, its codes are all the human's.
        error: expected calibration error of the first suggestion's probability.
        coverage: mean share of a segment's human codes that are in its 90 % set, of the segments that have one.
        size: mean number of codes in those sets.
    """

    first: float
    among_three: float
    precision: float
    f1: float
    error: float | None
    coverage: float | None
    size: float | None


def scores(truth: NDArray[np.bool_], found: Prediction) -> Scores:
    """Figures for n segments; `truth` has shape (n, codes), each row at least one code."""
    order = np.argsort(-found.scores, axis=1, kind="stable")
    hits = np.take_along_axis(truth, order, axis=1)
    first = np.eye(truth.shape[1], dtype=bool)[order[:, 0]]
    coverage, size = sets(truth, found.sets)
    return Scores(
        first=float(hits[:, 0].mean()),
        among_three=float(hits[:, :3].any(axis=1).mean()),
        precision=average_precision(hits),
        f1=float(f1_score(truth, first, average="macro", zero_division=0)),
        error=None if found.p is None else calibration_error(found.p, hits[:, 0]),
        coverage=coverage,
        size=size,
    )


def average_precision(hits: NDArray[np.bool_]) -> float:
    """Mean over the rows of the precision at each hit; `hits` has the surest code in its first column."""
    precision = np.cumsum(hits, axis=1) / np.arange(1, hits.shape[1] + 1)
    return float(((precision * hits).sum(axis=1) / hits.sum(axis=1)).mean())


def calibration_error(p: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Mean distance between probability and share right over bins of equal width, weighted by size."""
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    gaps = [abs(float((p[bins == i] - right[bins == i]).sum())) for i in range(BINS)]
    return sum(gaps) / len(p)


def sets(truth: NDArray[np.bool_], found: Sequence[tuple[int, ...] | None] | None) -> tuple[float | None, float | None]:
    """Coverage and mean size of the sets that are promised; None where none is."""
    pairs = [(row, chosen) for row, chosen in zip(truth, found or (), strict=False) if chosen is not None]
    if not pairs:
        return None, None
    covered = [row[list(chosen)].sum() / row.sum() for row, chosen in pairs]
    return float(np.mean(covered)), float(np.mean([len(chosen) for _, chosen in pairs]))
