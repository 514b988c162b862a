"""Reducers: fewer dimensions before clustering."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DIMENSIONS = 5
_EPOCHS = 200  # UMAP's own number for large data; 500, its number for small, changes little after 200 and costs more


class UmapReducer:
    """UMAP with cosine distance to 5 dimensions (McInnes, Healy & Melville 2018, arXiv 1802.03426).

    Seeded, hence on one thread: the same input and seed give the same output on the same machine.
    """

    def reduce(self, x: NDArray[np.float32], *, neighbours: int, seed: int) -> NDArray[np.float32]:
        """Shape (n, at most 5), float32; fewer dimensions for very few rows."""
        from umap import UMAP  # noqa: PLC0415  # two seconds, and ten more to compile on first use

        dimensions = min(_DIMENSIONS, len(x) - 2)
        if dimensions < 2:
            return PcaReducer().reduce(x, neighbours=neighbours, seed=seed)
        reducer = UMAP(
            n_neighbors=max(2, min(neighbours, len(x) - 1)),
            n_components=dimensions,
            metric="cosine",
            min_dist=0.0,
            n_epochs=_EPOCHS,
            # The spectral start needs more rows than dimensions to be solvable.
            init="spectral" if len(x) > 4 * dimensions else "random",
            random_state=seed,
            n_jobs=1,
        )
        with warnings.catch_warnings():
            # UMAP warns about disconnected graphs and small neighbourhoods, which consensus is there to absorb.
            warnings.simplefilter("ignore")
            return np.asarray(reducer.fit_transform(x), np.float32)


class PcaReducer:
    """Principal components instead of UMAP: quick and linear. `neighbours` is not used."""

    def reduce(self, x: NDArray[np.float32], *, neighbours: int, seed: int) -> NDArray[np.float32]:
        """Shape (n, at most 10), float32. The seed drops a random tenth of the columns, so that runs differ."""
        from sklearn.decomposition import PCA  # noqa: PLC0415  # heavy, only here

        rng = np.random.default_rng(seed)
        kept = np.sort(rng.permutation(x.shape[1])[: max(1, int(x.shape[1] * 0.9))])
        part = x[:, kept]
        dimensions = max(1, min(2 * _DIMENSIONS, *part.shape))
        return np.asarray(PCA(dimensions, random_state=seed).fit_transform(part), np.float32)
