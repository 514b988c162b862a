"""From communities to themes: small ones dissolve, rows go where they belong most, some belong nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from themescout.candidates import Reason
from themescout.cluster.consensus import support
from themescout.cluster.duplicates import unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_KEPT = 0.25  # support below which a row is in no theme
_SHARPNESS = 20.0  # of a cosine to a theme's centre against one to another's: .05 more is e times as likely
_DOUBT = 0.02  # support that any theme may have although no run saw it
_BETWEEN = 0.7  # of the support for the best theme: from there the second best is as good an answer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settled:
    """Rows and their themes.

    Attributes:
        labels: theme of each row, from 0; -1 = none.
        nearest: like `labels`, with the nearest theme for rows in none; -1 where there is no theme.
        strengths: support, 0..1, of each row for `nearest`.
        reasons: `Reason` of each row in none, "" for the others.
    """

    labels: NDArray[np.intp]
    nearest: NDArray[np.intp]
    strengths: NDArray[np.float32]
    reasons: NDArray[np.str_]


def settle(
    groups: NDArray[np.intp],
    x: NDArray[np.float32],
    weights: NDArray[np.intp],
    runs: Sequence[NDArray[np.intp]],
    *,
    size: int,
    wished: int = 0,
) -> Settled:
    """Themes from groups.

    Args:
        groups: community of each row, from 0, shape (n,).
        x: the rows, shape (n, dimensions).
        weights: number of texts that each row stands for, shape (n,).
        runs: the runs, each of shape (n,).
        size: fewest texts of a theme.
        wished: most themes; those nearest to one another are joined. 0 = any number.
    """
    labels = _large(groups, weights, size)
    small = labels < 0
    if labels.max(initial=-1) < 0:
        return _nothing(len(groups))
    labels = _joined(labels, x, runs, wished)
    # Rows move to where they belong most; then, where runs disagree, to the nearer of the centres that this gives.
    # A theme that has thereby become too small dissolves.
    for centred in (False, True):
        backing = support(labels, runs)
        odds = _near_centres(x, labels, weights) if centred else np.ones_like(backing)
        labels = _large(_moved(backing, odds), weights, size)
        if labels.max(initial=-1) < 0:
            return _nothing(len(groups))
    backing = support(labels, runs)
    ranked = np.sort(backing, axis=1)
    nearest = np.where(labels >= 0, labels, backing.argmax(axis=1))
    strengths = backing[np.arange(len(labels)), nearest]
    second = ranked[:, -2] if ranked.shape[1] > 1 else np.zeros(len(labels), np.float32)
    between = (strengths > 0) & (second >= _BETWEEN * ranked[:, -1])
    reasons = np.where(small, Reason.FEW.value, np.where(between, Reason.BETWEEN.value, Reason.APART.value))
    return Settled(labels=labels, nearest=nearest, strengths=strengths, reasons=np.where(labels >= 0, "", reasons))


def _moved(backing: NDArray[np.float32], odds: NDArray[np.float32]) -> NDArray[np.intp]:
    """Every row with the theme that has most support times odds, or with none."""
    best = ((backing + _DOUBT) * odds).argmax(axis=1)
    return np.where(backing.max(axis=1) >= _KEPT, best, -1)


def _near_centres(x: NDArray[np.float32], labels: NDArray[np.intp], weights: NDArray[np.intp]) -> NDArray[np.float32]:
    """How likely each theme is for each row by cosine to its centre alone, shape (n, themes), rows sum to 1."""
    inside = labels >= 0
    members = sparse.csr_matrix((weights[inside], (labels[inside], np.flatnonzero(inside))), (labels.max() + 1, len(x)))
    scores = _SHARPNESS * (x @ unit(np.asarray(members @ x, np.float32)).T)
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)


def _large(groups: NDArray[np.intp], weights: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """Groups of at least `size` texts, numbered from 0; the rows of others are -1."""
    inside = groups >= 0
    totals = np.bincount(groups[inside], weights[inside], minlength=1)
    numbers = np.where(totals >= size, np.cumsum(totals >= size) - 1, -1)
    return np.where(inside, numbers[groups], -1)


def _joined(
    labels: NDArray[np.intp], x: NDArray[np.float32], runs: Sequence[NDArray[np.intp]], wished: int
) -> NDArray[np.intp]:
    """At most `wished` themes: the two whose rows are together most often become one, again and again.

    Where the runs never saw any two together, it is those with the nearest centres.
    """
    while wished and labels.max() + 1 > wished:
        backing = support(labels, runs)
        numbers = range(backing.shape[1])
        mean = np.stack([backing[labels == theme].mean(axis=0) for theme in numbers])
        centres = unit(np.stack([x[labels == theme].mean(axis=0) for theme in numbers]))
        nearness = mean + mean.T + 1e-3 * (centres @ centres.T)
        nearness[np.tril_indices(len(nearness))] = -np.inf
        first, second = np.unravel_index(int(nearness.argmax()), nearness.shape)
        labels = np.where(labels == second, first, labels)
        labels = np.where(labels > second, labels - 1, labels)
    return labels


def _nothing(n: int) -> Settled:
    return Settled(
        labels=np.full(n, -1),
        nearest=np.full(n, -1),
        strengths=np.zeros(n, np.float32),
        reasons=np.full(n, Reason.FEW.value),
    )
