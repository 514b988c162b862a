"""Numbers that say how well a sample speaks for the rest, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from themescout.batch.sampling import speaking


def unit(*angles: float) -> np.ndarray:
    return np.array([[np.cos(a), np.sin(a)] for a in np.radians(angles)], np.float32)


def test_a_text_is_as_near_as_its_five_nearest_and_is_not_near_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    known = unit(0, 0, 0, 0, 0, 90)
    near = speaking.nearness(unit(0, 60), known)
    assert near.median == pytest.approx((1 + (4 * 0.5 + np.cos(np.radians(30))) / 5) / 2, abs=1e-4)
    own = speaking.nearness(known, known, itself=True)
    assert own.median == pytest.approx(0.8)  # four at 1 and one at 0
    assert own.edge == pytest.approx(np.quantile([0.8] * 5 + [0], 0.05), abs=1e-4)
    monkeypatch.setattr(speaking, "_BLOCK", 12)
    assert speaking.nearness(known, known, itself=True) == own


def test_agreement_looks_at_texts_that_are_in_a_theme_both_times() -> None:
    placed = np.array([0, 0, 1, 1, -1, 0], np.int32)
    assert speaking.agreement(placed, np.array([4, 4, 2, 2, 3, -1], np.int32)) == 1
    assert speaking.agreement(placed, np.array([0, 1, 0, 1, 0, 0], np.int32)) < 0.2
    assert speaking.agreement(placed, np.full(6, -1, np.int32)) is None


def test_a_theme_swallowed_by_a_larger_one_is_together_but_overlaps_little() -> None:
    placed = np.array([0, 0, 0, 1, 1, 1, 1, 1, -1], np.int32)
    found = np.array([5, 5, -1, 5, 5, 5, 5, 5, 5], np.int32)
    assert speaking.again(placed, found, 0) == speaking.Again(texts=3, together=0.6667, overlap=round(2 / 9, 4))
    assert speaking.again(placed, found, 1) == speaking.Again(texts=5, together=1.0, overlap=round(5 / 8, 4))
    assert speaking.again(placed, found, 2) == speaking.Again(texts=0, together=0.0, overlap=0.0)
    assert speaking.again(placed, np.full(9, -1, np.int32), 0).together == 0
