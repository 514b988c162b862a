"""Where is the rest of one code? A ranking of all segments by how likely they have it, for reading code by code.

A suggestion asks which code fits a segment best; here the question is the other way round, and what is known differs:
of each segment read, only whether it has this one code. So each code has a regression of its own, in which the few
segments that have it count three times, and a stronger penalty, because what is read was chosen by the ranking itself.

In interviews two things are added. Codes come in stretches: on serdif_usability the segment after one with a code has
the same code 3.9 times as often as any (median over codes). And a long segment has room for more than a short one. How
the constants were chosen, and what they give elsewhere: docs/benchmarks.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from themescout.suggest.alone import Alone
from themescout.suggest.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.codebook import Codebook
    from themescout.suggest.rows import Rows
    from themescout.suggest.texts import CodeText

_PENALTY = 2.0
_POSITIVE = 3.0  # weight of a segment that has the code
_WRITTEN = 2.0  # weight of all the codebook's texts of one code together
_FEW = 10.0  # segments read with which the codebook's word and the regression's are half way
_SCORE, _CLEAR, _TOLD = 7.0, 0.5, 0.5  # weights of the opinions, as in `pool`
_HAS_NEAR, _LACKS_NEAR = 0.5, 0.1  # of segments read nearby that have the code, and that lack it; over the distance
_REACH = 3  # segments
_LENGTH = 0.4  # of one standard deviation of the logarithm of the number of words
_KEPT = 5_000  # rows up to which all similarities are kept: 100 MB


class Finder:
    """Ranks segments for one code after another.

    Args:
        codebook: has the codes.
        texts: from `code_texts`.
        text_x: float32, shape (len(texts), dimensions), unit rows.
        rows: all segments of the study; where they have surroundings, in the order of speaking.
        seed: of the sample of segments with which the codebook's words are compared, where there are very many.
    """

    def __init__(
        self,
        codebook: Codebook,
        texts: Sequence[CodeText],
        text_x: NDArray[np.float32],
        rows: Rows,
        seed: int = 0,
    ) -> None:
        self.codes = tuple(code.id for code in codebook.assignable)
        owners = [codebook.folds.get(text.code, text.code) for text in texts]
        owned = [i for i, owner in enumerate(owners) if owner in self.codes]
        self._owners = np.asarray([self.codes.index(owners[i]) for i in owned], np.intp)
        self._told = Alone(text_x[owned], self._owners, len(self.codes), rows.x, seed).logarithms(rows.x)
        spoken = bool(rows.around.any())
        self._kernel = Kernel([*rows.texts, *(text.embedded for text in texts)], ordered=spoken)
        self._rows = self._kernel.design(rows)
        self._written = self._kernel.wording([texts[i].embedded for i in owned], text_x[owned])
        self._to_written = self._kernel.between(self._rows, self._written)
        self._among_written = self._kernel.between(self._written, self._written)
        self._similar = self._kernel.between(self._rows, self._rows).astype(np.float32) if len(rows) <= _KEPT else None
        self._docs = np.unique(np.asarray(rows.docs, object), return_inverse=True)[1] if spoken else None
        self._length = _standard(rows.texts) if spoken else np.zeros(len(rows))

    def rank(self, code: str, read: NDArray[np.intp], has: NDArray[np.bool_]) -> NDArray[np.float64]:
        """How likely each segment has the code, on no scale: for ordering only.

        Args:
            code: id.
            read: places among the rows of the segments that were read, shape (n,), each once.
            has: whether they have the code, shape (n,).

        Returns:
            Shape (rows,).
        """
        column = self.codes.index(code)
        score = self._score(column, read, has.astype(np.float64))
        share = len(read) / (len(read) + _FEW)
        learned = _SCORE * score + _CLEAR * np.log(np.maximum(score, 1e-3))
        told = (1.0 - share + share * _TOLD) * self._told[:, column]
        return np.asarray(share * learned + told + self._nearby(read, has) + _LENGTH * self._length)

    def _score(self, column: int, read: NDArray[np.intp], has: NDArray[np.float64]) -> NDArray[np.float64]:
        """Weighted kernel ridge regression on what is read and on the codebook's texts, shape (rows,), about 0..1."""
        from scipy import linalg  # noqa: PLC0415  # heavy, only here

        to_read = self._to_read(read)
        targets = np.concatenate([has, (self._owners == column).astype(np.float64)])
        written = _WRITTEN / np.bincount(self._owners, minlength=len(self.codes))[self._owners]
        weights = np.concatenate([np.where(has > 0, _POSITIVE, 1.0), written])
        mean = float(weights @ targets / max(weights.sum(), 1e-9))
        across = self._to_written[read]
        similar = np.block([[to_read[read], across], [across.T, self._among_written]])
        similar[np.diag_indices_from(similar)] += _PENALTY / weights
        alpha = linalg.solve(similar, targets - mean, assume_a="pos", check_finite=False) if len(weights) else targets
        return np.asarray(mean + to_read @ alpha[: len(read)] + self._to_written @ alpha[len(read) :])

    def _to_read(self, read: NDArray[np.intp]) -> NDArray[np.float64]:
        if self._similar is not None:
            return self._similar[:, read].astype(np.float64)
        return self._kernel.between(self._rows, self._rows.take(read))

    def _nearby(self, read: NDArray[np.intp], has: NDArray[np.bool_]) -> NDArray[np.float64]:
        """What the segments before and after say, as far as they are read, shape (rows,)."""
        said, found = np.zeros(len(self._rows)), np.zeros(len(self._rows))
        if self._docs is None:
            return found
        said[read] = np.where(has, _HAS_NEAR, -_LACKS_NEAR)
        for distance in range(1, min(_REACH, len(said) - 1) + 1):
            together = self._docs[distance:] == self._docs[:-distance]
            found[distance:] += together * said[:-distance] / distance
            found[:-distance] += together * said[distance:] / distance
        return found


def _standard(texts: Sequence[str]) -> NDArray[np.float64]:
    """Logarithms of numbers of words, with mean 0 and standard deviation 1."""
    lengths = np.log([len(text.split()) + 1.0 for text in texts])
    spread = float(lengths.std())
    return np.asarray((lengths - lengths.mean()) / spread if spread > 0 else np.zeros(len(lengths)))
