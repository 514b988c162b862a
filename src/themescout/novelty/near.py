"""The nearest rows of other interviews, block by block, so that any union of blocks is asked without looking again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NEAREST = 10
_HELD = 2**24  # similarities held at a time: 64 MB


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Near:
    """For each of n rows and each of b blocks of rows: up to 10 nearest rows of other interviews, nearest first.

    Attributes:
        rows: int, shape (n, b, 10); -1 where the block has no more.
        cosines: float32, shape (n, b, 10), in -1..1; -inf where the block has no more.
    """

    rows: NDArray[np.int32]
    cosines: NDArray[np.float32]

    def among(self, of: NDArray[np.intp], blocks: Sequence[int]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The 10 nearest of the rows `of` in the union of `blocks`: rows and cosines, each of shape (len(of), 10)."""
        chosen = np.asarray(blocks, np.intp)
        cosines = self.cosines[of][:, chosen].reshape(len(of), -1)
        rows = self.rows[of][:, chosen].reshape(len(of), -1)
        return _first(rows, cosines)


def _first(rows: NDArray[np.int32], cosines: NDArray[np.float32]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The 10 largest of each row, largest first; of equals the smaller row first."""
    best = np.argpartition(-cosines, NEAREST - 1, axis=1)[:, :NEAREST]
    rows, cosines = np.take_along_axis(rows, best, axis=1), np.take_along_axis(cosines, best, axis=1)
    order = np.lexsort((rows, -cosines), axis=1)
    return np.take_along_axis(rows, order, axis=1), np.take_along_axis(cosines, order, axis=1)


def near(x: NDArray[np.float32], docs: NDArray[np.intp], blocks: NDArray[np.intp]) -> Near:
    """Look once at all pairs of rows.

    Args:
        x: shape (n, dimensions), rows of length 1 or 0.
        docs: shape (n,): the interview of each row.
        blocks: shape (n,): the block of each row, from 0.
    """
    n, count = len(x), int(blocks.max(initial=-1)) + 1
    rows = np.full((n, count, NEAREST), -1, np.int32)
    cosines = np.full((n, count, NEAREST), -np.inf, np.float32)
    members = [np.flatnonzero(blocks == block) for block in range(count)]
    step = max(1, _HELD // max(1, n))
    for start in range(0, n, step):
        part = np.arange(start, min(n, start + step))
        for block, within in enumerate(members):
            found = x[part] @ x[within].T
            found[docs[part][:, None] == docs[within][None, :]] = -np.inf
            best = _best(found)
            values = np.take_along_axis(found, best, axis=1)
            cosines[part, block, : best.shape[1]] = values
            rows[part, block, : best.shape[1]] = np.where(np.isfinite(values), within[best], -1)
    return Near(rows=rows, cosines=cosines)


def mean(cosines: NDArray[np.float32], count: int = NEAREST) -> NDArray[np.float64]:
    """Mean of the first `count` cosines of each row, as far as there are any; -1 where there is none."""
    first = cosines[:, :count].astype(np.float64)
    there = np.isfinite(first)
    sums = np.where(there, first, 0.0).sum(axis=1)
    return np.where(there.any(axis=1), sums / np.maximum(there.sum(axis=1), 1), -1.0)


def _best(found: NDArray[np.float32]) -> NDArray[np.intp]:
    """Columns of the largest values of each row, largest first, at most 10; of equals the first."""
    kept = min(NEAREST, found.shape[1])
    if kept < found.shape[1]:
        best = np.argpartition(-found, kept - 1, axis=1)[:, :kept]
    else:
        best = np.broadcast_to(np.arange(kept), (len(found), kept))
    order = np.lexsort((best, -np.take_along_axis(found, best, axis=1)), axis=1)
    return np.take_along_axis(best, order, axis=1)
