"""How alike segments are: by meaning, by words, by surroundings and by place in the interview.

The kernel is a sum of kernels: a Gaussian of the cosine of vectors; TF-IDF of words, stems and pairs of stems; and,
where the order of speaking is known, what is said around and how far into the interview it is said, because interviews
follow a guide. Weights and widths were chosen on pdpilot_interviews and serdif_usability; see docs/benchmarks.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.suggest.terms import TermWeights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy import sparse

    from themescout.suggest.rows import Rows

_MEANING, _WORDS = 0.6, 0.4  # of the kernel of what is said
_AROUND, _PLACE = 0.10, 0.05  # of the whole, where the order of speaking is known
_WIDTH = 2.0  # of the Gaussian: exp(-2 (1 - cosine))
_NEARBY = 0.1  # of an interview: standard deviation of the kernel of places
_GRID = np.linspace(-0.1, 1.1, 25)


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Rows in the form that the kernel works on.

    Attributes:
        x: float32, shape (n, dimensions), unit rows: compared by a Gaussian.
        words: sparse float32, shape (n, terms): compared by dot product.
        extra: float32, shape (n, more): compared by dot product; surroundings and place.
    """

    x: NDArray[np.float32]
    words: sparse.csr_matrix
    extra: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.x)

    def take(self, rows: NDArray[np.intp]) -> Design:
        """The given rows, in that order."""
        return Design(self.x[rows], self.words[rows], self.extra[rows])


class Kernel:
    """Similarity of rows; knows the terms of the texts that it was fitted on.

    Args:
        texts: all words at hand, decided or not: how rare a term is, is counted in them.
        ordered: whether surroundings and place are to be used.
    """

    def __init__(self, texts: Sequence[str], *, ordered: bool) -> None:
        self.ordered = ordered
        self._weights = TermWeights([*texts, "a"])  # never without a term

    def design(self, rows: Rows) -> Design:
        """Rows in the kernel's form."""
        return Design(rows.x, self._words(rows.texts), self._extra(rows.around, rows.place))

    def wording(self, texts: Sequence[str], x: NDArray[np.float32]) -> Design:
        """The same for texts that nobody said in an interview: a codebook's."""
        unknown = np.full(len(x), np.nan, np.float32)
        return Design(x, self._words(texts), self._extra(np.zeros_like(x), unknown))

    def between(self, a: Design, b: Design) -> NDArray[np.float64]:
        """Shape (len(a), len(b)), 0..1."""
        made = self.meaning(a.x, b.x).astype(np.float64)
        if len(a) == 1:  # ten times as quick as the product of two sparse matrices
            made += b.words @ a.words.toarray()[0]
        else:
            made += (a.words @ b.words.T).toarray()
        if self.ordered:
            made += a.extra @ b.extra.T
        return made

    def meaning(self, a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
        """The part that is no dot product, of unit rows: shape (len(a), len(b))."""
        near = a @ b.T
        near -= 1.0
        near *= _WIDTH
        np.exp(near, out=near)
        near *= np.float32(_MEANING * self._said)
        return near

    @property
    def _said(self) -> float:
        return 1.0 - _AROUND - _PLACE if self.ordered else 1.0

    def _words(self, texts: Sequence[str]) -> sparse.csr_matrix:
        return self._weights.of(texts) * np.float32(np.sqrt(_WORDS * self._said))

    def _extra(self, around: NDArray[np.float32], place: NDArray[np.float32]) -> NDArray[np.float32]:
        if not self.ordered:
            return np.zeros((len(place), 0), np.float32)
        # Bumps on a grid whose dot products are a Gaussian of the distance.
        bumps = np.exp(-(((np.nan_to_num(place)[:, None] - _GRID) / _NEARBY) ** 2))
        bumps[np.isnan(place)] = 0.0
        lengths = np.linalg.norm(bumps, axis=1, keepdims=True)
        bumps /= np.where(lengths > 0, lengths, 1.0)
        return np.hstack([np.sqrt(_AROUND) * around, np.sqrt(_PLACE) * bumps]).astype(np.float32)


def stacked(first: Design, second: Design) -> Design:
    """The rows of both."""
    from scipy import sparse  # noqa: PLC0415  # heavy, only here

    words: Any = sparse.vstack([first.words, second.words]).tocsr()
    return Design(np.vstack([first.x, second.x]), words, np.vstack([first.extra, second.extra]))
