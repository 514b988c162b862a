"""How many themes: the number that describes the vectors best for what it costs.

The criterion is the Bayesian information criterion of spherical groups of one width, on the leading principal
components (as X-means has it: Pelleg & Moore 2000, ICML). It is computed for groups found at every resolution.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from themescout.cluster.graph import communities, fuzzy_graph, in_order, neighbours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy import sparse

# Components that the criterion looks at; 20 chosen over 10 on pdpilot_interviews, serdif_usability and banking77: with
# 10 it is content with too few themes.
_COMPONENTS = 20
# Gain of the criterion, in nats a row, of the best number over a single group, from which groups are plain to see.
# banking77, clinc150 and NHS comments gain 2.5 to 4, interviews and survey answers of some hundred texts 0 to 1.1.
_CLEAR = 1.0
NEIGHBOURS = (10, 20, 30)  # how local a look at the rows is
_ENOUGH = 4000  # rows to choose the number of themes on
_LOOKS = 6000  # rows to group at each resolution, over all seeds: small corpora are looked at more often
_NUMBERS = 60  # numbers of groups at which the curves are compared
_RESOLUTIONS = tuple(2.0 ** (step / 2) for step in range(-4, 11))


def components(x: NDArray[np.float32]) -> NDArray[np.float64]:
    """The leading principal components of x, shape (n, at most 20)."""
    from sklearn.decomposition import PCA  # noqa: PLC0415  # heavy

    count = min(_COMPONENTS, len(x) - 1, x.shape[1])
    return np.asarray(PCA(count, svd_solver="full" if len(x) < 500 else "randomized", random_state=0)
                      .fit_transform(x.astype(np.float64)))  # fmt: skip


def bic(parts: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    """Bayesian information criterion per row, higher is better, of groups as spheres of one common variance.

    Args:
        parts: shape (n, d).
        labels: group of each row, from 0, shape (n,).
    """
    n, d = parts.shape
    sizes = np.bincount(labels)
    count = len(sizes)
    if n <= count:
        return -np.inf
    centres = np.stack([np.bincount(labels, parts[:, column], count) for column in range(d)], axis=1) / sizes[:, None]
    squares = float(((parts - centres[labels]) ** 2).sum())
    variance = max(squares / (d * (n - count)), 1e-12)
    shares = float((sizes * np.log(sizes / n)).sum())
    likelihood = -0.5 * n * d * np.log(2 * np.pi * variance) - squares / (2 * variance) + shares
    return float((likelihood - 0.5 * count * (d + 1) * np.log(n)) / n)


def rice(n: int) -> int:
    """Number of bins for n values by the Rice rule, 2 n^(1/3) (D. M. Lane, Online Statistics Education)."""
    return round(2 * math.cbrt(n))


class Granularity:
    """Resolutions of several graphs of the same rows, and the number of groups that each gives.

    It does not depend on the seed of the runs: how many themes there are is a matter of the corpus.

    Attributes:
        best: number of groups with the highest mean criterion. Where no number is clearly better than a single group,
            as in most interviews, at least `rice`: a person joins two themes more easily than she takes one apart.
    """

    def __init__(self, graphs: Sequence[sparse.csr_matrix], x: NDArray[np.float32]) -> None:
        projected = components(x)
        swept = [_swept(graph, projected) for graph in graphs]
        self._counts = [np.log(counts) for counts, _ in swept]
        self.best = _best(swept, projected) if len(x) <= _ENOUGH else _best_of_sample(x)

    def resolution(self, graph: int, count: float) -> float:
        """The resolution at which graph number `graph` falls into about `count` groups."""
        return float(np.exp(np.interp(np.log(count), self._counts[graph], np.log(_RESOLUTIONS))))


def _best(swept: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]], projected: NDArray[np.float64]) -> int:
    """The number of groups with the best mean curve."""
    low = max(np.log(counts[0]) for counts, _ in swept)
    high = min(np.log(counts[-1]) for counts, _ in swept)
    numbers = np.linspace(low, max(high, low), _NUMBERS)
    curve = np.mean([np.interp(numbers, np.log(counts), values) for counts, values in swept], axis=0)
    best = float(np.exp(numbers[int(curve.argmax())]))
    gain = float(curve.max()) - bic(projected, np.zeros(len(projected), np.intp))
    return max(2, round(best if gain >= _CLEAR else max(best, rice(len(projected)))))


def _best_of_sample(x: NDArray[np.float32]) -> int:
    """The same for a sample: with ever more rows the criterion sees ever finer structure, a person does not."""
    part = x[np.sort(np.random.default_rng(0).choice(len(x), _ENOUGH, replace=False))]
    rows, cosines = neighbours(part, NEIGHBOURS[-1])
    projected = components(part)
    return _best([_swept(fuzzy_graph(rows[:, :k], cosines[:, :k]), projected) for k in NEIGHBOURS], projected)


def _swept(graph: sparse.csr_matrix, projected: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Number of groups, never falling, and criterion at each resolution, both means over seeds."""
    repeats = int(np.clip(_LOOKS // graph.shape[0], 1, 8))
    counts = np.zeros(len(_RESOLUTIONS))
    curve = np.zeros(len(_RESOLUTIONS))
    tried = [(step, seed) for step in range(len(_RESOLUTIONS)) for seed in range(repeats)]
    found = in_order(lambda one: communities(graph, _RESOLUTIONS[one[0]], one[1]), tried)
    for (step, _), labels in zip(tried, found, strict=True):
        counts[step] += (labels.max() + 1) / repeats
        curve[step] += bic(projected, labels) / repeats
    return np.maximum.accumulate(counts), curve
