"""Whether the same theme has moved: the distance of two centres, beside what resampling of one wave would give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FEWEST = 4  # old informants, below which their halves are too few to compare
DRAWS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How far the centre moved.

    Attributes:
        distance: 1 less the cosine of both centres, 0..2.
        usual: the median of the same distance between some old informants and the other old ones; None where there are
            too few.
        high: what 95 % of the draws stay below; None likewise.
        p: share of draws that are as far apart, with the +1 rule; None likewise.
    """

    distance: float
    usual: float | None = None
    high: float | None = None
    p: float | None = None


def drift(
    old: NDArray[np.float32],
    old_who: Sequence[str],
    new: NDArray[np.float32],
    new_who: Sequence[str],
    *,
    seed: int,
    draws: int = DRAWS,
) -> Drift:
    """The distance of the centres of a theme's old and new segments.

    Each informant has one voice: a centre is the mean of informants' means. In each draw as many old informants as
    there are new ones, but at most half of the old, are compared with the rest of the old.

    Args:
        old: the theme's segments of the old wave, shape (m, dimensions), m > 0.
        old_who: informant of each.
        new: of the new wave, shape (n, dimensions), n > 0.
        new_who: informant of each.
        seed: of the draws.
        draws: number of them.
    """
    voices, fresh = _voices(old, old_who), _voices(new, new_who)
    distance = float(_apart(voices.mean(axis=0)[None], fresh.mean(axis=0)[None])[0])
    if len(voices) < FEWEST:
        return Drift(distance=distance)
    size = max(1, min(len(fresh), len(voices) // 2))
    rng = np.random.default_rng(seed)
    taken = np.argsort(rng.random((draws, len(voices))), axis=1) < size
    some = taken @ voices / size
    rest = ~taken @ voices / (len(voices) - size)
    apart = _apart(some, rest)
    return Drift(
        distance=distance,
        usual=float(np.median(apart)),
        high=float(np.quantile(apart, 0.95)),
        p=float((1 + np.sum(apart >= distance)) / (draws + 1)),
    )


def _voices(x: NDArray[np.float32], who: Sequence[str]) -> NDArray[np.float64]:
    """The mean of each informant's rows, by name."""
    names, back = np.unique(np.asarray(who), return_inverse=True)
    sums = np.zeros((len(names), x.shape[1]))
    np.add.at(sums, back, x)
    return np.asarray(sums / np.bincount(back)[:, None])


def _apart(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 less the cosine of each pair of rows; 1 where one is zero."""
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.asarray(1.0 - (first * second).sum(axis=1) / np.where(lengths > 0, lengths, np.inf))
