"""Rows: what is said around, how far into the interview, and whether a table is in the order of speaking."""

from __future__ import annotations

import numpy as np
import pytest

from themescout.suggest.rows import Rows, in_order_of_speaking

X = np.eye(6, dtype=np.float32)


def rows(docs: list[str], *, ordered: bool = True) -> Rows:
    n = len(docs)
    return Rows.of([f"s{i}" for i in range(n)], [f"t{i}" for i in range(n)], X[:n], docs=docs, ordered=ordered)


def test_around_is_the_nearer_the_heavier_and_never_the_row_itself() -> None:
    around = rows(["a"] * 6).around
    expected = np.array([0, 1, 1 / 2, 1 / 3, 0, 0])
    np.testing.assert_allclose(around[0], expected / np.linalg.norm(expected), rtol=1e-6)
    expected = np.array([1 / 2, 1, 0, 1, 1 / 2, 1 / 3])
    np.testing.assert_allclose(around[2], expected / np.linalg.norm(expected), rtol=1e-6)
    np.testing.assert_array_equal(np.diag(around), 0)
    assert around.dtype == np.float32


def test_documents_do_not_see_one_another_even_when_mixed() -> None:
    made = rows(["a", "b", "a", "b", "a", "c"])
    assert not made.around[0][[1, 3, 5]].any()
    assert made.around[0][2] > made.around[0][4] > 0
    assert not made.around[5].any(), "alone in its document"
    np.testing.assert_allclose(made.place, [0, 0, 1 / 3, 1 / 2, 2 / 3, 0], rtol=1e-6)


def test_without_order_or_document_nothing_is_known_of_the_surroundings() -> None:
    for made in (rows(["a"] * 4, ordered=False), rows([""] * 4), rows([])):
        assert not made.around.any()
        assert np.isnan(made.place).all()
    mixed = rows(["a", "", "a"])
    assert np.isnan(mixed.place).tolist() == [False, True, False]
    assert not mixed.around[1].any()
    assert not mixed.around[0][1]


def test_taken_rows_keep_what_was_around_them() -> None:
    whole = rows(["a"] * 3 + ["b"] * 3)
    part = whole.take([4, 0])
    assert (part.ids, part.texts, part.docs) == (("s4", "s0"), ("t4", "t0"), ("b", "a"))
    for name in ("x", "around", "place"):
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[[4, 0]])
    assert part.tuned is None
    assert len(whole.take([])) == 0


def test_tuned_vectors_go_along() -> None:
    made = Rows.of(["a", "b"], ["x", "y"], X[:2], tuned=X[2:4]).take([1])
    assert made.tuned is not None
    np.testing.assert_array_equal(made.tuned, X[3:4])


@pytest.mark.parametrize(
    ("docs", "codes", "expected"),
    [
        ("aaabbb", "", True),
        ("aabbaa", "", False),  # a's rows do not stand together
        ("abcdef", "", False),  # one row each: no order to speak of
        ("aabbc", "", False),
        ("aab ", "", False),  # a row of no document
        ("", "", True),
        ("aaaaaabbbbbb", "xyxzyxyxzyxz", True),
        ("aaaaaaaaabbbbbbbbb", "xxxyyyzzzxxxyyyzzz", False),  # sorted by code within each document
        ("aaaaaabbbbbb", "xxxxxxxxxxxx", True),  # one code: no grouping to be seen
    ],
)
def test_the_order_of_speaking_is_believed_only_where_it_can_be_so(docs: str, codes: str, *, expected: bool) -> None:
    said = [name.strip() for name in docs]
    assert in_order_of_speaking(said, [(code,) for code in codes]) is expected


def test_one_huge_document_is_a_pile_of_texts() -> None:
    assert in_order_of_speaking(["a"] * 1_000)
    assert not in_order_of_speaking(["a"] * 1_001)
    assert not in_order_of_speaking(["a"] * 1_001 + ["b"] * 5)


def test_rows_without_a_code_do_not_look_like_a_change_of_code() -> None:
    codes = [code for first in "xxxyyy" for code in ((first,), ())]
    assert not in_order_of_speaking(["a"] * 12, codes)
