"""The record of each code: what is right is useful, what is guessed is the person's alone, little is unknown."""

from __future__ import annotations

import numpy as np
import pytest

from themescout.suggest.honesty import Standing, cards

N = 60


def test_a_perfect_code_is_useful_and_a_random_one_is_yours_alone() -> None:
    rng = np.random.default_rng(3)
    truth = np.zeros((N, 4))
    truth[:20, 0], truth[20:40, 1], truth[56:, 2] = 1, 1, 1
    shares = np.full((N, 4), 0.1)
    shares[:, 0] = np.where(truth[:, 0] > 0, 0.9, 0.05)
    shares[:, 1] = rng.random(N) / 2
    shares[:, 2] = np.where(truth[:, 2] > 0, 0.9, 0.01)
    good, random, rare, never = cards(("GOOD", "RANDOM", "RARE", "NEVER"), shares, truth)
    assert (good.code, good.standing, good.order) == ("GOOD", Standing.USEFUL, 1.0)
    assert (good.decisions, good.offered, good.right, good.found) == (20, 20, 20, 20)
    assert random.standing is Standing.YOURS
    assert 0.3 < random.order < 0.7
    assert (rare.decisions, rare.standing) == (4, Standing.UNKNOWN), "perfect, but on four decisions"
    assert (never.decisions, never.standing, never.order) == (0, Standing.UNKNOWN, 0.5)


def test_a_code_ranked_the_wrong_way_round_is_yours_alone() -> None:
    truth = np.zeros((N, 2))
    truth[:30, 0] = truth[30:, 1] = 1
    made = cards(("A", "B"), 0.8 * (1 - truth) + 0.1, truth)
    assert [(card.order, card.standing, card.right) for card in made] == [(0.0, Standing.YOURS, 0)] * 2


def test_few_guesses_in_a_hundred_pass_for_useful() -> None:
    rng = np.random.default_rng(5)
    truth = (rng.random((N, 400)) < 0.3).astype(float)
    made = cards([str(i) for i in range(400)], rng.random((N, 400)), truth)
    passed = sum(card.standing is Standing.USEFUL for card in made)
    assert passed / 400 == pytest.approx(0.05, abs=0.03)


def test_numbers_count_first_places_and_the_first_three() -> None:
    shares = np.array([[0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4], [0.4, 0.1, 0.3, 0.2]])
    truth = np.array([[1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0]], float)
    card = cards(("A", "B", "C", "D"), shares, truth)[0]
    assert (card.decisions, card.offered, card.right, card.found) == (2, 2, 1, 1)


def test_a_code_that_everything_has_cannot_be_judged_by_order() -> None:
    (card,) = cards(("A",), np.full((9, 1), 0.5), np.ones((9, 1)))
    assert (card.order, card.standing) == (0.5, Standing.YOURS)


def test_no_decisions_give_cards_that_say_so() -> None:
    made = cards(("A", "B"), np.zeros((0, 2)), np.zeros((0, 2)))
    assert {(card.decisions, card.standing) for card in made} == {(0, Standing.UNKNOWN)}
