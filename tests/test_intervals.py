"""Intervals: against SciPy, published examples and the long way of drawing samples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binomtest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from themescout import intervals

COUNTS = st.integers(1, 100).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
MAYBE_NONE = st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
CONFIDENCE = st.sampled_from([0.8, 0.9, 0.95, 0.99])


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
    with pytest.raises(ValueError, match=f"{count} of {total}"):
        intervals.clopper_pearson(count, total)
    with pytest.raises(ValueError, match=f"{count} of {total}"):
        intervals.posterior_rise((1, 2), (count, total))


@given(COUNTS, CONFIDENCE)
def test_intervals_of_a_share_are_those_of_statsmodels(case: intervals.Counts, confidence: float) -> None:
    for ours, name in ((intervals.wilson, "wilson"), (intervals.clopper_pearson, "beta")):
        expected = proportion_confint(*case, alpha=1 - confidence, method=name)
        assert ours(*case, confidence) == pytest.approx(expected, abs=1e-9)


@given(COUNTS, COUNTS, CONFIDENCE)
def test_intervals_of_a_difference_are_those_of_statsmodels(
    first: intervals.Counts, second: intervals.Counts, confidence: float
) -> None:
    expected = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff", alpha=1 - confidence)
    assert intervals.newcombe(first, second, confidence) == pytest.approx(expected, abs=1e-9)


def test_the_exact_intervals_are_those_of_the_method() -> None:
    def percent(count: int, total: int) -> tuple[float, float]:
        low, high = intervals.clopper_pearson(count, total)
        return round(100 * low, 1), round(100 * high, 1)

    assert percent(14, 14) == (76.8, 100)
    assert percent(7, 14) == (23.0, 77.0)
    assert [percent(0, n) for n in (14, 30, 60)] == [(0, 23.2), (0, 11.6), (0, 6.0)]
    assert round(100 * intervals.wilson(0, 14)[1], 1) == 21.5


def test_without_cases_anything_is_possible() -> None:
    assert intervals.clopper_pearson(0, 0) == (0, 1)
    nothing = intervals.posterior_rise((0, 0), (0, 0))
    assert nothing.chance == pytest.approx(0.5)
    assert nothing.low < -0.9 < 0.9 < nothing.high


@given(MAYBE_NONE, MAYBE_NONE)
def test_a_rise_is_a_fall_the_other_way_round(first: intervals.Counts, second: intervals.Counts) -> None:
    there, back = intervals.posterior_rise(first, second), intervals.posterior_rise(second, first)
    assert 0 <= there.chance <= 1
    assert -1 <= there.low < there.high <= 1
    assert there.chance == pytest.approx(1 - back.chance, abs=1e-9)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-5)


@pytest.mark.parametrize(
    ("first", "second", "chance"),
    [  # integrated to 20 places with mpmath
        ((3, 14), (9, 14), 0.9899186078482),
        ((0, 14), (1, 14), 0.82404381742573),
        ((26, 29), (37, 37), 0.98184922530385),
        ((0, 0), (2, 5), 0.4423595044168),
    ],
)
def test_the_chance_of_a_rise_integrated_to_many_places(
    first: intervals.Counts, second: intervals.Counts, chance: float
) -> None:
    assert intervals.posterior_rise(first, second).chance == pytest.approx(chance, abs=1e-12)


@pytest.mark.parametrize(
    ("first", "second"), [((3, 14), (9, 14)), ((0, 14), (3, 40)), ((0, 3), (0, 0)), ((5, 5), (0, 9))]
)
def test_the_chance_of_a_rise_and_its_interval_are_those_of_many_draws(
    first: intervals.Counts, second: intervals.Counts
) -> None:
    before, after = (
        beta.rvs(k + 0.5, n - k + 0.5, size=400_000, random_state=seed) for seed, (k, n) in enumerate((first, second))
    )
    found = intervals.posterior_rise(first, second, 0.9)
    assert found.chance == pytest.approx(np.mean(after > before), abs=0.004)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(after - before, [0.05, 0.95])), abs=0.006)


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
