"""The fast engine: word pieces as in sentence-transformers, nearly its vectors, the same bits in any company."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from themescout import codebook, cores
from themescout.embed import make, transformer
from themescout.embed.fast import int8
from themescout.errors import ModelError
from themescout.suggest import code_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

real = pytest.mark.real

ODD = (
    "", " \n\t ", "😀", "👩‍👩‍👧 naïve — ‘quoted’…", "x" * 300, "你好，世界", "\u200b", "[SEP] [PAD] <s>",
    "a\x00b", "don't", "unpronounceableness " * 200, "word " * 3000, "😀" * 600, "x" * 3000,
)  # fmt: skip
PIECE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["fuel", "naïve", "😀", "unpronounceableness", "…", "\n", "  ", "你好", "x" * 130, "don't"]),
)

# Embeds lines of the file argv[1] in an order and packs of argv[2:4] and prints a hash of each vector by its line.
HASHES = """
import hashlib, json, pathlib, random, sys
from themescout.embed import make
texts = json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8"))
random.Random(int(sys.argv[2])).shuffle(texts)
embedder, size, found = make("default", "int8"), int(sys.argv[3]), {}
for i in range(0, len(texts), size):
    part = texts[i : i + size]
    found |= {text: hashlib.sha256(row.tobytes()).hexdigest() for text, row in zip(part, embedder.embed(part))}
heavy = {"torch", "transformers", "sentence_transformers"} & set(sys.modules)
print(json.dumps([found, sorted(heavy)]))
"""

BOUND = """
import json, os
from themescout.embed import make
make("default", "int8").embed(["The money came late."])
allowed = os.sched_getaffinity(0)
print(json.dumps([len(allowed - os.sched_getaffinity(int(thread))) for thread in os.listdir("/proc/self/task")]))
"""


@pytest.fixture(scope="module")
def embedder(encoders: Path) -> int8.Int8Embedder:
    """The default model, prepared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THEMESCOUT_CACHE", str(encoders))
        made = int8.default()
        made.embed(["x"])
    return made


@pytest.fixture(scope="module")
def floats() -> transformer.TransformerEmbedder:
    return transformer.default("")


def expected_pieces(floats: transformer.TransformerEmbedder, text: str) -> list[tuple[list[int], int]]:
    """Word pieces and weight of each part of a text, as sentence-transformers gives them to the model."""
    model = floats.loaded()
    return [
        (model.tokenizer(part, truncation=True, max_length=model.max_seq_length)["input_ids"], size)
        for part, size in transformer._parts(model, text)
    ]


def made_pieces(embedder: int8.Int8Embedder, texts: Sequence[str]) -> list[list[tuple[list[int], int]]]:
    found: list[list[tuple[list[int], int]]] = [[] for _ in texts]
    for owner, ids, size in embedder._pieces(texts):
        found[owner].append((list(ids), size))
    return found


@real
@given(st.lists(st.one_of(st.sampled_from(ODD), st.lists(PIECE, max_size=300).map(" ".join)), max_size=4))
@hypothesis_settings(max_examples=25)
def test_word_pieces_are_those_of_sentence_transformers(
    embedder: int8.Int8Embedder, floats: transformer.TransformerEmbedder, texts: list[str]
) -> None:
    assert made_pieces(embedder, texts) == [expected_pieces(floats, text) for text in texts]


@real
def test_word_pieces_of_odd_texts_are_those_of_sentence_transformers(
    embedder: int8.Int8Embedder, floats: transformer.TransformerEmbedder
) -> None:
    found = made_pieces(embedder, ODD)
    assert found == [expected_pieces(floats, text) for text in ODD]
    assert [len(parts) for parts in found[:3]] == [0, 0, 1]
    assert len(found[-3]) > 10


@pytest.mark.parametrize("name", ["tiny_bert", "tiny_roberta"])
def test_a_folder_of_ones_own_has_its_word_pieces_and_nearly_its_vectors(
    name: str, request: pytest.FixtureRequest, said: tuple[str, ...]
) -> None:
    folder = str(request.getfixturevalue(name))
    fast, floats = int8.folder(folder), transformer.folder(folder)
    texts = ["", *said[:20], " ".join(said[:8])]
    x = fast.embed(texts)
    assert made_pieces(fast, texts) == [expected_pieces(floats, text) for text in texts]
    assert fast.key.startswith("tiny@")
    assert "/int8-" in fast.key
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), [0, *[1] * 21], atol=1e-5)
    assert float((x * floats.embed(texts)).sum(axis=1)[1:].mean()) > 0.99


@pytest.fixture(scope="module")
def pool(said: tuple[str, ...]) -> tuple[str, ...]:
    """Texts of all lengths, among them the empty one and long ones."""
    return ("", " ", "😀", *said[:110], " ".join(said[:40]), "word " * 700)


@pytest.fixture(scope="module")
def known(embedder: int8.Int8Embedder, pool: tuple[str, ...]) -> NDArray[np.float32]:
    return embedder.embed(pool)


@real
@given(st.lists(st.integers(0, 114), max_size=40))
@hypothesis_settings(max_examples=25)
def test_a_vector_is_the_same_to_the_last_bit_in_whatever_company(
    embedder: int8.Int8Embedder, pool: tuple[str, ...], known: NDArray[np.float32], rows: list[int]
) -> None:
    np.testing.assert_array_equal(embedder.embed([pool[row] for row in rows]), known[rows])


@real
def test_a_vector_is_the_same_to_the_last_bit_with_any_number_of_threads(
    pool: tuple[str, ...], known: NDArray[np.float32], tmp_path: Path, child: Callable[..., str]
) -> None:
    """New processes; none of them imports torch."""
    (tmp_path / "texts.json").write_text(json.dumps(pool), "utf-8")
    expected = {text: hashlib.sha256(row.tobytes()).hexdigest() for text, row in zip(pool, known, strict=True)}
    for seed, size, threads in ((1, 7, "1"), (2, 200, "2")):
        found, heavy = json.loads(child(HASHES, tmp_path / "texts.json", seed, size, THEMESCOUT_THREADS=threads))
        assert found == expected
        assert heavy == []


@real
def test_several_threads_may_ask_one_embedder_at_once(
    embedder: int8.Int8Embedder, pool: tuple[str, ...], known: NDArray[np.float32]
) -> None:
    packs = [range(start, len(pool), 8) for start in range(8)]
    start = threading.Barrier(len(packs), timeout=60)

    def ask(rows: Sequence[int]) -> list[NDArray[np.float32]]:
        start.wait()
        return [embedder.embed([pool[row] for row in rows]) for _ in range(3)]

    with ThreadPoolExecutor(len(packs)) as threads:
        for rows, found in zip(packs, threads.map(ask, packs), strict=True):
            for x in found:
                np.testing.assert_array_equal(x, known[list(rows)])


def test_several_threads_load_one_embedder_once(tiny_bert: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really, asked = int8.prepared.prepared, []

    def prepared(*given: object) -> object:
        asked.append(given)
        return really(*given)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(int8.prepared, "prepared", prepared)
    fast, start = int8.folder(str(tiny_bert)), threading.Barrier(4, timeout=60)

    def ask(text: str) -> NDArray[np.float32]:
        start.wait()
        return fast.embed([text])

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(ask, "abcd"))
    assert len(asked) == 1
    np.testing.assert_array_equal(np.concatenate(found), fast.embed(list("abcd")))


@real
@pytest.mark.skipif(not Path("/proc/self/task").is_dir() or cores.available() < 2, reason="needs /proc and two cores")
def test_no_thread_is_bound_to_a_core_where_other_processes_would_be_too(child: Callable[..., str]) -> None:
    assert set(json.loads(child(BOUND, THEMESCOUT_THREADS="1"))) == {0}


@real
def test_vectors_are_near_those_of_the_floats(
    embedder: int8.Int8Embedder, floats: transformer.TransformerEmbedder, said: tuple[str, ...]
) -> None:
    book = codebook.load("scale-up")
    for texts in (said[::6][:60], tuple({text.embedded for text in code_texts(book)})[::4][:60]):
        cosines = (embedder.embed(texts) * floats.embed(texts)).sum(axis=1)
        assert cosines.mean() >= 0.995
        assert cosines.min() >= 0.97


@real
def test_a_long_text_is_the_mean_of_its_parts_as_with_torch(
    embedder: int8.Int8Embedder, floats: transformer.TransformerEmbedder, said: tuple[str, ...]
) -> None:
    long = " ".join(said[:60])
    parts = transformer._parts(floats.loaded(), long)
    assert len(parts) > 2
    rows = embedder.embed([part for part, _ in parts])
    mean = np.average(rows, axis=0, weights=[size for _, size in parts])
    x = embedder.embed([long, f"{long} Elephants are grey."])
    np.testing.assert_allclose(x[0], mean / np.linalg.norm(mean), atol=1e-5)
    assert float(x[0] @ floats.embed([long])[0]) > 0.995
    assert not np.array_equal(x[0], x[1])


@real
def test_an_empty_text_gives_a_zero_row(embedder: int8.Int8Embedder) -> None:
    x = embedder.embed(["", "fuel", " \n"])
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), [0, 1, 0], atol=1e-5)
    assert x.dtype == np.float32
    assert embedder.embed([]).shape == (0, 384)


def test_the_network_is_never_asked(child: Callable[..., str], tiny_bert: Path, tmp_path: Path) -> None:
    """Not even by OpenVINO, while an encoder is prepared and used."""
    code = (
        "import os, sys\n"
        "def watch(name, args):\n"
        "    if name.startswith(('socket.', 'subprocess', 'os.fork')): os._exit(3)\n"
        "sys.addaudithook(watch)\n"
        "from themescout.embed import make\n"
        "print(make(sys.argv[1], 'int8').embed(['x']).shape)"
    )
    home = str(tmp_path / "home")
    assert child(code, tiny_bert, THEMESCOUT_CACHE=str(tmp_path / "cache"), HOME=home, USERPROFILE=home) == "(1, 32)"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["cache"]


@real
def test_the_change_for_a_codebook_is_nearly_that_of_the_floats(said: tuple[str, ...]) -> None:
    fast, base = make("scale-up", "int8"), make("default", "int8")
    assert fast.key.startswith(f"{base.key}+scale-up-head@")
    texts = said[::12][:20]
    x = fast.embed(texts)
    assert float((x * make("scale-up", "torch").embed(texts)).sum(axis=1).mean()) > 0.99
    assert float((x * base.embed(texts)).sum(axis=1).mean()) < 0.99


def test_altered_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise ModelError("The weights are not the official ones.", "")

    monkeypatch.setattr(int8.manifest, "verify_default", refuse)
    with pytest.raises(ModelError, match="not the official ones"):
        int8.default().embed(["x"])


def test_weights_pooling_and_tokenizer_are_in_the_key(
    tiny_bert: Path, tmp_path: Path, edited: Callable[..., None]
) -> None:
    keys = {make(str(tiny_bert), "int8").key}
    for name, values in (
        ("1_Pooling/config.json", {"pooling_mode": "mean"}),
        ("tokenizer.json", {"x": 1}),
        ("tokenizer_config.json", {"model_max_length": 20}),
    ):
        place = tmp_path / name.replace("/", "-") / "tiny"
        shutil.copytree(tiny_bert, place)
        edited(place / name, **values)
        keys.add(make(str(place), "int8").key)
    shutil.copytree(tiny_bert, tmp_path / "tiny")
    assert make(str(tmp_path / "tiny"), "int8").key in keys
    weights = load_file(tmp_path / "tiny" / "model.safetensors")
    save_file({**weights, "x": np.zeros(1, np.float32)}, tmp_path / "tiny" / "model.safetensors")
    keys.add(make(str(tmp_path / "tiny"), "int8").key)
    assert len(keys) == 5


def test_a_part_that_came_out_longer_keeps_its_last_piece(tiny_bert: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = int8.folder(str(tiny_bert))
    fast.embed(["x"])
    text = "the nurses were never paid " * 20
    monkeypatch.setattr(int8, "parts", lambda *given: [(text, 46)])
    ((_, ids, size),) = fast._pieces([text])
    whole = fast._tokenizer.encode(text).ids
    assert (len(whole) > 48, ids, size) == (True, [*whole[:47], whole[-1]], 46)


def test_batches_are_of_one_length_longest_first_and_not_too_large() -> None:
    lengths = [3, 5, 3, 256, 3, 5000]
    found = list(int8._batches([[0] * length for length in lengths]))
    assert found == [[5], [3], [1], [0, 2, 4]]
    many = list(int8._batches([[0] * 256] * 20))
    assert [len(rows) for rows in many] == [8, 8, 4]
