"""Embedding with sentence-transformers: the default model, or any local folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.embed import folders, manifest
from themescout.embed.parts import MEAN_OF_PARTS, joined
from themescout.embed.parts import parts as cut
from themescout.errors import ModelError
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_HOW = f"torch-fp32/{MEAN_OF_PARTS}"


class TransformerEmbedder:
    """Sentence-transformers in 32-bit floats, on a graphics card where there is one; needs no network.

    A text longer than the model's window is cut into parts at word borders; its vector is the mean of the parts'
    vectors, weighted by their number of word pieces, brought back to length 1.
    """

    def __init__(self, folder: Path, *, key: str, dimensions: int) -> None:
        self._folder = folder
        self.key = key
        self.dimensions = dimensions
        self._model: Any = None

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, float32, shape (len(texts), dimensions); an empty text gives a zero row."""
        model = self.loaded()
        parts: list[str] = []
        weights: list[int] = []
        owner: list[int] = []
        for i, text in enumerate(texts):
            for piece, size in _parts(model, text):
                parts.append(piece)
                weights.append(size)
                owner.append(i)
        if not parts:
            return np.zeros((len(texts), self.dimensions), np.float32)
        rows = model.encode(parts, convert_to_numpy=True, normalize_embeddings=True, show_progress_bar=False)
        return joined(rows, owner, weights, len(texts))

    def loaded(self) -> Any:
        """The SentenceTransformer, read on the first call.

        Raises:
            ModelError: it cannot be read, or is not what it should be.
        """
        if self._model is None:
            # The hub is never asked, even for a model folder that mentions it.
            os.environ["HF_HUB_OFFLINE"] = "1"
            os.environ["TRANSFORMERS_OFFLINE"] = "1"
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415  # five seconds
            from transformers.utils import logging  # noqa: PLC0415  # comes with the above

            logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # ours is the one the person sees

            self._model = _load(SentenceTransformer, self._folder)
        return self._model


def default(_: str) -> TransformerEmbedder:
    """The default model from its package, weights verified."""
    card = manifest.default_card()
    folder = manifest.default_folder(card)
    return _VerifiedEmbedder(folder, key=f"{card.name}@{card.sha256[:16]}/{_HOW}", dimensions=card.dimensions)


def folder(path: str) -> TransformerEmbedder:
    """A sentence-transformers folder of the user's own.

    Raises:
        ModelError: the folder is missing or holds no model.
    """
    place = Path(path).expanduser()
    # A model may have several modules with weights; every one shapes the numbers.
    key = f"{place.name}@{digest(*(manifest.file_sha256(file) for file in folders.weights(path)))[:16]}/{_HOW}"
    return TransformerEmbedder(place, key=key, dimensions=_dimensions(place))


class _VerifiedEmbedder(TransformerEmbedder):
    worth_keeping = True

    def loaded(self) -> Any:
        """As above; the weights' hash is checked first."""
        if self._model is None:
            manifest.verify_default()
        return super().loaded()


def _load(kind: Any, place: Path) -> Any:
    from safetensors import SafetensorError  # noqa: PLC0415  # comes with sentence-transformers

    try:
        return kind(str(place), device=_device(), local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"The model in {place} cannot be loaded: {error}.", "Copy the whole folder again.") from error


def _device() -> str:
    import torch  # noqa: PLC0415  # comes with sentence-transformers

    return "cuda" if torch.cuda.is_available() else "cpu"


def _dimensions(place: Path) -> int:
    import json  # noqa: PLC0415  # beside its only use

    for config in (*sorted(place.glob("*_Pooling/config.json")), place / "config.json"):
        if config.is_file():
            try:
                data = json.loads(config.read_text("utf-8"))
            except ValueError:
                continue  # damaged, so it says nothing
            for name in ("word_embedding_dimension", "embedding_dimension", "hidden_size"):
                if name in data:
                    return int(data[name])
    raise ModelError(f"The model in {place} does not say how long its vectors are.", "It needs a pooling config.")


def _parts(model: Any, text: str) -> list[tuple[str, int]]:
    """(part, word pieces) such that every part fits the model's window and nothing is left out."""
    if not text.strip():
        return []
    tokens = model.tokenizer(
        text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
    )
    return cut(text, tokens.word_ids(), tokens["offset_mapping"], int(model.max_seq_length) - 2)
