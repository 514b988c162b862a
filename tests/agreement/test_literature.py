"""Figures against worked examples that have been printed, and against other people's programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from themescout.agreement import alpha, crossed, distances, of_code, of_sets

if TYPE_CHECKING:
    from collections.abc import Sequence

ONE = np.ones((1, 1))


def table(*rows: Sequence[float]) -> np.ndarray:
    return np.array(rows, float)


def coded(both: int, first: int, second: int, neither: int) -> np.ndarray:
    """Ratings of two coders that make this two by two table."""
    pairs = [(1, 1)] * both + [(1, 0)] * first + [(0, 1)] * second + [(0, 0)] * neither
    return np.array(pairs, np.int64)


def nominal_alpha(ratings: np.ndarray) -> float:
    values = int(ratings.max()) + 1
    sums = alpha.summed(ratings, np.zeros(len(ratings), np.int64), 1, alpha.nominal(values))
    return float(alpha.alpha(sums, ONE)[0])


def test_kappa_of_cohen_1960() -> None:
    """Cohen 1960, Educational and Psychological Measurement 20, 37-46: 200 diagnoses of two judges, kappa .492."""
    judged = table((88, 14, 18), (10, 40, 10), (2, 6, 12)).T
    assert crossed.percent(judged) == pytest.approx(0.70)
    assert crossed.kappa(judged) == pytest.approx(0.492, abs=5e-4)


@pytest.mark.parametrize(
    ("cells", "percent", "kappa"),
    [
        ((40, 9, 6, 45), 0.85, 0.70),
        ((80, 10, 5, 5), 0.85, 0.32),
        ((45, 15, 25, 15), 0.60, 0.13),
        ((25, 35, 5, 35), 0.60, 0.26),
    ],
)
def test_the_two_paradoxes_of_feinstein_and_cicchetti_1990(
    cells: tuple[int, int, int, int], percent: float, kappa: float
) -> None:
    """Feinstein & Cicchetti 1990, Journal of Clinical Epidemiology 43, 543-549: tables 1 to 4.

    The same agreement has another kappa with another prevalence (the first two) or unequal margins (the last two).
    """
    found = of_code(coded(*cells), np.zeros(sum(cells), np.int64))
    assert found.percent.value == pytest.approx(percent)
    assert found.kappa.value == pytest.approx(kappa, abs=5e-3)


def test_positive_and_negative_agreement_of_cicchetti_and_feinstein_1990() -> None:
    """Cicchetti & Feinstein 1990, Journal of Clinical Epidemiology 43, 551-558, by hand on the second paradox table.

    2 × 80 / (2 × 80 + 10 + 5) = 160/175 and 2 × 5 / (2 × 5 + 10 + 5) = 10/25.
    """
    found = of_code(coded(80, 10, 5, 5), np.zeros(100, np.int64))
    assert found.positive.value == pytest.approx(160 / 175)
    assert found.negative.value == pytest.approx(10 / 25)


def test_ac1_of_gwet_2008() -> None:
    """Gwet 2008, British Journal of Mathematical and Statistical Psychology 61, 29-48: the formula, by hand.

    125 subjects, 118 twice positive, 5 and 2 once, none twice negative. Agreement is 118/125 = .944; the mean share of
    positives is (123 + 120)/250 = .972, so chance is 2 × .972 × .028 = .054432 and AC1 = .889568/.945568 = .9408.
    Kappa's chance is (123 × 120 + 2 × 5)/125² = .94528, more than the agreement: kappa is below 0.
    """
    found = of_code(coded(118, 5, 2, 0), np.zeros(125, np.int64))
    assert found.ac1.value == pytest.approx(0.9408, abs=5e-5)
    assert found.kappa.value == pytest.approx((0.944 - 0.94528) / (1 - 0.94528))


# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability": four observers, twelve units, 0 = missing.
OBSERVED = (
    np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ]
    ).T
    - 1
)


def test_alpha_of_krippendorffs_four_observers() -> None:
    """Section C of the same: nominal alpha is .743."""
    assert nominal_alpha(OBSERVED) == pytest.approx(0.743, abs=5e-4)


def test_alpha_of_krippendorffs_two_observers() -> None:
    """Section A of the same: ten units, two values, alpha .095."""
    ratings = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]).T
    assert nominal_alpha(ratings) == pytest.approx(0.095, abs=5e-4)
    assert of_code(ratings, np.zeros(10, np.int64)).alpha.value == pytest.approx(0.095, abs=5e-4)


@pytest.mark.parametrize(
    ("one", "two", "jaccard", "masi"),
    [
        ("ab", "ab", 0, 0),
        ("a", "ab", 1 / 2, 1 - 1 / 2 * 2 / 3),
        ("ab", "bc", 2 / 3, 1 - 1 / 3 * 1 / 3),
        ("a", "b", 1, 1),
        ("", "a", 1, 1),
        ("", "", 0, 0),
    ],
)
def test_masi_of_passonneau_2006(one: str, two: str, jaccard: float, masi: float) -> None:
    """Passonneau 2006, LREC: Jaccard times 1, 2/3 (one in the other), 1/3 (overlapping) or 0 (apart), by hand."""
    first, second = frozenset(one), frozenset(two)
    assert distances.jaccard(first, second) == pytest.approx(jaccard)
    assert distances.masi(first, second) == distances.masi(second, first) == pytest.approx(masi)


def test_alpha_with_masi_by_hand() -> None:
    """Two coders: {a} and {a, b}, {b} and {b}, nothing and nothing; MASI of the first pair is 2/3.

    Observed: 2/3 of one pair in three, 2/9. Of the 30 ordered pairs of the six values 2 are the two {b}, 2 the two
    empty ones (distance 0), 2 are {a}-{a, b} and 4 are {b}-{a, b} (2/3), the other 20 are 1: expected 24/30.
    """
    sets = [frozenset("a"), frozenset("ab"), frozenset("b"), frozenset()]
    found = of_sets(np.array([[0, 1], [2, 2], [3, 3]]), sets, np.arange(3))
    assert found.masi.value == pytest.approx(1 - (2 / 9) / (24 / 30))
    assert found.identical.value == pytest.approx(2 / 3)


matrices = st.integers(2, 4).flatmap(
    lambda coders: st.lists(st.lists(st.integers(-1, 2), min_size=coders, max_size=coders), min_size=2, max_size=25)
)


@given(matrices)
def test_alpha_is_that_of_the_package_krippendorff(rows: list[list[int]]) -> None:
    ratings = np.array(rows, np.int64)
    paired = ratings[(ratings >= 0).sum(1) > 1]
    ours = nominal_alpha(np.vstack([ratings, np.full((1, ratings.shape[1]), -1)])) if ratings.max() >= 0 else np.nan
    if len(np.unique(paired[paired >= 0])) < 2:
        assert np.isnan(ours)
        return
    theirs = krippendorff.alpha(np.where(ratings < 0, np.nan, ratings.astype(float)).T, level_of_measurement="nominal")
    assert ours == pytest.approx(theirs, abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40))
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    first, second = np.array(pairs, np.int64).T
    ours = float(crossed.kappa(crossed.crossed(first, second, np.zeros(len(first), np.int64), (1, 3))[0]))
    if len(set(first) | set(second)) == 1:
        assert np.isnan(ours)
    else:
        assert ours == pytest.approx(cohen_kappa_score(first, second), abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=40))
def test_the_figures_of_a_code_are_those_of_both(pairs: list[tuple[int, int]]) -> None:
    ratings = np.array(pairs, np.int64)
    found = of_code(ratings, np.zeros(len(ratings), np.int64), least=0)
    if len(np.unique(ratings)) == 1:
        assert found.kappa.value is None
        assert found.alpha.value is None
        assert found.kappa.why == found.alpha.why == "Not defined: only one value was used."
    else:
        assert found.kappa.value == pytest.approx(cohen_kappa_score(*ratings.T), abs=1e-12)
        assert found.alpha.value == pytest.approx(krippendorff.alpha(ratings.T, level_of_measurement="nominal"))
