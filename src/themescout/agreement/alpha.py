"""Krippendorff's alpha for any distance between values, any number of coders and missing values."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from themescout.agreement.figures import MISSING, pairable

if TYPE_CHECKING:
    from themescout.agreement.figures import Floats, Integers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sums:
    """What alpha is made of, added up for each group of segments (each informant).

    Attributes:
        observed: distances between the values of one segment, shape (groups,).
        uses: how often each value was given in segments that two coders decided, shape (groups, values).
        distance: between values, symmetric, 0 on the diagonal, shape (values, values).
    """

    observed: Floats
    uses: Floats
    distance: Floats


def summed(ratings: Integers, groups: Integers, number: int, distance: Floats) -> Sums:
    """The sums over the segments of each of `number` groups; segments of one coder only do not count."""
    kept = pairable(ratings)
    ratings, groups = ratings[kept], groups[kept]
    there = ratings != MISSING
    apart = np.zeros(len(ratings))
    for i, j in combinations(range(ratings.shape[1]), 2):
        both = there[:, i] & there[:, j]
        apart[both] += 2 * distance[ratings[both, i], ratings[both, j]]
    observed = np.zeros(number)
    np.add.at(observed, groups, apart / (there.sum(1) - 1))
    uses = np.zeros((number, len(distance)))
    for j in range(ratings.shape[1]):
        np.add.at(uses, (groups[there[:, j]], ratings[there[:, j], j]), 1.0)
    return Sums(observed=observed, uses=uses, distance=distance)


def alpha(sums: Sums, weights: Floats) -> Floats:
    """Alpha for each row of `weights`, which says how often each group counts, shape (draws, groups).

    1 - observed / expected disagreement (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"); nan where
    only one value was used.
    """
    observed, uses = weights @ sums.observed, weights @ sums.uses
    expected = np.einsum("dv,dv->d", uses @ sums.distance, uses)
    total = uses.sum(1)
    ratio: Floats = np.divide((total - 1) * observed, expected, out=np.full(len(total), np.nan), where=expected > 1e-12)
    return 1.0 - ratio


def nominal(values: int) -> Floats:
    """1 between different values, 0 between equal ones."""
    return 1.0 - np.eye(values)
