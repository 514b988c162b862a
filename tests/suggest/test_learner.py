"""One regression for all questions: the quick way is the long way, and interviews stay whole."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout.embed.ngrams import NgramEmbedder
from themescout.suggest.kernel import Kernel
from themescout.suggest.learner import Examples, Learner, groups_of
from themescout.suggest.rows import Rows

EMBEDDER = NgramEmbedder()
SAID = [f"The {word} came late in {place}." for word in ("money", "fuel", "nurse") for place in ("May", "June", "Kumi")]
WRITTEN = ["Funds and fuel", "Staff"]
QUESTIONS = [slice(0, 2), slice(2, 4)]


def rows(texts: list[str]) -> Rows:
    names = [str(i) for i in range(len(texts))]
    return Rows.of(names, texts, EMBEDDER.embed(texts), docs=["d"] * len(texts), ordered=True)


def made(*, ordered: bool = True) -> Learner:
    kernel = Kernel([*SAID, *WRITTEN], ordered=ordered)
    targets = np.tile([1.0, 0.0, np.nan, np.nan], (len(SAID), 1))
    targets[6:, :2] = [0, 1]
    targets[3:, 2:] = [0, 1]
    decided = Examples(kernel.design(rows(SAID)), targets, np.ones(len(SAID)))
    wording = kernel.wording(WRITTEN, EMBEDDER.embed(WRITTEN))
    written = Examples(wording, np.array([[1, 0, np.nan, np.nan], [0, 1, np.nan, np.nan]]), np.array([0.5, 0.25]))
    told = [np.log(np.full((len(SAID), 2), 0.5))] * 2
    groups = groups_of(["d"] * len(SAID), 0)
    return Learner(kernel, decided, written, questions=QUESTIONS, told=told, groups=groups)


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("learned", [0, 2])
def test_the_linear_shortcut_gives_what_the_whole_kernel_gives(learned: int, *, ordered: bool) -> None:
    learner = made(ordered=ordered)
    asked = learner.kernel.design(rows(["No money for fuel?", "", "The nurse left Kumi.", SAID[0]]))
    for target in ([0, 1, 1, 0], [np.nan, np.nan, 0, 1])[:learned]:
        learner.learn(learner.kernel.design(rows(["Nurses were late."])), np.array(target, float))
    whole = learner._mean + learner.kernel.between(asked, learner._examples) @ learner._ridge.alpha
    np.testing.assert_allclose(learner._scores(asked), whole, atol=1e-5)


def test_a_question_that_nobody_answered_is_told_by_the_codebook_alone() -> None:
    kernel = Kernel(SAID, ordered=False)
    decided = Examples(kernel.design(rows([])), np.zeros((0, 4)), np.zeros(0))
    written = Examples(kernel.wording(WRITTEN, EMBEDDER.embed(WRITTEN)), np.full((2, 4), np.nan), np.ones(2))
    none = np.zeros((0, 2))
    learner = Learner(kernel, decided, written, questions=QUESTIONS, told=[none, none], groups=np.zeros(0, np.intp))
    told = np.log([[0.3, 0.7]])
    shares = learner.shares(kernel.design(rows(SAID[:1])), [told, told])
    np.testing.assert_allclose(shares[0], np.exp(told))
    assert [len(part) for part in learner.left_out] == [0, 0]


@given(st.lists(st.sampled_from("abcdefghijklmnop"), max_size=60), st.integers(0, 9))
def test_whole_interviews_in_at_most_ten_groups(docs: list[str], seed: int) -> None:
    groups = groups_of(docs, seed)
    assert len(groups) == len(docs)
    assert set(groups) <= set(range(10))
    if len(set(docs)) > 1:
        home = defaultdict(set)
        for doc, group in zip(docs, groups, strict=True):
            home[doc].add(group)
        assert all(len(found) == 1 for found in home.values())
        assert len(set(groups)) == min(10, len(set(docs)))
        sizes = Counter(groups.tolist())
        assert max(sizes.values()) - min(sizes.values()) <= max(Counter(docs).values())


def test_one_interview_or_none_known_is_divided_row_by_row() -> None:
    for docs in (["only"] * 40, [""] * 40):
        assert set(Counter(groups_of(docs, 1).tolist()).values()) == {4}
    assert groups_of([""] * 40, 1).tolist() != groups_of([""] * 40, 2).tolist()
