"""Do vectors of an engine serve as well as those of torch? Groups and a simple classifier, against human codes."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import sets
from benchmarks.engine_speed import cosine
from benchmarks.methods import kmeans
from benchmarks.tables import NOTHING, figure, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.sets import CodedSet

REFERENCE = "torch"
ENGINES = (REFERENCE, "int8", "static")
HEADS = ("set", "engine", "mean cosine to torch", "AMI", "difference", "accuracy", "difference")
_USES = 5  # of a code, below which its rows are left out
_SEEDS = range(5)
_FOLDS = 5


def quality(coded: Iterable[CodedSet], cache: Path) -> str:
    """A Markdown table; differences to torch are in points, hundredths of AMI and of accuracy."""
    lines: list[list[str]] = []
    for each in coded:
        lines += compared(each, {engine: sets.vectors(each.texts, cache, engine) for engine in ENGINES})
    return "### Quality, by engine\n\n" + table(HEADS, lines)


def compared(coded: CodedSet, found: dict[str, NDArray[np.float32]]) -> list[list[str]]:
    """A line for each engine."""
    rows, labels = labelled(coded)
    docs = [coded.docs[row] for row in rows]
    reference = found[REFERENCE]
    first: tuple[float, float] | None = None
    lines = []
    for engine, x in found.items():
        measured = sameness(x[rows], labels), accuracy(x[rows], labels, docs)
        first = first or measured
        near = figure(cosine(reference, x), 4) if x.shape == reference.shape and engine != REFERENCE else NOTHING
        cells = [cell for own, base in zip(measured, first, strict=True) for cell in (figure(own), points(own - base))]
        lines.append([f"{coded.name}, {len(rows):,} rows", engine, near, *cells])
    return lines


def labelled(coded: CodedSet) -> tuple[NDArray[np.intp], list[str]]:
    """Rows whose first code is the first of five rows or more, and that code."""
    uses = Counter(codes[0] for codes in coded.codes if codes)
    rows = [row for row, codes in enumerate(coded.codes) if codes and uses[codes[0]] >= _USES]
    return np.asarray(rows, np.intp), [coded.codes[row][0] for row in rows]


def sameness(x: NDArray[np.float32], labels: Sequence[str]) -> float:
    """Adjusted mutual information of the codes with k-means that is told their number; mean of five seeds."""
    from sklearn.metrics import adjusted_mutual_info_score  # noqa: PLC0415  # seconds

    groups = len(set(labels))
    return float(np.mean([adjusted_mutual_info_score(labels, kmeans(x, seed, groups=groups)) for seed in _SEEDS]))


def accuracy(x: NDArray[np.float32], labels: Sequence[str], docs: Sequence[str]) -> float:
    """Share of rows whose code logistic regression tells right, each row asked once; documents are held out whole.

    Five folds; where there are fewer documents, one for each. Rows without documents are held out by chance.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # seconds
    from sklearn.model_selection import GroupKFold, StratifiedKFold  # noqa: PLC0415  # the same

    apart = len(set(docs))
    if apart > 1:
        folds = GroupKFold(min(_FOLDS, apart)).split(x, labels, docs)
    else:
        folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(x, labels)
    given, right = np.asarray(labels), 0
    for known, asked in folds:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it could be fitted still closer
            model = LogisticRegression(C=10.0, max_iter=200).fit(x[known], given[known])
        right += int((model.predict(x[asked]) == given[asked]).sum())
    return right / len(given)


def points(difference: float) -> str:
    """A difference in hundredths, with its sign."""
    return f"{100 * difference:+.2f}"
