"""Fewer dimensions: shapes, and what the seed does. The contract is in test_protocols."""

from __future__ import annotations

import numpy as np
import pytest

from themescout.reduce import PcaReducer, UmapReducer

ROWS = np.random.default_rng(2).standard_normal((60, 30)).astype(np.float32)


@pytest.mark.parametrize(("n", "width"), [(2, 2), (3, 3), (60, 10)])
def test_principal_components_are_at_most_ten(n: int, width: int) -> None:
    assert PcaReducer().reduce(ROWS[:n], neighbours=5, seed=0).shape == (n, width)


def test_another_seed_looks_at_other_columns() -> None:
    one, two = (PcaReducer().reduce(ROWS, neighbours=5, seed=seed) for seed in (1, 2))
    assert not np.allclose(np.abs(one), np.abs(two))


def test_a_single_column_can_be_reduced() -> None:
    assert PcaReducer().reduce(ROWS[:, :1], neighbours=5, seed=0).shape == (60, 1)


@pytest.mark.real
def test_umap_keeps_apart_what_is_apart() -> None:
    two = np.vstack([ROWS[:30] + 8, ROWS[30:] - 8])
    low = UmapReducer().reduce(two, neighbours=8, seed=1)
    assert low.shape == (60, 5)
    centres = low[:30].mean(axis=0), low[30:].mean(axis=0)
    nearest = [int(np.argmin([np.linalg.norm(row - centre) for centre in centres])) for row in low]
    assert nearest == [0] * 30 + [1] * 30
