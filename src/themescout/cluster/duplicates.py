"""Texts that say the same in (nearly) the same words count once, and always stay together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from themescout.cluster.graph import neighbours

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Cosine from which two texts are one. With the default model this is a matter of punctuation, case and filler words:
# "Nothing." and "nothing" have 0.96 to 1, two answers of different words rarely more than 0.9.
SAME = 0.96
_LOOKED_AT = 10  # nearest texts of each that are compared


def distinct(x: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """The rows of x without exact repetitions, in a fixed order, and for each row of x which of them it is."""
    unique, back = np.unique(x, axis=0, return_inverse=True)
    return np.asarray(unique, np.float32), np.asarray(back, np.intp).ravel()


def grouped(x: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Nearly equal rows made one.

    Args:
        x: shape (n, dimensions), distinct rows of length 1.

    Returns:
        the mean of each group, made length 1, shape (groups, dimensions), and the group of each row, shape (n,).
    """
    if len(x) < 2:
        return x, np.arange(len(x))
    rows, cosines = neighbours(x, min(_LOOKED_AT, len(x) - 1))
    same = cosines >= SAME
    if not same.any():
        return x, np.arange(len(x))
    leader = np.full(len(x), -1, np.intp)
    # Those with most repetitions first; each takes what is still free. Chains, in which the first and the last have
    # little in common, cannot come about.
    for row in np.lexsort((np.arange(len(x)), -same.sum(axis=1))):
        if leader[row] < 0:
            near = rows[row][same[row]]
            leader[near[leader[near] < 0]] = row
            leader[row] = row
    names, back = np.unique(leader, return_inverse=True)
    means = np.zeros((len(names), x.shape[1]), np.float32)
    np.add.at(means, back, x)
    return unit(means), np.asarray(back, np.intp).ravel()


def unit(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows made length 1; rows of zeros stay zero."""
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return np.asarray(np.divide(x, length, out=np.zeros_like(x), where=length > 1e-12), np.float32)
