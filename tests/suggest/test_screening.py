"""Work saved, by hand; what a search is told; codes that are too rare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from themescout.suggest import Labelled
from themescout.suggest.screening import beginning, screened, step, wss

if TYPE_CHECKING:
    from numpy.typing import NDArray


def test_screening_saves_what_a_perfect_order_saves() -> None:
    truth = np.asarray([True] * 21 + [False] * 181)
    start = np.asarray([0, 100])
    # 19 of the other 20 must be found; 200 rows besides the two to start with.
    assert wss(truth, lambda _read, _has: truth.astype(float), start) == pytest.approx(1 - 19 / 200 - 0.05)
    # The worst order reads all 180 others first.
    assert wss(truth, lambda _read, _has: -truth.astype(float), start) == pytest.approx(1 - 199 / 200 - 0.05)


def test_screening_learns_often_at_first_and_tells_only_what_was_read() -> None:
    assert [step(n) for n in (2, 49, 50, 100)] == [1, 1, 2, 4]
    truth = np.arange(60) % 10 == 0
    sizes: list[int] = []

    def ranker(decided: NDArray[np.intp], has: NDArray[np.bool_]) -> NDArray[np.float64]:
        assert np.array_equal(truth[decided], has)
        assert len(set(decided.tolist())) == len(decided)
        sizes.append(len(decided))
        return -np.arange(60.0)

    wss(truth, ranker, beginning(truth, 3))
    assert sizes[:4] == [2, 3, 4, 5]


def test_a_beginning_has_one_of_each_and_is_the_same_for_all() -> None:
    truth = np.arange(40) % 4 == 0
    for seed in range(5):
        start = beginning(truth, seed)
        assert truth[start].tolist() == [True, False]
        assert np.array_equal(start, beginning(truth, seed))


def test_each_code_with_five_uses_or_more_is_searched_for() -> None:
    labelled = [
        Labelled(segment=f"s{i}", text="", codes=("often",) * (i < 22) + ("seldom",) * (i < 4) + ("always",), kind="")
        for i in range(102)
    ]

    def search(code: str, _read: NDArray[np.intp], _has: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.asarray([float(code in item.codes) for item in labelled])

    (found,) = screened(search, ["always", "seldom", "often"], labelled, 3)
    assert (found.code, found.uses) == ("often", 22)
    assert found.read == 20.0  # 95 % of the 21 others
    assert found.saved == pytest.approx(0.95 - 20 / 100)
