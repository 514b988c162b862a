"""A model folder of the user's own: what it is called, what shapes its vectors, how long they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

import pytest

from themescout.embed import folders, make, manifest
from themescout.errors import ModelError

TRANSFORMER, POOLING = "model.safetensors", "1_Pooling/config.json"
SHAPING = (
    TRANSFORMER, "2_Dense/model.safetensors", POOLING, "tokenizer.json", "tokenizer_config.json", "modules.json",
    "config_sentence_transformers.json", "config.json", "vocab.txt", "sentencepiece.bpe.model",
)  # fmt: skip


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with everything that shapes vectors, and with a file that does not."""
    for name in (*SHAPING, "README.md"):
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / name).write_text("{}", "utf-8")
    return tmp_path / "own"


def folder_of(place: Path, *modules: tuple[str, object], **config: object) -> str:
    """A folder of these modules, (kind, config) each; keywords are the encoder's config."""
    listed = [{"type": "sentence_transformers.models.Transformer", "path": ""}]
    place.mkdir()
    (place / "config.json").write_text(json.dumps(config), "utf-8")
    for number, (kind, values) in enumerate(modules, 1):
        listed.append({"type": f"sentence_transformers.models.{kind}", "path": f"{number}_{kind}"})
        (place / f"{number}_{kind}").mkdir()
        (place / f"{number}_{kind}" / "config.json").write_text(json.dumps(values), "utf-8")
    (place / "modules.json").write_text(json.dumps(listed), "utf-8")
    return str(place)


def test_a_folder_has_one_name_however_it_is_written(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own)
    assert {folders.name(path) for path in (".", "./", str(own), f"{own}/", f"{own}/.")} == {"own"}


@pytest.mark.parametrize("name", SHAPING)
def test_whatever_shapes_vectors_is_in_the_fingerprint(own: Path, name: str) -> None:
    before = folders.fingerprint(str(own))
    (own / name).write_text('{"x": 1}', "utf-8")
    changed = folders.fingerprint(str(own))
    (own / name).write_text("{}", "utf-8")
    assert folders.fingerprint(str(own)) == before != changed


def test_what_is_only_told_about_a_model_is_not_in_the_fingerprint(own: Path) -> None:
    before = folders.fingerprint(str(own))
    (own / "README.md").write_text("Other words.", "utf-8")
    (own / "card.html").touch()
    assert folders.fingerprint(str(own)) == before


def test_a_file_that_is_gone_or_has_another_name_is_another_fingerprint(own: Path) -> None:
    found = [folders.fingerprint(str(own))]
    (own / "vocab.txt").rename(own / "merges.txt")
    found.append(folders.fingerprint(str(own)))
    (own / "merges.txt").unlink()
    found.append(folders.fingerprint(str(own)))
    assert len(set(found)) == 3


def test_the_fingerprint_is_that_of_the_folder_wherever_it_lies(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = folders.fingerprint(str(own))
    moved = own.rename(own.with_name("elsewhere"))
    assert folders.fingerprint(str(moved)) == before
    monkeypatch.chdir(moved)
    assert folders.fingerprint(".") == before


@pytest.mark.parametrize("engine", ["torch", "int8"])
def test_a_file_that_may_not_be_read_is_a_problem_of_the_users(
    tiny_bert: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    def refuse(path: Path) -> NoReturn:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(manifest, "file_sha256", refuse)
    with pytest.raises(ModelError, match=r"tiny/\S+ cannot be read: Permission denied\.$") as caught:
        make(str(tiny_bert), engine)
    assert "Ask its owner" in caught.value.hint


def test_an_encoder_alone_says_how_long_vectors_are(own: Path, tmp_path: Path) -> None:
    assert folders.dimensions(folder_of(tmp_path / "m", hidden_size=32)) == 32
    (own / "modules.json").unlink()
    (own / "config.json").write_text('{"hidden_size": 8}', "utf-8")
    assert folders.dimensions(str(own)) == 8


@pytest.mark.parametrize(
    ("config", "dimensions"),
    [
        ({"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True}, 32),
        ({"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": True}, 64),
        ({"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": False}, 32),
        ({"embedding_dimension": 32, "pooling_mode": "mean"}, 32),
        ({"embedding_dimension": 32, "pooling_mode": ["mean", "max"]}, 64),
        ({"embedding_dimension": 32, "pooling_mode": ["cls", "mean", "max"]}, 96),
        ({"word_embedding_dimension": 32}, 32),
        ({"pooling_mode": ["mean", "max"]}, 48),  # nothing said, so those of the encoder
    ],
)
def test_each_way_of_pooling_adds_its_numbers(tmp_path: Path, config: dict[str, object], dimensions: int) -> None:
    assert folders.dimensions(folder_of(tmp_path / "m", ("Pooling", config), hidden_size=24)) == dimensions


def test_vectors_that_are_cut_off_are_as_long_as_that(tmp_path: Path) -> None:
    made = folder_of(tmp_path / "m", hidden_size=24)
    for said, dimensions in ((16, 16), (64, 24), ("16", 24), (None, 24)):
        (tmp_path / "m" / "config_sentence_transformers.json").write_text(json.dumps({"truncate_dim": said}), "utf-8")
        assert folders.dimensions(made) == dimensions


DENSE = ("Dense", {"in_features": 32, "out_features": 16})
MEAN = ("Pooling", {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True})


@pytest.mark.parametrize(
    ("modules", "dimensions"),
    [
        ([MEAN, DENSE], 16),
        ([MEAN, DENSE, ("Normalize", {})], 16),
        ([MEAN, ("Dropout", {}), ("LayerNorm", {"dimension": 32})], 32),
        ([MEAN, ("Router", {})], None),
        ([("LSTM", {"hidden_dim": 7})], None),
        ([MEAN, ("Router", {}), DENSE], 16),  # what comes before does not matter then
        ([MEAN, ("Dense", {})], None),
        ([MEAN, ("Dense", {"out_features": "16"})], None),
        ([("Pooling", [])], 32),
    ],
)
def test_modules_behind_change_how_long_vectors_are(tmp_path: Path, modules: Any, dimensions: int | None) -> None:
    assert folders.dimensions(folder_of(tmp_path / "m", *modules, hidden_size=32)) == dimensions


@pytest.mark.parametrize("content", ["{", "[]", "{}", '"x"', '{"hidden_size": "many"}', '{"hidden_size": null}'])
def test_a_damaged_file_says_nothing_about_vectors(own: Path, content: str) -> None:
    (own / "modules.json").unlink()
    (own / "config.json").write_text(content, "utf-8")
    assert folders.dimensions(str(own)) is None


@pytest.mark.parametrize("content", ['{"a": 1}', '"x"', "1", '["x"]'])
def test_modules_that_are_no_list_say_nothing_about_vectors(own: Path, content: str) -> None:
    (own / "config.json").write_text('{"hidden_size": 8}', "utf-8")
    (own / "modules.json").write_text(content, "utf-8")
    assert folders.dimensions(str(own)) is None


def test_a_home_folder_of_nobody_and_a_folder_above_are_names_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folders.at("~nobody-of-this-name/x") == Path("~nobody-of-this-name/x")
    with pytest.raises(ModelError, match="is no model"):
        folders.weights("~nobody-of-this-name/x")
    (tmp_path / "model" / "below").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "model" / "below")
    assert folders.name("..") == "model"
