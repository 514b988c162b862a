"""Opinions weighed into one: what is right gains weight, probabilities add up, correction keeps the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.suggest.pool import ALONE, START, Opinions, Pool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SCORE, CLEAR, COMMON, TOLD = range(4)
CLASSES = 5


def opinions(truth: Array, *, score: float, told: float, seed: int = 0) -> Opinions:
    """Made-up opinions; `score` and `told` say how much each knows of the truth, 0..1."""
    rng = np.random.default_rng(seed)
    noise = rng.random((2, *truth.shape))
    scores = score * truth + (1 - score) * noise[0] / 2
    said = told * truth + (1 - told) * noise[1]
    share = said / said.sum(axis=1, keepdims=True)
    return Opinions(score=scores, common=np.log(np.full(CLASSES, 1 / CLASSES)), told=np.log(share + 1e-3))


def truths(n: int, seed: int = 1) -> Array:
    return np.eye(CLASSES)[np.random.default_rng(seed).integers(0, CLASSES, n)]


def fitted(truth: Array, said: Opinions) -> Pool:
    pool = Pool()
    pool.fit(said, truth)
    return pool


def test_without_decisions_the_codebook_alone_speaks() -> None:
    truth = truths(4)
    pool = fitted(np.zeros_like(truth), opinions(truth, score=1, told=0.5))
    np.testing.assert_array_equal(pool.weights, ALONE)
    said = opinions(truth, score=0.2, told=0.5)
    expected = np.exp(said.told) / np.exp(said.told).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(pool.shares(said), expected)


def test_weights_move_towards_what_is_right() -> None:
    truth = truths(200)
    decisions_right = fitted(truth, opinions(truth, score=0.6, told=0.0)).weights
    codebook_right = fitted(truth, opinions(truth, score=0.0, told=0.6)).weights
    assert decisions_right[SCORE] > START[SCORE] > codebook_right[SCORE]
    assert decisions_right[TOLD] < START[TOLD] < codebook_right[TOLD]


def test_few_decisions_move_the_weights_less_than_many() -> None:
    moved = []
    for n in (2, 20, 200):
        truth = truths(n)
        moved.append(np.abs(fitted(truth, opinions(truth, score=0.6, told=0.0)).weights - ALONE).sum())
    assert moved == sorted(moved)
    assert moved[0] < moved[2] / 3


@given(st.integers(1, 60), st.integers(0, 99))
@settings(max_examples=20)
def test_no_opinion_counts_against_itself(n: int, seed: int) -> None:
    truth = truths(n, seed)
    weights = fitted(truth, opinions(1 - truth, score=0.5, told=0.5, seed=seed)).weights
    assert (weights[[SCORE, CLEAR, TOLD]] >= 0).all()
    assert weights[COMMON] <= 0


@given(st.integers(0, 80), st.integers(0, 99))
@settings(max_examples=20)
def test_rows_sum_to_one(n: int, seed: int) -> None:
    truth = truths(n, seed)
    said = opinions(truth, score=0.3, told=0.3, seed=seed)
    shares = fitted(truth, said).shares(said)
    assert shares.shape == (n, CLASSES)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares >= 0).all()


@given(st.integers(30, 120), st.floats(0, 1), st.floats(0, 1), st.integers(0, 99))
@settings(max_examples=30)
def test_correction_never_turns_the_order_round(n: int, score: float, told: float, seed: int) -> None:
    truth = truths(n, seed)
    pool = fitted(truth, opinions(truth, score=score, told=told, seed=seed + 1))
    grid = np.linspace(0, 1, 201)
    corrected = pool.corrected(grid)
    assert (np.diff(corrected) >= 0).all()
    assert ((corrected >= 0) & (corrected <= 1)).all()


def test_with_few_decisions_nothing_is_corrected() -> None:
    grid = np.linspace(0, 1, 11)
    for n, same in ((29, True), (30, False)):
        truth = truths(n)
        pool = fitted(truth, opinions(truth, score=0.3, told=0.3))
        assert np.array_equal(pool.corrected(grid), grid) is same


def test_probabilities_of_noise_come_down_to_the_share_that_is_right() -> None:
    """Opinions that know nothing: the first class of a row is right one time in five, however sure they sound."""
    truth = truths(600)
    said = opinions(truths(600, 7), score=0.7, told=0.7)
    pool = fitted(truth, said)
    first = pool.corrected(pool.shares(said)).max(axis=1)
    assert first.mean() == pytest.approx(1 / CLASSES, abs=0.05)


def test_a_segment_with_two_codes_counts_once_and_both_can_be_likely() -> None:
    truth = truths(200)
    truth[:, 0] = 1  # everything has the first code too
    pool = fitted(truth, said := opinions(truth, score=0.8, told=0.5))
    two = (truth.sum(axis=1) == 2) & (truth[:, 1:].sum(axis=1) == 1)
    assert (pool.corrected(pool.shares(said))[two][truth[two] > 0] > 0.5).mean() > 0.9


def test_the_first_decisions_do_not_overturn_what_the_codebook_says() -> None:
    # Regression on one decision sees that one code everywhere.
    truth = truths(200)
    said = opinions(truth, score=0.0, told=0.9)
    everywhere = np.tile(np.eye(CLASSES)[0], (200, 1))
    pool = fitted(truth[:1], Opinions(score=everywhere[:1], common=said.common, told=said.told[:1]))
    shares = pool.shares(Opinions(score=everywhere, common=said.common, told=said.told))
    assert (shares.argmax(axis=1) == truth.argmax(axis=1)).mean() > 0.9


def test_one_decision_more_moves_the_weights_from_the_codebook_to_the_decisions() -> None:
    pool = Pool()
    assert pool.weights.tolist() == ALONE.tolist()
    for _ in range(200):
        before = pool.weights
        pool.grow()
        assert (abs(START - pool.weights) <= abs(START - before)).all()
    assert abs(pool.weights - START).max() < 0.4
