"""How our figures move with the seed family, with half of the interviews, with the engine."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import methods
from benchmarks.scores import agreement, scores
from benchmarks.tables import NOTHING, figure, share, table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.sets import CodedSet

    Labels = NDArray[np.intp]

HEADS = (
    "what is varied", "rows", "themes", "unassigned", "AMI", "AMI of the full run, same rows", "ARI with the full run",
    "labels equal",
)  # fmt: skip
DRAWS = 3
_FEWEST_DOCS = 4  # below, one half of the documents can be nearly everything or nearly nothing


def sensitivity(coded: CodedSet, x: NDArray[np.float32], families: int) -> str:
    """One line a variation, each beside the full run, which is that of the first seed on all rows."""
    first, *others = methods.seeds(families)
    everything = np.arange(len(x))
    full = _run(coded, x, everything, first)
    lines = [_line("full run", coded, everything, full, None)]
    lines.append(_line("the same seed again", coded, everything, full, _run(coded, x, everything, first)))
    for number, seed in enumerate(others, start=2):
        lines.append(_line(f"seed family {number}", coded, everything, full, _run(coded, x, everything, seed)))
    by_documents = _documents(coded) >= _FEWEST_DOCS
    what = "half of the documents" if by_documents else "half of the rows"
    for draw in range(DRAWS):
        rows = half(coded, draw, by_documents=by_documents)
        lines.append(_line(f"{what}, draw {draw + 1}", coded, rows, full, _run(coded, x, rows, first)))
    labels = _run(coded, quantised(x), everything, first)
    lines.append(_line("vectors quantised to int8", coded, everything, full, labels))
    note = (
        f"{_documents(coded)} documents." if by_documents else "Fewer than 4 documents: halves are halves of the rows."
    )
    return "\n\n".join([f"### {coded.name}: sensitivity", table(HEADS, lines), note])


def half(coded: CodedSet, draw: int, *, by_documents: bool) -> NDArray[np.intp]:
    """Rows, ascending, of a random half of the documents, or a random half of the rows; other for each draw."""
    units = coded.docs if by_documents else tuple(str(row) for row in range(len(coded.docs)))
    names = sorted(set(units))
    chosen = set(random.Random(draw).sample(names, (len(names) + 1) // 2))  # noqa: S311  # no secret
    return np.asarray([row for row, unit in enumerate(units) if unit in chosen], np.intp)


def quantised(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each dimension rounded to 255 levels between its extremes, as 8-bit storage would; length 1 again.

    It stands in for an int8 engine, whose errors come from its weights and activations as well.
    """
    step = np.abs(x).max(axis=0) / 127
    step[step == 0] = 1.0
    rounded = np.round(x / step) * step
    norms = np.linalg.norm(rounded, axis=1, keepdims=True)
    return np.asarray(np.divide(rounded, norms, out=np.zeros_like(rounded), where=norms > 0), np.float32)


def _documents(coded: CodedSet) -> int:
    return len(set(coded.docs))


def _run(coded: CodedSet, x: NDArray[np.float32], rows: NDArray[np.intp], seed: int) -> Labels:
    print(f"{coded.name}: {len(rows):,} rows, seed {seed}", file=sys.stderr)
    return methods.ours(x[rows], [coded.texts[row] for row in rows], seed)


def _line(what: str, coded: CodedSet, rows: NDArray[np.intp], full: Labels, varied: Labels | None) -> list[str]:
    """A line of the table; `full` labels all rows, `varied` the given ones (None: this is the full run itself)."""
    part = coded.part([int(row) for row in rows])
    labels = full if varied is None else varied
    found = scores(part, labels)
    head = [what, f"{len(rows):,}", str(found.themes), share(found.unassigned), figure(found.ami)]
    if varied is None:
        return [*head, *[NOTHING] * 3]
    same = "yes" if np.array_equal(full[rows], labels) else "no"
    return [*head, figure(scores(part, full[rows]).ami), figure(agreement([full[rows], labels]), 2), same]
