"""What two waves of this size could have shown at all: printed before any result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from themescout.contrasts.tests import TESTS, boschloo, p_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from themescout.contrasts.tests import Test

ALPHA = 0.05
CHANGES = ((0.25, 0.60), (0.20, 0.70))  # true shares in the first and the second wave whose power is shown
_NAMES: dict[Test, str] = {
    "fisher": "Fisher's exact test",
    "mid_p": "Fisher's mid-p test",
    "boschloo": "Boschloo's exact test",
}

Thresholds = tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """The chance that a true change would be seen.

    Attributes:
        before: true share in the first wave, 0..1.
        after: true share in the second.
        alone: chance that p < alpha, 0..1.
        family: chance that p < alpha / comparisons: Holm's first step, the least that his correction gives.
    """

    before: float
    after: float
    alone: float
    family: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a test of two waves could see.

    Attributes:
        first: informants in the first wave.
        second: informants in the second.
        comparisons: size of the declared family of tests.
        test: its name.
        alpha: level, 0..1.
        alone: for each count in the first wave, 0 to `first`, the smallest count in the second with a greater share
            and p < alpha; None where there is none.
        family: the same with p < alpha / comparisons.
        powers: of the changes in `CHANGES`.
    """

    first: int
    second: int
    comparisons: int
    test: Test
    alpha: float
    alone: Thresholds
    family: Thresholds
    powers: tuple[Power, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Two or three plain sentences: what must be heard, the same after correction, and the power."""
        seen = f"{_NAMES[self.test]} at {_percent(self.alpha)} would see it"
        said = [f"With {self.first} and {self.second} informants, {self._needed(self.alone)}, before {seen}."]
        if self.comparisons > 1:
            strict = _percent(self.alpha / self.comparisons)
            corrected = f"Corrected for {self.comparisons} comparisons (the first step of Holm's, p below {strict})"
            said.append(f"{corrected}, {self._needed(self.family)}.")
        changes = " and ".join(
            f"a true rise from {_percent(power.before)} to {_percent(power.after)} in {_chance(power.alone)}"
            for power in self.powers
        )
        said.append(f"Without correction the test would see {changes} of such studies.")
        return tuple(said)

    def _needed(self, thresholds: Thresholds) -> str:
        """For a code that nobody mentioned in the first wave, and for one that half of it did."""
        needed = f"a code heard from 0 in the first wave must be heard from {_enough(thresholds[0])} in the second"
        half = self.first // 2
        return f"{needed}, and one heard from {half} from {_enough(thresholds[half])}" if half else needed


def thresholds(n1: int, n2: int, alpha: float = ALPHA, test: Test = "fisher") -> Thresholds:
    """For each count in the first wave, 0 to `n1`, the smallest in the second that the test sees as a rise.

    That is p < alpha with a greater share in the second wave, which for equal numbers is a greater count; None where no
    count will do. Mid-p can miss a count above its threshold where the numbers differ.
    """
    seen = _seen(n1, n2, alpha, test) & _rising(n1, n2)
    return tuple(int(row.argmax()) if row.any() else None for row in seen)


def power(p1: float, p2: float, n1: int, n2: int, alpha: float = ALPHA, test: Test = "fisher") -> float:
    """The chance, 0..1, of p < alpha where the true shares are `p1` and `p2`: a sum over all pairs of counts.

    A change seen the wrong way round counts as well; for changes worth asking about, that is next to nothing.
    """
    return float(_chances(n1, p1) @ _seen(n1, n2, alpha, test) @ _chances(n2, p2))


def never_heard(share: float, informants: int) -> float:
    """The chance, 0..1, that a view held by `share` of the pool (0..1) is heard from none of so many informants."""
    return (1 - share) ** informants


@lru_cache(maxsize=64)
def resolution(n1: int, n2: int, comparisons: int, *, alpha: float = ALPHA, test: Test = "fisher") -> Resolution:
    """What `n1` and `n2` informants could show in a declared family of so many comparisons; each number above 0.

    Nothing of what was heard goes into it. Give the test that is used afterwards: they see differently. Fisher's and
    mid-p take 0.1 s for 60 and 60 informants and 1 s for 300 and 300, Boschloo's 1 s for 14 and 14, 3 s for 60 and 60.
    """
    if min(n1, n2, comparisons) < 1 or not 0 < alpha < 1:
        raise ValueError(f"{n1} and {n2} informants, {comparisons} comparisons at {alpha}")
    strict = alpha / comparisons
    return Resolution(
        first=n1,
        second=n2,
        comparisons=comparisons,
        test=test,
        alpha=alpha,
        alone=thresholds(n1, n2, alpha, test),
        family=thresholds(n1, n2, strict, test),
        powers=tuple(
            Power(
                before=before,
                after=after,
                alone=power(before, after, n1, n2, alpha, test),
                family=power(before, after, n1, n2, strict, test),
            )
            for before, after in CHANGES
        ),
    )


@lru_cache(maxsize=64)
def _seen(n1: int, n2: int, alpha: float, test: Test) -> NDArray[np.bool_]:
    """Where p < alpha, by both counts, shape (n1 + 1, n2 + 1). Shared: not to be written to."""
    if min(n1, n2) < 1 or test not in TESTS:
        raise ValueError(f"{test} of {n1} and {n2} informants")
    if test == "boschloo":
        rises = _walked(n1, n2, alpha)
        return rises | rises[::-1, ::-1]  # a fall among those who mention is a rise among those who do not
    return np.array([[p_value(test, (i, n1), (j, n2)) < alpha for j in range(n2 + 1)] for i in range(n1 + 1)])


def _walked(n1: int, n2: int, alpha: float) -> NDArray[np.bool_]:
    """Which rises Boschloo's test sees, in n1 + n2 steps.

    His p falls as the second count rises and the first falls, so that one border parts what is seen from what is not;
    the other tests' p are those of lopsided sums and need not.
    """
    rising = _rising(n1, n2)
    seen, j = np.zeros_like(rising), 0
    for i in range(n1 + 1):
        while j <= n2 and not (rising[i, j] and boschloo((i, n1), (j, n2)) < alpha):
            j += 1
        seen[i, j:] = True
    return seen


def _rising(n1: int, n2: int) -> NDArray[np.bool_]:
    counts: NDArray[np.bool_] = np.arange(n2 + 1) * n1 > np.arange(n1 + 1)[:, None] * n2
    return counts


def _chances(n: int, share: float) -> NDArray[np.float64]:
    """The chances of 0 to n of n, each with that share."""
    from scipy.special import gammaln, xlog1py, xlogy  # noqa: PLC0415  # heavy, only here

    k = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    found: NDArray[np.float64] = np.exp(ways + xlogy(k, share) + xlog1py(n - k, -share))
    return found


def _enough(threshold: int | None) -> str:
    return "more than there are" if threshold is None else f"at least {threshold}"


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"


def _chance(share: float) -> str:
    """Rounded, but never to a certainty."""
    if share < 0.01:
        return "less than 1 %"
    return "more than 99 %" if share > 0.99 else f"{100 * share:.0f} %"
