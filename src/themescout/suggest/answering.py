"""Answers to several questions about a segment from scores that a regression gives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from themescout.suggest.pool import Opinions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.suggest.kernel import Design, Kernel
    from themescout.suggest.pool import Pool

_BLOCK = 1_024  # rows that are compared with all examples at a time


class Regression:
    """What a fitted kernel regression gives, the parts that are dot products weighed term by term.

    Args:
        kernel: how alike rows are.
        examples: n rows that were learned from.
        alpha: shape (n, k).
        mean: shape (k,), to which scores are added.
    """

    def __init__(self, kernel: Kernel, examples: Design, alpha: NDArray[np.float64], mean: NDArray[np.float64]) -> None:
        self._kernel, self._x, self._mean = kernel, examples.x, mean
        self._alpha = alpha.astype(np.float32)
        # Few of all terms are in the examples; the others have no weight.
        heard = np.unique(examples.words.indices)
        self._place = np.zeros(examples.words.shape[1], np.int32)
        self._place[heard] = np.arange(1, len(heard) + 1)
        self._words = np.vstack([np.zeros((1, alpha.shape[1])), examples.words[:, heard].T @ alpha])
        self._extra = examples.extra.T @ alpha

    def scores(self, design: Design) -> NDArray[np.float64]:
        """Shape (len(design), k)."""
        from scipy import sparse  # noqa: PLC0415  # heavy, only here

        said = design.words
        places = (said.data, self._place[said.indices], said.indptr)
        words = sparse.csr_matrix(places, shape=(len(design), len(self._words))) @ self._words
        scores = self._mean + words + design.extra @ self._extra
        for start in range(0, len(design), _BLOCK):
            rows = slice(start, start + _BLOCK)
            scores[rows] += self._kernel.meaning(design.x[rows], self._x) @ self._alpha
        return np.asarray(scores)


class Answering(ABC):
    """Scores and shares for several questions, each a range of columns.

    Attributes:
        kernel: how alike rows are.
        questions: columns of each question.
        pools: one for each question.
    """

    kernel: Kernel
    questions: tuple[slice, ...]
    pools: tuple[Pool, ...]
    _common: NDArray[np.float64]

    def shares(self, design: Design, told: Sequence[NDArray[np.float64]]) -> tuple[NDArray[np.float64], ...]:
        """For each question, shape (len(design), its columns), rows sum to 1.

        Args:
            design: what is asked about.
            told: for each question, logarithms of probabilities from the codebook alone, shape (n, its columns).
        """
        scores = self._scores(design)
        return tuple(
            pool.shares(self._opinions(question, scores, said))
            for question, pool, said in zip(self.questions, self.pools, told, strict=True)
        )

    @abstractmethod
    def _scores(self, design: Design) -> NDArray[np.float64]:
        """Shape (len(design), columns of all questions)."""

    def _opinions(self, question: slice, scores: NDArray[np.float64], told: NDArray[np.float64]) -> Opinions:
        return Opinions(score=scores[:, question], common=self._common[question], told=told)


class Fixed(Answering):
    """What a learner knew at one moment: small, and the same answers in whatever order it is asked."""

    def __init__(
        self,
        *,
        kernel: Kernel,
        questions: tuple[slice, ...],
        pools: tuple[Pool, ...],
        common: NDArray[np.float64],
        regression: Regression,
    ) -> None:
        self.kernel, self.questions, self.pools = kernel, questions, pools
        self._common, self._regression = common, regression

    def _scores(self, design: Design) -> NDArray[np.float64]:
        return self._regression.scores(design)
