"""Sentence-transformers: long texts lose nothing, wrong folders are refused, the network is never asked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
import pytest_socket
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from themescout.embed import make, manifest, transformer
from themescout.errors import ModelError
from themescout.text import normalise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from themescout.protocols import Embedder

SENTENCE = "😀 We have no fuel for the motorbikes, so the vaccines stay in the district store. "
LONG = SENTENCE * 40  # about 800 word pieces; the window is 256
WORD = st.sampled_from(["fuel", "naïve", "😀", "unpronounceableness", "…", "\n", "  ", "你好", "x" * 130, "don't"])


@pytest.fixture(scope="module")
def embedder() -> transformer.TransformerEmbedder:
    return transformer.default("default")


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """A copy of the default model as if it were the user's own."""
    place = tmp_path / "mine"
    shutil.copytree(manifest.default_folder(manifest.default_card()), place)
    return place


@pytest.mark.real
@given(st.lists(WORD, max_size=400).map(" ".join).map(normalise))
@hypothesis_settings(max_examples=25)
def test_parts_together_are_the_text_and_each_fits_the_window(
    embedder: transformer.TransformerEmbedder, text: str
) -> None:
    model = embedder.loaded()
    for whole in (text, text + LONG):
        parts = transformer._parts(model, whole)
        assert "".join(part for part, _ in parts) == (whole if whole.strip() else "")
        for part, size in parts:
            pieces = len(model.tokenizer(part, add_special_tokens=True)["input_ids"])
            assert pieces <= model.max_seq_length
            assert 1 <= size <= model.max_seq_length - 2


@pytest.mark.real
def test_the_very_end_of_a_long_text_counts(embedder: Embedder) -> None:
    one, two, same = embedder.embed(
        [f"{LONG}Elephants are grey.", f"{LONG}Nobody was paid.", f"{LONG}Nobody was paid."]
    )
    assert float(one @ two) < 0.9999
    np.testing.assert_array_equal(two, same)


@pytest.mark.real
def test_a_long_text_is_the_mean_of_its_parts_weighted_by_their_length(
    embedder: transformer.TransformerEmbedder,
) -> None:
    parts = transformer._parts(embedder.loaded(), LONG)
    assert len(parts) > 2
    rows = embedder.embed([part for part, _ in parts])
    mean = np.average(rows, axis=0, weights=[size for _, size in parts])
    np.testing.assert_allclose(embedder.embed([LONG])[0], mean / np.linalg.norm(mean), atol=1e-5)


@pytest.mark.real
def test_vectors_know_what_is_meant(embedder: Embedder) -> None:
    x = embedder.embed(["There is no petrol.", "We ran out of fuel.", "The nurses sing well.", "", " "])
    assert x[0] @ x[1] > x[0] @ x[2] + 0.2
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), [1, 1, 1, 0, 0], atol=1e-5)


@pytest.mark.real
def test_a_batch_hardly_changes_a_vector(embedder: Embedder) -> None:
    alone = embedder.embed([SENTENCE])
    np.testing.assert_allclose(embedder.embed([LONG, SENTENCE, "x"])[1], alone[0], atol=1e-5)


@pytest.mark.real
def test_a_folder_of_ones_own_is_the_same_model_under_its_own_key(model_folder: Path, embedder: Embedder) -> None:
    own = make(str(model_folder))
    assert own.dimensions == 384
    assert own.key.startswith("mine@")
    assert own.key != embedder.key
    np.testing.assert_array_equal(own.embed([SENTENCE]), embedder.embed([SENTENCE]))


@pytest.mark.real
def test_weights_that_are_no_weights_are_a_problem_of_the_users(model_folder: Path) -> None:
    (model_folder / "model.safetensors").write_bytes(b"garbage" * 50)
    broken = make(str(model_folder))
    with pytest.raises(ModelError, match="cannot be loaded"):
        broken.embed(["x"])


@pytest.mark.real
def test_a_folder_that_lacks_a_part_is_a_problem_of_the_users(model_folder: Path) -> None:
    (model_folder / "config.json").unlink()
    with pytest.raises(ModelError, match="cannot be loaded"):
        make(str(model_folder)).embed(["x"])


def folder_with(place: Path, config: object, **weights: bytes) -> str:
    (place / "2_Dense").mkdir(parents=True, exist_ok=True)
    (place / "config.json").write_text(config if isinstance(config, str) else json.dumps(config), "utf-8")
    (place / "model.safetensors").write_bytes(weights.get("main", b"1"))
    (place / "2_Dense" / "model.safetensors").write_bytes(weights.get("dense", b"2"))
    return str(place)


def test_every_file_of_weights_is_in_the_key(tmp_path: Path) -> None:
    config = {"hidden_size": 8}
    keys = {
        make(folder_with(tmp_path / "m", config, **weights)).key
        for weights in ({}, {"main": b"x"}, {"dense": b"x"}, {"main": b"2", "dense": b"1"})
    }
    assert len(keys) == 4
    assert make(str(tmp_path / "m")).dimensions == 8


@pytest.mark.parametrize("config", [{}, "{", "[]"])
def test_a_model_that_does_not_say_how_long_its_vectors_are_is_refused(tmp_path: Path, config: object) -> None:
    """It is asked itself, and cannot be loaded."""
    with pytest.raises(ModelError, match=r"The model in .*/m cannot be loaded: "):
        make(folder_with(tmp_path / "m", config))


@pytest.mark.parametrize("modules", [{"a": 1}, ["x"]])
def test_modules_that_are_none_are_a_problem_of_the_users(tiny_bert: Path, tmp_path: Path, modules: object) -> None:
    shutil.copytree(tiny_bert, tmp_path / "m")
    (tmp_path / "m" / "modules.json").write_text(json.dumps(modules), "utf-8")
    with pytest.raises(ModelError, match="cannot be loaded"):
        make(str(tmp_path / "m"), "torch")


def test_vectors_of_words_that_are_added_up_are_no_model_of_ours(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel

    words = StaticEmbedding(Tokenizer(WordLevel({"a": 0, "b": 1})), embedding_dim=4)
    SentenceTransformer(modules=[words], device="cpu").save(str(tmp_path / "m"))
    with pytest.raises(ModelError, match="has no window of word pieces"):
        make(str(tmp_path / "m"), "torch").embed(["a"])


def test_a_model_that_cuts_its_vectors_off_does_so_here(
    tiny_bert: Path, tmp_path: Path, edited: Callable[..., None]
) -> None:
    shutil.copytree(tiny_bert, tmp_path / "m")
    edited(tmp_path / "m" / "config_sentence_transformers.json", truncate_dim=16)
    made = make(str(tmp_path / "m"), "torch")
    assert (made.dimensions, made.embed(["a"]).shape) == (16, (1, 16))


def test_a_model_of_parts_that_are_not_known_is_asked_how_long_its_vectors_are(
    tiny_bert: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transformer.folders, "dimensions", lambda path: None)
    assert make(str(tiny_bert)).dimensions == 32


@pytest.fixture(scope="module")
def narrowed(tiny_bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random model that makes 16 numbers of the encoder's 32. Not to be touched."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense, Pooling, Transformer  # the name that all versions know

    torch.manual_seed(3)
    place = tmp_path_factory.mktemp("dense") / "narrow"
    modules = [Transformer(str(tiny_bert)), Pooling(32, "mean"), Dense(32, 16)]
    SentenceTransformer(modules=modules, device="cpu").save(str(place))
    return place


def test_a_model_that_narrows_its_vectors_embeds(narrowed: Path) -> None:
    made = make(str(narrowed))
    x = made.embed(["The nurses were never paid.", "", LONG])
    assert (made.dimensions, x.shape) == (16, (3, 16))
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), [1, 0, 1], atol=1e-5)


def test_a_model_of_two_poolings_has_vectors_twice_as_long(
    tiny_bert: Path, tmp_path: Path, edited: Callable[..., None]
) -> None:
    shutil.copytree(tiny_bert, tmp_path / "m")
    edited(
        tmp_path / "m" / "1_Pooling" / "config.json", pooling_mode=None, embedding_dimension=None,
        word_embedding_dimension=32, pooling_mode_mean_tokens=True, pooling_mode_max_tokens=True,
    )  # fmt: skip
    made = make(str(tmp_path / "m"))
    assert (made.dimensions, made.embed(["x"]).shape) == (64, (1, 64))


def test_vectors_of_another_length_than_said_are_a_problem_of_the_users(
    tiny_bert: Path, tmp_path: Path, edited: Callable[..., None]
) -> None:
    shutil.copytree(tiny_bert, tmp_path / "m")
    edited(tmp_path / "m" / "1_Pooling" / "config.json", word_embedding_dimension=None, embedding_dimension=16)
    made = make(str(tmp_path / "m"))
    with pytest.raises(ModelError, match="makes 32 numbers of a text, not 16") as caught:
        made.embed(["x"])
    assert caught.value.hint == "Copy the whole folder again."


def test_weights_in_short_floats_are_computed_with_in_long_ones(
    tiny_bert: Path, tmp_path: Path, edited: Callable[..., None]
) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    weights = {name: value.bfloat16() for name, value in load_file(tiny_bert / "model.safetensors").items()}
    for name, kind in (("bfloat16", torch.bfloat16), ("float32", torch.float32)):
        shutil.copytree(tiny_bert, tmp_path / name)
        save_file({key: value.to(kind) for key, value in weights.items()}, tmp_path / name / "model.safetensors")
        edited(tmp_path / name / "config.json", dtype=name, torch_dtype=name)
    short, long = (transformer.folder(str(tmp_path / name)) for name in ("bfloat16", "float32"))
    np.testing.assert_array_equal(short.embed([SENTENCE, LONG]), long.embed([SENTENCE, LONG]))
    assert {value.dtype for value in short.loaded().parameters()} == {torch.float32}


def test_a_model_that_does_not_say_how_many_pieces_it_takes_embeds_long_texts(
    tiny_roberta: Path, tmp_path: Path, edited: Callable[..., None]
) -> None:
    """Of its 66 positions two are for padding alone."""
    shutil.copytree(tiny_roberta, tmp_path / "m")
    edited(tmp_path / "m" / "tokenizer_config.json", model_max_length=None)
    edited(tmp_path / "m" / "sentence_bert_config.json", max_seq_length=None)
    made = transformer.folder(str(tmp_path / "m"))
    one, other = made.embed([f"{LONG}Nobody was paid.", f"{LONG}Elephants are grey."])
    assert made.loaded().max_seq_length == 64
    assert max(size for _, size in transformer._parts(made.loaded(), "a" * 500)) == 62
    assert not np.array_equal(one, other)


def test_a_model_that_says_more_pieces_than_it_has_positions_embeds_long_texts(
    tiny_bert: Path, tmp_path: Path, edited: Callable[..., None]
) -> None:
    shutil.copytree(tiny_bert, tmp_path / "m")
    edited(tmp_path / "m" / "tokenizer_config.json", model_max_length=512)
    edited(tmp_path / "m" / "sentence_bert_config.json", max_seq_length=512)
    made = transformer.folder(str(tmp_path / "m"))
    one, other = made.embed([f"{LONG}Nobody was paid.", f"{LONG}Elephants are grey."])
    assert made.loaded().max_seq_length == 64
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("engine", ["torch", "int8"])
def test_a_folder_has_one_key_however_it_is_written(
    tiny_bert: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    monkeypatch.chdir(tiny_bert)
    assert make(".", engine).key == make(str(tiny_bert), engine).key
    assert make(".", engine).key.startswith("tiny@")


def test_pooling_and_tokenizer_are_in_the_key_with_torch_too(
    tiny_bert: Path, tmp_path: Path, edited: Callable[..., None]
) -> None:
    shutil.copytree(tiny_bert, tmp_path / "tiny")
    keys = [make(str(tiny_bert)).key, make(str(tmp_path / "tiny")).key]
    for name, values in (
        ("1_Pooling/config.json", {"pooling_mode": "mean"}),
        ("tokenizer.json", {"x": 1}),
        ("tokenizer_config.json", {"model_max_length": 20}),
    ):
        edited(tmp_path / "tiny" / name, **values)
        keys.append(make(str(tmp_path / "tiny")).key)
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4


@pytest.mark.parametrize("name", ["", "minilm", "{tmp}", "{tmp}/file.txt", "sentence-transformers/all-MiniLM-L6-v2"])
def test_what_is_no_model_is_refused_at_once(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").touch()
    with pytest.raises(ModelError, match="is no model: neither a known name nor a folder"):
        make(name.format(tmp=tmp_path))


def test_making_an_embedder_loads_nothing_heavy() -> None:
    code = (
        "import sys; from themescout.embed import make; [make(n, e).key for n, e in "
        "(('default', 'torch'), ('default', 'int8'), ('default', 'static'), ('ngrams', 'auto'))]; "
        "sys.exit(bool({'torch', 'sentence_transformers', 'sklearn', 'openvino', 'wordllama'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.real
def test_the_network_is_never_asked() -> None:
    """A new process without sockets loads the model and embeds."""
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise SystemExit('a socket was asked for')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from themescout.embed import make\n"
        "print(make('default', 'torch').embed(['x']).shape)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.stdout.strip() == "(1, 384)", done.stderr


def test_sockets_are_blocked_in_these_tests() -> None:
    import socket

    with pytest.raises(pytest_socket.SocketBlockedError):
        socket.socket(socket.AF_INET)
