"""Whole profiles: the permutation test against all labelings, one by one, and what one informant can undo."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from themescout.contrasts import jaccard, leave_one_out, shuffled, weighted_jaccard

Wave = np.ndarray


@st.composite
def waves(draw: st.DrawFn, most: int = 5) -> tuple[Wave, Wave]:
    codes = draw(st.integers(0, 5))
    sizes = draw(st.tuples(st.integers(1, most), st.integers(1, most)))
    first, second = (draw(arrays(bool, (size, codes))) for size in sizes)
    return first, second


def slowly(first: Wave, second: Wave) -> float:
    """The definition, code by code."""
    ones, others = first.mean(0), second.mean(0)
    above = sum(max(a, b) for a, b in zip(ones, others, strict=True))
    return sum(min(a, b) for a, b in zip(ones, others, strict=True)) / above if above else 1.0


@given(
    array_shapes(min_dims=1, max_dims=1, min_side=0).flatmap(
        lambda shape: st.tuples(*[arrays(float, shape, elements=st.floats(0, 1))] * 2)
    )
)
def test_weighted_jaccard_lies_within_0_and_1_and_is_symmetric(shares: tuple[Wave, Wave]) -> None:
    value = weighted_jaccard(*shares)
    assert 0 <= value <= 1
    assert value == weighted_jaccard(*reversed(shares))
    assert weighted_jaccard(shares[0], shares[0]) == 1


def test_weighted_jaccard_by_hand() -> None:
    assert weighted_jaccard([0.5, 0.2, 0], [0.25, 0.4, 0.1]) == pytest.approx(0.45 / 1.0)
    assert weighted_jaccard([1, 0], [0, 1]) == 0
    assert weighted_jaccard([0, 0], [0, 0]) == weighted_jaccard([], []) == 1


@pytest.mark.parametrize(("first", "second"), [([0.1], [0.1, 0.2]), ([[0.1]], [[0.1]]), ([-0.1], [0.1])])
def test_what_are_no_shares_of_the_same_codes_is_refused(first: list[float], second: list[float]) -> None:
    with pytest.raises(ValueError, match="shares"):
        weighted_jaccard(first, second)


@given(waves())
def test_the_exact_p_is_that_of_all_labelings_one_by_one(both: tuple[Wave, Wave]) -> None:
    first, second = both
    pool, everyone = np.concatenate(both), set(range(len(first) + len(second)))
    values = [
        slowly(pool[list(chosen)], pool[sorted(everyone - set(chosen))])
        for chosen in combinations(sorted(everyone), len(first))
    ]
    found = shuffled(first, second)
    assert found.exact
    assert found.draws == len(values)
    assert found.value == pytest.approx(slowly(first, second))
    assert found.p == pytest.approx(np.mean([value <= slowly(first, second) + 1e-9 for value in values]))
    assert found.expected == pytest.approx(np.mean(values))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])))


@given(waves())
@hypothesis_settings(max_examples=30)
def test_it_does_not_matter_which_wave_is_first(both: tuple[Wave, Wave]) -> None:
    first, second = both
    one, other = shuffled(first, second), shuffled(second, first)
    assert (one.value, one.p, one.draws) == pytest.approx((other.value, other.p, other.draws))
    assert one.expected == pytest.approx(other.expected)


@given(arrays(bool, (7, 4)))
@hypothesis_settings(max_examples=10)
def test_at_most_alpha_of_the_labelings_have_p_of_at_most_alpha(pool: Wave) -> None:
    values = []
    for chosen in combinations(range(7), 3):
        rest = [i for i in range(7) if i not in chosen]
        values.append(shuffled(pool[list(chosen)], pool[rest]).p)
    for alpha in values:
        assert np.mean([p <= alpha for p in values]) <= alpha + 1e-12


def test_too_many_labelings_are_drawn_with_the_same_result_each_time() -> None:
    generator = np.random.default_rng(0)
    first, second = generator.random((14, 12)) < 0.3, generator.random((14, 12)) < 0.3
    found = shuffled(first, second, seed=5)
    assert (found.exact, found.draws) == (False, 10_000)
    assert found == shuffled(first, second, seed=5)
    assert found != shuffled(first, second, seed=6)
    assert found.low < found.expected < found.high
    assert found.p > 0.05


def test_draws_agree_with_all_labelings_and_never_give_0() -> None:
    generator = np.random.default_rng(1)
    first, second = generator.random((6, 8)) < 0.5, generator.random((6, 8)) < 0.3
    every, some = shuffled(first, second), shuffled(first, second, draws=900)
    assert every.exact
    assert not some.exact
    assert some.p == pytest.approx(every.p, abs=0.06)
    assert some.expected == pytest.approx(every.expected, abs=0.01)
    apart = shuffled(np.ones((14, 2), bool), np.zeros((14, 2), bool))
    assert (apart.value, apart.exact, apart.p) == (0, False, 1 / 10_001)
    assert apart.expected > 0.7


def test_up_to_ten_thousand_labelings_all_are_tried() -> None:
    assert shuffled(np.ones((7, 1), bool), np.ones((7, 1), bool)).draws == 3432
    assert shuffled(np.ones((5, 1), bool), np.ones((12, 1), bool)).draws == 6188
    assert not shuffled(np.ones((8, 1), bool), np.ones((8, 1), bool)).exact


@given(waves())
@hypothesis_settings(max_examples=50)
def test_jaccard_counts_codes_of_both_and_of_either(both: tuple[Wave, Wave]) -> None:
    first, second = both
    found = jaccard(first, second, rounds=50)
    ones, others = set(np.flatnonzero(first.any(0))), set(np.flatnonzero(second.any(0)))
    assert (found.both, found.first, found.second) == (len(ones & others), len(ones - others), len(others - ones))
    assert found.value == (len(ones & others) / len(ones | others) if ones | others else 1)
    if min(len(first), len(second)) == 1:
        assert (found.low, found.high) == (None, None)
    else:
        assert found.low is not None
        assert found.high is not None
        assert 0 <= found.low <= found.high <= 1


def test_the_bootstrap_of_jaccard_is_that_of_whole_draws() -> None:
    generator = np.random.default_rng(2)
    first, second = generator.random((9, 15)) < 0.2, generator.random((11, 15)) < 0.2
    values = []
    for _ in range(4000):
        ones = first[generator.integers(9, size=9)].any(0)
        others = second[generator.integers(11, size=11)].any(0)
        values.append((ones & others).sum() / (ones | others).sum())
    found = jaccard(first, second, seed=1)
    assert found == jaccard(first, second, seed=1)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])), abs=0.04)


@pytest.mark.parametrize("measure", [jaccard, shuffled])
@pytest.mark.parametrize(("one", "other"), [((0, 3), (2, 3)), ((2, 3), (0, 3)), ((2, 3), (2, 4)), ((2,), (2, 3))])
def test_waves_need_informants_and_the_same_codes(measure: type, one: tuple[int, ...], other: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="waves of shape"):
        measure(np.ones(one, bool), np.ones(other, bool))


def test_without_whom_a_claim_falls() -> None:
    wave = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0]], bool)
    always, hanging, never, silent = leave_one_out(wave, lambda kept: kept.sum(0) >= 3)
    assert (always.claimed, always.always, always.breakers) == (True, True, ())
    assert (hanging.claimed, hanging.always, hanging.breakers) == (True, False, (0, 1, 3))
    assert (never.claimed, never.always, never.breakers) == (False, False, ())
    assert silent == never


def test_a_claim_may_be_a_tuple_and_fall_with_the_only_informant() -> None:
    wave = np.array([[True, False]])
    found = leave_one_out(wave, lambda kept: tuple(bool(column.any()) for column in kept.T))
    assert [(one.claimed, one.always, one.breakers) for one in found] == [(True, False, (0,)), (False, False, ())]
    assert leave_one_out(np.zeros((3, 0), bool), lambda kept: kept.any(0)) == ()


@given(arrays(bool, st.tuples(st.integers(1, 6), st.integers(0, 4))), st.integers(1, 4))
def test_what_is_claimed_holds_always_or_somebody_breaks_it(wave: Wave, least: int) -> None:
    found = leave_one_out(wave, lambda kept: kept.sum(0) >= least)
    for code, held in enumerate(found):
        count = wave[:, code].sum()
        assert held.claimed == (count >= least)
        assert held.always == (count > least)
        assert held.breakers == (tuple(np.flatnonzero(wave[:, code])) if count == least else ())


def test_what_is_not_claimed_never_held_even_if_it_would_without_anyone() -> None:
    rare = leave_one_out(np.ones((2, 1), bool), lambda kept: kept.sum(0) < 2)
    assert [(one.claimed, one.always, one.breakers) for one in rare] == [(False, False, ())]
