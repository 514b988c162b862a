"""Quotes that show what a group is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.types import Segment

MOST = 5  # quotes of a theme
_FEWEST = 3
_ALIKE = 0.95  # cosine above which two quotes are one
_WHOLE = 6  # words below which a quote says too little alone


def exemplars(
    segments: Sequence[Segment], x: NDArray[np.float32], rows: NDArray[np.intp], *, most: int = MOST
) -> tuple[str, ...]:
    """Ids of three to `most` segments that show the group in `rows`, nearest to its centre first.

    One of each informant; a second one of an informant only where there would be fewer than three (or `most`).
    Fragments and near-repetitions are taken only where there is nothing else.

    Args:
        segments: all segments.
        x: float32, shape (len(segments), dimensions), unit rows.
        rows: the group, rows of x.
        most: how many at most.
    """
    if not len(rows):
        return ()
    closeness = x[rows] @ x[rows].mean(axis=0)
    ranked = [int(row) for row in rows[np.lexsort((rows, -closeness))]]
    whole = [row for row in ranked if len(segments[row].text.split(maxsplit=_WHOLE)) >= _WHOLE]
    long_enough = set(whole)
    fragments = [row for row in ranked if row not in long_enough]
    fewest = min(_FEWEST, most)
    chosen: list[int] = []
    _choose(chosen, whole, most, segments, x, apart=True)
    for candidates in (whole, fragments):
        _choose(chosen, candidates, fewest, segments, x, apart=False)
    chosen += [row for row in ranked if row not in chosen][: max(0, fewest - len(chosen))]
    return tuple(segments[row].id for row in sorted(chosen, key=ranked.index))


def _choose(
    chosen: list[int],
    candidates: Sequence[int],
    most: int,
    segments: Sequence[Segment],
    x: NDArray[np.float32],
    *,
    apart: bool,
) -> None:
    """Add candidates to `chosen` until it has `most`, unlike those in it; `apart`: of informants not yet in it."""
    voices = {(segments[row].transcript, segments[row].speaker) for row in chosen}
    for row in candidates:
        voice = (segments[row].transcript, segments[row].speaker)
        if len(chosen) >= most:
            return
        if row in chosen or (apart and voice in voices) or (chosen and float((x[chosen] @ x[row]).max()) > _ALIKE):
            continue
        chosen.append(row)
        voices.add(voice)
