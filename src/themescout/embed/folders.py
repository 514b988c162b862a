"""Folders with a model of the user's own."""

from __future__ import annotations

from pathlib import Path

from themescout.errors import ModelError

_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


def weights(path: str) -> tuple[Path, ...]:
    """The files with weights in a sentence-transformers folder; each of its modules may have one.

    Raises:
        ModelError: the folder is missing or holds none.
    """
    place = Path(path).expanduser()
    found = tuple(file for name in _WEIGHTS for at in (name, f"*/{name}") for file in sorted(place.glob(at)))
    if not found:
        raise ModelError(
            f"“{path}” is no model: neither a known name nor a folder with {' or '.join(_WEIGHTS)}.",
            "Use “default”, “ngrams”, or the folder of a sentence-transformers model.",
        )
    return found
