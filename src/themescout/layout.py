"""A 2-D picture of many vectors, for looking at, not for measuring.

What a reader may conclude: points that lie close together are mostly texts that resemble one another, so a dense
island is a group of similar texts, and a point of one theme amid another is worth reading.
What a reader may not conclude: anything from the distance between two islands, from the size or the density of an
island, from the axes, or from left, right, up and down. Themes are found in the vectors themselves, not in this
picture, and another seed gives another picture of the same vectors. (Wattenberg, Viégas & Johnson 2016, "How to use
t-SNE effectively", doi 10.23915/distill.00002.)
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Method = Callable[[NDArray[np.float32], int], NDArray[np.float32]]

FITTED = 3_000  # rows that the picture is computed from; more are put beside the most similar of these
_BLOCK = 1_024  # rows placed at once: 1,024 × 3,000 similarities are 12 MB
_NEIGHBOURS = 3  # fitted rows beside which another row is put
_PERPLEXITY = 30.0  # the usual number; a third of the rows where they are few
_ITERATIONS = 500  # of 700 and 3,000 vectors of interviews, 1,000 keep the neighbours no better and take twice as long
# How coarsely far points are seen (Barnes-Hut). Of 530 and 1,002 vectors of interviews, .5 keeps as many of the ten
# nearest neighbours (.31 and .39) and takes a third longer.
_ANGLE = 0.8
_FEWEST = 5  # different rows below which neighbourhoods mean nothing and principal components are drawn


def layout(x: NDArray[np.float32], *, seed: int, method: str = "tsne") -> NDArray[np.float32]:
    """A place for each row of x: float32, shape (n, 2), in 0..1; equal rows share a place.

    Look at neighbourhoods, not at distances: see the head of this module. The same x, seed and method give the same
    places on the same machine. Of more than 3,000 different rows a seeded sample is laid out, and each other row gets
    the mean place of the 3 rows of the sample that are most similar to it (cosine), so memory stays bounded.

    Args:
        x: shape (n, dimensions), finite numbers.
        seed: for everything random.
        method: "tsne" (van der Maaten & Hinton 2008), "umap" (McInnes, Healy & Melville 2018) or "pca".

    Raises:
        ValueError: no such method, or x is not 2-D.
    """
    if method not in _METHODS:
        raise ValueError(f"{method!r} is no method; known: {', '.join(_METHODS)}")
    if x.ndim != 2:
        raise ValueError(f"x has the shape {x.shape}, not (n, dimensions)")
    if not x.size:
        return np.full((len(x), 2), 0.5, np.float32)
    different, back = _different(x)
    rows = _sample(len(different), seed)
    places = _scaled(_placed(different[rows], seed, method))
    if len(rows) < len(different):
        places = _beside(different, rows, places)
    made: NDArray[np.float32] = places[back]
    return made


def _different(x: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """The different rows in order of their first appearance, and for each row of x which of them it is."""
    _, first, back = np.unique(x, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return x[first[order]], rank[back.reshape(-1)]


def _sample(n: int, seed: int) -> NDArray[np.intp]:
    if n <= FITTED:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, FITTED, replace=False))


def _placed(x: NDArray[np.float32], seed: int, method: str) -> NDArray[np.float32]:
    return _METHODS[method if len(x) >= _FEWEST else "pca"](x, seed)


def _tsne(x: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    from sklearn.manifold import TSNE  # noqa: PLC0415  # a second to import, only here

    return _fitted(
        TSNE(
            perplexity=min(_PERPLEXITY, (len(x) - 1) / 3), metric="cosine", init=_start(x), max_iter=_ITERATIONS,
            angle=_ANGLE, random_state=seed, n_jobs=1,
        ),
        x,
    )  # fmt: skip


def _umap(x: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    from umap import UMAP  # noqa: PLC0415  # two seconds to import and ten to compile on first use

    return _fitted(
        UMAP(
            n_neighbors=min(15, len(x) - 1), metric="cosine", min_dist=0.1, init=_start(x), random_state=seed, n_jobs=1
        ),
        x,
    )


def _fitted(model: Any, x: NDArray[np.float32]) -> NDArray[np.float32]:
    """The model's places for x, computed on one thread.

    Sums over threads differ in the last bit, and these methods make a different picture of a last bit. Threads also
    wait for each other so busily that on a machine with other work one thread is ten times as fast as two. The limit
    holds for libraries that are loaded when it is set, so the model's must be imported before.
    """
    # Comes with scikit-learn.
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  # only here

    with threadpool_limits(1), warnings.catch_warnings():
        # About few rows, disconnected neighbourhoods and one thread because of the seed: all known here.
        warnings.simplefilter("ignore")
        return np.asarray(model.fit_transform(x), np.float32)


def _pca(x: NDArray[np.float32], seed: int) -> NDArray[np.float32]:  # noqa: ARG001  # nothing here is random
    """Shape (len(x), 2); zeros where there are fewer than two components."""
    centred = (x - x.mean(axis=0)).astype(np.float64)
    # The small square matrix has the same singular values: dimensions or rows, whichever are fewer.
    wide = x.shape[0] < x.shape[1]
    values, vectors = np.linalg.eigh(centred @ centred.T if wide else centred.T @ centred)
    top = vectors[:, ::-1][:, :2]
    places = top * np.sqrt(np.maximum(values[::-1][:2], 0)) if wide else centred @ top
    # A component is known but for its sign; the largest place is made positive.
    signs = np.sign(places[np.argmax(np.abs(places), axis=0), range(places.shape[1])])
    made = np.zeros((len(x), 2), np.float32)
    made[:, : places.shape[1]] = places * np.where(signs == 0, 1, signs)
    return made


_METHODS: Mapping[str, Method] = {"tsne": _tsne, "umap": _umap, "pca": _pca}


def _start(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Principal components of small spread, which keep the large order better than a random start.

    Kobak & Linderman 2021, doi 10.1038/s41587-020-00809-z.
    """
    places = _pca(x, 0)
    spread = places[:, 0].std()
    return np.asarray(places * (1e-4 / spread if spread else 1.0), np.float32)


def _scaled(places: NDArray[np.float32]) -> NDArray[np.float32]:
    """Into 0..1 with the proportions kept, in the middle of the shorter side."""
    low, high = places.min(axis=0), places.max(axis=0)
    widest = float((high - low).max())
    if not widest:
        return np.full(places.shape, 0.5, np.float32)
    return np.asarray(np.clip((places - (low + high) / 2) / widest + 0.5, 0, 1), np.float32)


def _beside(x: NDArray[np.float32], rows: NDArray[np.intp], places: NDArray[np.float32]) -> NDArray[np.float32]:
    """Places of all rows of x: those of `rows` as given, each other at the mean of its nearest of them."""
    unit = x[rows] / np.maximum(np.linalg.norm(x[rows], axis=1, keepdims=True), np.finfo(np.float32).tiny)
    made = np.empty((len(x), 2), np.float32)
    for i in range(0, len(x), _BLOCK):
        near = np.argpartition(-(x[i : i + _BLOCK] @ unit.T), _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]
        made[i : i + _BLOCK] = places[near].mean(axis=1)
    made[rows] = places
    return made
