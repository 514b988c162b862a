"""A number with its interval, or the reason why there is none; draws of informants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

DRAWS = 1000
MISSING = -1  # the value of a segment that a coder did not decide
_TAILS = (2.5, 97.5)  # per cent: an interval of 95 %
_UNDEFINED = 0.05  # share of draws without a value from which on an interval would be one of something else

ONE_INFORMANT = "No interval: all segments are of one informant."
SAME_IN_ALL = "No interval: the figure is the same in every draw of informants."


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A coefficient, never nan.

    Attributes:
        value: None where it is not defined or not shown.
        low: lower end of the 95 % percentile interval over draws of informants; None where there is none.
        high: upper end.
        why: why value or interval is missing; "" where nothing is.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""


def numbered(groups: Integers) -> tuple[Integers, int]:
    """The groups numbered from 0, and how many there are."""
    names, numbers = np.unique(groups, return_inverse=True)
    return numbers.reshape(-1).astype(np.int64), len(names)


def drawn(groups: int, draws: int, seed: int) -> Floats:
    """How often each of `groups` informants is in each draw with replacement, shape (draws, groups).

    The same seed gives the same draws, so that figures of one table stand on the same ones.
    """
    if groups == 0:
        return np.zeros((0, 0))
    return np.random.default_rng(seed).multinomial(groups, np.full(groups, 1 / groups), size=draws).astype(np.float64)


def figure(value: float, resampled: Floats, groups: int, undefined: str) -> Figure:
    """A value with the percentile interval of its `resampled` values (Efron 1979); nan = not defined.

    `undefined` is the reason to give where `value` is nan.
    """
    if np.isnan(value):
        return Figure(value=None, why=undefined)
    if groups < 2:
        return Figure(value=float(value), why=ONE_INFORMANT)
    missing = float(np.isnan(resampled).mean())
    if missing > _UNDEFINED:
        return Figure(
            value=float(value),
            why=f"No interval: the figure is not defined in {100 * missing:.0f} % of the draws of informants.",
        )
    low, high = np.nanpercentile(resampled, _TAILS)
    if high - low < 1e-12:
        return Figure(value=float(value), why=SAME_IN_ALL)
    return Figure(value=float(value), low=float(low), high=float(high))


def pairable(ratings: Integers) -> NDArray[np.bool_]:
    """Which rows of `ratings` at least two coders decided."""
    found: NDArray[np.bool_] = (ratings != MISSING).sum(axis=1) > 1
    return found
