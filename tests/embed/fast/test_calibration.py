"""What goes through an encoder is watched, and its sizes are moved into the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from themescout.embed.fast import architecture as architectures
from themescout.embed.fast.calibration import _Moments, _steps, calibrated
from themescout.embed.fast.graph import matrices

if TYPE_CHECKING:
    from pathlib import Path


def test_every_product_has_its_integers_and_the_floats_are_unit_vectors(tiny_bert: Path) -> None:
    shape, weights = architectures.architecture(tiny_bert), architectures.tensors(tiny_bert)
    made, floats = calibrated(shape, weights, [[0, 9, 10, 2], [0, 50, 2]])
    keys = {f"{layer}.{product}" for layer in range(2) for product in ("qkv", "out", "up", "down")}
    assert made.centre.keys() == made.step.keys() == keys
    for key in keys:
        for name, w in matrices(weights, key).items():
            one = made.products.pop(name)
            assert made.step[key].shape == made.centre[key].shape == (w.shape[1],)
            assert (made.step[key] > 0).all()
            assert float(np.abs(one.whole * one.scale / made.step[key] - w).mean()) < 0.1 * float(np.abs(w).mean())
    assert not made.products
    assert floats.shape == (2, 32)
    np.testing.assert_allclose(np.linalg.norm(floats, axis=1), 1, atol=1e-5)


def test_the_wider_an_input_the_larger_its_steps_and_all_that_was_seen_is_within_reach() -> None:
    w = np.array([[1.0, 1.0, 4.0]], np.float32)
    low, high = np.array([-1, -8, -1], np.float32), np.array([0.5, 2, 1], np.float32)
    centre, step = _steps(w, low, high)
    assert step[1] > step[0] > step[2]
    assert (low > centre - 128 * step).all()
    assert (high < centre + 127.6 * step).all()
    np.testing.assert_allclose(centre / step, np.rint(centre / step), atol=1e-3)  # zero is a step
    assert _steps(w, low * 0, high * 0)[1].min() > 0


def test_mean_and_covariance_are_those_of_the_integers_of_all_rows_whatever_came_together() -> None:
    rng = np.random.default_rng(5)
    centre, step = np.array([3, 2, 3, 3], np.float32), np.array([0.1, 0.1, 0.05, 0.2], np.float32)
    x = rng.normal(3, [1, 2, 0.5, 4], (3000, 4)).astype(np.float32)
    whole = np.clip(np.rint((x - centre) / step), -128, 127).astype(np.float64)
    made = []
    for places in ([1, 5, 400, 700, 1200, 1700, 2200, 2500, 2990], range(300, 3000, 300)):
        seen = _Moments(centre, step)
        for rows in np.array_split(x, list(places)):
            seen.add(rows)
        np.testing.assert_allclose(seen.mean, whole.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(seen.covariance, np.cov(whole.T, bias=True), rtol=1e-9, atol=1e-9)
        made.append(seen.covariance)
    np.testing.assert_array_equal(*made)
