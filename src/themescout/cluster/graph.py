"""The neighbour graph of vectors, and communities in it.

Communities are found by the Leiden algorithm (Traag, Waltman & van Eck 2019, doi 10.1038/s41598-019-41695-z) in the
weighted neighbour graph that UMAP starts from (McInnes, Healy & Melville 2018, arXiv 1802.03426, section 3.1).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from themescout import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

_BLOCK = 2**24  # similarities held at a time: 64 MB
_STEPS = 40  # of bisection; enough for float32


def neighbours(x: NDArray[np.float32], k: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The k nearest other rows of each row, exactly, nearest first.

    Args:
        x: shape (n, dimensions), rows of length 1, n > k.
        k: at least 1.

    Returns:
        rows, shape (n, k), and cosines in -1..1, shape (n, k).
    """
    n = len(x)
    rows = np.empty((n, k), np.intp)
    cosines = np.empty((n, k), np.float32)
    step = max(1, _BLOCK // n)
    for start in range(0, n, step):
        part = slice(start, min(n, start + step))
        near = x[part] @ x.T
        near[np.arange(part.stop - start), np.arange(start, part.stop)] = -np.inf
        best = np.argpartition(-near, k - 1, axis=1)[:, :k]
        values = np.take_along_axis(near, best, axis=1)
        order = np.lexsort((best, -values), axis=1)
        rows[part] = np.take_along_axis(best, order, axis=1)
        cosines[part] = np.take_along_axis(values, order, axis=1)
    return rows, cosines


def fuzzy_graph(rows: NDArray[np.intp], cosines: NDArray[np.float32]) -> sparse.csr_matrix:
    """UMAP's weights of the neighbour graph: symmetric, shape (n, n), values in 0..1.

    A neighbour at distance d = 1 - cosine weighs exp(-(d - nearest) / width), where the width of each row is such
    that its weights add up to log2 of the number of neighbours, the row itself included; two directed weights a, b
    make a + b - ab.
    """
    n, k = rows.shape
    beyond = np.clip(1.0 - cosines.astype(np.float64), 0.0, None)
    beyond -= beyond[:, :1]
    width = _widths(beyond, np.log2(k + 1))
    weights = np.exp(-beyond / width[:, None])
    directed = sparse.csr_matrix((weights.ravel(), (np.repeat(np.arange(n), k), rows.ravel())), shape=(n, n))
    other = directed.T.tocsr()
    graph = (directed + other - directed.multiply(other)).tocsr()
    graph.sort_indices()
    return graph


def _widths(beyond: NDArray[np.float64], target: float) -> NDArray[np.float64]:
    low = np.zeros(len(beyond))
    # A width far beyond every distance makes all weights 1; bisection then stays at its upper end.
    high = np.full(len(beyond), 16.0 * max(float(beyond.max(initial=0.0)), 1e-6))
    # As in UMAP: a width never falls below a thousandth of the mean distance.
    least = np.maximum(1e-3 * beyond.mean(axis=1), 1e-9)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        total = np.exp(-beyond / np.maximum(middle, least)[:, None]).sum(axis=1)
        high = np.where(total > target, middle, high)
        low = np.where(total > target, low, middle)
    return np.asarray(np.maximum((low + high) / 2, least))


def communities(graph: sparse.csr_matrix, resolution: float, seed: int, *, cycles: int = 1) -> NDArray[np.intp]:
    """Community of each node, numbered from 0, shape (n,): Leiden on modularity with a resolution above 0.

    A higher resolution gives more and smaller communities. The same graph, resolution and seed give the same outcome.
    """
    from graspologic_native import leiden_csr  # noqa: PLC0415  # compiled

    if not graph.nnz:  # the library has no answer to a graph without edges
        return np.arange(graph.shape[0])
    _, found = leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float64),
        graph.shape[0],
        resolution=float(resolution),
        iterations=cycles,
        seed=int(seed),
    )
    labels = np.fromiter((found[node] for node in range(graph.shape[0])), np.intp, graph.shape[0])
    return np.asarray(np.unique(labels, return_inverse=True)[1], np.intp)


def in_order(work: Callable[..., NDArray[np.intp]], *given: Iterable[object]) -> Iterator[NDArray[np.intp]]:
    """`map`, with a thread for each core: the library finds communities outside Python's lock.

    What comes out, and its order, do not depend on the number of threads.
    """
    pool = ThreadPoolExecutor(cores.wanted())
    try:
        yield from pool.map(work, *given)
    finally:
        pool.shutdown(cancel_futures=True)
