"""What many runs agree on.

Each run votes for the pairs of neighbours that it put together (evidence accumulation: Fred & Jain 2005,
doi 10.1109/TPAMI.2005.113). The votes are weights of the neighbour graph, and communities of that graph are the themes
(consensus clustering: Lancichinetti & Fortunato 2012, doi 10.1038/srep00336; on the edges alone, as Tandon et al. 2019,
doi 10.1103/PhysRevE.99.042301, so that memory grows with the number of rows, not of pairs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from themescout.cluster.graph import communities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FOUND = 0.5  # Jaccard overlap from which a run's group counts as the theme found again
_RANGE = (-4.0, 9.0)  # of the logarithm to base 2 of resolutions tried
_HALVINGS = 5
_CYCLES = 4  # of Leiden, where the outcome itself is shown


def vote_graph(rows: NDArray[np.intp], runs: Sequence[NDArray[np.intp]]) -> sparse.csr_matrix:
    """Symmetric, shape (n, n): for each pair of neighbours the squared share of votes for it, 0..1.

    A run that did not place both has no vote; one vote against is added, so that a pair seen in a single run is not
    certain. Squaring lets what is certain outweigh what many uncertain pairs add up to.
    """
    n, k = rows.shape
    first, second = np.repeat(np.arange(n), k), rows.ravel()
    together = np.zeros(len(first), np.float32)
    both = np.ones(len(first), np.float32)
    for run in runs:
        a, b = run[first], run[second]
        together += (a == b) & (a >= 0)
        both += (a >= 0) & (b >= 0)
    graph = sparse.csr_matrix(((together / both) ** 2, (first, second)), shape=(n, n))
    graph = graph.maximum(graph.T).tocsr()
    graph.eliminate_zeros()
    graph.sort_indices()
    return graph


def partition(
    graph: sparse.csr_matrix, weights: NDArray[np.intp], count: int, size: int, seed: int
) -> NDArray[np.intp]:
    """Communities of the vote graph of which about `count` have at least `size` of `weights`; shape (n,), from 0.

    The resolution is raised until there are that many, then found by halving; of equally near outcomes the coarser is
    taken. (Far beyond, communities become too small to count and their number falls again.)
    """

    def at(exponent: float) -> tuple[int, NDArray[np.intp]]:
        labels = communities(graph, 2.0**exponent, seed, cycles=_CYCLES)
        return int((np.bincount(labels, weights) >= size).sum()), labels

    low, high = _RANGE
    tried = []
    for exponent in np.arange(low, high, 1.0):
        tried.append((*at(float(exponent)), float(exponent)))
        if tried[-1][0] >= count:
            break
    high, low = tried[-1][2], tried[-1][2] - 1.0
    for _ in range(_HALVINGS):
        if tried[-1][0] == count:
            break
        middle = (low + high) / 2
        tried.append((*at(middle), middle))
        low, high = (middle, high) if tried[-1][0] < count else (low, middle)
    return min(tried, key=lambda outcome: (abs(outcome[0] - count), outcome[2]))[1]


def support(labels: NDArray[np.intp], runs: Sequence[NDArray[np.intp]]) -> NDArray[np.float32]:
    """How strongly each row belongs to each group, shape (n, groups), 0..1.

    The mean over the runs that placed the row of the share of its companions there that are in the group. A row that
    no run placed has zeros.
    """
    n, count = len(labels), int(labels.max(initial=-1)) + 1
    total = np.zeros((n, count), np.float32)
    placed = np.zeros(n, np.float32)
    inside = labels >= 0
    for run in runs:
        here = run >= 0
        known = here & inside
        table = np.zeros((run.max(initial=-1) + 1, count), np.float32)
        np.add.at(table, (run[known], labels[known]), 1.0)
        companions = table[run[here]]
        # A row's being with itself is no evidence.
        own = np.zeros_like(companions)
        own[inside[here], labels[here & inside]] = 1.0
        companions -= own
        total[here] += companions / np.maximum(companions.sum(axis=1, keepdims=True), 1.0)
        placed += here
    return np.asarray(total / np.maximum(placed, 1.0)[:, None], np.float32)


def found_in(theme: NDArray[np.bool_], runs: Sequence[NDArray[np.intp]]) -> int:
    """In how many runs some group has a Jaccard overlap of at least 0.5 with the theme, rows left out not counted."""
    return sum(1 for run in runs if _best_overlap(run, theme) >= FOUND)


def _best_overlap(run: NDArray[np.intp], theme: NDArray[np.bool_]) -> float:
    sizes = np.bincount(run[run >= 0], minlength=1)
    shared = np.bincount(run[theme & (run >= 0)], minlength=len(sizes))
    union = sizes + int((theme & (run >= 0)).sum()) - shared
    return float((shared / np.maximum(union, 1)).max())
