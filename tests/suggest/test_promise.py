"""Prediction sets hold the right code as often as promised; where too little is known nothing is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from themescout.suggest.promise import FEWEST, threshold

if TYPE_CHECKING:
    from numpy.typing import NDArray

CODES = 8


def made_up(n: int, seed: int, *, several: bool = False) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares that know something of the truth, and the truth; `several`: a third of the rows has two codes."""
    rng = np.random.default_rng(seed)
    truth = np.eye(CODES)[rng.integers(0, CODES, n)]
    if several:
        truth[np.flatnonzero(rng.random(n) < 1 / 3), rng.integers(0, CODES)] = 1
    z = np.exp(1.5 * truth + rng.standard_normal((n, CODES)))
    return z / z.sum(axis=1, keepdims=True), truth


@pytest.mark.parametrize("several", [False, True], ids=["one code", "several codes"])
@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_as_often_as_promised_on_segments_not_seen(coverage: float, *, several: bool) -> None:
    found = []
    for seed in range(20):
        shares, truth = made_up(2_300, seed, several=several)
        made = threshold(shares[:300], truth[:300], coverage)
        assert made is not None
        inside = (truth[300:] * (shares[300:] >= made)).sum(axis=1) / truth[300:].sum(axis=1)
        found.append(inside.mean())
    assert np.mean(found) == pytest.approx(coverage, abs=0.03)


def test_with_the_fewest_segments_the_promise_still_holds() -> None:
    found = []
    for seed in range(300):
        shares, truth = made_up(FEWEST + 200, seed)
        made = threshold(shares[:FEWEST], truth[:FEWEST])
        found.append((shares[FEWEST:][truth[FEWEST:] > 0] >= made).mean())
    assert np.mean(found) == pytest.approx(0.9, abs=0.03)


def test_too_few_coded_segments_promise_nothing() -> None:
    shares, truth = made_up(FEWEST, 1)
    assert threshold(shares, truth) is not None
    assert threshold(shares[1:], truth[1:]) is None
    truth[3] = 0  # a segment without a code is no coded segment
    assert threshold(shares, truth) is None
    assert threshold(np.zeros((0, CODES)), np.zeros((0, CODES))) is None


def test_what_cannot_be_told_apart_takes_everything_into_the_set() -> None:
    truth = made_up(100, 2)[1]
    assert threshold(np.full((100, CODES), 1 / CODES), truth) == pytest.approx(1 / CODES)
