"""Intervals over informants, reasons in place of numbers, and what must not change the figures."""

from __future__ import annotations

from dataclasses import fields
from math import isnan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from themescout.agreement import LEAST, CodeAgreement, Figure, of_code, of_sets
from themescout.agreement.figures import ONE_INFORMANT, SAME_IN_ALL, drawn

SETS = [frozenset(), frozenset("a"), frozenset("b"), frozenset("ab")]
NAMES = ("percent", "positive", "negative", "kappa", "ac1", "alpha")


def ratings(least: int, most: int, coders: tuple[int, int] = (2, 4)) -> st.SearchStrategy[np.ndarray]:
    return st.integers(*coders).flatmap(
        lambda n: st.lists(st.lists(st.integers(least, most), min_size=n, max_size=n), min_size=1, max_size=30)
    ).map(lambda rows: np.array(rows, np.int64))  # fmt: skip


def informants(count: int, several: int = 4) -> np.ndarray:
    return np.arange(count) % several


def figures(found: CodeAgreement) -> dict[str, Figure]:
    return {name: getattr(found, name) for name in NAMES}


def values(found: CodeAgreement) -> dict[str, float | None]:
    return {name: None if one.value is None else pytest.approx(one.value) for name, one in figures(found).items()}


@given(ratings(-1, 1))
def test_there_is_never_a_nan_and_what_is_missing_has_a_reason(given_: np.ndarray) -> None:
    found = of_code(given_, informants(len(given_)), draws=50, least=0)
    for one in figures(found).values():
        assert not any(isnan(number) for number in (one.value, one.low, one.high) if number is not None)
        assert (one.low is None) == (one.high is None) == bool(one.why)
        if one.low is not None:
            assert one.low < one.high


@given(ratings(-1, 1), st.randoms())
def test_who_is_named_first_changes_nothing(given_: np.ndarray, random: object) -> None:
    order = list(range(given_.shape[1]))
    random.shuffle(order)  # type: ignore[attr-defined]
    groups = informants(len(given_))
    assert values(of_code(given_[:, order], groups, draws=10, least=0)) == values(
        of_code(given_, groups, draws=10, least=0)
    )


@given(ratings(-1, 1))
def test_the_order_of_segments_and_the_names_of_informants_change_nothing(given_: np.ndarray) -> None:
    groups = informants(len(given_))
    assert values(of_code(given_[::-1], 7 - groups[::-1], draws=10, least=0)) == values(
        of_code(given_, groups, draws=10, least=0)
    )


@given(ratings(-1, 1, (2, 2)))
def test_given_and_not_given_exchanged(given_: np.ndarray) -> None:
    other = np.where(given_ < 0, given_, 1 - given_)
    groups = informants(len(given_))
    one, two = (values(of_code(r, groups, draws=10, least=0)) for r in (given_, other))
    assert (two["kappa"], two["ac1"], two["alpha"]) == (one["kappa"], one["ac1"], one["alpha"])
    assert (two["positive"], two["negative"]) == (one["negative"], one["positive"])


@given(st.lists(st.integers(0, 1), min_size=2, max_size=30), st.integers(2, 4))
def test_perfect_agreement_is_1(column: list[int], coders: int) -> None:
    assume(len(set(column)) == 2)
    found = of_code(np.array([column] * coders).T, informants(len(column)), draws=50, least=0)
    wanted = {"percent", "positive", "negative", "alpha"} | ({"kappa", "ac1"} if coders == 2 else set())
    assert {name for name, one in figures(found).items() if one.value == 1.0} == wanted
    assert found.percent.why == SAME_IN_ALL


@given(ratings(-1, 3), st.permutations(range(4)))
def test_labels_renamed_have_the_same_agreement(given_: np.ndarray, order: list[int]) -> None:
    renamed = np.where(given_ < 0, given_, np.argsort(order)[given_])
    groups = informants(len(given_))
    one = of_sets(given_, SETS, groups, draws=10)
    two = of_sets(renamed, [SETS[i] for i in order], groups, draws=10)
    for name in ("identical", "masi", "jaccard"):
        first, second = getattr(one, name).value, getattr(two, name).value
        assert first == second or first == pytest.approx(second)


@given(ratings(-1, 3))
def test_sets_of_one_label_have_the_alpha_of_that_label(given_: np.ndarray) -> None:
    plain = np.where(given_ < 0, -1, given_ % 2)
    groups = informants(len(given_))
    whole = of_sets(plain, SETS[:2], groups, draws=10)
    code = of_code(plain, groups, draws=10, least=0)
    assert whole.masi.value == whole.jaccard.value
    assert whole.masi.value == code.alpha.value or whole.masi.value == pytest.approx(code.alpha.value)
    assert whole.identical.value == code.percent.value or whole.identical.value == pytest.approx(code.percent.value)


def test_the_interval_is_that_of_informants_drawn_one_by_one() -> None:
    generator = np.random.default_rng(1)
    groups = np.repeat(np.arange(8), 12)
    first = (generator.random(96) < 0.3).astype(np.int64)
    second = np.where(generator.random(96) < 0.85, first, 1 - first)
    pairs = np.column_stack([first, second])
    found = of_code(pairs, groups, draws=200, seed=5)
    slow = []
    for weights in drawn(8, 200, 5):
        rows = np.concatenate([np.flatnonzero(groups == g) for g in range(8) for _ in range(int(weights[g]))])
        slow.append(of_code(pairs[rows], np.zeros(len(rows), np.int64), draws=1).alpha.value)
    low, high = np.percentile(slow, (2.5, 97.5))
    assert (found.alpha.low, found.alpha.high) == (pytest.approx(low), pytest.approx(high))
    assert found.alpha.low < found.alpha.value < found.alpha.high


def test_intervals_are_wider_over_informants_than_their_segments_say() -> None:
    """Where each informant is agreed upon or not as a whole, more segments of the same people tell nothing more."""
    whole = np.array([[1, 1], [1, 0], [0, 0], [1, 1], [0, 1], [0, 0]])
    few = of_code(np.repeat(whole, 2, axis=0), np.repeat(np.arange(6), 2), seed=3)
    many = of_code(np.repeat(whole, 50, axis=0), np.repeat(np.arange(6), 50), seed=3)
    assert (few.percent.low, few.percent.high) == (many.percent.low, many.percent.high)


def test_the_seed_decides() -> None:
    pairs = np.array([[1, 1], [1, 0], [0, 0], [1, 1], [0, 1], [0, 0], [1, 1], [1, 1]])
    one, again, other = (of_code(pairs, informants(8), seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert one.kappa.value == other.kappa.value
    assert drawn(8, 10, 1).tolist() != drawn(8, 10, 2).tolist()
    assert drawn(8, 10, 1).sum(1).tolist() == [8.0] * 10


def test_below_five_segments_there_are_counts_and_no_coefficient() -> None:
    rare = np.array([[1, 1]] * 3 + [[1, 0]] + [[0, 0]] * 20)
    found = of_code(rare, informants(24))
    assert (found.both, found.first, found.second, found.neither, found.positives) == (3, 1, 0, 20, 4)
    assert {one.value for one in figures(found).values()} == {None}
    assert f"fewer than {LEAST}" in found.kappa.why
    assert of_code(np.vstack([rare, [[0, 1]]]), informants(25)).kappa.value is not None


def test_one_informant_has_no_interval_but_a_value() -> None:
    pairs = np.array([[1, 1], [1, 0], [0, 0], [1, 1], [0, 1], [1, 1]])
    found = of_code(pairs, np.zeros(6, np.int64))
    assert found.kappa.value is not None
    assert (found.kappa.low, found.kappa.why) == (None, ONE_INFORMANT)


def test_no_interval_where_too_many_draws_have_no_value() -> None:
    """One informant in three has all that was not given: in (2/3)^3 of the draws they are missing."""
    pairs = np.array([[1, 1]] * 8 + [[1, 0], [0, 0]])
    found = of_code(pairs, np.array([0] * 4 + [1] * 4 + [2, 2]))
    assert found.kappa.value is not None
    assert found.kappa.low is None
    assert "not defined in 29 %" in found.kappa.why


def test_three_coders_have_alpha_and_no_kappa() -> None:
    three = np.array([[1, 1, 1], [1, 1, -1], [0, 0, 1], [0, 0, 0], [1, -1, -1], [1, 0, 1], [1, 1, 0]])
    found = of_code(three, informants(7))
    assert (found.segments, found.positives, found.unanimous) == (6, 5, 2)
    assert (found.both, found.kappa.value, found.ac1.value) == (None, None, None)
    assert "choose a pair" in found.kappa.why
    # Pairs of decisions: 3 + 1 + 3 + 3 + 3 + 3; the same in 3 + 1 + 1 + 3 + 1 + 1 of them.
    assert found.percent.value == pytest.approx(10 / 16)
    assert found.alpha.value is not None


def test_nothing_decided_twice() -> None:
    alone = np.array([[1, -1], [-1, 0]])
    found, whole = of_code(alone, informants(2)), of_sets(alone, SETS, informants(2))
    assert (found.segments, found.prevalence, found.kappa.value) == (0, None, None)
    assert found.kappa.why == whole.masi.why == "No segment was decided by two coders."


def test_every_figure_of_a_code_is_looked_at_here() -> None:
    assert {field.name for field in fields(CodeAgreement) if "Figure" in str(field.type)} == set(NAMES)
