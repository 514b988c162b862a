"""The scores of novelty that are compared: higher = newer. Each has the same settings on every set.

The baselines are fitted on the old wave alone and look at each new row by itself. Ours is a comparison of two waves: it
sees the other new interviews too. `ALONE` is what is left of ours when it may not: every new row is given as if of one
and the same interview, whose rows are never compared with each other.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import LocalOutlierFactor

from themescout.cluster import ConsensusThemes
from themescout.novelty import novelty

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from themescout.novelty import Novelty

OURS = "themescout"
ALONE = "themescout, new rows not compared with each other"
FOREST, FACTOR = "Isolation Forest", "LOF"
PROBABLE, PROBABLE_10 = "max probability, C = 1", "max probability, C = 10"
THEME, CODE = "distance to nearest theme", "distance to nearest code"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waves:
    """What a score may look at.

    Attributes:
        old: vectors, rows of length 1, shape (m, dimensions).
        old_docs: document of each; "" = one of its own.
        codes: first code of each of the old.
        new: vectors, shape (n, dimensions).
        new_docs: document of each.
        seed: of everything random.
    """

    old: NDArray[np.float32]
    old_docs: tuple[str, ...]
    codes: tuple[str, ...]
    new: NDArray[np.float32]
    new_docs: tuple[str, ...]
    seed: int


class Score(Protocol):
    """How a baseline is called."""

    def __call__(self, waves: Waves, /) -> NDArray[np.float64]:
        """Score of each new row, shape (n,)."""


def ours(waves: Waves) -> Novelty:
    """The two waves compared, with our defaults."""
    return novelty(waves.old, waves.old_docs, waves.new, waves.new_docs, seed=waves.seed)


def alone(waves: Waves) -> NDArray[np.float64]:
    """Ours with nothing but the distance to the old wave: what one new interview, or one row, would get."""
    return novelty(waves.old, waves.old_docs, waves.new, ("one",) * len(waves.new), seed=waves.seed).score


def forest(waves: Waves) -> NDArray[np.float64]:
    """scikit-learn's Isolation Forest with its defaults."""
    return _floats(-IsolationForest(random_state=waves.seed).fit(waves.old).score_samples(waves.new))


def factor(waves: Waves) -> NDArray[np.float64]:
    """scikit-learn's local outlier factor with its defaults (20 neighbours)."""
    return _floats(-LocalOutlierFactor(novelty=True).fit(waves.old).score_samples(waves.new))


def probable(waves: Waves, *, strength: float = 1.0) -> NDArray[np.float64]:
    """1 less the largest probability of a logistic regression on the old first codes; 0 if there is only one."""
    if len(set(waves.codes)) < 2:
        return np.zeros(len(waves.new))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # scikit-learn, where most codes have a single row
        model = LogisticRegression(C=strength, max_iter=500).fit(waves.old, waves.codes)
    return _floats(1.0 - model.predict_proba(waves.new).max(axis=1))


def probable_10(waves: Waves) -> NDArray[np.float64]:
    """The same with a tenth of the penalty."""
    return probable(waves, strength=10.0)


def theme(waves: Waves) -> NDArray[np.float64]:
    """1 less the cosine to the nearest of the themes that our consensus finds in the old wave; 0 without any."""
    centres = ConsensusThemes(random_state=waves.seed).fit(waves.old).centroids_
    return _distance(waves.new, centres) if len(centres) else np.zeros(len(waves.new))


def code(waves: Waves) -> NDArray[np.float64]:
    """1 less the cosine to the nearest mean of an old first code."""
    names = np.asarray(waves.codes)
    means = np.stack([waves.old[names == name].mean(axis=0) for name in np.unique(names)])
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    return _distance(waves.new, (means / np.where(lengths > 0, lengths, 1.0)).astype(np.float32))


BASELINES: dict[str, Score] = {
    FOREST: forest, FACTOR: factor, PROBABLE: probable, PROBABLE_10: probable_10, THEME: theme, CODE: code,
}  # fmt: skip


def _distance(x: NDArray[np.float32], centres: NDArray[np.float32]) -> NDArray[np.float64]:
    return _floats(1.0 - (x @ centres.T).max(axis=1))


def _floats(values: object) -> NDArray[np.float64]:
    return np.asarray(values, np.float64)
