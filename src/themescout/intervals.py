"""Intervals for shares, differences of shares and medians, for numbers as small as those of interview studies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Interval = tuple[float, float]
Counts = tuple[int, int]
ROUNDS = 2000  # of a bootstrap; the ends of a 95 % interval then rest on fifty draws each
_PRIOR = 0.5  # Jeffreys' for a share, Beta(1/2, 1/2)
_NODES = 256  # of the numerical integration; twice as many change no result by more than 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """What two counts say about a rise of the share, with Jeffreys' prior.

    Attributes:
        chance: that the second share is above the first, 0..1.
        low: lower end of the equal-tailed interval of the second share less the first, -1..1.
        high: upper end.
    """

    chance: float
    low: float
    high: float


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


def clopper_pearson(count: int, total: int, confidence: float = 0.95) -> Interval:
    """The exact interval of a share, 0..1 at both ends (Clopper & Pearson 1934); (0, 1) where `total` is 0.

    It holds the true share at least as often as it says, mostly more often, and is wider than Wilson's.
    """
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total}")
    from scipy.special import betaincinv  # noqa: PLC0415  # heavy, only here

    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else float(betaincinv(count, total - count + 1, tail))
    high = 1.0 if count == total else float(betaincinv(count + 1, total - count, 1 - tail))
    return low, high


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


def posterior_rise(first: Counts, second: Counts, confidence: float = 0.95) -> Rise:
    """The chance that the share rose from the first wave to the second, each (count, total), and how far.

    Beta(1/2, 1/2) before each wave (Jeffreys 1946), waves apart; a total of 0 leaves the prior. Note the sign: second
    less first, where `newcombe` has first less second. Integrated numerically, nothing is drawn: the chance is right to
    1e-12, the ends to 1e-5.
    """
    for count, total in (first, second):
        if not 0 <= count <= total:
            raise ValueError(f"{count} of {total}")
    tail = (1 - confidence) / 2
    return Rise(
        chance=1 - _chance_at_most(0.0, first, second),
        low=_where_reached(tail, first, second),
        high=_where_reached(1 - tail, first, second),
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


def _chance_at_most(difference: float, first: Counts, second: Counts) -> float:
    """The posterior chance that the second share less the first is at most `difference`."""
    from scipy.special import betainc, betaln  # noqa: PLC0415  # heavy, only here

    if second[1] > first[1]:  # the narrower of both is integrated, where the other is smooth
        return 1 - _chance_at_most(-difference, second, first)
    (a, b), (c, d) = _posterior(first), _posterior(second)
    # In x = sin² t the density 2 sin^(2a-1) t cos^(2b-1) t / B(a, b) is smooth at both ends, which it is not in x.
    middle, reach = np.arcsin(np.sqrt(a / (a + b))), 9 / sqrt(a + b)  # 18 standard deviations
    lowest, highest = np.arcsin(np.sqrt(np.clip([-difference, 1 - difference], 0, 1)))
    low, high = max(lowest, middle - reach), min(highest, middle + reach)
    # Below `lowest` the second share would have to be below 0; above `highest` it is below 1 in any case.
    surely = float(betainc(b, a, np.cos(highest) ** 2))
    if low >= high:
        return surely
    nodes, weights = _legendre()
    t = low + (high - low) * (nodes + 1) / 2
    x = np.sin(t) ** 2
    density = 2 * np.exp((2 * a - 1) * np.log(np.sin(t)) + (2 * b - 1) * np.log(np.cos(t)) - betaln(a, b))
    below = betainc(c, d, np.clip(x + difference, 0, 1))
    return min(1.0, surely + float((density * below) @ weights * (high - low) / 2))


@cache
def _legendre() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights


def _posterior(wave: Counts) -> tuple[float, float]:
    return wave[0] + _PRIOR, wave[1] - wave[0] + _PRIOR


def _where_reached(chance: float, first: Counts, second: Counts) -> float:
    """The difference up to which the posterior holds `chance`, by halving -1..1 down to 1e-9."""
    low, high = -1.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if _chance_at_most(middle, first, second) < chance else (low, middle)
    return (low + high) / 2


def _middle(values: NDArray[np.float64], confidence: float) -> Interval:
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
