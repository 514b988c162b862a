"""What a sentence-transformers folder holds, as far as the fast engine understands it. numpy only, nothing is run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Tensors = Mapping[str, NDArray[np.float32]]

# Families whose weights have BERT's names and whose layers do what BERT's do (normalised after the sum).
_FAMILIES = frozenset({"bert", "roberta", "xlm-roberta", "camembert"})
_MODULES = {"Transformer", "Pooling", "Normalize"}
_SENTENCE_CONFIGS = tuple(
    f"sentence_{family}_config.json" for family in ("bert", "roberta", "camembert", "xlm-roberta")
)
# What BERT does to a text first: by the name in tokenizer.json, in tokenizer_config.json, and where that says nothing.
_MADE_ANEW = ("bert", "distilbert", "electra", "mpnet")
_NORMALIZER = (
    ("lowercase", "do_lower_case", True),
    ("strip_accents", "strip_accents", None),
    ("handle_chinese_chars", "tokenize_chinese_chars", True),
)
_POOLINGS = {"mean": ("pooling_mode_mean_tokens", "mean"), "first": ("pooling_mode_cls_token", "cls")}


class UnsupportedError(Exception):
    """The fast engine cannot run this model; the message is the reason, a part of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """The shape of an encoder.

    Attributes:
        layers: number of them.
        heads: of the attention.
        width: length of a token's vector, and of the text's.
        epsilon: of the normalisation of layers.
        first_position: row of the position table for the first token.
        window: word pieces that a text may have, special ones included.
        pooling: "mean" of the tokens' vectors, or "first" of them.
    """

    layers: int
    heads: int
    width: int
    epsilon: float
    first_position: int
    window: int
    pooling: str


def architecture(folder: Path) -> Architecture:
    """Read the shape of the model in `folder`.

    Raises:
        UnsupportedError: it is of another family, or does something that the fast engine does not do.
    """
    place = folder / _where(folder)
    config, sentence = _json(place / "config.json"), _sentence_config(place)
    family = str(config.get("model_type"))
    if family not in _FAMILIES:
        raise UnsupportedError(f"models of the family “{family}” are not known to it")
    if config.get("hidden_act", "gelu") != "gelu" or config.get("position_embedding_type", "absolute") != "absolute":
        raise UnsupportedError("the model has another activation or other positions than BERT")
    if sentence.get("do_lower_case"):
        raise UnsupportedError("the model makes letters small in a way of its own")
    sentences = _json(folder / "config_sentence_transformers.json")
    if sentences.get("default_prompt_name") or sentences.get("truncate_dim"):
        raise UnsupportedError("the model puts words of its own before every text, or cuts its vectors off")
    if not (place / "tokenizer.json").is_file() or not (place / "model.safetensors").is_file():
        raise UnsupportedError("the folder has no tokenizer.json or no model.safetensors")
    try:
        # Rows of the position table up to the one of padding are for padding alone, except in BERT itself.
        first = 0 if family == "bert" else int(config.get("pad_token_id", 1)) + 1
        return Architecture(
            layers=int(config["num_hidden_layers"]), heads=int(config["num_attention_heads"]),
            width=int(config["hidden_size"]), epsilon=float(config.get("layer_norm_eps", 1e-12)), first_position=first,
            window=min(_longest(place, sentence), int(config["max_position_embeddings"]) - first),
            pooling=_pooling(folder),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError) as error:
        raise UnsupportedError(f"config.json is not complete: {error}") from error


def checked(folder: Path) -> Architecture:
    """The shape of a folder of the user's own, of which more may be wrong than of ours.

    Raises:
        UnsupportedError: as `architecture`; or it has other numbers, or would get other word pieces from us.
    """
    found, place = architecture(folder), folder / _where(folder)
    if strange := _kinds(place / "model.safetensors") - {"F32", "F16", "F64", "I64", "I32"}:
        raise UnsupportedError(f"its weights are numbers of a kind that it cannot read ({', '.join(sorted(strange))})")
    config, normalizer = _json(place / "tokenizer_config.json"), _json(place / "tokenizer.json").get("normalizer") or {}
    family = str(_json(place / "config.json").get("model_type"))
    # Of these, transformers makes the tokenizer anew, from tokenizer_config.json alone.
    if str(config.get("tokenizer_class") or family).lower().startswith(_MADE_ANEW):
        wanted = {"type": "BertNormalizer", "clean_text": True}
        wanted |= {ours: config.get(theirs, default) for ours, theirs, default in _NORMALIZER}
        if not isinstance(normalizer, dict) or any(normalizer.get(key) != wanted[key] for key in wanted):
            raise UnsupportedError("tokenizer.json and tokenizer_config.json contradict each other")
    return found


def _kinds(file: Path) -> set[str]:
    """Kinds of numbers in a file of weights."""
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415  # only where a folder is looked at

    try:
        with safe_open(file, "np") as held:
            return {held.get_slice(name).get_dtype() for name in held.keys()}  # noqa: SIM118  # it is no mapping
    except (SafetensorError, OSError) as error:
        raise UnsupportedError(f"its weights cannot be read ({error})") from error


def _longest(place: Path, sentence: Mapping[str, Any]) -> int:
    """Word pieces that sentence-transformers gives the model, as far as the folder says."""
    said = sentence.get("max_seq_length") or _json(place / "tokenizer_config.json").get("model_max_length")
    return int(said or 2**31)


def _sentence_config(place: Path) -> Any:
    return next((found for name in _SENTENCE_CONFIGS if (found := _json(place / name))), {})


def tensors(folder: Path) -> dict[str, NDArray[np.float32]]:
    """The encoder's parameters by BERT's names, without a leading name of the family.

    Raises:
        UnsupportedError: they cannot be read.
    """
    from safetensors import SafetensorError  # noqa: PLC0415  # only where weights are read
    from safetensors.numpy import load_file  # noqa: PLC0415  # the same

    try:
        found = load_file(folder / _where(folder) / "model.safetensors")
    except (SafetensorError, KeyError, TypeError, AttributeError) as error:  # numpy lacks some kinds of numbers
        raise UnsupportedError(f"its weights cannot be read ({error})") from error
    prefixes = ("bert.", "roberta.")
    made = {}
    for name, value in found.items():
        short = next((name[len(start) :] for start in prefixes if name.startswith(start)), name)
        if short.startswith(("embeddings.", "encoder.")) and value.dtype.kind == "f":
            made[short] = np.asarray(value, np.float32)
    return made


def changed(weights: Tensors, change: Path, weights_sha256: str) -> dict[str, NDArray[np.float32]]:
    """Parameters with a stored difference added (see `embed.tuned`).

    Raises:
        ModelError: the difference is to other weights.
    """
    made = dict(weights)
    with np.load(change, allow_pickle=False) as data:
        if str(data["base"]) != weights_sha256:
            raise ModelError(f"{change.name} was trained on other weights than the default model's.", "Reinstall.")
        for name in data.files:
            what, _, target = name.partition(":")
            if what == "steps":
                steps, scales = data[name].astype(np.float32), data[f"scales:{target}"]
                made[target] = made[target] + steps * (scales if steps.ndim == 1 else scales[:, None])
    return made


def tokenizer_file(folder: Path) -> Path:
    """The file with everything that makes word pieces of a text."""
    return folder / _where(folder) / "tokenizer.json"


def _where(folder: Path) -> str:
    """The subfolder of the encoder; modules that the engine does not know are an error."""
    modules: Any = _json(folder / "modules.json", list) or [{"type": "Transformer", "path": ""}]
    if not all(isinstance(module, dict) for module in modules):
        raise UnsupportedError("modules.json cannot be read")
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in modules]
    if kinds[0] != "Transformer" or set(kinds) - _MODULES:
        raise UnsupportedError(f"the model has parts that it does not know: {', '.join(kinds)}")
    return str(modules[0].get("path", ""))


def _pooling(folder: Path) -> str:
    configs = sorted(folder.glob("*_Pooling/config.json"))
    config = _json(configs[0]) if configs else {}
    asked = config.get("pooling_mode")
    found = [name for name, (key, short) in _POOLINGS.items() if config.get(key) or asked == short]
    others = [key for key, value in config.items() if key.startswith("pooling_mode_") and value is True]
    if len(found) != 1 or len(others) > 1:
        raise UnsupportedError("the model makes one vector of many in a way that it does not know")
    return found[0]


def _json(path: Path, kind: type = dict) -> Any:
    """What a file holds, an empty `kind` where it is missing."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return kind()
    except (OSError, ValueError) as error:
        raise UnsupportedError(f"{path.name} cannot be read") from error
    if not isinstance(found, kind):
        raise UnsupportedError(f"{path.name} cannot be read")
    return found
