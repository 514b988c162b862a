"""Weights rounded to integers such that what a product gives errs least on inputs that have been seen.

GPTQ (Frantar et al. 2023, arXiv 2210.17323): one input after the other is rounded, and the error is made up for by
those that are still to be rounded, as far as they vary together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LARGEST = 127  # of a weight: 8 bits with a sign, symmetric
_DAMPING = 0.1  # share of the mean variance that is added to every input's: as good from .003 on, and safe
_BLOCK = 128  # inputs after which the rest is corrected


def rounded(w: NDArray[np.float32], covariance: NDArray[np.floating]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Integers and their scale for each output: `w` is about integers x scale.

    Args:
        w: weights, shape (outputs, inputs).
        covariance: of the inputs, shape (inputs, inputs).

    Returns:
        int8 in -127..127, shape (outputs, inputs); float32, shape (outputs, 1).
    """
    scale = np.maximum(np.abs(w).max(axis=1, keepdims=True), 1e-12) / _LARGEST
    rest, inputs = w.astype(np.float64) / scale, w.shape[1]
    upper = _upper(covariance)
    whole = np.empty(w.shape, np.int8)
    for start in range(0, inputs, _BLOCK):
        end = min(start + _BLOCK, inputs)
        errors = np.empty((len(w), end - start))
        for i in range(start, end):
            whole[:, i] = np.clip(np.rint(rest[:, i]), -_LARGEST, _LARGEST)
            errors[:, i - start] = (rest[:, i] - whole[:, i]) / upper[i, i]
            rest[:, i:end] -= np.outer(errors[:, i - start], upper[i, i:end])
        rest[:, end:] -= errors @ upper[start:end, end:]
    return whole, scale.astype(np.float32)


def _upper(covariance: NDArray[np.floating]) -> NDArray[np.float64]:
    """Upper factor u of the inverse of the damped covariance, u.T @ u, shape (inputs, inputs)."""
    from scipy.linalg import solve_triangular  # noqa: PLC0415  # only where an encoder is made

    damped = covariance.astype(np.float64)
    damped[np.diag_indices_from(damped)] += _DAMPING * max(float(np.diagonal(damped).mean()), 1e-9)
    factor = np.linalg.cholesky(damped[::-1, ::-1])[::-1, ::-1]  # upper, factor @ factor.T
    return np.asarray(solve_triangular(factor, np.eye(len(damped))), np.float64)
