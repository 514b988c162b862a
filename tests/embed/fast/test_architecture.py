"""What the fast engine understands of a folder, and the reason where it does not."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from themescout.embed import engine, make, manifest
from themescout.embed.fast import architecture as architectures
from themescout.embed.fast.architecture import UnsupportedError, architecture
from themescout.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POOLING = "1_Pooling/config.json"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder that looks like a model of the BERT family; its weights are none."""
    place = tmp_path / "own"
    (place / "1_Pooling").mkdir(parents=True)
    config = {"model_type": "bert", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
              "max_position_embeddings": 64}  # fmt: skip
    modules = [{"type": f"sentence_transformers.models.{kind}", "path": ""} for kind in ("Transformer", "Pooling")]
    for name, data in (
        ("config.json", config), ("modules.json", modules), (POOLING, {"pooling_mode_mean_tokens": True}),
        ("tokenizer.json", {}), ("tokenizer_config.json", {"model_max_length": 1e30}),
    ):  # fmt: skip
        (place / name).write_text(json.dumps(data), "utf-8")
    (place / "model.safetensors").write_bytes(b"garbage")
    return place


def test_the_default_model_is_understood() -> None:
    found = architecture(manifest.default_folder(manifest.default_card()))
    assert (found.layers, found.heads, found.width, found.window, found.pooling) == (6, 12, 384, 256, "mean")
    assert (found.first_position, found.epsilon) == (0, 1e-12)


def test_positions_of_the_roberta_family_begin_after_the_paddings(own: Path, edited: Callable[..., None]) -> None:
    assert (architecture(own).first_position, architecture(own).window) == (0, 64)
    edited(own / "config.json", model_type="xlm-roberta")
    assert (architecture(own).first_position, architecture(own).window) == (2, 62)
    edited(own / "config.json", pad_token_id=0)
    assert (architecture(own).first_position, architecture(own).window) == (1, 63)


def test_the_window_is_the_one_of_sentence_transformers(own: Path, edited: Callable[..., None]) -> None:
    edited(own / "tokenizer_config.json", model_max_length=40)
    assert architecture(own).window == 40
    edited(own / "sentence_bert_config.json", max_seq_length=30)
    assert architecture(own).window == 30
    edited(own / "sentence_bert_config.json", max_seq_length=3000)
    assert architecture(own).window == 64


DENSE = [{"type": "sentence_transformers.models.Transformer", "path": ""}, {"type": "x.Dense", "path": "2_Dense"}]
REASONS = [
    ("config.json", {"model_type": "mpnet"}, "models of the family “mpnet” are not known"),
    ("config.json", {"hidden_act": "relu"}, "another activation"),
    ("config.json", {"position_embedding_type": "relative_key"}, "other positions"),
    ("config.json", {"hidden_size": None}, "config.json is not complete: 'hidden_size'"),
    ("config.json", {"max_position_embeddings": "many"}, "config.json is not complete"),
    ("sentence_bert_config.json", {"do_lower_case": True}, "makes letters small"),
    ("config_sentence_transformers.json", {"default_prompt_name": "query"}, "puts words of its own before"),
    (POOLING, {"pooling_mode_mean_tokens": False, "pooling_mode_max_tokens": True}, "makes one vector of many"),
    (POOLING, {"pooling_mode_cls_token": True}, "makes one vector of many"),
]


@pytest.mark.parametrize(("name", "values", "reason"), REASONS)
def test_what_it_does_not_do_has_a_reason_and_auto_says_it(
    own: Path, edited: Callable[..., None], fast_computer: None, name: str, values: dict[str, object], reason: str
) -> None:
    assert engine.choose(str(own)).engine == "int8"
    edited(own / name, **values)
    with pytest.raises(UnsupportedError, match=reason):
        architecture(own)
    chosen = engine.choose(str(own))
    assert chosen.engine == "torch"
    assert chosen.reason.startswith("the fast engine cannot run this model: ")
    assert reason in chosen.reason
    with pytest.raises(ModelError, match=rf"cannot run own: .*{reason}") as caught:
        make(str(own), "int8")
    assert caught.value.hint == "Set embed.engine to torch."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("modules.json", json.dumps(DENSE)),
        ("modules.json", "{}"),
        ("modules.json", '["x"]'),
        ("modules.json", "{"),
        ("config.json", "[]"),
        ("config.json", "\x00"),
        (POOLING, "[]"),
        ("tokenizer.json", None),
        ("model.safetensors", None),
    ],
)
def test_files_that_are_damaged_missing_or_of_another_kind_are_a_reason(
    own: Path, name: str, content: str | None
) -> None:
    architecture(own)
    if content is None:
        (own / name).unlink()
    else:
        (own / name).write_text(content, "utf-8")
    with pytest.raises(UnsupportedError):
        architecture(own)


def test_weights_that_cannot_be_read_are_a_problem_of_the_users(own: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot run own: its weights cannot be read"):
        make(str(own), "int8").embed(["x"])


def test_a_tokenizer_that_cannot_be_read_is_a_problem_of_the_users(own: Path, tiny_bert: Path) -> None:
    shutil.copy(tiny_bert / "model.safetensors", own)
    with pytest.raises(ModelError, match=r"cannot run own: its tokenizer.json cannot be read"):
        make(str(own), "int8").embed(["x"])


def test_weights_of_another_size_are_a_problem_of_the_users(
    tmp_path: Path, tiny_bert: Path, edited: Callable[..., None]
) -> None:
    for values in ({"num_hidden_layers": 3}, {"num_attention_heads": 5}):
        place = tmp_path / "-".join(values)
        shutil.copytree(tiny_bert, place)
        edited(place / "config.json", **values)
        with pytest.raises(ModelError, match=r"its weights are not what its config.json says"):
            make(str(place), "int8").embed(["x"])


@pytest.mark.parametrize("name", ["", "no-such-folder", "{tmp}"])
def test_what_is_no_model_is_no_model_for_the_fast_engine_either(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="is no model: neither a known name nor a folder"):
        make(name.format(tmp=tmp_path), "int8")


def test_names_before_the_parameters_do_not_matter(tiny_bert: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    plain = architectures.tensors(tiny_bert)
    assert "embeddings.word_embeddings.weight" in plain
    shutil.copytree(tiny_bert, tmp_path / "m")
    longer = {f"bert.{name}": value for name, value in load_file(tiny_bert / "model.safetensors").items()}
    save_file(longer, tmp_path / "m" / "model.safetensors")
    assert architectures.tensors(tmp_path / "m").keys() == plain.keys()


def test_a_difference_is_added_row_by_row_and_only_to_its_base(tmp_path: Path) -> None:
    weights = {"a": np.ones((2, 3), np.float32), "b": np.ones(2, np.float32), "c": np.ones(1, np.float32)}
    np.savez(
        tmp_path / "change.npz", **{"steps:a": np.full((2, 3), 2, np.int8), "scales:a": np.array([0.5, 1], np.float32)},
        **{"steps:b": np.array([1, -1], np.int8), "scales:b": np.array([0.5], np.float32)}, base=np.asarray("f00"),
    )  # fmt: skip
    made = architectures.changed(weights, tmp_path / "change.npz", "f00")
    np.testing.assert_array_equal(made["a"], [[2, 2, 2], [3, 3, 3]])
    np.testing.assert_array_equal(made["b"], [1.5, 0.5])
    np.testing.assert_array_equal(made["c"], weights["c"])
    np.testing.assert_array_equal(weights["a"], 1)
    with pytest.raises(ModelError, match=r"change\.npz was trained on other weights"):
        architectures.changed(weights, tmp_path / "change.npz", "bad")
