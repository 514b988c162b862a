"""Integers that err least on inputs as they were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.embed.fast.rounding import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray


def nearest(w: NDArray[np.float32]) -> NDArray[np.float64]:
    scale = np.abs(w).max(axis=1, keepdims=True) / 127
    return np.rint(w / scale) * scale.astype(np.float64)


def error(w: NDArray[np.float32], made: NDArray[np.float64], x: NDArray[np.float64]) -> float:
    return float((((w - made) @ x.T) ** 2).mean())


@pytest.mark.parametrize("inputs", [40, 300])  # within one block, over several
def test_it_errs_less_than_the_nearest_integers_on_inputs_that_vary_together(inputs: int) -> None:
    rng = np.random.default_rng(2)
    hidden = rng.normal(size=(4000, inputs // 8))
    x = hidden @ rng.normal(size=(inputs // 8, inputs)) + 0.1 * rng.normal(size=(4000, inputs))
    w = rng.normal(size=(30, inputs)).astype(np.float32)
    whole, scale = rounded(w, np.cov(x[:2000].T, bias=True))
    assert whole.dtype == np.int8
    assert scale.shape == (30, 1)
    other = x[2000:]  # not those that it was made with
    assert error(w, whole * scale.astype(np.float64), other) < 0.5 * error(w, nearest(w), other)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 12), st.integers(1, 150), st.integers(0, 10_000))
def test_inputs_that_vary_alone_take_the_nearest_integers(outputs: int, inputs: int, seed: int) -> None:
    w = np.random.default_rng(seed).normal(size=(outputs, inputs)).astype(np.float32)
    whole, scale = rounded(w, np.eye(inputs))
    np.testing.assert_allclose(whole * scale, nearest(w), atol=float(scale.max()) * 0.01)


def test_what_never_varies_is_no_problem() -> None:
    w = np.array([[0.5, -1.0], [0.0, 0.0]], np.float32)
    whole, scale = rounded(w, np.zeros((2, 2)))
    np.testing.assert_allclose(whole * scale, w, atol=0.005)
