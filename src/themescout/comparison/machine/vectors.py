"""Both waves as vectors: joined, placed in existing themes, followed from wave to wave, and on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from themescout import embed
from themescout.cluster.placing import followed
from themescout.layout import layout
from themescout.novelty import drift
from themescout.pipeline import suggesting
from themescout.suggest import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.codebook import Codebook
    from themescout.comparison.machine.said import Judged
    from themescout.comparison.waves import Pair
    from themescout.novelty import Drift
    from themescout.project import Study

_AROUND = 0.5  # weight of what is said around a segment


def joined(
    study: Study, book: Codebook, pair: Pair
) -> tuple[tuple[str, ...], NDArray[np.float32], NDArray[np.float32]]:
    """Keys, the vectors of old and new segments, and the same joined with what was trained and what is said around."""
    items = (*pair.old.items, *pair.new.items)
    texts = [item.text for item in items]
    trained = suggesting.trained(book, study.settings)
    models = [embed.make(study.settings.embed.model), *([trained[1]] if trained else [])]
    parts = [study.store.vectors.read(texts, model.key) for model in models]
    both = _unit(np.hstack(parts))
    docs = [item.transcript for item in items]
    around = Rows.of([item.id for item in items], texts, both, docs=docs, ordered=True).around
    return tuple(model.key for model in models), parts[0], _unit(both + _AROUND * around)


def _unit(x: NDArray[np.float32]) -> NDArray[np.float32]:

    lengths = np.linalg.norm(x, axis=1, keepdims=True)
    return np.asarray(x / np.where(lengths > 0, lengths, 1.0), np.float32)


def placed(
    x: NDArray[np.float32], split: int, themes: Sequence[Sequence[int]], numbers: Sequence[int]
) -> list[tuple[int, float]]:
    """For each new segment the existing theme of most of its five nearest old ones, -1 for none, and their share."""
    labels = np.full(split, -1, np.intp)
    for theme, rows in enumerate(themes):
        labels[list(rows)] = numbers[theme]
    found, strengths = np.full(len(x) - split, -1, np.intp), np.zeros(len(x) - split, np.float32)
    said = np.flatnonzero(x[split:].any(axis=1))
    if split:
        row, strengths[said] = followed(x[split:], said, x[:split], labels)
        found[said] = labels[row]
    return [(int(label), round(float(strength), 4)) for label, strength in zip(found, strengths, strict=True)]


def drifts(
    study: Study, pair: Pair, x: NDArray[np.float32], segments: Mapping[str, Judged],
    themes: Mapping[int, Sequence[str]],
) -> dict[int, Drift]:  # fmt: skip
    """How far the centre of each theme that was heard again has moved."""
    row = {item.id: place for place, item in enumerate((*pair.old.items, *pair.new.items))}
    made = {}
    for number, names in themes.items():
        again = [name for name, one in segments.items() if one.theme == number and one.candidate < 0]
        if again:
            made[number] = drift(
                x[[row[name] for name in names]], [pair.old.who[name] for name in names],
                x[[row[name] for name in again]], [pair.new.who[name] for name in again], seed=study.settings.seed,
            )  # fmt: skip
    return made


def places(study: Study, pair: Pair, x: NDArray[np.float32]) -> dict[str, tuple[float, float]]:
    """Places of all segments; of a single new interview by principal components, which take no time."""
    method = "pca" if pair.new.wave.interviews == 1 else "tsne"
    found = layout(x, seed=study.settings.seed, method=method).astype(float).round(4).tolist()
    items = (*pair.old.items, *pair.new.items)
    return {item.id: (place[0], place[1]) for item, place in zip(items, found, strict=True)}
