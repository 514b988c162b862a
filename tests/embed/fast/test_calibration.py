"""What goes through an encoder is watched, and its sizes are moved into the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from themescout.embed.fast import architecture as architectures
from themescout.embed.fast.calibration import _smoothing, calibrated
from themescout.embed.fast.graph import weights_of

if TYPE_CHECKING:
    from pathlib import Path


def test_every_product_has_its_range_and_the_floats_are_unit_vectors(tiny_bert: Path) -> None:
    shape, weights = architectures.architecture(tiny_bert), architectures.tensors(tiny_bert)
    made, floats = calibrated(shape, weights, [[0, 9, 10, 2], [0, 50, 2]])
    keys = {f"{layer}.{product}" for layer in range(2) for product in ("qkv", "out", "up", "down")}
    assert made.smooth.keys() == made.ranges.keys() == keys
    assert all(low < high for low, high in made.ranges.values())
    for key, factors in made.smooth.items():
        assert factors.shape == (weights_of(weights, key)[0].shape[1],)
        assert (factors > 0).all()
    assert floats.shape == (2, 32)
    np.testing.assert_allclose(np.linalg.norm(floats, axis=1), 1, atol=1e-5)


def test_the_wider_an_input_the_more_of_it_is_moved() -> None:
    w = [np.array([[1.0, 1.0, 4.0]], np.float32)]
    low, high = np.array([-1, -8, -1], np.float32), np.array([0.5, 2, 1], np.float32)
    factors = _smoothing(w, low, high)
    assert factors[1] > factors[0] > factors[2]
    assert _smoothing(w, low * 0, high * 0).min() > 0
