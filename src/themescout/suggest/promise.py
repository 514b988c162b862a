"""Prediction sets: which codes to name so that the right one is among them with a chosen probability.

Split conformal prediction (Vovk, Gammerman & Shafer 2005; Angelopoulos & Bates 2023, doi 10.1561/2200000101) with
segments whose interviews were left out of the fit in the part of the calibration set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

COVERAGE = 0.9
FEWEST = 40  # coded segments from which a promise is made


def threshold(shares: NDArray[np.float64], truth: NDArray[np.float64], coverage: float = COVERAGE) -> float | None:
    """Share from which a code belongs to the set, so that `coverage` of a segment's codes are in it on average.

    Args:
        shares: shape (n, codes), of segments left out of the fit.
        truth: shape (n, codes), 0 or 1; rows with no 1 are not used. A segment with several codes counts once.
        coverage: 0..1.

    Returns:
        None where there are too few coded segments to promise anything.
    """
    rows, codes = np.nonzero(truth)
    segments = int((truth.sum(axis=1) > 0).sum())
    if segments < FEWEST:
        return None
    weights = 1.0 / truth.sum(axis=1)[rows]
    right = shares[rows, codes]
    order = np.argsort(right, kind="stable")
    # One more segment, the one that is asked about, may lie anywhere.
    below = np.cumsum(weights[order]) / (segments + 1)
    place = int(np.searchsorted(below, 1.0 - coverage))
    return float(right[order][min(place, len(order) - 1)])
