"""The graph in floats says what sentence-transformers says, for each family and pooling; in integers nearly so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from themescout.embed import manifest
from themescout.embed.fast import architecture as architectures
from themescout.embed.fast.graph import Graph, Quantisation, _ends
from themescout.embed.fast.runtime import openvino

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

TEXTS = ("No fuel.", "😀 The money came late every year, so the district could not plan for the nurses.", "x", "— …")


def model_of(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def by_graph(folder: Path, pieces: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    graph = Graph(architectures.architecture(folder), architectures.tensors(folder)).model()
    run = openvino().Core().compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return np.asarray([np.array(run([np.asarray([one], np.int64)])[0][0]) for one in pieces])


@pytest.mark.parametrize(
    "name", [pytest.param("default", marks=pytest.mark.real), "tiny_bert", "tiny_roberta"]
)  # the last two: the first piece's vector; positions that begin after the padding's
def test_in_floats_it_says_what_sentence_transformers_says(
    name: str, said: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    folder = manifest.default_folder(manifest.default_card()) if name == "default" else request.getfixturevalue(name)
    model, window = model_of(folder), architectures.architecture(folder).window
    assert window == model.max_seq_length
    long = " ".join(said[:40])
    texts = [*TEXTS, *said[:10], long]
    pieces = [model.tokenizer(text, truncation=True, max_length=window)["input_ids"] for text in texts]
    assert len(pieces[-1]) == window
    expected = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    made = by_graph(folder, pieces)
    np.testing.assert_allclose(made, expected, atol=1e-4)
    assert float(np.abs(expected[0] - expected[1]).max()) > 1e-2  # such that the line above can fail


def test_the_ends_of_a_range_have_zero_among_their_steps() -> None:
    for low, high in ((-1.0, 3.0), (0.5, 2.0), (-7.3, -0.1), (0.0, 0.0)):
        least, most = _ends(low, high)
        step = (most - least) / 255
        assert least <= 0 <= most
        assert abs(least / step - round(least / step)) < 1e-6
        assert most - least >= max(high, 0) - min(low, 0) - 1e-9


def test_what_smooths_an_input_changes_nothing_in_floats(tiny_bert: Path) -> None:
    """Division before the product and multiplication in its weights cancel out, but for the integers' rounding."""
    shape, weights = architectures.architecture(tiny_bert), architectures.tensors(tiny_bert)
    keys = Graph(shape, weights, watched=True)
    keys.model()
    sizes = {key: 64 if key.endswith("down") else 32 for key in keys.keys}
    rng = np.random.default_rng(3)
    smooth = {key: rng.uniform(0.5, 2.0, size).astype(np.float32) for key, size in sizes.items()}
    made = []
    for factors in (smooth, {key: np.ones_like(s) for key, s in smooth.items()}):
        ranges = dict.fromkeys(keys.keys, (-16.0, 16.0))
        graph = Graph(shape, weights, Quantisation(smooth=factors, ranges=ranges)).model()
        run = openvino().Core().compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        made.append(np.array(run([np.asarray([[0, 7, 9, 30, 2]], np.int64)])[0][0]))
    assert float(made[0] @ made[1]) > 0.97
