"""Tests of two counts: against SciPy, statsmodels, published p-values and what must hold of any such test."""

from __future__ import annotations

from itertools import product
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy.stats import boschloo_exact, fisher_exact
from statsmodels.stats.multitest import multipletests

from themescout.contrasts import TESTS, Counts, Test, boschloo, fisher, holm, mid_p, p_value
from themescout.contrasts import tests as module

COUNTS = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
FEW = st.integers(1, 16).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
P = st.lists(st.floats(0, 1), max_size=20)


@hypothesis_settings(max_examples=300)
@given(COUNTS, COUNTS)
def test_fisher_is_that_of_scipy(first: Counts, second: Counts) -> None:
    table = [[first[0], first[1] - first[0]], [second[0], second[1] - second[0]]]
    assert fisher(first, second) == pytest.approx(fisher_exact(table).pvalue, rel=1e-9)


@given(FEW, FEW)
def test_boschloo_is_that_of_scipy_with_the_waves_as_columns(first: Counts, second: Counts) -> None:
    table = [[first[0], second[0]], [first[1] - first[0], second[1] - second[0]]]
    expected = 1.0 if 0 in np.sum(table, axis=1) else boschloo_exact(table, alternative="two-sided").pvalue
    if 0 not in np.sum(table, axis=1):
        sides = [boschloo_exact(table, alternative=side).pvalue for side in ("less", "greater")]
        assert expected == pytest.approx(min(1, 2 * min(sides)))
    assert boschloo(first, second) == pytest.approx(expected, rel=1e-9)


@hypothesis_settings(max_examples=40)
@given(FEW, FEW)
def test_boschloo_is_the_largest_chance_over_all_common_shares(first: Counts, second: Counts) -> None:
    """By its definition, on a fine grid of shares: SciPy's search must not stop at a smaller hill."""
    if first[0] + second[0] in {0, first[1] + second[1]}:
        return
    from scipy.stats import binom, hypergeom

    (k1, n1), (k2, n2) = first, second
    i, j, shares = np.arange(n1 + 1)[:, None], np.arange(n2 + 1), np.linspace(0, 1, 2001)
    largest = []
    for one_sided in (hypergeom.cdf(i, n1 + n2, i + j, n1), hypergeom.sf(i - 1, n1 + n2, i + j, n1)):
        reached = (one_sided <= one_sided[k1, k2] * (1 + 1e-9)).astype(float)
        chances = np.einsum("is,ij,js->s", binom.pmf(i, n1, shares), reached, binom.pmf(j[:, None], n2, shares))
        largest.append(chances.max())
    assert boschloo(first, second) == pytest.approx(min(1, 2 * min(largest)), abs=2e-5)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [  # test examples of the R package contingencytables, which goes with Fagerland, Lydersen & Laake 2017
        ((3, 4), (1, 4), 0.25714),
        ((7, 34), (1, 34), 0.02966),
        ((9, 13), (4, 14), 0.03914),
    ],
)
def test_mid_p_as_published(first: Counts, second: Counts, expected: float) -> None:
    assert mid_p(first, second) == pytest.approx(expected, abs=6e-6)


@given(COUNTS, COUNTS)
def test_mid_p_is_at_most_fishers_and_at_least_half_of_it(first: Counts, second: Counts) -> None:
    assert fisher(first, second) / 2 <= mid_p(first, second) < fisher(first, second)


@pytest.mark.parametrize("test", TESTS)
@given(first=FEW, second=FEW)
@hypothesis_settings(max_examples=40)
def test_it_does_not_matter_which_wave_is_first_nor_whether_mentions_or_silences_are_counted(
    test: Test, first: Counts, second: Counts
) -> None:
    p = p_value(test, first, second)
    assert 0 < p <= 1
    assert p_value(test, second, first) == pytest.approx(p, rel=1e-6)
    silent = [(total - count, total) for count, total in (first, second)]
    assert p_value(test, silent[0], silent[1]) == pytest.approx(p, rel=1e-6)


@pytest.mark.parametrize("n", [1, 3, 14])
def test_what_all_or_none_said_in_both_waves_shows_nothing(n: int) -> None:
    for count in (0, n):
        assert fisher((count, n), (count, n)) == boschloo((count, n), (count, n)) == 1
        assert mid_p((count, n), (count, n)) == 0.5


def test_one_informant_against_one() -> None:
    assert fisher((0, 1), (1, 1)) == 1
    assert mid_p((0, 1), (1, 1)) == 0.5
    assert boschloo((0, 1), (1, 1)) == pytest.approx(0.5)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize(("first", "second"), [((0, 0), (1, 2)), ((1, 2), (0, 0)), ((3, 2), (1, 2)), ((1, 2), (-1, 2))])
def test_what_is_no_count_has_no_p(test: Test, first: Counts, second: Counts) -> None:
    with pytest.raises(ValueError, match=r"-?\d of \d"):
        p_value(test, first, second)


@pytest.mark.parametrize(("n1", "n2"), [(7, 7), (4, 9)])
def test_within_given_margins_fisher_errs_at_most_as_often_as_it_says(n1: int, n2: int) -> None:
    """Under the null each table of a margin is as likely as its weight; p <= alpha must be at most alpha of them."""
    from scipy.stats import hypergeom

    for heard in range(n1 + n2 + 1):
        tables = range(max(0, heard - n2), min(n1, heard) + 1)
        chances = hypergeom.pmf(tables, n1 + n2, heard, n1)
        values = np.array([fisher((k, n1), (heard - k, n2)) for k in tables])
        for alpha in values:
            assert chances[values <= alpha].sum() <= alpha * (1 + 1e-9)


@pytest.mark.parametrize("test", ["fisher", "boschloo"])
def test_both_exact_tests_keep_their_level_whatever_the_common_share(test: Test) -> None:
    from scipy.stats import binom

    n1, n2 = 6, 8
    seen = np.array([[p_value(test, (i, n1), (j, n2)) <= 0.05 for j in range(n2 + 1)] for i in range(n1 + 1)])
    for share in np.linspace(0, 1, 101):
        assert binom.pmf(range(n1 + 1), n1, share) @ seen @ binom.pmf(range(n2 + 1), n2, share) <= 0.05 + 1e-9


def test_equal_weights_are_equal_however_large() -> None:
    """Floating point would part them: whole numbers do not."""
    for n, (i, j) in product((500,), [(3, 20), (200, 240)]):
        assert fisher((i, n), (j, n)) == fisher((j, n), (i, n)) > 0
    assert module._of_margins(500, 500, 500)[250][0] == 1


@given(P)
def test_holm_is_that_of_statsmodels(p: list[float]) -> None:
    with patch("gc.collect"):  # theirs collects garbage at each call, which takes a second in a large process
        expected = multipletests(p, method="holm")[1] if p else ()
    assert holm(p) == pytest.approx(tuple(expected))


@given(P)
def test_holm_keeps_the_order_and_lies_between_p_and_bonferroni(p: list[float]) -> None:
    adjusted = holm(p)
    for one, other in product(range(len(p)), repeat=2):
        assert p[one] > p[other] or adjusted[one] <= adjusted[other]
    for raw, value in zip(p, adjusted, strict=True):
        assert raw <= value <= min(1, len(p) * raw)


@pytest.mark.parametrize("p", [[0.1, float("nan")], [1.1], [-0.1]])
def test_holm_takes_p_values_only(p: list[float]) -> None:
    with pytest.raises(ValueError, match="no p-values"):
        holm(p)
