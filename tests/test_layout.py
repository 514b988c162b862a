"""The 2-D picture: seeded, in 0..1, of any number of rows, equal rows in one place."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from themescout import layout as module
from themescout.layout import layout

METHODS = ["tsne", "pca"]  # "umap" compiles for ten seconds: it has one test below


def groups(n: int, *, seed: int = 0) -> np.ndarray:
    """Rows round five middles, so that there are neighbourhoods to keep."""
    rng = np.random.default_rng(seed)
    middles = 3 * rng.standard_normal((5, 12))
    return (middles[np.arange(n) % 5] + rng.standard_normal((n, 12))).astype(np.float32)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 6, 40])
def test_any_number_of_rows_gets_places_within_the_square(method: str, n: int) -> None:
    places = layout(groups(n), seed=1, method=method)
    assert places.shape == (n, 2)
    assert places.dtype == np.float32
    assert np.isfinite(places).all()
    assert ((places >= 0) & (places <= 1)).all()
    if n > 1:
        assert np.ptp(places, axis=0).max() == pytest.approx(1)


@pytest.mark.parametrize("method", [*METHODS, "umap"])
def test_the_same_seed_gives_the_same_picture(method: str) -> None:
    x = groups(60)
    assert np.array_equal(layout(x, seed=1, method=method), layout(x.copy(), seed=1, method=method))


@pytest.mark.parametrize("method", METHODS)
def test_equal_rows_share_a_place(method: str) -> None:
    x = groups(30)
    places = layout(np.vstack([x, x[::-1]]), seed=1, method=method)
    assert np.array_equal(places[:30], places[:29:-1])
    assert len(np.unique(places[:30], axis=0)) == 30
    assert np.array_equal(layout(np.ones((9, 4), np.float32), seed=1, method=method), np.full((9, 2), 0.5))


def test_rows_of_zeros_have_a_place() -> None:
    x = groups(20)
    x[3] = 0
    assert np.isfinite(layout(x, seed=1)).all()


def test_neighbours_stay_neighbours() -> None:
    x = groups(200)
    assert trustworthiness(x, layout(x, seed=1), metric="cosine") > 0.9


def test_of_many_rows_a_sample_is_laid_out_and_the_others_are_put_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FITTED", 50)
    monkeypatch.setattr(module, "_BLOCK", 7)
    x = groups(160)
    places = layout(x, seed=1)
    assert np.array_equal(places, layout(x, seed=1))
    assert ((places >= 0) & (places <= 1)).all()
    assert trustworthiness(x, places, metric="cosine") > 0.8


def test_what_cannot_be_laid_out_is_named() -> None:
    with pytest.raises(ValueError, match="'lda' is no method; known: tsne, umap, pca"):
        layout(groups(5), seed=1, method="lda")
    with pytest.raises(ValueError, match=r"not \(n, dimensions\)"):
        layout(np.zeros(3, np.float32), seed=1)
