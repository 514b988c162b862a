"""Candidate themes as scikit-learn estimators: the consensus of many seeded runs."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from themescout.candidates import Reason
from themescout.cluster import duplicates
from themescout.cluster.consensus import found_in, partition, vote_graph
from themescout.cluster.granularity import NEIGHBOURS
from themescout.cluster.graph import neighbours
from themescout.cluster.parts import parts
from themescout.cluster.placing import place
from themescout.cluster.runs import Runs, community_runs, density_runs
from themescout.cluster.settling import Settled, settle
from themescout.settings import DEFAULT_SEED

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

LARGEST = 25_000  # distinct texts that runs look at; beyond, a sample of so many speaks for the rest
_FEWEST = 6  # distinct texts below which groups mean nothing


class ConsensusThemes(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Themes that many Leiden runs over neighbour graphs agree on.

    Each run sees nine tenths of the rows, another neighbourhood size, resolution and seed. Rows are compared by
    cosine after their common mean is taken away.

    Args:
        n_runs: number of runs for themes, at least 1; half as many more are made for sub-themes.
        n_themes: wished number of themes; 0 = chosen by the criterion of `granularity`.
        detail: factor on the chosen number: 2 = finer, 0.5 = coarser.
        min_size: fewest texts of a theme; 0 = chosen from their number.
        random_state: seed of everything random.
        progress: called with (runs done, runs in all).

    Attributes:
        labels_: int, shape (n,): theme of each row, 0 = largest; -1 = in no theme.
        sublabels_: int, shape (n,): sub-theme within the theme, 0 = largest; -1 where the theme has none.
        strengths_: float32, shape (n,): support, 0..1, of the runs for the row in its theme; for a row in no theme,
            in the nearest.
        nearest_: int, shape (n,): like `labels_`, but the nearest theme for rows in none; -1 if there is no theme.
        reasons_: str, shape (n,): `candidates.Reason` of rows in no theme, "" for the others.
        found_in_: int, shape (themes,): number of runs with a group of Jaccard overlap ≥ 0.5 with the theme.
        n_runs_: number of runs made.
        n_sampled_: number of distinct texts that the runs looked at.
        centroids_: float32, shape (themes, dimensions), rows of length 1.
    """

    def __init__(
        self,
        *,
        n_runs: int = 50,
        n_themes: int = 0,
        detail: float = 1.0,
        min_size: int = 0,
        random_state: int = DEFAULT_SEED,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.n_runs = n_runs
        self.n_themes = n_themes
        self.detail = detail
        self.min_size = min_size
        self.random_state = random_state
        self.progress = progress

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: N803  # scikit-learn's name
        """Find themes among the rows of X, shape (n, dimensions)."""
        x = duplicates.unit(np.asarray(validate_data(self, X, dtype=np.float32), np.float32))
        rng = check_random_state(self.random_state)
        unique, back = duplicates.distinct(x)
        sample = _sample(unique, rng)
        texts, same = duplicates.grouped(unique[sample])
        weights = np.bincount(same, np.bincount(back, minlength=len(unique))[sample], len(texts)).astype(np.intp)
        size = self.min_size or automatic_min_size(int(weights.sum()))
        settled, subs, runs = self._themes(texts, weights, max(2, size), rng)
        self.n_runs_ = len(runs)
        self.n_sampled_ = len(sample)
        count = settled.labels.max(initial=-1) + 1
        found = np.asarray([found_in(settled.labels == theme, runs) for theme in range(count)], int)
        settled, subs = place(unique, sample, _repeated(settled, same), subs[same])
        return self._finish(x, _repeated(settled, back), subs[back], found)

    def predict(self, X: Any) -> NDArray[np.intp]:  # noqa: N803
        """Theme of each row, shape (n,), -1 where there is none.

        A row that was fitted has its label from then; another, the theme with the nearest centroid by cosine.
        """
        check_is_fitted(self)
        x = duplicates.unit(np.asarray(validate_data(self, X, dtype=np.float32, reset=False), np.float32))
        if not len(self.centroids_):
            return np.full(len(x), -1)
        labels = np.argmax(x @ self.centroids_.T, axis=1)
        known = {row.tobytes(): label for row, label in zip(self._x, self.labels_, strict=True)}
        return np.asarray([known.get(row.tobytes(), label) for row, label in zip(x, labels, strict=True)], np.intp)

    def _themes(
        self, texts: NDArray[np.float32], weights: NDArray[np.intp], size: int, rng: np.random.RandomState
    ) -> tuple[Settled, NDArray[np.intp], tuple[NDArray[np.intp], ...]]:
        if len(texts) < _FEWEST:
            return _alike_or_nothing(weights, size), np.full(len(texts), -1), ()
        x = duplicates.unit(texts - texts.mean(axis=0))
        near = neighbours(x, min(NEIGHBOURS[-1], len(x) - 1))
        runs = self._runs(x, near, size, int(weights.sum()) // size, rng)
        graph = vote_graph(near[0], runs.coarse)
        seed = int(rng.randint(2**31 - 1))
        groups = partition(graph, weights, runs.count, size, seed)
        settled = settle(groups, x, weights, runs.coarse, size=size, wished=self.n_themes)
        return settled, parts(settled.labels, weights, near[0], runs.fine, seed), runs.coarse

    def _runs(
        self,
        x: NDArray[np.float32],
        near: tuple[NDArray[np.intp], NDArray[np.float32]],
        size: int,  # density needs it
        most: int,
        rng: np.random.RandomState,
    ) -> Runs:
        return community_runs(
            x, near, n_runs=max(1, self.n_runs), wished=self.n_themes, detail=self.detail, most=most,
            rng=rng, progress=self.progress or _unseen,
        )  # fmt: skip

    def _finish(
        self, x: NDArray[np.float32], settled: Settled, subs: NDArray[np.intp], found: NDArray[np.intp]
    ) -> Self:
        order = _by_size(settled.labels, len(found))
        self._x = x
        self.labels_ = _renumbered(settled.labels, order)
        self.nearest_ = _renumbered(settled.nearest, order)
        self.sublabels_ = _inner(self.labels_, subs, len(order))
        self.strengths_ = settled.strengths.astype(np.float32)
        self.reasons_ = settled.reasons
        self.found_in_ = found[order]
        means = [x[self.labels_ == theme].mean(axis=0) for theme in range(len(order))]
        self.centroids_ = duplicates.unit(np.asarray(means, np.float32).reshape(len(order), x.shape[1]))
        return self


class DensityThemes(ConsensusThemes):
    """The same consensus over runs of a reducer (UMAP) and HDBSCAN.

    Args:
        reducer: name of a registered reducer.
        n_runs, n_themes, detail, min_size, random_state, progress: as for `ConsensusThemes`; there are no sub-themes,
            and `detail` multiplies the median number of groups of the runs.
    """

    def __init__(
        self,
        *,
        reducer: str = "umap",
        n_runs: int = 15,
        n_themes: int = 0,
        detail: float = 1.0,
        min_size: int = 0,
        random_state: int = DEFAULT_SEED,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        super().__init__(
            n_runs=n_runs, n_themes=n_themes, detail=detail, min_size=min_size, random_state=random_state,
            progress=progress,
        )  # fmt: skip
        self.reducer = reducer

    def _runs(
        self,
        x: NDArray[np.float32],
        near: tuple[NDArray[np.intp], NDArray[np.float32]],  # the reducer has its own
        size: int,
        most: int,
        rng: np.random.RandomState,
    ) -> Runs:
        found = density_runs(
            x, reducer=self.reducer, n_runs=max(1, self.n_runs), size=size, rng=rng, progress=self.progress or _unseen
        )
        wanted = self.n_themes or max(2, round(found.count * self.detail))
        return replace(found, count=min(wanted, max(most, found.count)))


def automatic_min_size(n: int) -> int:
    """Fewest texts of a theme among n: a fifth of the square root, at least 3 (n = 600: 4, n = 4,000: 12)."""
    return max(3, int(math.sqrt(n) / 5))


def _unseen(done: int, total: int) -> None:
    """Progress that is not shown."""


def _sample(unique: NDArray[np.float32], rng: np.random.RandomState) -> NDArray[np.intp]:
    """Rows that the runs look at: all that are not empty, or a seeded sample of them."""
    rows = np.flatnonzero(unique.any(axis=1))
    if len(rows) <= LARGEST:
        return np.asarray(rows, np.intp)
    return np.asarray(np.sort(rng.choice(rows, LARGEST, replace=False)), np.intp)


def _alike_or_nothing(weights: NDArray[np.intp], size: int) -> Settled:
    """For too few distinct texts: one that is repeated often enough is a theme of its own, the others are none."""
    often = weights >= size
    labels = np.where(often, np.cumsum(often) - 1, -1)
    return Settled(
        labels=labels,
        nearest=labels,
        strengths=often.astype(np.float32),
        reasons=np.where(often, "", Reason.FEW.value),
    )


def _repeated(settled: Settled, back: NDArray[np.intp]) -> Settled:
    return Settled(
        labels=settled.labels[back],
        nearest=settled.nearest[back],
        strengths=settled.strengths[back],
        reasons=settled.reasons[back],
    )


def _by_size(labels: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Themes, largest first; of equals, the one with the earliest row first."""
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    firsts = np.full(count, len(labels))
    np.minimum.at(firsts, labels[labels >= 0], np.flatnonzero(labels >= 0))
    return np.lexsort((firsts, -sizes))[:count]


def _inner(labels: NDArray[np.intp], subs: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Sub-themes numbered by size, largest first: rows that joined later have changed the sizes."""
    made = np.full(len(labels), -1, np.intp)
    for theme in range(count):
        rows = np.flatnonzero((labels == theme) & (subs >= 0))
        if len(rows):
            made[rows] = _renumbered(subs[rows], _by_size(subs[rows], int(subs[rows].max()) + 1))
    return made


def _renumbered(labels: NDArray[np.intp], order: NDArray[np.intp]) -> NDArray[np.intp]:
    new = np.full(len(order) + 1, -1, np.intp)
    new[order] = np.arange(len(order))
    return np.asarray(new[labels])
