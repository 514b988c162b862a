"""The search for one code: what was read, what the codebook says, neighbours and length each have their say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.codebook import Code, Codebook
from themescout.suggest import Rows, code_texts
from themescout.suggest import finder as module
from themescout.suggest.finder import Finder

BOOK = Codebook(id="b", title="B", version="1", codes=(
    Code(id="money", name="money", definition="pay"),
    Code(id="staff", name="staff", definition="nurses"),
))  # fmt: skip


def rows(x: np.ndarray, texts: list[str], *, ordered: bool = False, docs: list[str] | None = None) -> Rows:
    x = (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)
    return Rows.of([f"s{i}" for i in range(len(x))], texts, x, docs=docs or ["d"] * len(x), ordered=ordered)


def searching(found: Rows) -> Finder:
    texts = code_texts(BOOK)
    x = np.zeros((len(texts), found.x.shape[1]), np.float32)
    x[[i for i, text in enumerate(texts) if text.code == "money"], 0] = 1.0
    x[[i for i, text in enumerate(texts) if text.code == "staff"], 1] = 1.0
    return Finder(BOOK, texts, x, found)


NOTHING, NONE = np.zeros(0, np.intp), np.zeros(0, bool)


def test_before_anything_is_read_the_codebook_ranks() -> None:
    found = rows(np.asarray([[1.0, 0.1, 0], [0.1, 1.0, 0], [0, 0, 1.0]]), ["a a", "b b", "c c"])
    search = searching(found)
    assert int(np.argmax(search.rank("money", NOTHING, NONE))) == 0
    assert int(np.argmax(search.rank("staff", NOTHING, NONE))) == 1


def test_what_was_read_outweighs_the_codebook() -> None:
    rng = np.random.default_rng(0)
    x = np.vstack([np.eye(4)[[2] * 20], np.eye(4)[[0] * 20]]) + rng.normal(0, 0.1, (40, 4))
    search = searching(rows(x, ["so"] * 40))
    assert search.rank("money", NOTHING, NONE)[20:].mean() > search.rank("money", NOTHING, NONE)[:20].mean()
    read = np.asarray([*range(15), *range(20, 35)], np.intp)
    ranked = search.rank("money", read, read < 20)  # the coder sees money where the codebook does not
    assert ranked[15:20].min() > ranked[35:].max()


def test_next_to_one_that_has_the_code_comes_before_next_to_one_that_lacks_it_and_never_across_interviews() -> None:
    x = np.ones((8, 3))
    found = rows(x, ["same words"] * 8, ordered=True, docs=["d"] * 4 + ["e"] * 4)
    ranked = searching(found)._nearby(np.asarray([3, 7]), np.asarray([True, False]))
    assert list(np.argsort(-ranked, kind="stable")[:3]) == [2, 1, 0]
    assert ranked[4] == pytest.approx(-0.1 / 3)  # 4 follows 3 but is another interview; 7 is three away
    assert ranked[6] == pytest.approx(-0.1)


def test_in_interviews_a_long_segment_comes_before_a_short_one_and_in_piles_of_texts_length_says_nothing() -> None:
    texts = ["one", "one two three four five six seven eight nine"]
    spoken = searching(rows(np.ones((2, 3)), texts, ordered=True))
    assert spoken._length[1] > spoken._length[0]
    assert not searching(rows(np.ones((2, 3)), texts))._length.any()


def test_many_rows_are_compared_as_needed_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(1).normal(size=(30, 5))
    found = rows(x, [f"word{i % 7} and more" for i in range(30)], ordered=True)
    read, has = np.asarray([1, 5, 9]), np.asarray([True, False, False])
    kept = searching(found).rank("money", read, has)
    monkeypatch.setattr(module, "_KEPT", 10)
    assert np.allclose(searching(found).rank("money", read, has), kept, atol=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.booleans(), max_size=12), st.integers(0, 100))
def test_any_answers_give_a_finite_rank_for_each_segment(answers: list[bool], seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = rows(rng.normal(size=(12, 3)), ["a few words"] * 12, ordered=True)
    ranked = searching(found).rank("staff", rng.permutation(12)[: len(answers)], np.asarray(answers, bool))
    assert ranked.shape == (12,)
    assert np.isfinite(ranked).all()
