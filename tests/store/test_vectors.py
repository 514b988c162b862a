"""The cache of vectors: by text and key, whole batches, in an order that survives interruption."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from themescout.store import Store, create
from themescout.text import digest

if TYPE_CHECKING:
    from themescout.protocols import Embedder

TEXTS = ("😀", "aa", "bb", "a longer one", "", "éé")


def test_vectors_come_back_in_the_order_asked_for(store: Store, fake_embedder: Embedder) -> None:
    store.vectors.add(TEXTS, fake_embedder.embed(TEXTS), "m@1")
    asked = (*TEXTS[::-1], "aa")
    x = store.vectors.read(asked, "m@1")
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x, fake_embedder.embed(asked))
    assert store.vectors.count() == len(TEXTS)
    assert store.vectors.read((), "m@1").shape == (0, 0)


def test_another_model_never_gets_the_first_ones_vectors(store: Store) -> None:
    store.vectors.add(["x"], np.ones((1, 3), np.float32), "m@1")
    assert store.vectors.missing(["x"], "m@2") == ("x",)
    with pytest.raises(KeyError):
        store.vectors.read(["x"], "m@2")
    store.vectors.add(["x"], np.zeros((1, 3), np.float32), "m@2")
    assert store.vectors.read(["x"], "m@1").tolist() == [[1, 1, 1]]


def test_what_is_stored_never_changes(store: Store) -> None:
    store.vectors.add(["x"], np.ones((1, 3), np.float32), "m")
    store.vectors.add(["x"], np.zeros((1, 3), np.float32), "m")
    assert store.vectors.read(["x"], "m").tolist() == [[1, 1, 1]]


def test_the_missing_are_distinct_longest_first_then_by_hash(store: Store) -> None:
    missing = store.vectors.missing([*TEXTS, "aa"], "m")
    assert missing == tuple(sorted(TEXTS, key=lambda text: (-len(text), digest(text))))


@hypothesis_settings(max_examples=25)
@given(st.lists(st.text(max_size=4), unique=True, max_size=9), st.integers(1, 3), st.integers(0, 4))
def test_work_that_was_interrupted_goes_on_with_the_same_batches(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], size: int, done: int
) -> None:
    path = tmp_path_factory.mktemp("s") / "study.db"
    create(path)
    with Store(path) as store:
        whole = batched_by(size, store.vectors.missing(texts, "m"))
        for part in whole[:done]:
            store.vectors.add(part, np.zeros((len(part), 2), np.float32), "m")
        assert batched_by(size, store.vectors.missing(reversed(texts), "m")) == whole[done:]


def batched_by(size: int, texts: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [texts[i : i + size] for i in range(0, len(texts), size)]


def test_a_batch_that_fails_is_not_stored_and_the_store_goes_on(store: Store) -> None:
    with pytest.raises(ValueError, match="zip"):
        store.vectors.add(["a", "b"], np.ones((1, 3), np.float32), "m")
    with pytest.raises(UnicodeEncodeError):
        store.vectors.add(["a", "b"], np.ones((2, 3), np.float32), "\ud800")
    assert store.vectors.count() == 0
    with store.transaction():
        store.stages.finish("x", "y", {})
    store.vectors.add(["a"], np.ones((1, 3), np.float32), "m")
    assert store.vectors.count() == 1
