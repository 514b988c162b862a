from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout.novelty import alike, breadth, grouping, groups


def around(seed: int, axes: list[int]) -> np.ndarray:
    x = np.eye(10)[axes] + np.random.default_rng(seed).normal(size=(len(axes), 10)) * 0.08
    return np.asarray(x / np.linalg.norm(x, axis=1, keepdims=True), np.float32)


def test_what_is_alike_across_interviews_is_a_group() -> None:
    x = around(1, [0, 0, 0, 0, 1, 1, 1, 5])
    docs = ["A", "B", "C", "D", "A", "B", "B", "C"]
    found = groups(x, docs, np.arange(8.0), [True] * 8, loosest=0.5)
    assert [set(group.rows) for group in found] == [{0, 1, 2, 3}, {4, 5, 6}]
    assert all(list(group.closeness) == sorted(group.closeness, reverse=True) for group in found)


@pytest.mark.parametrize(
    ("docs", "seeds"),
    [(["A", "A", "A"], [True] * 3), (["A", "B", "C"], [False] * 3), (["A", "B"], [True] * 2)],
    ids=["one interview", "nothing novel in it", "two segments"],
)
def test_too_little_is_no_group(docs: list[str], seeds: list[bool]) -> None:
    assert groups(around(1, [0] * len(docs)), docs, np.arange(float(len(docs))), seeds, loosest=0.5) == ()


def test_a_group_may_not_be_looser_than_the_themes_are() -> None:
    x = around(2, [0, 0, 0, 1, 1, 1])
    docs = ["A", "B", "C"] * 2
    assert len(groups(x, docs, np.arange(6.0), [True] * 6, loosest=0.5)) == 2
    assert len(groups(x, docs, np.arange(6.0), [True] * 6, loosest=-1.0)) == 1


def test_pairs_of_one_interview_do_not_make_a_theme() -> None:
    # The two nearest rows are of one interview; they belong together only through the others.
    x = around(3, [0, 0, 4, 4])
    found = groups(x, ["A", "A", "B", "C"], np.arange(4.0), [True] * 4, loosest=0.5)
    assert found == ()


def test_of_many_the_newest_are_grouped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "LARGEST", 3)
    x = around(4, [0] * 6)
    found = groups(x, list("ABCDEF"), np.asarray([0.0, 9, 1, 8, 2, 7]), [True] * 6, loosest=0.5)
    assert [set(group.rows) for group in found] == [{1, 3, 5}]


def test_breadth_lies_between_one_theme_and_two() -> None:
    x = around(5, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    docs = ["A", "B", "C", "D"] * 3
    themes = [range(4), range(4, 8), range(8, 12)]
    found = breadth(x, docs, themes)
    assert 0.3 < found < 0.7  # within about 0.95, between about 0
    assert breadth(x, docs, themes[:1]) == 0
    assert breadth(x, docs, []) == 0
    assert breadth(x, ["A"] * 12, themes) == 0


def test_alike_is_what_lies_as_near_as_half_of_the_group() -> None:
    group = around(7, [0] * 6)
    others = np.vstack([around(8, [3] * 4), group[:1]])
    found = alike(group, list("ABCDEF"), others)
    assert list(found[:4]) == [False] * 4
    assert found[4] or grouping._closeness(group, np.arange(6))[0] < np.median(grouping._closeness(group, np.arange(6)))


@given(st.integers(0, 10_000), st.integers(2, 30), st.integers(1, 6), st.floats(-0.5, 0.9))
def test_joining_is_average_linkage_over_pairs_of_different_interviews(
    seed: int, n: int, docs: int, loosest: float
) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4)).astype(np.float32)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    doc = rng.integers(0, docs, n)
    found = {tuple(rows.tolist()) for rows in grouping._joined(x, doc, loosest)}
    assert found == {tuple(sorted(rows)) for rows in plainly(x.astype(float), doc, loosest)}


def plainly(x: np.ndarray, docs: np.ndarray, loosest: float) -> list[list[int]]:
    """The same with nothing remembered from one join to the next."""
    parts = [[row] for row in range(len(x))]
    while True:
        best, pair = loosest, None
        for i, first in enumerate(parts):
            for j in range(i + 1, len(parts)):
                pairs = [x[a] @ x[b] for a in first for b in parts[j] if docs[a] != docs[b]]
                if pairs and np.mean(pairs) > best - 1e-9 and (pair is None or np.mean(pairs) > best + 1e-9):
                    best, pair = float(np.mean(pairs)), (i, j)
        if pair is None:
            return parts
        parts[pair[0]] += parts.pop(pair[1])
