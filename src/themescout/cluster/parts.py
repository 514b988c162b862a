"""The second level: sub-themes within each theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from themescout.cluster.consensus import support, vote_graph
from themescout.cluster.graph import communities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_FEWEST = 3  # texts of a sub-theme


def parts(
    labels: NDArray[np.intp],
    weights: NDArray[np.intp],
    rows: NDArray[np.intp],
    runs: Sequence[NDArray[np.intp]],
    seed: int,
) -> NDArray[np.intp]:
    """Sub-theme of each row within its theme, from 0, largest first, shape (n,); -1 where the theme has none.

    The finer runs vote as the coarser ones do for themes; within a theme, groups of fewer than three texts join the
    group that the runs put them with most. A theme that falls into no two parts has none.
    """
    result = np.full(len(labels), -1, np.intp)
    if not runs:
        return result
    graph = vote_graph(rows, runs)
    for theme in range(labels.max(initial=-1) + 1):
        members = np.flatnonzero(labels == theme)
        if weights[members].sum() < 2 * _FEWEST:
            continue
        found = communities(graph[members][:, members], 1.0, seed, cycles=2)
        result[members] = _regular(found, weights[members], [run[members] for run in runs])
    return result


def _regular(found: NDArray[np.intp], weights: NDArray[np.intp], runs: Sequence[NDArray[np.intp]]) -> NDArray[np.intp]:
    sizes = np.bincount(found, weights)
    large = np.flatnonzero(sizes >= _FEWEST)
    if len(large) < 2:
        return np.full(len(found), -1)
    new = np.full(len(sizes), -1)
    new[large[np.argsort(-sizes[large], kind="stable")]] = np.arange(len(large))
    labels = new[found]
    backing = support(labels, runs)
    return np.where(labels >= 0, labels, backing.argmax(axis=1))
