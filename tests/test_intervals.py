"""Intervals: against SciPy, published examples and the long way of drawing samples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from themescout import intervals


@given(st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_wilson_is_that_of_scipy(case: tuple[int, int], confidence: float) -> None:
    count, total = case
    if not total:
        assert intervals.wilson(0, 0) == (0, 1)
        return
    expected = binomtest(count, total).proportion_ci(confidence_level=confidence, method="wilson")
    low, high = intervals.wilson(count, total, confidence)
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert 0 <= low <= count / total <= high <= 1


@pytest.mark.parametrize(("count", "total"), [(-1, 3), (4, 3)])
def test_more_than_all_is_no_share(count: int, total: int) -> None:
    with pytest.raises(ValueError, match=f"{count} of {total}"):
        intervals.wilson(count, total)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_differences_of_shares_as_published(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    assert intervals.newcombe(first, second) == pytest.approx((low, high), abs=6e-5)
    mirrored = intervals.newcombe(second, first)
    assert mirrored == pytest.approx((-high, -low), abs=6e-5)


@pytest.mark.parametrize("n", [1, 2, 5, 100, 101])
def test_medians_drawn_at_once_are_those_of_whole_samples(n: int) -> None:
    values = np.random.default_rng(n).lognormal(2, 0.6, n)
    generator = np.random.default_rng(0)
    quick = intervals.medians_again(values.tolist(), generator, 20_000)
    slow = np.median(generator.choice(values, (20_000, n)), axis=1)
    assert quick.mean() == pytest.approx(slow.mean(), rel=0.01)
    assert quick.std() == pytest.approx(slow.std(), rel=0.05, abs=1e-12)
    assert set(quick) <= {float((a + b) / 2) for a in values for b in values}


def test_intervals_of_medians_hold_the_truth_and_are_the_same_each_time() -> None:
    first, second = [30.0 + i % 7 for i in range(60)], [20.0 + i % 5 for i in range(200)]
    ratio, difference = intervals.of_medians(first, second, seed=1)
    assert ratio is not None
    assert ratio[0] <= 33 / 22 <= ratio[1]
    assert difference[0] <= 11 <= difference[1]
    assert intervals.of_medians(first, second, seed=1) == (ratio, difference)


def test_nothing_is_divided_by_a_median_of_zero() -> None:
    ratio, difference = intervals.of_medians([1.0, 2.0], [0.0, 0.0], seed=1)
    assert ratio is None
    assert difference[0] >= 1


def test_drawing_whole_groups_gives_a_wider_interval_where_groups_differ() -> None:
    # Two kinds of people: half of them always agree, half never do.
    counts = np.array([[10, 10, 5, 5], [0, 10, 0, 5]] * 4)
    low, high = intervals.difference_over_groups(counts, seed=3) or (0, 0)
    assert low == high == 0, "within each person both shares are the same"
    counts = np.array([[10, 10, 0, 5], [0, 10, 5, 5]] * 4)
    wide = intervals.difference_over_groups(counts, seed=3) or (0, 0)
    narrow = intervals.newcombe((40, 80), (20, 40))
    assert wide[1] - wide[0] > narrow[1] - narrow[0]


def test_a_side_that_is_mostly_empty_has_no_interval_over_groups() -> None:
    assert intervals.difference_over_groups(np.array([[5, 10, 1, 2]] + [[5, 10, 0, 0]] * 9), seed=1) is None
    assert intervals.difference_over_groups(np.array([[1, 2, 5, 10]] + [[0, 0, 5, 10]] * 9), seed=1) is None
    assert intervals.difference_over_groups(np.zeros((0, 4), np.int64), seed=1) is None
