"""The default model with a small change that was trained for a codebook (models/scale-up-head.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.embed import manifest, transformer
from themescout.errors import ModelError
from themescout.resources import resource

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def scale_up(_: str) -> TunedEmbedder:
    """The default model, changed for the codebook scale-up."""
    return TunedEmbedder(transformer.default(""), resource("models", "scale-up-head.npz"))


class TunedEmbedder:
    """A model whose parameters get a difference added.

    Args:
        base: the model that the change was trained on.
        change: .npz of `steps:NAME` (int8, the parameter's shape), `scales:NAME` (float32, one for each of its rows, or
            one for a vector) and `base`, the SHA-256 of the base's weights.
    """

    def __init__(self, base: transformer.TransformerEmbedder, change: Path) -> None:
        self._base, self._change, self._changed = base, change, False
        self.key = f"{base.key}+{change.stem}@{manifest.file_sha256(change)[:16]}"
        self.dimensions = base.dimensions

    def embed(self, texts: Any) -> NDArray[np.float32]:
        """Unit vectors, float32, shape (len(texts), dimensions); an empty text gives a zero row."""
        if not self._changed:
            _apply(self._change, self._base.loaded()[0].auto_model)
            self._changed = True
        return self._base.embed(texts)


def _apply(change: Path, encoder: Any) -> None:
    import torch  # noqa: PLC0415  # heavy, only here

    with np.load(change, allow_pickle=False) as data, torch.no_grad():
        if str(data["base"]) != manifest.default_card().sha256:
            raise ModelError(f"{change.name} was trained on other weights than the default model's.", "Reinstall.")
        parameters = dict(encoder.named_parameters())
        for name in data.files:
            what, _, target = name.partition(":")
            if what == "steps":
                steps, scales = data[name], data[f"scales:{target}"]
                by_row = scales if steps.ndim == 1 else scales[:, None]
                parameters[target] += torch.from_numpy(steps.astype(np.float32) * by_row)
