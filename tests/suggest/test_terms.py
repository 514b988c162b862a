"""Terms are weighed to the last bit as scikit-learn weighs them."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from themescout.suggest import terms as module
from themescout.suggest.terms import TermWeights, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy import sparse

WORDS = st.sampled_from(
    [*"abc?!", "money", "Moneys", "monet", "nobody’s", "nobody's", "naïve_word", "7", "😀", "’s", "İ", "ſ", "–", "一二"]
)
SAID = st.lists(st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=12), max_size=7)


def test_terms_are_words_stems_pairs_and_question_marks() -> None:
    found = terms("Nobody’s nurses: paid? Naïve_word 7 😀")
    words = ["nobody’s", "nurses", "paid", "?", "naïve", "word", "7"]
    assert found[:7] == words
    assert "_nobod" in found
    assert "_nurse" in found
    assert "paid ?" in found
    assert terms("") == terms("😀") == []


def vectorizer(texts: Sequence[str]) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=terms, sublinear_tf=True, dtype=np.float32).fit(texts)


def assert_equal(ours: sparse.csr_matrix, theirs: sparse.csr_matrix) -> None:
    theirs.sort_indices()
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    for part in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(ours, part), getattr(theirs, part))


@given(SAID, SAID)
def test_weights_are_those_of_scikit_learn(heard: list[str], asked: list[str]) -> None:
    heard = [*heard, "a"]
    weights, theirs = TermWeights(heard), vectorizer(heard)
    assert weights.count == len(theirs.vocabulary_)
    if asked:
        assert_equal(weights.of(asked), theirs.transform(asked))
    assert_equal(weights.of(heard), theirs.transform(heard))


@given(SAID, SAID)
def test_what_was_asked_before_and_a_pickle_change_nothing(heard: list[str], asked: list[str]) -> None:
    weights = TermWeights([*heard, "a"])
    before, size = weights.of(asked), len(pickle.dumps(weights))
    weights.of(["moneyed", *heard])
    assert_equal(weights.of(asked), before)
    assert len(pickle.dumps(weights)) == size
    assert_equal(pickle.loads(pickle.dumps(weights)).of(asked), before)  # noqa: S301  # our own


def test_many_texts_are_counted_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["", "no fuel", "no fuel today?", "fuel fuel fuel", "", "nobody", "zebra", ""]
    whole = TermWeights(said)
    monkeypatch.setattr(module, "_BLOCK", 3)
    parts = TermWeights(said)
    assert_equal(parts.of(said), whole.of(said))
    assert_equal(whole.of(said), vectorizer(said).transform(said))


@pytest.mark.parametrize("asked", [[], [""], ["zebra"]])
def test_nothing_known_gives_rows_of_zeros(asked: list[str]) -> None:
    found = TermWeights(["a"]).of(asked)
    assert found.shape == (len(asked), 2)
    assert found.nnz == 0
