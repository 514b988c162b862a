"""How well a sample speaks for the rest: numbers from vectors and themes of two samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEAREST = 5
_BLOCK = 2**24  # similarities held at a time
_EDGE = 0.05  # the quantile that stands for the texts farthest from the sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """The mean cosine, -1..1, of texts to their five nearest in the sample: the median, and the quantile .05."""

    median: float
    edge: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A theme of the first sample, looked for among the themes that the second has by itself.

    Attributes:
        texts: of the second sample that were placed in it.
        together: the largest share of them, 0..1, that is in one theme of the second; 0 where there are none.
        overlap: the best Jaccard overlap, 0..1, of them with a theme of the second.
    """

    texts: int
    together: float
    overlap: float


def nearness(x: NDArray[np.float32], known: NDArray[np.float32], *, itself: bool = False) -> Nearness:
    """How near the rows of x, shape (n, dimensions), are to those of `known`, shape (m, dimensions), m ≥ 6.

    Rows have length 1 (or 0). `itself`: x is `known`, and no row is compared with itself.
    """
    size, means = max(1, _BLOCK // len(known)), np.zeros(len(x))
    for start in range(0, len(x), size):
        near = x[start : start + size] @ known.T
        if itself:
            here = np.arange(len(near))
            near[here, start + here] = -np.inf
        means[start : start + size] = np.partition(near, -_NEAREST, axis=1)[:, -_NEAREST:].mean(axis=1)
    return Nearness(median=round(float(np.median(means)), 4), edge=round(float(np.quantile(means, _EDGE)), 4))


def agreement(placed: NDArray[np.int32], found: NDArray[np.int32]) -> float | None:
    """Adjusted Rand index (Hubert and Arabie 1985) over texts that are in a theme both times; None without any.

    Both have shape (n,), -1 = in no theme.
    """
    from sklearn.metrics import adjusted_rand_score  # noqa: PLC0415  # a second that only runs with a sample need

    both = (placed >= 0) & (found >= 0)
    return round(float(adjusted_rand_score(found[both], placed[both])), 4) if both.any() else None


def again(placed: NDArray[np.int32], found: NDArray[np.int32], theme: int) -> Again:
    """What became of one theme; arrays as for `agreement`."""
    mine = placed == theme
    texts = int(mine.sum())
    shared = np.bincount(found[mine & (found >= 0)], minlength=found.max(initial=-1) + 1)
    if not texts or not len(shared):
        return Again(texts=texts, together=0.0, overlap=0.0)
    sizes = np.bincount(found[found >= 0], minlength=len(shared))
    overlap = (shared / (texts + sizes - shared)).max()
    return Again(texts=texts, together=round(float(shared.max() / texts), 4), overlap=round(float(overlap), 4))
