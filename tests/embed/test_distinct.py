"""Each distinct text is embedded once, in an order that the texts alone decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from themescout.embed.distinct import embedded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.protocols import Embedder

TEXTS = ("b", "", "long one", "a", "b", " ", "long one")


class Listening:
    """Remembers what it was given."""

    key, dimensions = "listening", 16

    def __init__(self, inner: Embedder) -> None:
        self.inner, self.given = inner, []  # type: ignore[var-annotated]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.given.append(tuple(texts))
        return self.inner.embed(texts)


def test_every_text_has_its_own_vector_and_is_embedded_once(fake_embedder: Embedder) -> None:
    listening, heard = Listening(fake_embedder), []
    x = embedded(TEXTS, listening, 2, lambda done, total: heard.append((done, total)))
    np.testing.assert_array_equal(x, fake_embedder.embed(TEXTS))
    assert x.dtype == np.float32
    assert listening.given == [("long one", " "), ("a", "b"), ("",)]
    assert heard == [(2, 5), (4, 5), (5, 5)]


def test_the_order_of_the_texts_does_not_matter(fake_embedder: Embedder) -> None:
    one, other = Listening(fake_embedder), Listening(fake_embedder)
    for listening, texts in ((one, TEXTS), (other, TEXTS[::-1])):
        embedded(texts, listening, 3, lambda done, total: None)
    assert one.given == other.given


def test_no_text_gives_no_row(fake_embedder: Embedder) -> None:
    listening = Listening(fake_embedder)
    assert embedded((), listening, 2, lambda done, total: None).shape == (0, 16)
    assert listening.given == []


def test_an_embedder_may_say_how_many_texts_are_best(fake_embedder: Embedder) -> None:
    listening = Listening(fake_embedder)
    listening.at_once = 4  # type: ignore[attr-defined]
    x = embedded(TEXTS, listening, 2, lambda done, total: None)
    np.testing.assert_array_equal(x, fake_embedder.embed(TEXTS))
    assert [len(part) for part in listening.given] == [4, 1]
