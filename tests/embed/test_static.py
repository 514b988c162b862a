"""Vectors of word pieces: from the package alone, each text by itself."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pytest

from themescout.embed import make
from themescout.embed.static import StaticEmbedder
from themescout.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    return StaticEmbedder()


def test_a_vector_is_independent_of_the_other_texts_and_their_order(
    embedder: StaticEmbedder, said: tuple[str, ...]
) -> None:
    texts = ["", *said[:150], " ".join(said[:60]), " \n", "😀"]
    x = embedder.embed(texts)
    rng = np.random.default_rng(4)
    for size in (1, 2, 63, 64, 65, len(texts)):
        rows = rng.permutation(len(texts))[:size]
        np.testing.assert_array_equal(embedder.embed([texts[row] for row in rows]), x[rows])
    np.testing.assert_allclose(np.linalg.norm(x, axis=1)[[0, 1, 151, 152]], [0, 1, 1, 0], atol=1e-5)
    assert x.dtype == np.float32


def test_the_very_end_of_a_long_text_counts(embedder: StaticEmbedder, said: tuple[str, ...]) -> None:
    long = " ".join(said[:60])
    one, two = embedder.embed([f"{long} Zebras.", f"{long} Quills."])
    assert not np.array_equal(one, two)


def test_like_meanings_are_near(embedder: StaticEmbedder) -> None:
    x = embedder.embed(["There is no petrol.", "We ran out of fuel.", "The nurses sing well."])
    assert x[0] @ x[1] > x[0] @ x[2] + 0.1


def test_no_text_gives_no_row(embedder: StaticEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 256)


def test_it_is_not_for_a_model_of_ones_own(tmp_path: object) -> None:
    with pytest.raises(ModelError, match="vectors of its own and cannot run") as caught:
        make(str(tmp_path), "static")
    assert caught.value.hint == "Set model to default."
    assert make("default", "static").key == make("scale-up", "static").key


def test_without_its_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> NoReturn:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    with pytest.raises(ModelError, match="missing: wordllama") as caught:
        StaticEmbedder()
    assert caught.value.hint == "Try: pip install wordllama"


def test_it_needs_neither_torch_nor_network(child: Callable[..., str]) -> None:
    code = (
        "import sys\n"
        "def watch(name, args):\n"
        "    if name in {'socket.connect', 'socket.getaddrinfo', 'socket.sendto'}: raise SystemExit(name)\n"
        "sys.addaudithook(watch)\n"
        "from themescout.embed import make\n"
        "x = make('default', 'static').embed(['fuel'])\n"
        "print(x.shape, sorted({'torch', 'transformers', 'sentence_transformers', 'openvino'} & set(sys.modules)))"
    )
    assert child(code) == "(1, 256) []"
