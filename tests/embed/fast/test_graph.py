"""The graph in floats says what sentence-transformers says, for each family and pooling; in integers nearly so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from themescout.embed import manifest
from themescout.embed.fast import architecture as architectures
from themescout.embed.fast.calibration import calibrated
from themescout.embed.fast.graph import Graph, Integers, Quantisation, matrices
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


def in_integers(
    folder: Path, quantisation: Quantisation | None, pieces: Sequence[Sequence[int]]
) -> NDArray[np.float32]:
    graph = Graph(architectures.architecture(folder), architectures.tensors(folder), quantisation).model()
    run = openvino().Core().compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return np.asarray([np.array(run([np.asarray([one], np.int64)])[0][0]) for one in pieces])


PIECES = ((0, 7, 9, 30, 2), (0, 50, 2), (0, 8, 8, 8, 11, 40, 2))


def test_in_integers_it_says_nearly_the_same(tiny_bert: Path, tiny_roberta: Path) -> None:
    for folder in (tiny_bert, tiny_roberta):
        shape, weights = architectures.architecture(folder), architectures.tensors(folder)
        quantisation, floats = calibrated(shape, weights, PIECES)
        made = in_integers(folder, quantisation, PIECES)
        assert float((made * floats).sum(axis=1).min()) > 0.999
        assert not np.array_equal(made, floats)


def test_where_the_centre_of_an_input_lies_changes_nothing_but_the_rounding(tiny_bert: Path) -> None:
    """What is taken from an input beforehand is added after its product."""
    weights = architectures.tensors(tiny_bert)
    rng = np.random.default_rng(3)
    made = []
    for spread in (0.0, 4.0):
        quantisation = Quantisation()
        for key in (f"{layer}.{product}" for layer in range(2) for product in ("qkv", "out", "up", "down")):
            inputs = next(iter(matrices(weights, key).values())).shape[1]
            centre, step = rng.uniform(-spread, spread, inputs), rng.uniform(0.1, 0.2, inputs)
            quantisation.centre[key], quantisation.step[key] = centre.astype(np.float32), step.astype(np.float32)
            for name, w in matrices(weights, key).items():
                scale = np.abs(w * step).max(axis=1, keepdims=True) / 127
                quantisation.products[name] = Integers(
                    whole=np.rint(w * step / scale).astype(np.int8), scale=scale.astype(np.float32),
                    bias=(weights[f"{name}.bias"] + w @ centre).astype(np.float32),
                )  # fmt: skip
        made.append(in_integers(tiny_bert, quantisation, PIECES))
    floats = in_integers(tiny_bert, None, PIECES)
    for one in made:
        assert float((one * floats).sum(axis=1).min()) > 0.99


def test_an_input_of_two_layers_has_one_name_for_each_matrix(tiny_bert: Path) -> None:
    weights = architectures.tensors(tiny_bert)
    assert [name.rpartition(".")[2] for name in matrices(weights, "1.qkv")] == ["query", "key", "value"]
    assert list(matrices(weights, "0.down")) == ["encoder.layer.0.output.dense"]
