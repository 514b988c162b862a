from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from themescout.novelty.contrast import DIMENSIONS, PENALTY, Moments, contrast, reduced


def by_hand(pool: np.ndarray, docs: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """The same regression, fitted anew without each interview; the centre and the weights are those of the whole."""
    every = len(pool) + len(reference)
    middle = (pool.mean(axis=0) + reference.mean(axis=0)) / 2
    x = np.vstack([pool, reference]).astype(np.float64) - middle
    y = np.r_[np.ones(len(pool)), -np.ones(len(reference))]
    w = np.r_[np.full(len(pool), every / 2 / len(pool)), np.full(len(reference), every / 2 / len(reference))]
    found = np.empty(len(pool))
    for doc in np.unique(docs):
        left = np.r_[docs == doc, np.zeros(len(reference), bool)]
        a = (x[~left] * w[~left, None]).T @ x[~left] + PENALTY * np.eye(x.shape[1])
        weights = np.linalg.solve(a, (x[~left] * w[~left, None]).T @ y[~left])
        found[docs == doc] = x[: len(pool)][docs == doc] @ weights
    return found


@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(2, 12), st.integers(1, 4))
def test_leaving_an_interview_out_in_closed_form_is_fitting_without_it(seed: int, n: int, m: int, docs: int) -> None:
    rng = np.random.default_rng(seed)
    pool, reference = rng.normal(size=(n, 5)).astype(np.float32), rng.normal(size=(m, 5)).astype(np.float32)
    doc = rng.integers(0, docs, n)
    found = contrast(pool, doc, Moments.of(pool), Moments.of(reference))
    assert np.allclose(found, by_hand(pool, doc, reference), atol=1e-3)


def test_moments_of_a_union_are_sums() -> None:
    x = np.random.default_rng(1).normal(size=(9, 4)).astype(np.float32)
    whole, parts = Moments.of(x), Moments.of(x[:4]) + Moments.of(x[4:])
    back = whole - Moments.of(x[4:])
    assert (parts.count, back.count) == (9, 4)
    assert np.allclose(parts.squares, whole.squares, atol=1e-4)
    assert np.allclose(back.total, x[:4].sum(axis=0), atol=1e-4)


def test_speaking_of_something_else_shows() -> None:
    rng = np.random.default_rng(2)
    pool = rng.normal(size=(40, 8)).astype(np.float32)
    reference = rng.normal(size=(60, 8)).astype(np.float32)
    pool[:10, 0] += 4
    found = contrast(pool, np.arange(40) % 5, Moments.of(pool), Moments.of(reference))
    assert found[:10].mean() > found[10:].mean() + 0.3


def test_the_main_axes_keep_what_there_is_to_see() -> None:
    rng = np.random.default_rng(3)
    x = (rng.normal(size=(50, 4)) @ rng.normal(size=(4, DIMENSIONS + 20))).astype(np.float32)
    short = reduced(x)
    assert short.shape == (50, DIMENSIONS)
    assert np.allclose(short @ short.T, x @ x.T, rtol=1e-3, atol=1e-2 * np.abs(x @ x.T).max())
    assert reduced(x[:, :7]).shape == (50, 7)
