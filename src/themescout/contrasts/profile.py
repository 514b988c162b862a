"""Whole profiles: do two waves mention the codes in the same measure, and does it hang on one informant?

A wave is a boolean array of shape (informants, codes): who mentioned what. Both waves have the same codes in the same
order, and at least one informant each.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Wave = NDArray[np.bool_]

DRAWS = 10_000  # labelings up to which all are tried, and number of draws where there are more
ROUNDS = 2000  # of the bootstrap


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How far two waves mention the same codes, however few informants do.

    Attributes:
        value: Jaccard's similarity, codes of both over codes of either, 0..1; 1 where neither has any.
        low: lower end of the percentile interval over draws of informants; None where a wave has one informant only.
        high: upper end.
        both: number of codes heard in both waves.
        first: in the first alone.
        second: in the second alone.
    """

    value: float
    low: float | None
    high: float | None
    both: int
    first: int
    second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shuffled:
    """A profile's likeness beside what shuffling the waves among the informants gives.

    Attributes:
        value: weighted Jaccard of both waves' shares, 0..1.
        p: share of labelings with a value no larger, above 0 and up to 1.
        exact: whether all labelings were tried.
        draws: how many were.
        expected: mean value over them: what two parts of one pool, as large as the waves, would show.
        low: their 2.5th percentile.
        high: their 97.5th.
    """

    value: float
    p: float
    exact: bool
    draws: int
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Whether what is claimed of a code is so without each informant.

    Attributes:
        claimed: with all of them.
        always: with all of them, and without any one.
        breakers: rows of the informants without whom it is not so; () where it is not claimed.
    """

    claimed: bool
    always: bool
    breakers: tuple[int, ...]


def weighted_jaccard(first: ArrayLike, second: ArrayLike) -> float:
    """Sum of minima over sum of maxima of two waves' shares of each code, 0..1 (Ružička 1958); both empty: 1.

    Codes weigh by how many informants mention them, so that one person's rare code moves it little.
    """
    ones, others = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if ones.shape != others.shape or ones.ndim != 1:
        raise ValueError(f"shares of shape {ones.shape} and {others.shape}")
    if min(ones.min(initial=0), others.min(initial=0)) < 0:
        raise ValueError("shares below 0")
    return float(_likeness(ones, others))


def jaccard(first: Wave, second: Wave, *, seed: int = 0, rounds: int = ROUNDS, confidence: float = 0.95) -> Overlap:
    """How far two waves mention the same codes, with a percentile bootstrap over the informants of each.

    A draw cannot find a code that nobody mentioned and often loses one that a single informant did: the interval says
    how much hangs on single informants, and its upper end can lie below the value of a larger sample.
    """
    _check(first, second)
    heard, heard_again = first.any(0), second.any(0)
    low = high = None
    if min(len(first), len(second)) > 1:
        generator = np.random.default_rng(seed)
        values = _likeness(_drawn(first, generator, rounds), _drawn(second, generator, rounds))
        low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
    return Overlap(
        value=float(_likeness(heard.astype(np.float64), heard_again.astype(np.float64))),
        low=low,
        high=high,
        both=int((heard & heard_again).sum()),
        first=int((heard & ~heard_again).sum()),
        second=int((heard_again & ~heard).sum()),
    )


def shuffled(first: Wave, second: Wave, *, seed: int = 0, draws: int = DRAWS) -> Shuffled:
    """Permutation test of the weighted Jaccard: are the waves less alike than parts of one pool would be?

    Wave labels are shuffled among the informants. Where there are no more labelings than `draws`, all are tried and p
    is exact; else so many are drawn, and p = (1 + as low) / (1 + draws), which is never 0 and keeps its level (Phipson
    & Smyth 2010, doi 10.2202/1544-6115.1585).
    """
    _check(first, second)
    pool, size = np.concatenate([first, second]).astype(np.int64), len(first)
    labelings = comb(len(pool), size)
    exact = labelings <= draws
    labels = _all_labels(len(pool), size) if exact else _some_labels(len(pool), size, draws, seed)
    values = _relabelled(pool, labels)
    value = float(_relabelled(pool, (np.arange(len(pool)) < size)[None])[0])
    # Whole numbers are divided, so that equal quotients are equal and need no tolerance.
    as_low = int((values <= value).sum())
    low, high = np.quantile(values, [0.025, 0.975]).tolist()
    return Shuffled(
        value=value,
        p=as_low / labelings if exact else (1 + as_low) / (1 + draws),
        exact=exact,
        draws=len(values),
        expected=float(values.mean()),
        low=low,
        high=high,
    )


def leave_one_out(wave: Wave, claim: Callable[[Wave], Sequence[bool] | NDArray[np.bool_]]) -> tuple[Held, ...]:
    """Whether a claim about each code holds without each informant of a wave in turn; one for each code.

    `claim` says of a wave, for each code, whether it is so. It must be able to take a wave without informants, where
    there is only one. For claims about two waves it holds on to the other; ask once for each wave.
    """
    claimed = np.asarray(claim(wave), bool)
    without = np.array([claim(np.delete(wave, i, axis=0)) for i in range(len(wave))], bool)
    without = without.reshape(len(wave), len(claimed))
    return tuple(
        Held(
            claimed=bool(is_so),
            always=bool(is_so and without[:, code].all()),
            breakers=tuple(np.flatnonzero(~without[:, code]).tolist()) if is_so else (),
        )
        for code, is_so in enumerate(claimed)
    )


def _check(first: Wave, second: Wave) -> None:
    shapes = f"waves of shape {first.shape} and {second.shape}"
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1]:
        raise ValueError(shapes)
    if not len(first) or not len(second):
        raise ValueError(f"{shapes}: each needs an informant")


def _likeness(ones: ArrayLike, others: ArrayLike) -> NDArray[np.float64]:
    """Weighted Jaccard along the last axis."""
    shared, all_of_it = np.minimum(ones, others).sum(-1), np.maximum(ones, others).sum(-1)
    found: NDArray[np.float64] = np.divide(shared, all_of_it, out=np.ones(np.shape(shared)), where=all_of_it > 0)
    return found


def _drawn(wave: Wave, generator: np.random.Generator, rounds: int) -> NDArray[np.float64]:
    """Which codes are heard in each draw of informants, 0 or 1, shape (rounds, codes)."""
    taken = generator.multinomial(len(wave), np.full(len(wave), 1 / len(wave)), size=rounds)
    return (taken @ wave.astype(np.int64) > 0).astype(np.float64)


def _all_labels(pool: int, size: int) -> Wave:
    """Every way to put `size` of `pool` informants into the first wave, shape (labelings, pool)."""
    chosen = np.fromiter(chain.from_iterable(combinations(range(pool), size)), np.int64).reshape(-1, size)
    labels = np.zeros((len(chosen), pool), bool)
    np.put_along_axis(labels, chosen, values=True, axis=1)
    return labels


def _some_labels(pool: int, size: int, draws: int, seed: int) -> Wave:
    labels = np.tile(np.arange(pool) < size, (draws, 1))
    return np.random.default_rng(seed).permuted(labels, axis=1)


def _relabelled(pool: NDArray[np.int64], labels: Wave) -> NDArray[np.float64]:
    """The weighted Jaccard under each labeling; shares are brought to one denominator, both numbers multiplied."""
    size = int(labels[0].sum())
    ones = labels.astype(np.int64) @ pool
    others = pool.sum(0) - ones
    return _likeness((ones * (len(pool) - size)).astype(np.float64), (others * size).astype(np.float64))
