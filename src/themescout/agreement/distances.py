"""Distances between sets of labels, 0 (the same) to 1 (nothing in common)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from themescout.agreement.figures import Floats

    Labels = frozenset[str]


def jaccard(one: Labels, two: Labels) -> float:
    """1 - what is in both / what is in either; two empty sets are the same."""
    either = one | two
    return 1 - len(one & two) / len(either) if either else 0.0


def masi(one: Labels, two: Labels) -> float:
    """MASI (Passonneau 2006, LREC): Jaccard's similarity times 1, 2/3, 1/3 or 0.

    1 where the sets are the same, 2/3 where one holds the other, 1/3 where they overlap, 0 where they share nothing.
    """
    if one == two:
        return 0.0
    if not one & two:
        return 1.0
    weight = 2 / 3 if one <= two or two <= one else 1 / 3
    return 1 - weight * (1 - jaccard(one, two))


def matrix(sets: Sequence[Labels], distance: Callable[[Labels, Labels], float]) -> Floats:
    """The distances between all of `sets`, shape (sets, sets)."""
    made = np.zeros((len(sets), len(sets)))
    for i, one in enumerate(sets):
        for j in range(i):
            made[i, j] = made[j, i] = distance(one, sets[j])
    return made
