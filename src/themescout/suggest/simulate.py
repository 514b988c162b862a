"""A coded study replayed as if it were being coded now: what would suggestions have saved?

The coder of the replay knows every answer and takes the cheapest keys: 1 to accept the first suggestion or to say that
there is nothing to code, 2 to choose another of the listed codes, 4 to type the beginning of a code that is not listed;
the same for every further code. It learns nothing itself, never errs and never tires, which people do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from themescout.suggest.screening import FEWEST, RECALL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from themescout.suggest.rows import Rows
    from themescout.suggest.screening import Search
    from themescout.suggest.texts import Labelled

    # Decided segments and their rows → codes, and for all rows the chance of each code, shape (n, codes).
    Judge = Callable[[Sequence[Labelled], NDArray[np.intp]], tuple[tuple[str, ...], NDArray[np.float64]]]

LISTED = 5
MARKS = (0.1, 0.25, 0.5, 0.75)  # shares read at which it is said what was found
_ACCEPT, _CHOOSE, _TYPE = 1, 2, 4
_FIRST_STEP, _GROWTH = 10, 1.25  # decisions before the first fit, and from one fit to the next


class Way(StrEnum):
    """In which order segments are read."""

    INTERVIEW = "interview"
    RANDOM = "random"
    SURE = "sure"
    INFORMATIVE = "informative"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What one order would have cost.

    Attributes:
        order: `Way`.
        decisions: segments decided, with `code` those that had to be read.
        keys: keystrokes for all of them.
        typed: keystrokes without any suggestion: typing every code.
        first: share of the coded segments whose first suggestion was one of its codes.
        found: for each of `MARKS`, the mean over codes of the share of a code's segments among those read by then.
        saved: work saved over reading in random order until 95 % of a code's segments are found, mean over codes
            (WSS@95: Cohen et al. 2006, doi 10.1197/jamia.M1929).
    """

    order: str
    decisions: int
    keys: int
    typed: int
    first: float
    found: tuple[float, ...]
    saved: float


def replay(
    judge: Judge, search: Search, rows: Rows, labelled: Sequence[Labelled], way: Way, *, seed: int = 0
) -> Replay:
    """Read all rows in the order `way`, fitting anew whenever a quarter more has been decided.

    Args:
        judge: fits on what is decided so far.
        search: the order of one code.
        rows: all segments, in the order of speaking.
        labelled: the answer for each row, in the same order.
        way: the order; with `code` the codes are worked through one by one, the likeliest segments first.
        seed: of the random order and of ties.
    """
    rng = np.random.default_rng(seed)
    fixed = rng.permutation(len(rows)) if way is Way.RANDOM else np.arange(len(rows))
    read: list[int] = []
    keys, right, coded = 0, 0, 0
    while len(read) < len(rows):
        done = np.asarray(read, np.intp)
        codes, p = judge([labelled[i] for i in read], done)
        step = max(_FIRST_STEP, int(len(read) * (_GROWTH - 1.0)))
        left = np.setdiff1d(fixed, done, assume_unique=True) if way not in {Way.RANDOM, Way.INTERVIEW} else None
        if left is None:
            ranked = fixed[len(read) :]
        elif way is Way.CODE:
            ranked = _by_code(search, left, codes, labelled, done)
        else:
            ranked = _ranked(way, left, p)
        for i in ranked[:step]:
            cost, hit = _keys(codes, p[i], labelled[i])
            keys, right, coded = keys + cost, right + hit, coded + bool(labelled[i].codes)
            read.append(int(i))
    typed = sum(_TYPE * len(item.codes) or _ACCEPT for item in labelled)
    found, saved = _record(read, labelled)
    return Replay(
        order=way.value, decisions=len(read), keys=keys, typed=typed, first=round(right / max(1, coded), 3),
        found=found, saved=saved,
    )  # fmt: skip


def _by_code(
    search: Search, left: NDArray[np.intp], codes: Sequence[str], labelled: Sequence[Labelled], read: NDArray[np.intp]
) -> NDArray[np.intp]:
    """What is left, the likeliest of the code in work first."""
    code = codes[_current(codes, labelled, read)]
    has = np.asarray([code in labelled[i].codes for i in read], bool)
    return left[np.argsort(-search(code, read, has)[left], kind="stable")]


def _ranked(way: Way, left: NDArray[np.intp], p: NDArray[np.float64]) -> NDArray[np.intp]:
    """What is left, the next to be read first: the surest, or the one with the closest two codes."""
    top = -np.sort(-p[left], axis=1)[:, :2]
    if way is Way.SURE:
        return left[np.argsort(-top[:, 0], kind="stable")]
    margin = top[:, 0] - top[:, 1] if top.shape[1] > 1 else top[:, 0]
    return left[np.argsort(margin, kind="stable")]


def _current(codes: Sequence[str], labelled: Sequence[Labelled], read: NDArray[np.intp]) -> int:
    """The first code of which not nearly all segments are found; the replay knows that, a person must judge it."""
    seen = set(read.tolist())
    for column, code in enumerate(codes):
        having = [i for i, item in enumerate(labelled) if code in item.codes]
        if having and sum(i in seen for i in having) < RECALL * len(having):
            return column
    return 0


def _keys(codes: Sequence[str], p: NDArray[np.float64], item: Labelled) -> tuple[int, bool]:
    """Keystrokes for one segment, and whether the first suggestion was right."""
    if not item.codes:
        return _ACCEPT, False
    order = [codes[i] for i in np.argsort(-p, kind="stable")[:LISTED]]
    cost = 0
    for code in item.codes:
        cost += _ACCEPT if order and code == order[0] else _CHOOSE if code in order else _TYPE
    return cost, bool(order) and order[0] in item.codes


def _record(read: Sequence[int], labelled: Sequence[Labelled]) -> tuple[tuple[float, ...], float]:
    place = np.empty(len(labelled), np.intp)
    place[np.asarray(read, np.intp)] = np.arange(len(read))
    uses: dict[str, list[int]] = {}
    for i, item in enumerate(labelled):
        for code in item.codes:
            uses.setdefault(code, []).append(int(place[i]))
    kept = [np.sort(places) for places in uses.values() if len(places) >= FEWEST]
    if not kept:
        return tuple(0.0 for _ in MARKS), 0.0
    n = len(labelled)
    found = tuple(round(float(np.mean([(places < mark * n).mean() for places in kept])), 3) for mark in MARKS)
    needed = [places[int(np.ceil(RECALL * len(places))) - 1] + 1 for places in kept]
    return found, round(float(np.mean([RECALL - count / n for count in needed])), 3)
