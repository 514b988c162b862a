"""From a sample to all rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.candidates import Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from themescout.cluster.settling import Settled

_NEAREST = 5
_BLOCK = 2**24  # similarities held at a time


def place(
    x: NDArray[np.float32], sample: NDArray[np.intp], settled: Settled, subs: NDArray[np.intp]
) -> tuple[Settled, NDArray[np.intp]]:
    """Every row of x follows the majority of its 5 nearest sampled rows; of equals, the nearer.

    Args:
        x: shape (n, dimensions), rows of length 1 or 0.
        sample: the rows that `settled` and `subs` speak of.
        settled: themes of the sampled rows.
        subs: their sub-themes.

    Returns:
        the same for all n rows; a strength is then the share of those 5. A row of zeros is in no theme.
    """
    if len(sample) == len(x):
        return settled, subs
    labels, nearest, inner = (np.full(len(x), -1, np.intp) for _ in range(3))
    strengths = np.zeros(len(x), np.float32)
    reasons = np.full(len(x), Reason.APART.value, dtype="<U16")
    labels[sample], nearest[sample], inner[sample] = settled.labels, settled.nearest, subs
    strengths[sample], reasons[sample] = settled.strengths, settled.reasons
    rest = np.setdiff1d(np.flatnonzero(x.any(axis=1)), sample)
    if len(sample):
        row, strengths[rest] = followed(x, rest, x[sample], settled.labels)
        labels[rest], nearest[rest], inner[rest] = settled.labels[row], settled.nearest[row], subs[row]
        reasons[rest] = settled.reasons[row]
    return replace(settled, labels=labels, nearest=nearest, strengths=strengths, reasons=reasons), inner


def followed(
    x: NDArray[np.float32], rows: NDArray[np.intp], known: NDArray[np.float32], labels: NDArray[Any]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """For some rows of x, the known row that each follows: the nearest with the most frequent label of the nearest 5.

    Args:
        x: shape (n, dimensions), rows of length 1.
        rows: of x, shape (m,).
        known: shape (k, dimensions), at least one row.
        labels: of the known rows, -1 = none, which is a label like the others.

    Returns:
        rows of `known`, shape (m,), and the share of the nearest that have its label, 0..1.
    """
    count, size = min(_NEAREST, len(known)), max(1, _BLOCK // len(known))
    found, shares = np.zeros(len(rows), np.intp), np.zeros(len(rows), np.float32)
    for start in range(0, len(rows), size):
        part = slice(start, start + size)
        near = x[rows[part]] @ known.T
        here, best = np.arange(len(near)), np.empty((len(near), count), np.intp)
        for i in range(count):  # quicker than to order all of them; of equals, the first
            best[:, i] = near.argmax(axis=1)
            near[here, best[:, i]] = -np.inf
        chosen, shares[part] = _majority(labels[best])
        found[part] = best[here, chosen]
    return found, shares


def _majority(labels: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Of labels, shape (m, k), nearest first: the column of the first with the most frequent one, and its share."""
    votes = (labels[:, :, None] == labels[:, None, :]).sum(axis=2)
    first = votes.argmax(axis=1)
    return first, (votes.max(axis=1) / labels.shape[1]).astype(np.float32)
