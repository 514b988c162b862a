"""Character n-grams: spelling without a model."""

from __future__ import annotations

import numpy as np
import pytest

from themescout.embed.ngrams import NgramEmbedder


@pytest.fixture(scope="module")
def embedder() -> NgramEmbedder:
    return NgramEmbedder()


def test_rows_have_length_one_and_blank_texts_none(embedder: NgramEmbedder) -> None:
    x = embedder.embed(["fuel", "", " \n\t", "😀", "a", "你好"])
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), [1, 0, 0, 1, 1, 1], atol=1e-5)


def test_a_text_has_the_same_vector_whatever_stands_beside_it(embedder: NgramEmbedder) -> None:
    alone = embedder.embed(["No fuel."])
    np.testing.assert_array_equal(alone[0], embedder.embed(["Something else", "No fuel."])[1])
    np.testing.assert_array_equal(alone, NgramEmbedder().embed(["No fuel."]))


def test_alike_spelling_is_near(embedder: NgramEmbedder) -> None:
    x = embedder.embed(["motorbikes without fuel", "a motorbike without fuel", "salaries are late"])
    assert x[0] @ x[1] > 0.6
    assert x[0] @ x[2] < 0.3


def test_the_very_end_of_a_long_text_counts(embedder: NgramEmbedder) -> None:
    long = "We have no fuel for the motorbikes. " * 200
    one, two = embedder.embed([f"{long}Zebras.", f"{long}Quills."])
    assert not np.array_equal(one, two)
