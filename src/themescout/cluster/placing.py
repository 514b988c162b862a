"""From a sample to all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from themescout.candidates import Reason
from themescout.cluster.settling import Settled

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    count = min(_NEAREST, len(sample))
    for start in range(0, len(rest) if count else 0, max(1, _BLOCK // max(1, len(sample)))):
        part = rest[start : start + max(1, _BLOCK // len(sample))]
        near = x[part] @ x[sample].T
        best = np.argpartition(-near, count - 1, axis=1)[:, :count]
        order = np.lexsort((best, -np.take_along_axis(near, best, axis=1)), axis=1)
        best = np.take_along_axis(best, order, axis=1)
        chosen, share = _majority(settled.labels[best])
        row = best[np.arange(len(part)), chosen]
        labels[part], nearest[part], inner[part] = settled.labels[row], settled.nearest[row], subs[row]
        strengths[part], reasons[part] = share, settled.reasons[row]
    return Settled(labels=labels, nearest=nearest, strengths=strengths, reasons=reasons), inner


def _majority(labels: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Of labels, shape (m, k), nearest first: the column of the first with the most frequent one, and its share."""
    votes = (labels[:, :, None] == labels[:, None, :]).sum(axis=2)
    first = votes.argmax(axis=1)
    return first, (votes.max(axis=1) / labels.shape[1]).astype(np.float32)
