"""Two waves out of one coded set: what is new in the second is known, because its codes were left out of the first."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from benchmarks.sets import CodedSet

HELD = 0.3  # share of rows whose first code is left out, at least
OLD = 0.6  # share of interviews in the old wave
LARGEST_OF_NOTHING_NEW = 800  # rows; a hundred splits of each set must end
OUT_OF_SCOPE = frozenset({"oos", "out_of_scope", "out-of-scope"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """Rows of a set: the old wave, the new one, and for each of the new whether its codes were left out of the old."""

    old: NDArray[np.intp]
    new: NDArray[np.intp]
    novel: NDArray[np.bool_]


def prepared(coded: CodedSet, limit: int, *, rows_apart: bool = False) -> CodedSet:
    """At most `limit` rows, drawn with a fixed seed, of those with a code; `rows_apart`: without their documents."""
    drawn = coded.sample(limit)
    kept = drawn.part([int(row) for row in drawn.coded])
    return replace(kept, docs=("",) * len(kept.docs)) if rows_apart else kept


def split(coded: CodedSet, seed: int) -> Split:
    """Leave whole codes and whole documents out.

    Codes are held out at random until 30 % of rows have one of them as their first. 60 % of the documents are old,
    without the rows that have any held-out code; of the others, rows whose codes are all held out are novel, rows with
    none of these codes are known, and rows with both are left out.
    """
    numbers = random.Random(seed)  # noqa: S311  # no secret
    held = _held(coded, numbers)
    old, new = _parted(coded.docs, range(len(coded.codes)), OLD, numbers)
    left = [row for row in old if held.isdisjoint(coded.codes[row])]
    clear = [row for row in new if held.isdisjoint(coded.codes[row]) or held.issuperset(coded.codes[row])]
    return Split(
        old=_array(left), new=_array(clear), novel=np.asarray([coded.codes[r][0] in held for r in clear], bool)
    )


def nothing_new(coded: CodedSet, seed: int, old_share: float) -> Split:
    """At most 800 rows, so large a share of whole documents old, no code left out: none of the new is novel."""
    numbers = random.Random(seed)  # noqa: S311  # no secret
    every = range(len(coded.codes))
    rows = sorted(numbers.sample(every, min(len(every), LARGEST_OF_NOTHING_NEW)))
    old, new = _parted(coded.docs, rows, old_share, numbers)
    return Split(old=_array(old), new=_array(new), novel=np.zeros(len(new), bool))


def scope(coded: CodedSet) -> str:
    """A sentence on clinc150's out-of-scope rows; empty for other sets."""
    if not coded.name.startswith("clinc150"):
        return ""
    there = sum(not OUT_OF_SCOPE.isdisjoint(codes) for codes in coded.codes)
    if there:
        return f"{there:,} rows are labelled out of scope; they count as one intent among the others."
    return "No row of the file is labelled out of scope: whole intents are left out instead."


def _held(coded: CodedSet, numbers: random.Random) -> set[str]:
    """Codes drawn until enough rows have one as their first; never all."""
    codes = sorted({code for given in coded.codes for code in given})
    firsts = [given[0] for given in coded.codes]
    numbers.shuffle(codes)
    held: set[str] = set()
    for code in codes[:-1]:
        if sum(first in held for first in firsts) >= HELD * len(firsts):
            break
        held.add(code)
    return held


def _parted(
    docs: tuple[str, ...], rows: Iterable[int], share: float, numbers: random.Random
) -> tuple[list[int], list[int]]:
    """The rows of `share` of the documents, and those of the others; at least one document each.

    A row without a document is one of its own.
    """
    unit = {row: docs[row] or f"\0{row}" for row in rows}
    units = sorted(set(unit.values()))
    numbers.shuffle(units)
    first = set(units[: min(max(1, round(share * len(units))), len(units) - 1)])
    return [row for row in unit if unit[row] in first], [row for row in unit if unit[row] not in first]


def _array(rows: list[int]) -> NDArray[np.intp]:
    return np.asarray(rows, np.intp)
