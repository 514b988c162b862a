"""Screening code by code: how much need not be read to find 95 % of one code's segments.

WSS@95, the work saved over reading in random order: Cohen et al. 2006, doi 10.1197/jamia.M1929. For each code the
segments are read likeliest first; what was read is learned before more is read. A search starts from two decided
segments, one with the code and one without, drawn with a stated seed, and learns after each decision at first, later
after every twenty-fifth part of what is decided.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from themescout.suggest.texts import Labelled

    # The rows that were read and whether they have the code → how likely all rows have it.
    Ranker = Callable[[NDArray[np.intp], NDArray[np.bool_]], NDArray[np.float64]]
    # The same, with the code before it (`Finder.rank`).
    Search = Callable[[str, NDArray[np.intp], NDArray[np.bool_]], NDArray[np.float64]]

RECALL = 0.95
FEWEST = 5  # uses of a code from which its share found counts
_PART = 25  # it is learned anew after so small a part of what is decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What searching for one code would have cost.

    Attributes:
        code: id.
        uses: segments that have it.
        read: segments read until 95 % of them are found; mean over beginnings.
        saved: WSS@95, -.05 to .95; mean over beginnings.
    """

    code: str
    uses: int
    read: float
    saved: float


def screened(search: Search, codes: Sequence[str], labelled: Sequence[Labelled], seeds: int) -> tuple[Screened, ...]:
    """Each code with five uses or more that some segment lacks, in the order given.

    Args:
        search: over rows in the order of `labelled`.
        codes: ids.
        labelled: the answers.
        seeds: number of beginnings for each code.
    """
    found = []
    for code in codes:
        truth = np.asarray([code in item.codes for item in labelled], bool)
        uses = int(truth.sum())
        if uses >= FEWEST and not truth.all():
            ranker = partial(search, code)
            reads = [_read(truth, ranker, beginning(truth, seed)) for seed in range(seeds)]
            mean = float(np.mean(reads))
            saved = RECALL - mean / (len(truth) - 2)
            found.append(Screened(code=code, uses=uses, read=round(mean, 1), saved=round(saved, 3)))
    return tuple(found)


def wss(truth: NDArray[np.bool_], ranker: Ranker, start: NDArray[np.intp]) -> float:
    """Work saved at 95 % recall against a random order, -0.05..0.95; the rows of `start` count neither way."""
    return RECALL - _read(truth, ranker, start) / (len(truth) - len(start))


def _read(truth: NDArray[np.bool_], ranker: Ranker, start: NDArray[np.intp]) -> int:
    """How many are read after `start` until 95 % of those with the code are found."""
    decided = list(start)
    wanted = math.ceil(RECALL * (truth.sum() - truth[start].sum()))
    found = 0
    while True:
        given = np.asarray(decided, np.intp)
        scores = ranker(given, truth[given])
        scores[given] = -np.inf
        for row in np.argsort(-scores, kind="stable")[: step(len(decided))]:
            decided.append(int(row))
            found += int(truth[row])
            if found >= wanted:
                return len(decided) - len(start)


def step(decided: int) -> int:
    """How many are read before it is learned anew."""
    return max(1, decided // _PART)


def beginning(truth: NDArray[np.bool_], seed: int) -> NDArray[np.intp]:
    """A row with the code and one without."""
    drawn = np.random.default_rng(seed)
    return np.asarray([drawn.choice(np.flatnonzero(truth)), drawn.choice(np.flatnonzero(~truth))], np.intp)
