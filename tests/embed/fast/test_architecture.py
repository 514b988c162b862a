"""What the fast engine understands of a folder, and the reason where it does not."""

from __future__ import annotations

import json
import shutil
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from safetensors.numpy import save_file

from themescout.embed import engine, make, manifest
from themescout.embed.fast import architecture as architectures
from themescout.embed.fast.architecture import UnsupportedError, architecture, checked
from themescout.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POOLING = "1_Pooling/config.json"
AS_IT_STANDS = "PreTrainedTokenizerFast"  # transformers reads it from tokenizer.json alone


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder that looks like a model of the BERT family; of its weights there is one."""
    place = tmp_path / "own"
    (place / "1_Pooling").mkdir(parents=True)
    config = {"model_type": "bert", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
              "max_position_embeddings": 64}  # fmt: skip
    modules = [{"type": f"sentence_transformers.models.{kind}", "path": ""} for kind in ("Transformer", "Pooling")]
    for name, data in (
        ("config.json", config), ("modules.json", modules), (POOLING, {"pooling_mode_mean_tokens": True}),
        ("tokenizer.json", {}), ("tokenizer_config.json", {"model_max_length": 1e30, "tokenizer_class": AS_IT_STANDS}),
    ):  # fmt: skip
        (place / name).write_text(json.dumps(data), "utf-8")
    save_file({"embeddings.x": np.zeros(2, np.float32)}, place / "model.safetensors")
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
    ("config_sentence_transformers.json", {"truncate_dim": 16}, "cuts its vectors off"),
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


def test_weights_that_cannot_be_read_are_a_problem_of_the_users(own: Path, fast_computer: None) -> None:
    (own / "model.safetensors").write_bytes(b"garbage")
    with pytest.raises(ModelError, match=r"cannot run own: its weights cannot be read"):
        make(str(own), "int8")
    assert engine.choose(str(own)).engine == "torch"
    assert "its weights cannot be read" in engine.choose(str(own)).reason
    with pytest.raises(UnsupportedError, match="its weights cannot be read"):
        architectures.tensors(own)


def test_short_floats_of_a_kind_that_numpy_lacks_are_left_to_torch(own: Path, fast_computer: None) -> None:
    import torch
    from safetensors.torch import save_file as save_tensors

    weights = {"embeddings.x": torch.zeros(2), "embeddings.y": torch.zeros(2, dtype=torch.bfloat16)}
    save_tensors(weights, own / "model.safetensors")
    assert engine.choose(str(own)).engine == "torch"
    assert engine.choose(str(own)).reason.endswith("its weights are numbers of a kind that it cannot read (BF16)")
    with pytest.raises(ModelError, match=r"cannot run own: .*\(BF16\)"):
        make(str(own), "int8")


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "int32", "int64"])
def test_other_kinds_of_numbers_can_be_read(own: Path, kind: str) -> None:
    weights = {"embeddings.x": np.ones(2, np.float32), "embeddings.y": np.ones(2, kind)}
    save_file(weights, own / "model.safetensors")
    assert checked(own) == architecture(own)
    assert ("embeddings.y" in architectures.tensors(own)) == kind.startswith("float")


NORMALIZER = {"type": "BertNormalizer", "clean_text": True, "lowercase": True, "strip_accents": None,
              "handle_chinese_chars": True}  # fmt: skip


@pytest.fixture
def made_anew(own: Path, edited: Callable[..., None]) -> Path:
    """A folder whose tokenizer transformers makes from tokenizer_config.json, which says nothing and means the same."""
    edited(own / "tokenizer.json", normalizer=NORMALIZER)
    edited(own / "tokenizer_config.json", tokenizer_class="BertTokenizer")
    return own


@pytest.mark.parametrize(
    ("ours", "theirs", "value"),
    [
        ("lowercase", "do_lower_case", False),
        ("strip_accents", "strip_accents", True),
        ("strip_accents", "strip_accents", False),
        ("handle_chinese_chars", "tokenize_chinese_chars", False),
    ],
)
def test_two_files_that_say_different_things_about_a_tokenizer_are_left_to_torch(
    made_anew: Path, edited: Callable[..., None], fast_computer: None, ours: str, theirs: str, *, value: bool
) -> None:
    assert engine.choose(str(made_anew)).engine == "int8"
    edited(made_anew / "tokenizer_config.json", **{theirs: value})
    assert engine.choose(str(made_anew)).engine == "torch"
    with pytest.raises(ModelError, match=r"tokenizer\.json and tokenizer_config\.json contradict each other"):
        make(str(made_anew), "int8")
    edited(made_anew / "tokenizer.json", normalizer={**NORMALIZER, ours: value})
    assert engine.choose(str(made_anew)).engine == "int8"
    edited(made_anew / "tokenizer_config.json", **{theirs: None})
    with pytest.raises(UnsupportedError, match="contradict each other"):
        checked(made_anew)


@pytest.mark.parametrize(
    "normalizer",
    [
        None,
        "x",
        {"type": "Sequence", "normalizers": []},
        {**NORMALIZER, "type": "Lowercase"},
        {**NORMALIZER, "clean_text": False},
    ],
)
def test_a_tokenizer_made_anew_has_berts_way_with_letters(
    made_anew: Path, edited: Callable[..., None], normalizer: object
) -> None:
    for name in ("BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer", None):  # None: that of the family
        edited(made_anew / "tokenizer_config.json", tokenizer_class=name)
        edited(made_anew / "tokenizer.json", normalizer=NORMALIZER)
        checked(made_anew)
        edited(made_anew / "tokenizer.json", normalizer=normalizer)
        with pytest.raises(UnsupportedError, match="contradict each other"):
            checked(made_anew)
    edited(made_anew / "tokenizer_config.json", tokenizer_class=AS_IT_STANDS)
    assert checked(made_anew) == architecture(made_anew)


def test_a_tokenizer_that_is_let_through_makes_the_pieces_of_transformers(
    tiny_bert: Path, tmp_path: Path, edited: Callable[..., None]
) -> None:
    from tokenizers import Tokenizer
    from transformers import AutoTokenizer

    place, text = tmp_path / "m", "The Nurses' café 你好 was NAÏVE."
    shutil.copytree(tiny_bert, place)
    let_through = 0
    for lower, strip, chinese, said in product((True, False), (True, False, None), (True, False), (True, False)):
        edited(
            place / "tokenizer.json",
            normalizer={**NORMALIZER, "lowercase": lower, "strip_accents": strip, "handle_chinese_chars": chinese},
        )  # fmt: skip
        edited(
            place / "tokenizer_config.json", tokenizer_class="BertTokenizer", do_lower_case=lower if said else None,
            strip_accents=strip if said else None, tokenize_chinese_chars=chinese if said else None,
        )  # fmt: skip
        try:
            checked(place)
        except UnsupportedError:
            continue
        let_through += 1
        ours = Tokenizer.from_file(str(place / "tokenizer.json")).encode(text, add_special_tokens=False).ids
        theirs = AutoTokenizer.from_pretrained(place)(text, add_special_tokens=False)["input_ids"]
        assert ours == theirs, (lower, strip, chinese, said)
    assert let_through == 13  # all that are said, and the one that is meant where nothing is


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
    from safetensors.numpy import load_file

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
