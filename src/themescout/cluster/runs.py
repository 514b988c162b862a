"""Seeded runs: many ways to group the same rows, each with a part of them left out.

A run is an array of shape (n,): the group of each row from 0, -1 for a row that the run did not place.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from themescout import plugins
from themescout.cluster.granularity import NEIGHBOURS, Granularity
from themescout.cluster.graph import communities, fuzzy_graph, in_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from scipy import sparse

_LEFT_OUT = 0.1  # share of rows that a run does without: a theme must not hang on a few of them
_SPREAD = 0.25  # runs aim at numbers of groups within a factor exp(±this) of the best
_FINER = 4  # groups of the second level for each of the first


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Runs:
    """Runs over n rows.

    Attributes:
        coarse: the runs that themes are made of.
        fine: the runs that sub-themes are made of; empty where the method has none.
        count: number of groups that the runs speak for.
    """

    coarse: tuple[NDArray[np.intp], ...]
    fine: tuple[NDArray[np.intp], ...]
    count: int


def community_runs(  # noqa: PLR0913  # by keyword from the third
    x: NDArray[np.float32],
    near: tuple[NDArray[np.intp], NDArray[np.float32]],
    *,
    n_runs: int,
    wished: int,
    detail: float,
    most: int,
    rng: np.random.RandomState,
    progress: Callable[[int, int], None],
) -> Runs:
    """Leiden communities of neighbour graphs, from different rows, neighbourhoods, resolutions and seeds.

    `most` is the number of themes that there are texts for: runs that aim far beyond it find nothing at all.
    """
    rows, cosines = near
    sizes = sorted({min(k, rows.shape[1]) for k in NEIGHBOURS})
    graphs = [fuzzy_graph(rows[:, :k], cosines[:, :k]) for k in sizes]
    levels = Granularity(graphs, x)
    count = min(wished or max(2, round(levels.best * detail)), max(most, levels.best))
    total = n_runs + n_runs // 2
    # Everything random is drawn beforehand, in order: threads take the runs as they come.
    drawn = []
    for run in range(total):
        which = run % len(graphs)
        aim = count * (_FINER if run >= n_runs else 1) * np.exp(rng.uniform(-_SPREAD, _SPREAD))
        kept = np.sort(rng.permutation(len(x))[: max(2, round(len(x) * (1 - _LEFT_OUT)))])
        drawn.append((graphs[which], kept, levels.resolution(which, aim), int(rng.randint(2**31 - 1))))
    made = []
    for labels in in_order(lambda one: _placed(*one), drawn):
        made.append(labels)
        progress(len(made), total)
    return Runs(coarse=tuple(made[:n_runs]), fine=tuple(made[n_runs:]), count=count)


def _placed(graph: sparse.csr_matrix, kept: NDArray[np.intp], resolution: float, seed: int) -> NDArray[np.intp]:
    labels = np.full(graph.shape[0], -1, np.intp)
    labels[kept] = communities(graph[kept][:, kept], resolution, seed)
    return labels


def density_runs(
    x: NDArray[np.float32],
    *,
    reducer: str,
    n_runs: int,
    size: int,
    rng: np.random.RandomState,
    progress: Callable[[int, int], None],
) -> Runs:
    """HDBSCAN (leaf selection) after a reducer, with different neighbourhoods and seeds."""
    made = []
    low = plugins.load("reducers", reducer)()
    for run in range(n_runs):
        near = NEIGHBOURS[run % len(NEIGHBOURS)] // 2
        reduced = low.reduce(x, neighbours=near, seed=int(rng.randint(2**31 - 1)))
        made.append(_dense(reduced, size))
        progress(run + 1, n_runs)
    usual = float(np.median([run.max() + 1 for run in made]))
    return Runs(coarse=tuple(made), fine=(), count=max(2, round(usual)))


def _dense(low: NDArray[np.float32], size: int) -> NDArray[np.intp]:
    from hdbscan import HDBSCAN  # noqa: PLC0415  # compiled and heavy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # hdbscan against newer scikit-learn
        model = HDBSCAN(min_cluster_size=size, min_samples=2, cluster_selection_method="leaf", core_dist_n_jobs=1)
        return np.asarray(model.fit_predict(low.astype(np.float64)), np.intp)
