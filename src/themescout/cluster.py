"""Candidate themes by consensus of many seeded runs of a reducer and HDBSCAN.

A single run on a small corpus is unstable. Here each run votes for the pairs of segments it put together (evidence
accumulation: Fred & Jain 2005, doi 10.1109/TPAMI.2005.113); the votes are cut by average linkage where the partition
agrees best with the runs themselves. How often a theme was found again is reported with it.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.metrics import adjusted_mutual_info_score
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from themescout import plugins
from themescout.settings import DEFAULT_SEED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

# Runs differ in how local they look; chosen to span what small interview corpora bear.
_NEIGHBOURS = (5, 8, 12, 18, 25)
_LARGEST_DIRECT = 4000  # pairs are held in memory: 4000 segments are 64 MB of float32
_FOUND = 0.5  # Jaccard overlap from which a run's group counts as the theme found again
_HEIGHTS = tuple(np.linspace(0.2, 0.98, 40))  # cuts to try, as distance = 1 - share of votes
_KEPT = 0.3  # mean share of runs with the theme below which a segment is left out


class ConsensusThemes(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Consensus of seeded runs.

    Args:
        reducer: name of a registered reducer.
        n_runs: number of runs, at least 1.
        n_themes: wished number of themes; 0 = chosen by agreement with the runs.
        min_size: fewest segments of a theme; 0 = chosen from the number of segments.
        random_state: seed of everything random.
        progress: called with (runs done, runs in all).

    Attributes:
        labels_: int, shape (n,): theme of each row, 0 = largest; -1 = in no theme.
        strengths_: float32, shape (n,): mean share of runs, 0..1, in which the row was grouped with its theme; for a
            row in no theme, that of the nearest theme.
        nearest_: int, shape (n,): like `labels_`, but the nearest theme for rows in none; -1 if there is no theme.
        found_in_: int, shape (themes,): number of runs with a group of Jaccard overlap ≥ 0.5 with the theme.
        n_runs_: number of runs made.
        centroids_: float32, shape (themes, dimensions), rows of length 1.
    """

    def __init__(
        self,
        *,
        reducer: str = "umap",
        n_runs: int = 15,
        n_themes: int = 0,
        min_size: int = 0,
        random_state: int = DEFAULT_SEED,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.reducer = reducer
        self.n_runs = n_runs
        self.n_themes = n_themes
        self.min_size = min_size
        self.random_state = random_state
        self.progress = progress

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: N803  # scikit-learn's name
        """Find themes among the rows of X, shape (n, dimensions)."""
        x = np.asarray(validate_data(self, X, dtype=np.float32), np.float32)
        unique, back = np.unique(x, axis=0, return_inverse=True)
        rng = check_random_state(self.random_state)
        seeds = rng.randint(0, 2**31 - 1, size=max(1, self.n_runs))
        sample = _sample(len(unique), rng)
        size = max(2, self.min_size or automatic_min_size(len(sample)))  # one segment is no theme
        if len(unique) < 2 * size:
            return self._finish(x, np.full(len(x), -1), np.zeros(len(x), np.float32), np.full(len(x), -1), [])
        runs = self._runs(unique[sample], seeds, size)
        votes = _votes(runs)
        labels = _cut(votes, runs, self.n_themes, size)
        labels, strengths, nearest = _settle(votes, labels)
        found = [_found_in(runs, labels == theme) for theme in range(labels.max() + 1)]
        labels, strengths, nearest = _spread(unique, sample, labels, strengths, nearest)
        back = back.ravel()
        return self._finish(x, labels[back], strengths[back], nearest[back], found)

    def predict(self, X: Any) -> NDArray[np.intp]:  # noqa: N803
        """Nearest theme of each row by cosine to the themes' centroids, shape (n,); -1 where there is no theme."""
        check_is_fitted(self)
        x = np.asarray(validate_data(self, X, dtype=np.float32, reset=False), np.float32)
        if not len(self.centroids_):
            return np.full(len(x), -1)
        return np.asarray(np.argmax(x @ self.centroids_.T, axis=1))

    def _runs(self, x: NDArray[np.float32], seeds: NDArray[np.int64], size: int) -> list[NDArray[np.intp]]:
        reducer = plugins.load("reducers", self.reducer)()
        runs = []
        for i, seed in enumerate(seeds):
            neighbours = _NEIGHBOURS[i % len(_NEIGHBOURS)]
            low = reducer.reduce(x, neighbours=neighbours, seed=int(seed))
            runs.append(_dense_groups(low, size))
            if self.progress:
                self.progress(i + 1, len(seeds))
        return runs

    def _finish(
        self,
        x: NDArray[np.float32],
        labels: NDArray[np.intp],
        strengths: NDArray[np.float32],
        nearest: NDArray[np.intp],
        found: Sequence[int],
    ) -> Self:
        order = _by_size(labels, len(found))
        self.labels_ = _renumbered(labels, order)
        self.nearest_ = _renumbered(nearest, order)
        self.strengths_ = strengths
        self.found_in_ = np.asarray([found[old] for old in order], int)
        self.n_runs_ = max(1, self.n_runs)
        self.centroids_ = _centroids(x, self.labels_, len(order))
        return self


def automatic_min_size(n: int) -> int:
    """Fewest segments of a theme for n segments: a third of the square root, at least 4 (n = 600: 9)."""
    return max(4, int(math.sqrt(n) / 3 + 0.5))


def _sample(n: int, rng: np.random.RandomState) -> NDArray[np.intp]:
    """Rows to run on: all, or a seeded sample of what pairwise votes can hold."""
    if n <= _LARGEST_DIRECT:
        return np.arange(n)
    return np.sort(rng.choice(n, _LARGEST_DIRECT, replace=False))


def _dense_groups(low: NDArray[np.float32], size: int) -> NDArray[np.intp]:
    from hdbscan import HDBSCAN  # noqa: PLC0415  # compiled and heavy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # hdbscan against newer scikit-learn
        model = HDBSCAN(min_cluster_size=size, min_samples=2, cluster_selection_method="leaf", core_dist_n_jobs=1)
        return np.asarray(model.fit_predict(low.astype(np.float64)), np.intp)


def _votes(runs: Sequence[NDArray[np.intp]]) -> NDArray[np.float32]:
    """Shape (n, n): of the runs in which both rows were in some group, the share that put them together."""
    n = len(runs[0])
    together = np.zeros((n, n), np.float32)
    both = np.zeros((n, n), np.float32)
    for run in runs:
        groups = np.zeros((n, run.max() + 1), np.float32)
        inside = run >= 0
        groups[np.flatnonzero(inside), run[inside]] = 1.0
        together += groups @ groups.T
        both += np.outer(inside, inside)
    # One vote against is added, so that a pair seen together in a single run is not certain.
    votes = together / (both + 1.0)
    np.fill_diagonal(votes, 1.0)
    return votes


def _cut(votes: NDArray[np.float32], runs: Sequence[NDArray[np.intp]], wished: int, size: int) -> NDArray[np.intp]:
    """Average linkage over the votes, cut where the partition agrees best (mean AMI) with the runs.

    The cut is a height, not a number of pieces: rows that no run placed are pieces of their own at any height and
    would use the number up. With a wished number of themes, the cuts nearest to it are compared.
    """
    tree = linkage(squareform(1.0 - votes, checks=False), method="average")
    cuts = [_without_small(fcluster(tree, height, criterion="distance"), size) for height in _HEIGHTS]
    if wished:
        misses = [abs(int(labels.max()) + 1 - wished) for labels in cuts]
        cuts = [labels for labels, miss in zip(cuts, misses, strict=True) if miss == min(misses)]
    return max(cuts, key=lambda labels: _agreement(labels, runs))


def _agreement(labels: NDArray[np.intp], runs: Sequence[NDArray[np.intp]]) -> float:
    """Mean over runs: AMI on the rows that both place, times the share of such rows."""
    scores = []
    for run in runs:
        both = (labels >= 0) & (run >= 0)
        scores.append(float(adjusted_mutual_info_score(run[both], labels[both])) * float(both.mean()))
    return float(np.mean(scores))


def _without_small(labels: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """Groups below `size` become -1; the others are numbered from 0."""
    names, counts = np.unique(labels, return_counts=True)
    kept = {name: i for i, name in enumerate(names[counts >= size])}
    return np.asarray([kept.get(label, -1) for label in labels], np.intp)


def _settle(
    votes: NDArray[np.float32], labels: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.intp]]:
    """Give every row to the theme with the highest mean vote, or to none where that is too low."""
    count = labels.max() + 1
    if count == 0:
        return labels, np.zeros(len(labels), np.float32), labels
    sums = np.stack([votes[:, labels == theme].sum(axis=1) for theme in range(count)], axis=1)
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    own = np.zeros((len(labels), count), bool)
    own[np.flatnonzero(labels >= 0), labels[labels >= 0]] = True
    # A row's vote for itself is no evidence.
    means = (sums - own) / np.maximum(sizes - own, 1)
    nearest = means.argmax(axis=1)
    strength = means.max(axis=1).astype(np.float32)
    settled = np.where(labels >= 0, labels, np.where(strength >= _KEPT, nearest, -1))
    strength = np.where(settled >= 0, means[np.arange(len(labels)), settled], strength).astype(np.float32)
    return settled, strength, np.where(settled >= 0, settled, nearest)


def _found_in(runs: Sequence[NDArray[np.intp]], theme: NDArray[np.bool_]) -> int:
    return sum(1 for run in runs if _best_overlap(run, theme) >= _FOUND)


def _best_overlap(run: NDArray[np.intp], theme: NDArray[np.bool_]) -> float:
    sizes = np.bincount(run[run >= 0], minlength=1)
    shared = np.bincount(run[theme & (run >= 0)], minlength=len(sizes))
    # Rows that the run left out are no evidence against the theme.
    union = sizes + int((theme & (run >= 0)).sum()) - shared
    return float((shared / np.maximum(union, 1)).max())


def _spread(
    x: NDArray[np.float32],
    sample: NDArray[np.intp],
    labels: NDArray[np.intp],
    strengths: NDArray[np.float32],
    nearest: NDArray[np.intp],
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.intp]]:
    """From the sample to all rows: each other row follows the majority of its 5 nearest sampled rows."""
    if len(sample) == len(x):
        return labels, strengths, nearest
    from sklearn.neighbors import KNeighborsClassifier  # noqa: PLC0415  # only for large corpora

    rest = np.setdiff1d(np.arange(len(x)), sample)
    model = KNeighborsClassifier(5, metric="cosine", algorithm="brute").fit(x[sample], labels)
    near = KNeighborsClassifier(5, metric="cosine", algorithm="brute").fit(x[sample], nearest)
    spread_labels = np.empty(len(x), np.intp)
    spread_strengths = np.empty(len(x), np.float32)
    spread_nearest = np.empty(len(x), np.intp)
    spread_labels[sample], spread_strengths[sample], spread_nearest[sample] = labels, strengths, nearest
    for part in np.array_split(rest, max(1, len(rest) // 4096)):
        shares = model.predict_proba(x[part])
        spread_labels[part] = model.classes_[shares.argmax(axis=1)]
        spread_strengths[part] = shares.max(axis=1)
        spread_nearest[part] = near.predict(x[part])
    inside = spread_labels >= 0
    spread_nearest[inside] = spread_labels[inside]
    return spread_labels, spread_strengths, spread_nearest


def _by_size(labels: NDArray[np.intp], count: int) -> list[int]:
    """Themes, largest first; of equals, the one with the earliest row first."""
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    firsts = [int(np.flatnonzero(labels == theme)[0]) if sizes[theme] else len(labels) for theme in range(count)]
    return sorted(range(count), key=lambda theme: (-sizes[theme], firsts[theme]))


def _renumbered(labels: NDArray[np.intp], order: Sequence[int]) -> NDArray[np.intp]:
    new = np.full(len(order) + 1, -1, np.intp)
    for i, old in enumerate(order):
        new[old] = i
    return np.asarray(new[labels])


def _centroids(x: NDArray[np.float32], labels: NDArray[np.intp], count: int) -> NDArray[np.float32]:
    means = np.zeros((count, x.shape[1]), np.float32)
    for theme in range(count):
        means[theme] = x[labels == theme].mean(axis=0)
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    np.divide(means, norms, out=means, where=norms > 0)
    return means
