"""Several opinions about which class fits, weighed into one, and what its probabilities are worth.

Opinions are pooled log-linearly: a conditional logit (McFadden 1974) with one weight for each opinion, the same for all
classes, fitted on segments whose interviews were left out. Few weights can be learned from few decisions, and they are
drawn towards starting values as long as there are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PULL = 3.0  # decisions that the starting weights count for
_FEW = 10.0  # decisions with which the start is half way between the codebook's word and the regression's
_TOP = 3  # classes of each segment on which probabilities are checked
_ENOUGH = 30  # decided segments from which probabilities are corrected
_TINY = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opinions:
    """What is said about n segments and k classes.

    Attributes:
        score: shape (n, k): from the regression on decisions, about 0..1; zeros where there are none.
        common: shape (k,): logarithm of the share of decisions that had the class.
        told: shape (n, k): logarithm of the probability that the codebook alone gives.
    """

    score: NDArray[np.float64]
    common: NDArray[np.float64]
    told: NDArray[np.float64]

    def stacked(self) -> NDArray[np.float64]:
        """Shape (n, k, 4)."""
        clear = np.log(np.maximum(self.score, 1e-3))
        return np.stack([self.score, clear, np.broadcast_to(self.common, clear.shape), self.told], axis=-1)


START = np.array([7.0, 0.5, -0.2, 0.5])  # weights where there are many decisions
ALONE = np.array([0.0, 0.0, 0.0, 1.0])  # where there are none
# The regression leans to what is common already: that may be taken back, not added to.
_BOUNDS = ((0.0, None), (0.0, None), (None, 0.0), (0.0, None))


class Pool:
    """Weights of opinions, and the correction of what comes out."""

    def __init__(self) -> None:
        self.weights = ALONE
        self._count = 0  # decisions that the weights rest on
        self._correction: tuple[float, float, float] | None = None

    def fit(self, opinions: Opinions, truth: NDArray[np.float64]) -> None:
        """Learn the weights from opinions on segments left out.

        Args:
            opinions: on n segments.
            truth: shape (n, k), 0 or 1; rows with no 1 are not used.
        """
        from scipy.optimize import minimize  # noqa: PLC0415  # heavy, only here

        used = truth.sum(axis=1) > 0
        if not used.any():
            return
        stack, goal = opinions.stacked()[used], truth[used] / truth[used].sum(axis=1, keepdims=True)
        n = self._count = len(goal)
        start = _start(n)

        def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            p = _softmax(stack @ weights)
            away = (weights - start) / np.maximum(np.abs(START), 0.5)
            gradient = np.einsum("nk,nkm->m", p - goal, stack)
            pull = 2 * _PULL * away / np.maximum(np.abs(START), 0.5)
            value = -float((goal * np.log(p + 1e-12)).sum()) + _PULL * float(away @ away)
            return value / n, (gradient + pull) / n

        self.weights = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=_BOUNDS).x
        if n >= _ENOUGH:
            self._correction = _beta(_softmax(stack @ self.weights), truth[used])

    def grow(self) -> None:
        """One more decision than was fitted: the weights move on as far as those that they start from."""
        moved = self.weights + _start(self._count + 1) - _start(self._count)
        self.weights = np.array([np.clip(w, low, high) for w, (low, high) in zip(moved, _BOUNDS, strict=True)])
        self._count += 1

    def shares(self, opinions: Opinions) -> NDArray[np.float64]:
        """Shape (n, k), rows sum to 1: which class fits if exactly one does."""
        return _softmax(opinions.stacked() @ self.weights)

    def corrected(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shape (n, k), each 0..1: the chance that the class applies; several may."""
        if self._correction is None:
            return shares
        a, b, c = self._correction
        z = a * np.log(shares + _TINY) - b * np.log(1 - shares + _TINY) + c
        return np.asarray(1.0 / (1.0 + np.exp(-z)))


def _start(count: int) -> NDArray[np.float64]:
    """The weights that so many decisions are drawn towards."""
    return np.asarray(ALONE + (START - ALONE) * count / (count + _FEW))


def _beta(shares: NDArray[np.float64], truth: NDArray[np.float64]) -> tuple[float, float, float] | None:
    """Beta calibration (Kull, Silva Filho & Flach 2017, doi 10.1214/17-EJS1338SI) on the first classes of each row."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # heavy, only here

    top = np.argsort(-shares, axis=1, kind="stable")[:, :_TOP]
    p = np.take_along_axis(shares, top, axis=1).ravel()
    right = np.take_along_axis(truth, top, axis=1).ravel() > 0
    if right.all() or not right.any():
        return None
    made = LogisticRegression(C=100.0).fit(np.stack([np.log(p + _TINY), -np.log(1 - p + _TINY)], axis=1), right)
    a, b = (max(0.0, float(value)) for value in made.coef_[0])  # never turns the order round
    return a, b, float(made.intercept_[0])


def _softmax(z: NDArray[np.float64]) -> NDArray[np.float64]:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))
