"""Kernel ridge regression that takes one more example at a time.

Minimises the weighted squared error of targets plus a penalty: Saunders, Gammerman & Vovk 1998 (Ridge regression in
dual variables). The inverse is kept, so that another example costs n² and not n³ (bordering: the inverse of a matrix
with one row and column more), and predictions for examples left out together follow in closed form (e = (H_GG)⁻¹ α_G;
e.g. Cawley & Talbot 2003, doi 10.1016/S0031-3203(03)00136-5, for single ones).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PENALTY = 0.3
_ROOM = 256  # examples for which there is room before everything is copied


class Ridge:
    """Scores for several targets from similarities to examples.

    Args:
        similar: float64, shape (n, n): kernel between the examples.
        targets: float64, shape (n, k): distances from a mean that scores are then added to.
        weights: float64, shape (n,), above 0: how much each example counts.

    Attributes:
        alpha: shape (n, k): a row's scores are its similarities to the examples @ alpha.
    """

    def __init__(
        self, similar: NDArray[np.float64], targets: NDArray[np.float64], weights: NDArray[np.float64]
    ) -> None:
        from scipy import linalg  # noqa: PLC0415  # heavy, only here

        self.targets = targets
        penalised = similar + np.diag(_PENALTY / weights)
        factor = linalg.cho_factor(penalised, lower=True, overwrite_a=True, check_finite=False)
        inverse, _ = linalg.lapack.dpotri(factor[0], lower=True, overwrite_c=True)
        self._n = len(targets)
        self._inverse = _with_room(inverse, self._n + _ROOM)
        self.alpha = self._applied(self.targets)

    def __len__(self) -> int:
        return self._n

    def left_out(self, groups: NDArray[np.intp]) -> NDArray[np.float64]:
        """Scores that the first len(groups) examples would have had without all of their group, shape (m, k)."""
        scores = np.zeros((len(groups), self.targets.shape[1]))
        for group in np.unique(groups):
            rows = np.flatnonzero(groups == group)
            # Only the lower triangle is kept.
            block = np.tril(self._inverse[np.ix_(rows, rows)])
            block += np.tril(block, -1).T
            scores[rows] = self.targets[rows] - np.linalg.solve(block, self.alpha[rows])
        return scores

    def add(self, similar: NDArray[np.float64], itself: float, target: NDArray[np.float64], weight: float) -> None:
        """Learn one more example.

        Args:
            similar: shape (n,): kernel between it and the examples so far.
            itself: kernel between it and itself.
            target: shape (k,).
            weight: above 0.
        """
        from scipy.linalg import blas  # noqa: PLC0415  # heavy, only here

        n = self._n
        if n == len(self._inverse):
            self._inverse = _with_room(self._inverse, n + _ROOM)
        padded = np.zeros(len(self._inverse))
        padded[:n] = similar
        border = blas.dsymv(1.0, self._inverse, padded, lower=True)
        left = itself + _PENALTY / weight - float(similar @ border[:n])
        error = target - similar @ self.alpha
        border[n] = -1.0
        self._inverse[n, n] = 0.0
        self._inverse = blas.dsyr(1.0 / left, border, lower=True, a=self._inverse, overwrite_a=True)
        self.alpha = np.vstack([self.alpha - np.outer(border[:n], error / left), error / left])
        self.targets = np.vstack([self.targets, target])
        self._n = n + 1

    def change(self, row: int, target: NDArray[np.float64]) -> None:
        """Another target, shape (k,), for an example that is known."""
        column = np.concatenate([self._inverse[row, :row], self._inverse[row:, row]])[: self._n]
        self.alpha = self.alpha + np.outer(column, target - self.targets[row])
        self.targets[row] = target

    def _applied(self, targets: NDArray[np.float64]) -> NDArray[np.float64]:
        from scipy.linalg import blas  # noqa: PLC0415  # heavy, only here

        padded = np.zeros((len(self._inverse), targets.shape[1]), order="F")
        padded[: self._n] = targets
        return np.asarray(blas.dsymm(1.0, self._inverse, padded, lower=True)[: self._n])


def _with_room(inverse: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    made = np.zeros((size, size), order="F")
    made[: len(inverse), : len(inverse)] = inverse
    extra = np.arange(len(inverse), size)
    made[extra, extra] = 1.0
    return made
