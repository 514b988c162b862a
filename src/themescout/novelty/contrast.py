"""How much a row speaks the language of the pool rather than that of the reference, its own interview not asked.

A ridge regression of 1 (pool) and -1 (reference) on the vectors, both sides with the same weight in all: Fisher's
linear discriminant with a ridge. The value of a row is what the fit without the row's whole interview says of it; that
follows in closed form from the fit with it (Hastie, Tibshirani & Friedman 2009, section 7.10, with a block of rows for
a row).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PENALTY = 10.0  # in the units of a sum over rows of length 1
DIMENSIONS = 256  # the work grows with their cube, and the last ones say next to nothing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Sum and second moments of some rows; those of a union are the sum of those of its parts."""

    count: int
    total: NDArray[np.float64]
    squares: NDArray[np.float64]

    @classmethod
    def of(cls, x: NDArray[np.float32]) -> Moments:
        """Of the rows of x, shape (n, dimensions)."""
        squares = np.asarray(x.T @ x, np.float64)
        return cls(count=len(x), total=x.sum(axis=0, dtype=np.float64), squares=squares)

    def __add__(self, other: Moments) -> Moments:
        return Moments(
            count=self.count + other.count, total=self.total + other.total, squares=self.squares + other.squares
        )

    def __sub__(self, other: Moments) -> Moments:
        return Moments(
            count=self.count - other.count, total=self.total - other.total, squares=self.squares - other.squares
        )


def reduced(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows of x along their main axes: float32, shape (n, at most 256); as they are where there are fewer."""
    if x.shape[1] <= DIMENSIONS:
        return x
    _, axes = np.linalg.eigh(x.T @ x)
    return np.asarray(x @ axes[:, ::-1][:, :DIMENSIONS], np.float32)


def contrast(x: NDArray[np.float32], docs: NDArray[np.intp], pool: Moments, reference: Moments) -> NDArray[np.float64]:
    """Shape (n,): about 1 for a row of the pool's own kind, about -1 for one of the reference's.

    Args:
        x: the rows of the pool, shape (n, dimensions).
        docs: the interview of each.
        pool: moments of x.
        reference: moments of the rows to compare with.
    """
    every = pool.count + reference.count
    weight = every / (2 * pool.count)
    means = pool.total / pool.count, reference.total / reference.count
    middle = (means[0] + means[1]) / 2
    spread = weight * pool.squares + every / (2 * reference.count) * reference.squares
    spread -= every * np.outer(middle, middle)
    spread[np.diag_indices_from(spread)] += PENALTY
    centred = x - middle
    solved = np.linalg.solve(spread, np.column_stack([every / 2 * (means[0] - means[1]), centred.T]))
    left = 1.0 - centred @ solved[:, 0]
    for doc in np.unique(docs):
        rows = np.flatnonzero(docs == doc)
        hat = weight * (centred[rows] @ solved[:, 1 + rows])
        left[rows] = np.linalg.solve(np.eye(len(rows)) - hat, left[rows])
    return np.asarray(1.0 - left)
