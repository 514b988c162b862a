from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from themescout.novelty import FEWEST, adjusted, conformal, novelty

TOPICS, DIMENSIONS = 6, 24


def spoken(
    rng: np.random.Generator, interviews: int, topics: list[int], each: int = 24
) -> tuple[np.ndarray, list[str]]:
    """Interviews whose segments lie around the middles of topics, each speaker a little to one side."""
    middles = np.eye(DIMENSIONS)[: TOPICS + 2] * 2.0
    x, docs = [], []
    for interview in range(interviews):
        own = rng.normal(size=DIMENSIONS) * 0.15
        for k in range(each):
            x.append(middles[topics[k % len(topics)]] + own + rng.normal(size=DIMENSIONS) * 0.35)
            docs.append(f"I{interview}")
    made = np.asarray(x, np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True), docs


def new_of(docs: list[str]) -> list[str]:
    return [f"new {doc}" for doc in docs]


def test_a_topic_that_several_new_interviews_share_is_found_and_nothing_else() -> None:
    rng = np.random.default_rng(1)
    old, old_docs = spoken(rng, 12, list(range(TOPICS)))
    new, docs = spoken(rng, 4, [*range(TOPICS - 1), TOPICS])
    truth = np.arange(len(new)) % TOPICS == TOPICS - 1
    found = novelty(old, old_docs, new, new_of(docs), seed=0)
    novel = found.q <= 0.1
    assert truth[novel].all()
    assert novel[truth].mean() >= 0.8
    assert found.score[truth].min() > np.median(found.score)


def test_if_nothing_is_new_little_is_called_new() -> None:
    wrong = 0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        x, docs = spoken(rng, 12, list(range(TOPICS)), each=12)
        old = [i for i, doc in enumerate(docs) if int(doc[1:]) < 8]
        new = [i for i, doc in enumerate(docs) if int(doc[1:]) >= 8]
        found = novelty(x[old], [docs[i] for i in old], x[new], [docs[i] for i in new], seed=seed)
        wrong += bool((found.q <= 0.1).any())
    assert wrong <= 5  # of 25, at a rate of one in ten: more has a chance of 3 %


@pytest.mark.parametrize("interviews", range(FEWEST))
def test_too_few_old_interviews_say_nothing(interviews: int) -> None:
    rng = np.random.default_rng(1)
    old, docs = spoken(rng, interviews, [0, 1]) if interviews else (np.zeros((0, DIMENSIONS), np.float32), [])
    new, new_docs = spoken(rng, 2, [5])
    found = novelty(old, docs, new, new_of(new_docs), seed=0)
    assert found.folds == 0
    assert (found.p == 1).all()
    assert (found.q == 1).all()


def test_nothing_new_is_nothing() -> None:
    old, docs = spoken(np.random.default_rng(1), 4, [0, 1])
    assert len(novelty(old, docs, old[:0], [], seed=0).p) == 0


def test_a_single_new_interview_is_judged_by_distance() -> None:
    rng = np.random.default_rng(1)
    old, docs = spoken(rng, 10, list(range(TOPICS)))
    new, new_docs = spoken(rng, 1, [0, 1, TOPICS])
    found = novelty(old, docs, new, new_of(new_docs), seed=0)
    far = np.arange(len(new)) % 3 == 2
    assert found.p[far].max() < found.p[~far].min()


def test_p_values_count_left_out_segments() -> None:
    rng = np.random.default_rng(3)
    old, docs = spoken(rng, 5, [0, 1, 2])
    new, new_docs = spoken(rng, 2, [0, 1, 2])
    found = novelty(old, docs, new, new_of(new_docs), seed=0)
    steps = found.p * (len(old) + 1)
    assert np.allclose(steps, np.round(steps))
    assert found.p.min() >= 1 / (len(old) + 1)
    assert found.p.max() <= 1


def test_the_order_of_rows_changes_no_value() -> None:
    rng = np.random.default_rng(4)
    old, docs = spoken(rng, 6, [0, 1, 2])
    new, new_docs = spoken(rng, 3, [0, 1, 7])
    first = novelty(old, docs, new, new_of(new_docs), seed=0)
    back = np.arange(len(new))[::-1]
    second = novelty(old, docs, new[back], new_of([new_docs[i] for i in back]), seed=0)
    assert np.allclose(np.sort(first.p), np.sort(second.p), atol=0.05)


def test_texts_without_a_document_stand_alone() -> None:
    rng = np.random.default_rng(5)
    old, _ = spoken(rng, 10, list(range(TOPICS)))
    new, _ = spoken(rng, 4, [0, TOPICS])
    found = novelty(old, [""] * len(old), new, [""] * len(new), seed=0)
    assert found.folds == conformal.FOLDS
    assert (found.q <= 0.1).sum() > 0


def test_large_waves_are_sampled_and_scored_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conformal, "LARGEST", 100)
    rng = np.random.default_rng(6)
    old, docs = spoken(rng, 12, list(range(TOPICS)))
    new, new_docs = spoken(rng, 10, [0, 1, TOPICS])
    found = novelty(old, docs, new, new_of(new_docs), seed=0)
    assert len(found.p) == len(new)
    assert (found.p > 0).all()
    assert np.round(1 / found.p.min() - 1) <= 100
    truth = np.arange(len(new)) % 3 == 2
    assert np.median(found.p[truth]) < np.median(found.p[~truth])


@given(st.lists(st.floats(0.0001, 1.0), min_size=1, max_size=40))
def test_the_correction_is_that_of_benjamini_and_hochberg(p: list[float]) -> None:
    assert np.allclose(adjusted(np.asarray(p)), multipletests(p, method="fdr_bh")[1])


def test_the_correction_of_nothing_is_nothing() -> None:
    assert len(adjusted(np.zeros(0))) == 0
