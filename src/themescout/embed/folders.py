"""Folders with a model of the user's own."""

from __future__ import annotations

import json
from os.path import abspath
from pathlib import Path
from typing import Any

from themescout.embed import manifest
from themescout.errors import ModelError
from themescout.text import digest

_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
# What says how the weights are used: modules, lengths, pooling, words. README and the like say nothing of it.
_SHAPING = ("*.json", "vocab.txt", "merges.txt", "*.model")


def at(path: str) -> Path:
    """Where a folder is; a ~ stands for a home folder."""
    try:
        return Path(path).expanduser()
    except RuntimeError:  # of nobody that is known: then it is part of a name
        return Path(path)


def weights(path: str) -> tuple[Path, ...]:
    """The files with weights in a sentence-transformers folder; each of its modules may have one.

    Raises:
        ModelError: the folder is missing or holds none.
    """
    place = at(path)
    found = tuple(file for name in _WEIGHTS for one in (name, f"*/{name}") for file in sorted(place.glob(one)))
    if not found:
        raise ModelError(
            f"“{path}” is no model: neither a known name nor a folder with {' or '.join(_WEIGHTS)}.",
            "Use “default”, “ngrams”, or the folder of a sentence-transformers model.",
        )
    return found


def name(path: str) -> str:
    """What the folder is called, however it is written ("." too)."""
    return Path(abspath(at(path))).name  # noqa: PTH100  # a link keeps its own name


def fingerprint(path: str) -> str:
    """Hash of all that shapes the vectors of a model.

    Raises:
        ModelError: the folder is missing, holds no model, or may not be read.
    """
    place = at(path)
    shaping = {file for ending in _SHAPING for one in (ending, f"*/{ending}") for file in place.glob(one)}
    files = [*weights(path), *(file for file in shaping if file.is_file())]
    named = sorted((file.relative_to(place).as_posix(), file) for file in files)
    return digest(*(part for name, file in named for part in (name, sha256(file))))


def sha256(file: Path) -> str:
    """Hash of a model's file.

    Raises:
        ModelError: it may not be read.
    """
    try:
        return manifest.file_sha256(file)
    except OSError as error:
        raise ModelError(
            f"{file} cannot be read: {error.strerror or error}.", "Ask its owner for the right to, or copy it again."
        ) from error


def dimensions(path: str) -> int | None:
    """How long the vectors of a model are, as far as its files say; None where they do not."""
    place = at(path)
    modules = _json(place / "modules.json") or [{"type": "Transformer", "path": ""}]
    width: int | None = None
    if not isinstance(modules, list) or not all(isinstance(module, dict) for module in modules):
        return None
    for module in modules:
        config = _json(place / str(module.get("path", "")) / "config.json")
        width = _width(
            str(module.get("type", "")).rpartition(".")[2], config if isinstance(config, dict) else {}, width
        )
    sentences = _json(place / "config_sentence_transformers.json")
    cut = _number(sentences.get("truncate_dim")) if isinstance(sentences, dict) else None
    return min(width, cut) if width and cut else width


def _width(kind: str, config: dict[str, Any], before: int | None) -> int | None:
    """How long vectors are behind a module; None where it is not known."""
    if kind == "Transformer":
        return _number(config.get("hidden_size"))
    if kind == "Dense":
        return _number(config.get("out_features"))
    if kind == "Pooling":
        modes = config.get("pooling_mode")
        one_by_one = sum(value is True for key, value in config.items() if key.startswith("pooling_mode_"))
        times = len(modes) if isinstance(modes, list) else one_by_one or 1
        width = _number(config.get("word_embedding_dimension") or config.get("embedding_dimension")) or before
        return width and times * width
    return before if kind in {"Normalize", "Dropout", "LayerNorm"} else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _json(path: Path) -> Any:
    """What a file holds; None where it is missing or damaged, and so says nothing."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
