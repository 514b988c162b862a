"""Vectors without a network of layers: the mean of stored vectors of word pieces (wordllama's, from its package)."""

from __future__ import annotations

import importlib.util
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_PACKAGE = "wordllama"
_DIMENSIONS = 256
_BATCH = 64


class StaticEmbedder:
    """More than a hundred times as fast as a model, for looking over very many texts; it does not see word order.

    Much weaker than the default model on what people say of themselves. English only.
    """

    at_once = 4096  # texts that are best given together
    dimensions = _DIMENSIONS

    def __init__(self) -> None:
        try:
            version = metadata.version(_PACKAGE)
        except metadata.PackageNotFoundError as error:
            raise ModelError(
                "The static engine needs a package that is missing: wordllama.", "Try: pip install wordllama"
            ) from error
        self.key = f"{_PACKAGE}-{_DIMENSIONS}@{version}/static/1"
        self._model: Any = None

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, float32, shape (len(texts), 256); a text without a known word piece gives a zero row."""
        if not texts:
            return np.zeros((0, _DIMENSIONS), np.float32)
        if self._model is None:
            self._model = _loaded()
        x = np.zeros((len(texts), _DIMENSIONS), np.float32)
        # One after another by length: a batch is padded to its longest text. A vector does not depend on the padding.
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        full = [row for row in order if texts[row].strip()]
        for start in range(0, len(full), _BATCH):
            rows = full[start : start + _BATCH]
            x[rows] = self._model.embed([texts[row] for row in rows], norm=False)
        norms = np.linalg.norm(x, axis=1, keepdims=True)
        np.divide(x, norms, out=x, where=norms > 0)
        return x


def _loaded() -> Any:
    from wordllama import WordLlama  # noqa: PLC0415  # only where something is embedded

    spec = importlib.util.find_spec(_PACKAGE)
    assert spec is not None  # noqa: S101  # imported one line above
    assert spec.origin is not None  # noqa: S101  # the same
    return WordLlama.load(cache_dir=Path(spec.origin).parent, disable_download=True)
