"""Texts longer than a model's window, cut at word borders so that nothing is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MEAN_OF_PARTS = "mean-of-parts/1"  # part of an embedder's key


def parts(
    text: str, word_ids: Sequence[int | None], offsets: Sequence[tuple[int, int]], room: int
) -> list[tuple[str, int]]:
    """(part, word pieces), each of at most `room` pieces, from the pieces of a text; none for white space only."""
    if not text.strip():
        return []
    if len(offsets) <= room:
        return [(text, max(len(offsets), 1))]
    cuts = [0]
    while len(offsets) - cuts[-1] > room:
        end = cuts[-1] + room
        back = end
        while back > cuts[-1] and word_ids[back] == word_ids[back - 1]:
            back -= 1
        cuts.append(back if back > cuts[-1] else _between_characters(offsets, cuts[-1], end))
    cuts.append(len(offsets))
    borders = [0, *(offsets[cut][0] for cut in cuts[1:-1]), len(text)]
    return [(text[borders[i] : borders[i + 1]], cuts[i + 1] - cuts[i]) for i in range(len(cuts) - 1)]


def _between_characters(offsets: Sequence[tuple[int, int]], start: int, end: int) -> int:
    """The last place up to `end` that is no place within a character, of which some tokenizers make several pieces."""
    found = end
    while found > start and offsets[found][0] < offsets[found - 1][1]:
        found -= 1
    return found if found > start else end


def joined(rows: NDArray[np.float32], owners: Sequence[int], sizes: Sequence[int], count: int) -> NDArray[np.float32]:
    """The vectors of `count` texts: the mean of their parts' vectors, weighted by word pieces, of length 1.

    A text without a part gets a row of zeros.
    """
    x = np.zeros((count, rows.shape[1]), np.float32)
    np.add.at(x, list(owners), rows.astype(np.float32) * np.asarray(sizes, np.float32)[:, None])
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    np.divide(x, norms, out=x, where=norms > 0)
    return x
