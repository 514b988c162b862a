"""What waves of a size can show: the table of the method, the definitions the long way, the sentences."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest
from scipy.stats import binom, fisher_exact

from themescout.contrasts import TESTS, Test, never_heard, p_value, power, resolution, thresholds


def test_fishers_thresholds_of_14_against_14_are_those_of_the_method() -> None:
    found = thresholds(14, 14)
    assert {k: found[k] for k in (0, 2, 3, 4, 7)} == {0: 5, 2: 8, 3: 10, 4: 11, 7: 13}
    corrected = thresholds(14, 14, 0.05 / 12)
    assert {k: corrected[k] for k in (0, 3, 4, 7)} == {0: 8, 3: 12, 4: 13, 7: None}


@pytest.mark.parametrize(
    ("before", "after", "expected"), [(0.25, 0.60, (0.32, 0.50, 0.63)), (0.20, 0.70, (0.65, 0.86, 0.93))]
)
def test_fishers_power_is_that_of_the_method(before: float, after: float, expected: tuple[float, ...]) -> None:
    found = [power(before, after, 14, second) for second in (14, 30, 60)]
    assert [round(value, 2) for value in found] == list(expected)


@pytest.mark.parametrize(
    ("share", "informants", "expected"), [(0.10, 14, 0.23), (0.10, 20, 0.12), (0.10, 30, 0.04), (0.05, 14, 0.49)]
)
def test_the_chance_that_a_view_is_never_heard_is_that_of_the_method(
    share: float, informants: int, expected: float
) -> None:
    assert round(never_heard(share, informants), 2) == expected


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize(("n1", "n2", "alpha"), [(1, 1, 0.05), (1, 9, 0.2), (5, 5, 0.05), (7, 4, 0.1), (3, 8, 0.05)])
def test_thresholds_and_power_are_what_they_are_called(n1: int, n2: int, alpha: float, test: Test) -> None:
    """All pairs of counts, one after the other; Boschloo's are found by a walk along the border alone."""
    p = np.array([[p_value(test, (i, n1), (j, n2)) for j in range(n2 + 1)] for i in range(n1 + 1)])
    expected = tuple(
        next((j for j in range(n2 + 1) if j / n2 > i / n1 + 1e-9 and p[i, j] < alpha), None) for i in range(n1 + 1)
    )
    assert thresholds(n1, n2, alpha, test) == expected
    chances = binom.pmf(range(n1 + 1), n1, 0.3) @ (p < alpha) @ binom.pmf(range(n2 + 1), n2, 0.8)
    assert power(0.3, 0.8, n1, n2, alpha, test) == pytest.approx(chances, abs=1e-12)


@pytest.mark.parametrize("test", TESTS)
def test_power_is_the_same_with_the_waves_exchanged(test: Test) -> None:
    assert power(0.2, 0.7, 5, 9, test=test) == pytest.approx(power(0.7, 0.2, 9, 5, test=test))


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nothing_is_seen_where_the_shares_are_equal_and_extreme(share: float) -> None:
    assert power(share, share, 14, 14) == 0


def test_each_count_needs_more_than_it_and_no_less_than_the_one_before() -> None:
    for found in (thresholds(14, 14), thresholds(14, 30), thresholds(14, 14, test="boschloo")):
        numbers = [j for j in found if j is not None]
        assert numbers == sorted(numbers)
        assert found == tuple(numbers) + (None,) * (len(found) - len(numbers))
    assert all(j > i for i, j in enumerate(thresholds(14, 14)) if j is not None)


def test_boschloo_sees_what_fisher_sees_and_more() -> None:
    for theirs, his in zip(thresholds(14, 14), thresholds(14, 14, test="boschloo"), strict=True):
        assert theirs is None or (his is not None and his <= theirs)
    assert thresholds(14, 14, test="boschloo")[0] == 4
    assert power(0.25, 0.6, 14, 14, test="boschloo") > power(0.25, 0.6, 14, 14)


def test_a_rise_is_one_of_the_share_where_the_waves_differ_in_size() -> None:
    """7 of 14 against 8 of 60 is a clear difference, and a fall."""
    assert fisher_exact([[7, 7], [8, 52]]).pvalue < 0.05
    assert thresholds(14, 60)[7] == 47


def test_the_resolution_holds_both_thresholds_and_powers() -> None:
    found = resolution(14, 14, 12)
    assert (found.alone, found.family) == (thresholds(14, 14), thresholds(14, 14, 0.05 / 12))
    assert [(round(one.alone, 2), round(one.family, 2)) for one in found.powers] == [(0.32, 0.07), (0.65, 0.27)]
    assert resolution(14, 14, 12) is found


def test_the_resolution_in_sentences() -> None:
    needed, corrected, seen = resolution(14, 14, 12).sentences
    assert needed == (
        "With 14 and 14 informants, a code heard from 0 in the first wave must be heard from at least 5 in the second, "
        "and one heard from 7 from at least 13, before Fisher's exact test at 5 % would see it."
    )
    assert corrected == (
        "Corrected for 12 comparisons (the first step of Holm's, p below 0.42 %), a code heard from 0 in the first "
        "wave must be heard from at least 8 in the second, and one heard from 7 from more than there are."
    )
    assert seen == (
        "Without correction the test would see a true rise from 25 % to 60 % in 32 % and a true rise from 20 % to "
        "70 % in 65 % of such studies."
    )


def test_the_smallest_study_says_that_it_can_show_nothing() -> None:
    needed, seen = resolution(1, 1, 1).sentences
    assert needed == (
        "With 1 and 1 informants, a code heard from 0 in the first wave must be heard from more than there are in the "
        "second, before Fisher's exact test at 5 % would see it."
    )
    assert seen.endswith("from 20 % to 70 % in less than 1 % of such studies.")


def test_the_largest_study_is_not_called_certain() -> None:
    assert "in more than 99 % of such studies" in resolution(60, 60, 1).sentences[-1]


def test_sixty_against_sixty_takes_less_than_a_second() -> None:
    began = perf_counter()
    resolution(60, 59, 12, alpha=0.0499)
    resolution(60, 59, 12, alpha=0.0499, test="mid_p")
    assert perf_counter() - began < 1


@pytest.mark.parametrize(
    ("n1", "n2", "comparisons", "alpha"), [(0, 3, 1, 0.05), (3, 0, 1, 0.05), (3, 3, 0, 0.05), (3, 3, 1, 1)]
)
def test_a_wave_without_informants_has_no_resolution(n1: int, n2: int, comparisons: int, alpha: float) -> None:
    with pytest.raises(ValueError, match="informants"):
        resolution(n1, n2, comparisons, alpha=alpha)


def test_an_unknown_test_is_refused() -> None:
    with pytest.raises(ValueError, match="student"):
        thresholds(3, 3, test="student")  # type: ignore[arg-type]
