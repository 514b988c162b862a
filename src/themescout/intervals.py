"""Intervals for shares, differences of shares and medians, for numbers as small as those of interview studies."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Interval = tuple[float, float]
ROUNDS = 2000  # of a bootstrap; the ends of a 95 % interval then rest on fifty draws each


def wilson(count: int, total: int, confidence: float = 0.95) -> Interval:
    """The score interval of a share, 0..1 at both ends (Wilson 1927); (0, 1) where `total` is 0.

    Unlike count/total ± 2 standard errors it never leaves 0..1 and is not empty at 0 of n and n of n.
    """
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total}")
    if not total:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, square = count / total, z * z
    middle = (share + square / (2 * total)) / (1 + square / total)
    reach = z * sqrt(share * (1 - share) / total + square / (4 * total * total)) / (1 + square / total)
    # At the ends the two terms cancel, but for the last bits.
    return (0.0 if count == 0 else middle - reach), (1.0 if count == total else middle + reach)


def newcombe(first: tuple[int, int], second: tuple[int, int], confidence: float = 0.95) -> Interval:
    """The interval of the first share less the second, -1..1; each is (count, total) with a total above 0.

    Method 10 of Newcombe 1998 ("Interval estimation for the difference between independent proportions", Statistics in
    Medicine 17:873-890): the Wilson intervals of both, put together.
    """
    share, other = first[0] / first[1], second[0] / second[1]
    (low, high), (other_low, other_high) = wilson(*first, confidence), wilson(*second, confidence)
    difference = share - other
    return (
        difference - sqrt((share - low) ** 2 + (other_high - other) ** 2),
        difference + sqrt((high - share) ** 2 + (other - other_low) ** 2),
    )


def difference_over_groups(
    counts: NDArray[np.int64], *, seed: int, rounds: int = ROUNDS, confidence: float = 0.95
) -> Interval | None:
    """The interval of a difference of two shares where whole groups are drawn again, not single cases.

    Cases of one group (segments of one person) are not independent; drawing groups keeps them together (percentile
    bootstrap). None where a side is empty in more than one draw of twenty.

    Args:
        counts: shape (groups, 4): count and total of the first share, count and total of the second, of each group.
        seed: of the draws.
        rounds: number of draws.
        confidence: above 0, below 1.
    """
    groups = len(counts)
    if not groups:
        return None
    taken = np.random.default_rng(seed).multinomial(groups, np.full(groups, 1 / groups), size=rounds)
    sums = taken @ counts
    sums = sums[(sums[:, 1] > 0) & (sums[:, 3] > 0)]
    if len(sums) < 0.95 * rounds:
        return None
    return _middle(sums[:, 0] / sums[:, 1] - sums[:, 2] / sums[:, 3], confidence)


def medians_again(values: Sequence[float], generator: np.random.Generator, rounds: int = ROUNDS) -> NDArray[np.float64]:
    """Medians of `rounds` samples drawn from `values` with replacement, each as long as these; shape (rounds,).

    They are drawn without making the samples: the middle ones of n uniform numbers are Beta distributed, and the median
    of a sample lies in the sorted values where these lie in 0..1.
    """
    ordered, n = np.sort(np.asarray(values, np.float64)), len(values)
    below = (n + 1) // 2
    first = generator.beta(below, n + 1 - below, rounds)
    # With an even n the median lies between it and the next: the smallest of the n/2 numbers above it.
    above = n - below if n % 2 == 0 else 0
    second = first + (1 - first) * (1 - generator.random(rounds) ** (1 / above)) if above else first
    places = np.minimum((np.stack([first, second]) * n).astype(np.int64), n - 1)
    found: NDArray[np.float64] = ordered[places].mean(axis=0)
    return found


def of_medians(
    first: Sequence[float], second: Sequence[float], *, seed: int, rounds: int = ROUNDS, confidence: float = 0.95
) -> tuple[Interval | None, Interval]:
    """Intervals of the ratio and of the difference of two medians, the first over and less the second.

    Percentile bootstrap; both sequences hold something. The interval of the ratio is None where the second median can
    be 0.
    """
    generator = np.random.default_rng(seed)
    ones, others = medians_again(first, generator, rounds), medians_again(second, generator, rounds)
    ratio = None if np.any(others <= 0) else _middle(ones / others, confidence)
    return ratio, _middle(ones - others, confidence)


def _middle(values: NDArray[np.float64], confidence: float) -> Interval:
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
