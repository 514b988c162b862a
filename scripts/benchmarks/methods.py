"""The methods that are compared: vectors in, one label a row out, -1 = in no theme.

Each has the same settings on every set. Heavy libraries are imported by the method that needs them, so that a process
that runs one method pays for that one alone.
"""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Labels = NDArray[np.intp]
    Matrix = NDArray[np.float32]

OURS = "themescout"
BERTOPIC = "BERTopic"
BERTOPIC_5 = "BERTopic, min_topic_size=5"
LARGEST_RAW = 6000  # rows; HDBSCAN in 384 dimensions takes the square of them
_SMALLEST = 5


class Method(Protocol):
    """How a method is called: vectors of shape (n, dimensions), the n texts, a seed."""

    def __call__(self, x: Matrix, texts: Sequence[str], seed: int, /) -> Labels:
        """Label of each row, shape (n,)."""


def ours(x: Matrix, texts: Sequence[str], seed: int) -> Labels:  # noqa: ARG001  # all are called alike
    """Our consensus with its defaults."""
    from themescout.cluster import ConsensusThemes  # noqa: PLC0415

    return np.asarray(ConsensusThemes(random_state=seed).fit(x).labels_, np.intp)


def bertopic(x: Matrix, texts: Sequence[str], seed: int, *, smallest: int = 10) -> Labels:
    """BERTopic with its own defaults (10 is its min_topic_size); its UMAP has its own settings too, plus the seed."""
    try:
        from bertopic import BERTopic  # noqa: PLC0415
    except ModuleNotFoundError:
        sys.exit('The comparison needs BERTopic: pip install -c constraints.txt ".[bench]"')
    from umap import UMAP  # noqa: PLC0415

    reducer = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed)
    model = BERTopic(embedding_model=None, umap_model=reducer, min_topic_size=smallest)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # UMAP: a seed means one thread; hdbscan: newer scikit-learn
        topics, _ = model.fit_transform(list(texts), embeddings=x)
    return np.asarray(topics, np.intp)


def bertopic_5(x: Matrix, texts: Sequence[str], seed: int) -> Labels:
    """BERTopic with topics from 5 rows up, as is advised for small sets."""
    return bertopic(x, texts, seed, smallest=_SMALLEST)


def kmeans(x: Matrix, seed: int, *, groups: int) -> Labels:
    """k-means told how many groups there are."""
    from sklearn.cluster import KMeans  # noqa: PLC0415

    return np.asarray(KMeans(min(groups, len(x)), n_init=3, random_state=seed).fit_predict(x), np.intp)


def raw_hdbscan(x: Matrix) -> Labels:
    """HDBSCAN on the vectors themselves; nothing in it is random."""
    from hdbscan import HDBSCAN  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # hdbscan against newer scikit-learn
        return np.asarray(HDBSCAN(min_cluster_size=_SMALLEST).fit_predict(x.astype(np.float64)), np.intp)


SEEDED: dict[str, Method] = {OURS: ours, BERTOPIC: bertopic, BERTOPIC_5: bertopic_5}


def seeds(families: int) -> tuple[int, ...]:
    """Seeds far enough apart that no run inside a method can share one with another family's."""
    return tuple(1 + 1_000_003 * family for family in range(families))
