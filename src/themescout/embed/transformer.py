"""Embedding with sentence-transformers: the default model, or any local folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.embed import folders, manifest
from themescout.embed.parts import MEAN_OF_PARTS, joined
from themescout.embed.parts import parts as cut
from themescout.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_HOW = f"torch-fp32/{MEAN_OF_PARTS}"
_WINDOW = 512  # word pieces, where a model says nothing


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
        if rows.shape[1] != self.dimensions:
            raise ModelError(
                f"The model in {self._folder} makes {rows.shape[1]} numbers of a text, not {self.dimensions}.",
                "Copy the whole folder again.",
            )
        return joined(rows, owner, weights, len(texts))

    def loaded(self) -> Any:
        """The SentenceTransformer, read on the first call.

        Raises:
            ModelError: it cannot be read, or is not what it should be.
        """
        if self._model is None:
            self._model = _load(self._folder)
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
    place = folders.at(path)
    key = f"{folders.name(path)}@{folders.fingerprint(path)[:16]}/{_HOW}"
    # A model of parts that we do not know is asked itself, which takes long.
    dimensions = folders.dimensions(path) or len(_load(place).encode("a", show_progress_bar=False))
    return TransformerEmbedder(place, key=key, dimensions=dimensions)


class _VerifiedEmbedder(TransformerEmbedder):
    worth_keeping = True

    def loaded(self) -> Any:
        """As above; the weights' hash is checked first."""
        if self._model is None:
            manifest.verify_default()
        return super().loaded()


def _load(place: Path) -> Any:
    """The SentenceTransformer in `place`, in 32-bit floats, with a window that its positions can hold.

    Raises:
        ModelError: it cannot be read.
    """
    # The hub is never asked, even for a model folder that mentions it.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from safetensors import SafetensorError  # noqa: PLC0415  # comes with sentence-transformers
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  # five seconds
    from transformers.utils import logging  # noqa: PLC0415  # comes with the above

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # ours is the one the person sees
    try:
        model = SentenceTransformer(str(place), device=_device(), local_files_only=True).float()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"The model in {place} cannot be loaded: {error}.", "Copy the whole folder again.") from error
    if hasattr(model[0], "auto_model"):
        model.max_seq_length = _window(model)
    elif not isinstance(model.max_seq_length, int):  # vectors of words, added up, have no end
        raise ModelError(f"The model in {place} has no window of word pieces.", "Take one with a transformer.")
    return model


def _device() -> str:
    import torch  # noqa: PLC0415  # comes with sentence-transformers

    return "cuda" if torch.cuda.is_available() else "cpu"


def _window(model: Any) -> int:
    """Word pieces that a text may have, special ones included: what the model says, as far as it has positions."""
    encoder: Any = model[0].auto_model
    known = [model.max_seq_length, getattr(model.tokenizer, "model_max_length", None)]
    if positions := getattr(getattr(encoder, "config", None), "max_position_embeddings", None):
        # Positions up to that of padding are for padding alone, in families that have such a one.
        padding = getattr(getattr(encoder, "embeddings", None), "padding_idx", None)
        known.append(positions - (0 if padding is None else padding + 1))
    return min((int(one) for one in known if one and one > 0), default=_WINDOW)


def _parts(model: Any, text: str) -> list[tuple[str, int]]:
    """(part, word pieces) such that every part fits the model's window and nothing is left out."""
    if not text.strip():
        return []
    tokens = model.tokenizer(
        text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
    )
    room = model.max_seq_length - model.tokenizer.num_special_tokens_to_add()
    return cut(text, tokens.word_ids(), tokens["offset_mapping"], room)
