"""One regression for all questions about a segment, with the weighing of opinions for each question."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from themescout.suggest.answering import Answering, Fixed, Regression
from themescout.suggest.kernel import stacked
from themescout.suggest.pool import Pool
from themescout.suggest.ridge import Ridge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.suggest.kernel import Design, Kernel

_ASKED = 8  # rows up to which comparing them with every example is quicker than weighing every term first
_PARTS = 10  # groups of interviews, at most, that are left out in turn


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """What is learned from.

    Attributes:
        design: n rows.
        targets: shape (n, classes of all questions), nan where nothing is known.
        weights: shape (n,), above 0.
    """

    design: Design
    targets: NDArray[np.float64]
    weights: NDArray[np.float64]


class Learner(Answering):
    """Scores and shares for several questions, each a range of columns; takes one more decision at a time.

    Args:
        kernel: how alike rows are.
        decided: segments that a person decided.
        written: the codebook's texts.
        questions: columns of each question.
        told: for each question, logarithms of probabilities from the codebook alone, shape (decided, its columns).
        groups: int, shape (decided,): rows of one group are left out together when the learner checks itself.

    Attributes:
        pools: one for each question.
        left_out: for each question, shares of the decided segments from a fit without their group.
    """

    def __init__(
        self,
        kernel: Kernel,
        decided: Examples,
        written: Examples,
        *,
        questions: Sequence[slice],
        told: Sequence[NDArray[np.float64]],
        groups: NDArray[np.intp],
    ) -> None:
        self.kernel, self.questions = kernel, tuple(questions)
        self._examples = stacked(decided.design, written.design)
        targets = np.vstack([decided.targets, written.targets])
        weights = np.concatenate([decided.weights, written.weights])
        self._mean = _mean(targets, weights)
        centred = np.nan_to_num(targets - self._mean)
        self._ridge = Ridge(kernel.between(self._examples, self._examples), centred, weights)
        self._weights = weights
        self._common = _common(decided.targets, self.questions)
        self.pools = tuple(Pool() for _ in self.questions)
        scores = self._mean + self._ridge.left_out(groups)
        self.left_out = tuple(
            self._weighed(question, pool, scores, said, decided.targets)
            for question, pool, said in zip(self.questions, self.pools, told, strict=True)
        )
        self._regression: Regression | None = None

    def learn(self, design: Design, target: NDArray[np.float64], weight: float = 1.0) -> None:
        """One more decided segment: design of one row, target of shape (classes,), nan where nothing is known."""
        similar = self.kernel.between(design, self._examples)[0]
        itself = float(self.kernel.between(design, design)[0, 0])
        self._ridge.add(similar, itself, np.nan_to_num(target - self._mean), weight)
        self._examples = stacked(self._examples, design)
        for question, pool in zip(self.questions, self.pools, strict=True):
            if np.nan_to_num(target[question]).any():
                pool.grow()
        self._regression = None

    def fixed(self) -> Fixed:
        """What it knows now, without what it would need to learn more."""
        return Fixed(
            kernel=self.kernel, questions=self.questions, pools=tuple(copy.copy(pool) for pool in self.pools),
            common=self._common, regression=self._by_term(),
        )  # fmt: skip

    def _scores(self, design: Design) -> NDArray[np.float64]:
        if self._regression is None and len(design) <= _ASKED:
            return np.asarray(self._mean + self.kernel.between(design, self._examples) @ self._ridge.alpha)
        return self._by_term().scores(design)

    def _by_term(self) -> Regression:
        if self._regression is None:
            self._regression = Regression(self.kernel, self._examples, self._ridge.alpha, self._mean)
        return self._regression

    def _weighed(
        self,
        question: slice,
        pool: Pool,
        scores: NDArray[np.float64],
        told: NDArray[np.float64],
        targets: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Fit the question's pool; the shares of the segments it was fitted on."""
        opinions = self._opinions(question, scores, told)
        truth = np.nan_to_num(targets[:, question]) > 0
        pool.fit(opinions, truth.astype(np.float64))
        return pool.shares(opinions)


def groups_of(docs: Sequence[str], seed: int) -> NDArray[np.intp]:
    """Groups of whole interviews, about equally large, at most ten; of single rows where there is one interview."""
    sizes = Counter(docs)
    if len(sizes) < 2:
        return np.asarray(np.random.default_rng(seed).permutation(len(docs)) % _PARTS, np.intp)
    filled = np.zeros(min(_PARTS, len(sizes)))
    home = {}
    for doc in sorted(sizes, key=lambda name: (-sizes[name], name)):
        home[doc] = int(filled.argmin())
        filled[home[doc]] += sizes[doc]
    return np.asarray([home[doc] for doc in docs], np.intp)


def _mean(targets: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    known = ~np.isnan(targets)
    total = (weights[:, None] * known).sum(axis=0)
    return np.asarray((weights[:, None] * np.nan_to_num(targets)).sum(axis=0) / np.maximum(total, 1e-9))


def _common(targets: NDArray[np.float64], questions: Sequence[slice]) -> NDArray[np.float64]:
    uses = (np.nan_to_num(targets) > 0).sum(axis=0).astype(np.float64)
    made = np.zeros(targets.shape[1])
    for question in questions:
        inside = uses[question]
        made[question] = np.log((inside + 1.0) / (inside.sum() + len(inside)))
    return made
