"""Character n-grams instead of a model: for languages the default model does not know, and for quick trials."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BUCKETS = 2**16
_DIMENSIONS = 384


class NgramEmbedder:
    """Hashed character 3- to 5-grams (inside words), sub-linear counts, randomly projected to 384 dimensions.

    Stateless: the vector of a text depends on that text alone, not on the corpus. The projection keeps cosines up to
    an error of about 1/sqrt(384) = .05 (Johnson-Lindenstrauss; Achlioptas 2003, doi 10.1016/S0022-0000(03)00025-4).
    It sees spelling, not meaning: themes and suggestions are much weaker than with a model.
    """

    key = "ngrams-3-5/2^16/gauss-384/1"
    dimensions = _DIMENSIONS

    def __init__(self, _: str = "ngrams") -> None:
        """Nothing is made before the first call."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, float32, shape (len(texts), 384); a text of white space only gives a zero row."""
        from sklearn.feature_extraction.text import HashingVectorizer  # noqa: PLC0415  # heavy, only here

        if not texts:
            return np.zeros((0, _DIMENSIONS), np.float32)
        counts = HashingVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), n_features=_BUCKETS, alternate_sign=False, norm=None
        ).transform(texts)
        counts.data = 1.0 + np.log(counts.data)
        x = np.asarray(counts @ _projection(), np.float32)
        norms = np.linalg.norm(x, axis=1, keepdims=True)
        np.divide(x, norms, out=x, where=norms > 0)
        return x


@cache
def _projection() -> NDArray[np.float32]:
    """Shape (buckets, dimensions): 400 MB and some seconds, hence once in a process."""
    return np.random.default_rng(384).standard_normal((_BUCKETS, _DIMENSIONS), dtype=np.float32)
