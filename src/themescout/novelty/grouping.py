"""New segments that belong together, across interviews: candidate new themes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LARGEST = 1_500  # segments that are grouped; of more, the newest
_SAMPLE = 200  # segments of a theme that stand for it, evenly over the strong and the weak
_FEWEST = 3  # segments and, below, informants of a group
_INFORMANTS = 2
_NEAR = 0.5  # quantile of a group's own segments that what is like it must reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows that belong together, the most typical first, with their closeness to the others, -1..1, same order."""

    rows: tuple[int, ...]
    closeness: tuple[float, ...]


def breadth(x: NDArray[np.float32], docs: Sequence[str], themes: Sequence[Sequence[int]]) -> float:
    """How alike segments must be, on average, to be one theme as a study's themes are.

    Half-way between the mean cosine within a theme (the median theme) and that between two themes (the median pair),
    over pairs of segments of different interviews; 0 where there are no two themes.

    Args:
        x: shape (n, dimensions), rows of length 1.
        docs: the interview of each row.
        themes: rows of x in each theme.
    """
    numbers = _numbers(docs)
    within: list[float] = []
    between: list[float] = []
    some = [np.asarray(rows, np.intp)[:: max(1, -(-len(rows) // _SAMPLE))] for rows in themes]
    for place, first in enumerate(some):
        for second in some[place:]:
            pairs = numbers[first][:, None] != numbers[second][None, :]
            if pairs.any():
                found = float((x[first] @ x[second].T)[pairs].mean())
                (within if second is first else between).append(found)
    return float(np.median(within) + np.median(between)) / 2 if within and between else 0.0


def groups(
    x: NDArray[np.float32], docs: Sequence[str], order: NDArray[np.float64], seeds: Sequence[bool], *, loosest: float
) -> tuple[Group, ...]:
    """Groups of at least 3 segments from at least 2 interviews, one of them a seed; most interviews first.

    Groups are joined, the two most alike first, as long as their segments' mean cosine over pairs of different
    interviews is `loosest` or more (average linkage; a pair from one interview says nothing of a shared theme).

    Args:
        x: shape (n, dimensions), rows of length 1, of segments that lean to being new.
        docs: the interview of each.
        order: how new each is; of more than 1,500 the newest are grouped.
        seeds: whether each is novel on its own; a group without one rests on nothing.
        loosest: see `breadth`.
    """
    rows = np.sort(np.argsort(-order, kind="stable")[:LARGEST])
    made = []
    for members in _joined(x[rows], _numbers([docs[row] for row in rows]), loosest):
        chosen = rows[members]
        heard = {docs[row] for row in chosen}
        if len(chosen) >= _FEWEST and len(heard) >= _INFORMANTS and any(seeds[row] for row in chosen):
            closeness = _closeness(x[chosen], _numbers([docs[row] for row in chosen]))
            ranked = np.argsort(-closeness, kind="stable")
            group = Group(
                rows=tuple(int(row) for row in chosen[ranked]),
                closeness=tuple(round(float(value), 4) for value in closeness[ranked]),
            )
            made.append((len(heard), len(chosen), group))
    return tuple(group for *_, group in sorted(made, key=lambda one: (-one[0], -one[1], one[2].rows)))


def alike(group: NDArray[np.float32], docs: Sequence[str], others: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which of `others` lie as near to the group as half of its own segments do.

    Nearness is the mean cosine to the group's segments; of its own, to those of other interviews.

    Args:
        group: shape (n, dimensions), n > 0.
        docs: the interview of each.
        others: shape (m, dimensions).
    """
    own = _closeness(group, _numbers(docs))
    return np.asarray((others @ group.T).mean(axis=1) >= np.quantile(own, _NEAR))


def _closeness(x: NDArray[np.float32], docs: NDArray[np.intp]) -> NDArray[np.float64]:
    """Mean cosine of each row to those of other interviews; -1 where there are none."""
    total, pairs = _linked(x, docs)
    count = pairs.sum(axis=1)
    return np.asarray(np.where(count > 0, total.sum(axis=1) / np.maximum(count, 1), -1.0))


def _linked(x: NDArray[np.float32], docs: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cosines of pairs of different interviews, 0 for the others, and 1 where there is such a pair; both (n, n)."""
    pairs = (docs[:, None] != docs[None, :]).astype(np.float64)
    return np.asarray((x @ x.T).astype(np.float64) * pairs), pairs


def _joined(x: NDArray[np.float32], docs: NDArray[np.intp], loosest: float) -> list[NDArray[np.intp]]:
    """Rows of each group."""
    total, pairs = _linked(x, docs)
    n = len(x)
    members = {row: [row] for row in range(n)}
    likeness = np.where(pairs > 0, total, -np.inf)
    # The best of each row is kept, so that not all pairs are looked at again after each join.
    best = likeness.max(axis=1, initial=-np.inf)
    while len(members) > 1:
        first = int(np.argmax(best))
        if best[first] < loosest:
            break
        second = int(np.argmax(likeness[first]))
        keep, gone = int(min(first, second)), int(max(first, second))
        for table in (total, pairs):
            table[keep] += table[gone]
            table[:, keep] += table[:, gone]
        members[keep] += members.pop(gone)
        there = np.asarray(sorted(members), np.intp)
        lost = there[np.maximum(likeness[there, keep], likeness[there, gone]) >= best[there]]
        likeness[gone], likeness[:, gone], best[gone] = -np.inf, -np.inf, -np.inf
        values = np.where(pairs[keep, there] > 0, total[keep, there] / np.maximum(pairs[keep, there], 1), -np.inf)
        likeness[keep, there], likeness[there, keep] = values, values
        likeness[keep, keep] = -np.inf
        best[there] = np.maximum(best[there], likeness[there, keep])
        again = np.union1d(lost, keep)
        best[again] = likeness[again].max(axis=1)
    return [np.asarray(sorted(rows), np.intp) for rows in members.values()]


def _numbers(docs: Sequence[str]) -> NDArray[np.intp]:
    """A number for each interview; a text without one is one of its own."""
    known: dict[str, int] = {}
    return np.asarray([known.setdefault(doc or f"\0{row}", len(known)) for row, doc in enumerate(docs)], np.intp)
