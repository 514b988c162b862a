"""What the codebook's own words say about a segment, before anybody has decided anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_WIDTH = 2.0  # of the Gaussian of the cosine between the codebook's words
_PENALTY = 0.1
_SHARPNESS = 15.0  # of the softmax over scores
_LEVEL = 0.75  # of a code's mean over the study that is taken away: words near to everything say little
_FEW = 20.0  # segments from which that mean begins to mean something
_NEAREST = 10  # segments that have half of the say
_POPULATION = 5_000  # segments that neighbours are looked for among
_SAME = 0.9999  # cosine from which a neighbour is the segment itself, or a copy that has nothing to add
_BLOCK = 1_000


class Alone:
    """Probabilities of classes from texts that stand for them.

    Regression on the texts tells words apart that several classes share; segments near to one another speak alike.
    Constants were chosen on pdpilot_interviews, serdif_usability and both NHS sets, without their coding being learned.

    Args:
        text_x: float32, shape (texts, dimensions), unit rows.
        owners: int, shape (texts,): class of each text.
        classes: their number; one without a text is as likely as the average.
        study: float32, shape (n, dimensions): segments that will be asked about, or some like them; may be none.
        seed: of the sample, where there are very many of those.
    """

    def __init__(
        self,
        text_x: NDArray[np.float32],
        owners: NDArray[np.intp],
        classes: int,
        study: NDArray[np.float32],
        seed: int = 0,
    ) -> None:
        self.classes = classes
        self._text_x = text_x
        shown = np.eye(classes)[owners]
        self._mean = shown.mean(axis=0) if len(shown) else np.full(classes, 1.0 / classes)
        similar = np.exp(_WIDTH * (text_x @ text_x.T - 1.0)).astype(np.float64)
        self._with_text = np.unique(owners)
        self._alpha = np.linalg.solve(similar + _PENALTY * np.eye(len(shown)), shown - self._mean)
        self._study = study = sampled(study, seed)
        self._level = np.zeros(classes)
        if len(study):
            self._level = _LEVEL * len(study) / (len(study) + _FEW) * self._scores(study).mean(axis=0)
        self._study_p = self._own(study)

    def logarithms(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """Logarithms of probabilities, shape (n, classes), for x of shape (n, dimensions)."""
        own = self._own(x)
        if len(self._study) > 1:
            own = np.vstack([(own[rows] + self._heard_near(x[rows])) / 2 for rows in _blocks(len(x))] or [own])
        return np.asarray(np.log(own + 1e-9))

    def _own(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        z = _SHARPNESS * (self._scores(x) - self._level)
        e = np.exp(z - z.max(axis=1, keepdims=True)) if len(z) else z
        return np.asarray(e / e.sum(axis=1, keepdims=True))

    def _scores(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        scores = self._mean + np.exp(_WIDTH * (x @ self._text_x.T - 1.0)) @ self._alpha
        if 0 < len(self._with_text) < self.classes:
            silent = np.setdiff1d(np.arange(self.classes), self._with_text)
            scores[:, silent] = scores[:, self._with_text].mean(axis=1, keepdims=True)
        return np.asarray(scores)

    def _heard_near(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        near = x @ self._study.T
        near[near > _SAME] = -1.0
        count = min(_NEAREST, near.shape[1])
        best = np.argpartition(-near, count - 1, axis=1)[:, :count]
        weights = np.exp(4 * _WIDTH * (np.take_along_axis(near, best, axis=1) - 1.0)).astype(np.float64)
        weights /= weights.sum(axis=1, keepdims=True)
        return np.asarray(np.einsum("nc,nck->nk", weights, self._study_p[best]))


def sampled(study: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """The rows that neighbours are looked for among, in their order: all of them, of very many a sample."""
    if len(study) <= _POPULATION:
        return study
    return study[np.sort(np.random.default_rng(seed).choice(len(study), _POPULATION, replace=False))]


def _blocks(n: int) -> Iterator[slice]:
    yield from (slice(start, start + _BLOCK) for start in range(0, n, _BLOCK))
