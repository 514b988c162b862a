"""Tests of two counts, and Holm's correction: did more informants of one wave mention a code than of the other?

Each count is (k, n): k of n informants, with n above 0; ValueError otherwise. A p-value says how often counts at least
as far apart would come from two samples of the same pool. Informants who were chosen on purpose are no sample: it is
an aid in describing, not inference to a population. Who asks sees to it that both waves have informant-level counts.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb, isfinite
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Counts = tuple[int, int]
Test = Literal["fisher", "mid_p", "boschloo"]
TESTS: tuple[Test, ...] = ("fisher", "mid_p", "boschloo")


def fisher(first: Counts, second: Counts) -> float:
    """Two-sided p of Fisher's exact test, above 0 and up to 1.

    All tables with the same margins that are no likelier than the one seen, as R and SciPy have it (Fisher 1935; Irwin
    1935). It never errs more often than it says, and for small numbers much less often (Lydersen, Fagerland & Laake
    2009, doi 10.1002/sim.3531). Computed in whole numbers, so that equal probabilities are equal.
    """
    return _conditional(first, second)[0]


def mid_p(first: Counts, second: Counts) -> float:
    """Two-sided mid-p of Fisher's exact test, above 0 and up to 1.

    Tables less likely than the one seen, and half of those as likely (Fagerland, Lydersen & Laake 2017, "Statistical
    Analysis of Contingency Tables", chapter 4). Other programs halve the table seen alone, or double one side: theirs
    differ. Closer to the nominal level than Fisher's own p; it does not promise to stay below it.
    """
    return _conditional(first, second)[1]


def boschloo(first: Counts, second: Counts) -> float:
    """Two-sided p of Boschloo's unconditional exact test, 0..1 (Boschloo 1970, Statistica Neerlandica 24:1-35).

    SciPy's convention: twice the smaller of both one-sided p, at most 1. Each is the largest chance, over all shares
    that both waves could have in common, of a one-sided Fisher p no larger than the one seen. 1 where all informants
    or none were heard, which SciPy leaves undefined. It keeps its level and sees more than Fisher's. About 10 ms.
    """
    heard = checked(first, second)
    if heard in {0, first[1] + second[1]}:
        return 1.0
    from scipy.stats import boschloo_exact  # noqa: PLC0415  # a second that only this test needs

    (k1, n1), (k2, n2) = first, second
    # The waves are columns: it is their totals that are fixed.
    return float(boschloo_exact([[k1, k2], [n1 - k1, n2 - k2]]).pvalue)


def p_value(test: Test, first: Counts, second: Counts) -> float:
    """The p of the test of that name."""
    return {"fisher": fisher, "mid_p": mid_p, "boschloo": boschloo}[test](first, second)


def holm(p: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p-values in the order given, 0..1 (Holm 1979, Scandinavian Journal of Statistics 6:65-70).

    Those below alpha may all be claimed with a chance of at most alpha that any of them is wrong, however the tests
    depend on each other. `p` is the whole family as it was declared, not what looks promising.
    """
    if not all(isfinite(value) and 0 <= value <= 1 for value in p):
        raise ValueError(f"no p-values: {list(p)}")
    adjusted, highest = [0.0] * len(p), 0.0
    for rank, i in enumerate(sorted(range(len(p)), key=lambda i: p[i])):
        highest = max(highest, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = highest
    return tuple(adjusted)


def checked(first: Counts, second: Counts) -> int:
    """How many were heard in both waves together; ValueError where a count is none."""
    for count, total in (first, second):
        if total < 1 or not 0 <= count <= total:
            raise ValueError(f"{count} of {total}")
    return first[0] + second[0]


def _conditional(first: Counts, second: Counts) -> tuple[float, float]:
    heard = checked(first, second)
    return _of_margins(first[1], second[1], heard)[first[0] - max(0, heard - second[1])]


@lru_cache(maxsize=1024)
def _of_margins(n1: int, n2: int, heard: int) -> tuple[tuple[float, float], ...]:
    """Fisher's p and mid-p of each table in which `heard` informants mention the code, by the first wave's count."""
    weights = [comb(n1, k) * comb(n2, heard - k) for k in range(max(0, heard - n2), min(n1, heard) + 1)]
    total, below = sum(weights), 0
    found: dict[int, tuple[float, float]] = {}
    for weight in sorted(set(weights)):
        tied = weight * weights.count(weight)
        found[weight] = (below + tied) / total, (2 * below + tied) / (2 * total)
        below += tied
    return tuple(found[weight] for weight in weights)
