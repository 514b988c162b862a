"""Ridge regression: one by one is the same as all at once, and left out is the same as never seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.suggest import ridge
from themescout.suggest.ridge import Ridge

if TYPE_CHECKING:
    import pytest
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SEEDS = st.integers(0, 2**32 - 1)
TARGETS = 3


def made_up(seed: int, n: int) -> tuple[Array, Array, Array]:
    """Kernel, targets and weights of n examples."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 4))
    squared = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    return np.exp(-squared / 2), rng.standard_normal((n, TARGETS)), rng.uniform(0.2, 2.0, n)


def plain(similar: Array, targets: Array, weights: Array) -> Array:
    """The textbook's solution."""
    return np.asarray(np.linalg.solve(similar + np.diag(ridge._PENALTY / weights), targets))


@given(SEEDS, st.integers(0, 6), st.integers(0, 6))
@settings(max_examples=40)
def test_adding_one_by_one_is_fitting_at_once(seed: int, first: int, more: int) -> None:
    n = first + more
    similar, targets, weights = made_up(seed, n)
    model = Ridge(similar[:first, :first], targets[:first], weights[:first])
    for i in range(first, n):
        model.add(similar[i, :i], similar[i, i], targets[i], weights[i])
    assert len(model) == n
    np.testing.assert_allclose(model.alpha, plain(similar, targets, weights), atol=1e-6)


def test_more_examples_than_there_was_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ridge, "_ROOM", 2)
    similar, targets, weights = made_up(1, 9)
    model = Ridge(similar[:2, :2], targets[:2], weights[:2])
    for i in range(2, 9):
        model.add(similar[i, :i], similar[i, i], targets[i], weights[i])
    np.testing.assert_allclose(model.alpha, plain(similar, targets, weights), atol=1e-6)


@given(SEEDS, st.integers(1, 6), st.integers(0, 3), st.data())
@settings(max_examples=40)
def test_a_changed_target_is_as_if_it_had_always_been_so(seed: int, n: int, more: int, data: st.DataObject) -> None:
    similar, targets, weights = made_up(seed, n + more)
    model = Ridge(similar[:n, :n], targets[:n].copy(), weights[:n])
    for i in range(n, n + more):
        model.add(similar[i, :i], similar[i, i], targets[i], weights[i])
    row = data.draw(st.integers(0, n + more - 1))
    targets[row] = np.arange(TARGETS) - 1.5
    model.change(row, targets[row])
    np.testing.assert_allclose(model.alpha, plain(similar, targets, weights), atol=1e-6)
    np.testing.assert_array_equal(model.targets[row], targets[row])


@given(SEEDS, st.integers(2, 9), st.integers(0, 3))
@settings(max_examples=40)
def test_left_out_is_never_seen(seed: int, n: int, others: int) -> None:
    """`others` examples, such as a codebook's texts, belong to no group and are never left out."""
    similar, targets, weights = made_up(seed, n + others)
    groups = np.random.default_rng(seed).integers(0, 3, n)
    scores = Ridge(similar, targets, weights).left_out(groups)
    assert scores.shape == (n, TARGETS)
    for i in range(n):
        kept = np.flatnonzero(np.r_[groups != groups[i], np.ones(others, bool)])
        alpha = plain(similar[np.ix_(kept, kept)], targets[kept], weights[kept])
        np.testing.assert_allclose(scores[i], similar[i, kept] @ alpha, atol=1e-6)


def test_what_was_added_is_known_when_groups_are_left_out() -> None:
    similar, targets, weights = made_up(3, 8)
    model = Ridge(similar[:6, :6], targets[:6], weights[:6])
    for i in (6, 7):
        model.add(similar[i, :i], similar[i, i], targets[i], weights[i])
    groups = np.array([0, 0, 1, 1, 2, 2])
    np.testing.assert_allclose(
        model.left_out(groups), Ridge(similar, targets, weights).left_out(groups), atol=1e-6
    )  # fmt: skip


def test_a_heavier_example_is_met_more_closely() -> None:
    similar, targets, weights = made_up(4, 5)
    errors = []
    for weight in (0.1, 1.0, 10.0):
        weights[0] = weight
        errors.append(np.abs(targets[0] - similar[0] @ Ridge(similar.copy(), targets, weights).alpha).sum())
    assert errors == sorted(errors, reverse=True)
    assert errors[2] < errors[0] / 5
