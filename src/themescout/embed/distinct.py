"""Each distinct text embedded once, in an order that depends on the texts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from themescout.protocols import Embedder


def embedded(
    texts: Sequence[str], embedder: Embedder, batch: int, progress: Callable[[int, int], None]
) -> NDArray[np.float32]:
    """Vectors of texts, float32, shape (len(texts), dimensions).

    Args:
        texts: any number of which may be equal; the distinct ones are embedded longest first.
        embedder: what embeds them.
        batch: texts given to it at a time.
        progress: told how many distinct texts are done, and of how many.
    """
    distinct = sorted(set(texts), key=lambda text: (-len(text), text))
    x = np.zeros((len(distinct), embedder.dimensions), np.float32)
    size = max(1, batch)
    for i in range(0, len(distinct), size):
        part = distinct[i : i + size]
        x[i : i + size] = embedder.embed(part)
        progress(i + len(part), len(distinct))
    place = {text: i for i, text in enumerate(distinct)}
    return x[[place[text] for text in texts]] if texts else x
