"""What the codebook's words say before anybody decided: always probabilities, however little there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.suggest import alone
from themescout.suggest.alone import Alone

if TYPE_CHECKING:
    import pytest
    from numpy.typing import NDArray

NONE = np.zeros((0, 8), np.float32)


def unit(n: int, seed: int) -> NDArray[np.float32]:
    x = np.random.default_rng(seed).standard_normal((n, 8))
    return np.asarray(x / np.linalg.norm(x, axis=1, keepdims=True), np.float32)


@given(st.integers(0, 9), st.integers(1, 5), st.integers(0, 30), st.integers(0, 12), st.integers(0, 99))
@settings(max_examples=60)
def test_rows_are_probabilities(texts: int, classes: int, study: int, n: int, seed: int) -> None:
    owners = np.random.default_rng(seed).integers(0, classes, texts)
    made = Alone(unit(texts, seed), owners, classes, unit(study, seed + 1))
    p = np.exp(made.logarithms(np.vstack([unit(n, seed + 2), np.zeros((1, 8), np.float32)])))
    assert p.shape == (n + 1, classes)
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-6)


def test_the_class_whose_text_is_nearest_comes_first() -> None:
    texts = unit(6, 1)
    made = Alone(texts, np.array([0, 0, 1, 1, 2, 2]), 3, NONE)
    assert made.logarithms(texts).argmax(axis=1).tolist() == [0, 0, 1, 1, 2, 2]


def test_without_any_text_all_classes_are_equally_likely() -> None:
    made = Alone(NONE, np.zeros(0, np.intp), 4, unit(30, 2))
    np.testing.assert_allclose(np.exp(made.logarithms(unit(3, 3))), 0.25, atol=1e-6)


def test_a_class_without_a_text_is_as_likely_as_the_average() -> None:
    for study in (NONE, unit(40, 5)):
        made = Alone(unit(6, 1), np.array([0, 0, 1, 1, 3, 3]), 4, study)
        scores = made._scores(unit(50, 6)) - made._level
        np.testing.assert_allclose(scores[:, 2], scores[:, [0, 1, 3]].mean(axis=1), atol=1e-6)


def test_a_study_of_one_segment_is_no_neighbourhood() -> None:
    texts, x = unit(4, 1), unit(1, 9)
    made = Alone(texts, np.array([0, 1, 2, 3]), 4, x)
    np.testing.assert_allclose(made.logarithms(x), np.log(made._own(x) + 1e-9))


def test_segments_near_to_one_another_speak_alike() -> None:
    """Two segments that say neither class; the neighbours of the first say class 0, those of the second class 1."""
    text, topic = np.eye(8, dtype=np.float32)[:2], np.eye(8, dtype=np.float32)[2:4]
    noise = 0.1 * np.random.default_rng(1).standard_normal((24, 8))
    company = np.repeat(topic + 0.5 * text, 12, axis=0) + noise
    study = np.vstack([topic, company / np.linalg.norm(company, axis=1, keepdims=True)]).astype(np.float32)
    made = Alone(text, np.array([0, 1]), 2, study)
    np.testing.assert_allclose(made._own(topic), 0.5, atol=0.1)
    p = np.exp(made.logarithms(topic))
    assert p[0, 0] > 0.6
    assert p[1, 1] > 0.6


def test_a_copy_of_the_segment_adds_nothing() -> None:
    texts, study = unit(4, 1), unit(30, 2)
    once = Alone(texts, np.array([0, 1, 2, 3]), 4, study)
    again = Alone(texts, np.array([0, 1, 2, 3]), 4, study)
    again._study = np.vstack([study, study[:1]])
    again._study_p = np.vstack([once._study_p, [[0, 0, 0, 1]]])
    np.testing.assert_allclose(once._heard_near(study[:1]), again._heard_near(study[:1]), rtol=1e-5)


def test_of_very_many_segments_a_sample_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alone, "_POPULATION", 25)
    monkeypatch.setattr(alone, "_BLOCK", 7)
    texts, study = unit(4, 1), unit(60, 2)
    first, same, other = (Alone(texts, np.array([0, 1, 2, 3]), 4, study, seed) for seed in (0, 0, 1))
    assert len(first._study) == 25
    assert np.array_equal(first.logarithms(study), same.logarithms(study))
    assert not np.array_equal(first.logarithms(study), other.logarithms(study))
    # In blocks or at once is the same.
    by_row = np.vstack([first.logarithms(row[None]) for row in study])
    np.testing.assert_allclose(first.logarithms(study), by_row, atol=1e-5)
