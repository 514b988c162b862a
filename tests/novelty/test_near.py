from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from themescout.novelty import near as nearest

if TYPE_CHECKING:
    import pytest

SEEDS = st.integers(0, 10_000)


def rows(seed: int, n: int, docs: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 6)).astype(np.float32)
    return x / np.linalg.norm(x, axis=1, keepdims=True), rng.integers(0, docs, n)


@given(SEEDS, st.integers(1, 40), st.integers(1, 6), st.integers(1, 4))
def test_the_nearest_of_any_union_of_blocks_are_those_that_a_full_search_finds(
    seed: int, n: int, docs: int, count: int
) -> None:
    x, doc = rows(seed, n, docs)
    blocks = np.arange(n) % count
    found = nearest.near(x, doc, blocks)
    wanted = [block for block in range(min(count, n)) if block % 2 == 0]
    of = np.arange(n)
    got, cosines = found.among(of, wanted)
    for row in range(n):
        others = [o for o in range(n) if blocks[o] in wanted and doc[o] != doc[row]]
        best = sorted((float(x[row] @ x[o]) for o in others), reverse=True)[: nearest.NEAREST]
        there = cosines[row][np.isfinite(cosines[row])]
        assert np.allclose(there, best, atol=1e-5)
        assert (got[row] >= 0).sum() == len(best)
        assert all(doc[o] != doc[row] and blocks[o] in wanted for o in got[row] if o >= 0)


def test_a_mean_is_of_what_there_is() -> None:
    found = nearest.mean(np.asarray([[0.5, 0.1, -np.inf], [-np.inf] * 3], np.float32), 3)
    assert np.allclose(found, [0.3, -1.0])


def test_pieces_of_the_work_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    x, doc = rows(3, 50, 5)
    whole = nearest.near(x, doc, np.arange(50) % 3)
    monkeypatch.setattr(nearest, "_HELD", 120)
    pieces = nearest.near(x, doc, np.arange(50) % 3)
    assert np.array_equal(whole.rows, pieces.rows)
    assert np.allclose(whole.cosines, pieces.cosines, atol=1e-6, equal_nan=True)
