"""Agreement on whole sets of labels: all that was given to a segment at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from themescout.agreement import alpha as alphas
from themescout.agreement import crossed, distances
from themescout.agreement.codes import NOTHING, ONE_VALUE
from themescout.agreement.figures import DRAWS, Figure, drawn, figure, numbered, pairable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.agreement.figures import Floats, Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAgreement:
    """How far coders agree on sets of labels, over the segments that at least two of them decided.

    Attributes:
        segments: number of them.
        informants: whose words they are.
        identical: share of pairs of decisions with the very same labels, 0..1.
        masi: Krippendorff's alpha with MASI distance.
        jaccard: the same with Jaccard's distance.
    """

    segments: int
    informants: int
    identical: Figure
    masi: Figure
    jaccard: Figure


def of_sets(
    ratings: Integers, sets: Sequence[frozenset[str]], groups: Integers, *, draws: int = DRAWS, seed: int = 0
) -> SetAgreement:
    """Agreement on sets.

    Args:
        ratings: place in `sets`, -1 = not decided; shape (segments, coders).
        sets: all different; the empty set is a value as any other: nothing to code.
        groups: a number for each segment's informant, shape (segments,).
        draws: of informants, for the intervals.
        seed: of the draws.
    """
    kept = pairable(ratings)
    ratings = ratings[kept]
    numbers, informants = numbered(groups[kept])
    if not len(ratings):
        blank = Figure(value=None, why=NOTHING)
        return SetAgreement(segments=0, informants=0, identical=blank, masi=blank, jaccard=blank)
    weights = drawn(informants, draws, seed)

    def measured(distance: Floats) -> Figure:
        sums = alphas.summed(ratings, numbers, informants, distance)
        value = float(alphas.alpha(sums, np.ones((1, informants)))[0])
        return figure(value, alphas.alpha(sums, weights), informants, ONE_VALUE)

    return SetAgreement(
        segments=len(ratings),
        informants=informants,
        identical=_identical(ratings, numbers, informants, weights),
        masi=measured(distances.matrix(sets, distances.masi)),
        jaccard=measured(distances.matrix(sets, distances.jaccard)),
    )


def _identical(ratings: Integers, numbers: Integers, informants: int, weights: Floats) -> Figure:
    """Only whether two sets are the same counts here, so that a table of "other" and "same" is enough."""
    tables = np.zeros((informants, 2, 2))
    for i, j in combinations(range(ratings.shape[1]), 2):
        both = (ratings[:, i] >= 0) & (ratings[:, j] >= 0)
        same = (ratings[both, i] == ratings[both, j]).astype(np.int64)
        tables += crossed.crossed(same, np.ones_like(same), numbers[both], (informants, 2))
    resampled = np.tensordot(weights, tables, axes=1)
    return figure(float(crossed.percent(tables.sum(0))), crossed.percent(resampled), informants, NOTHING)
