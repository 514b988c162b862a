"""Embedders: texts to unit vectors. Found by entry point, loaded on the first call only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout import plugins

if TYPE_CHECKING:
    from themescout.protocols import Embedder


def make(model: str) -> Embedder:
    """The embedder for a setting: a registered name, else the path of a sentence-transformers folder.

    Nothing heavy is imported or loaded yet.

    Raises:
        ModelError: the path is no model folder.
        PluginError: neither a known name nor a path.
    """
    name = model if model in plugins.names("embedders") else "folder"
    made: Embedder = plugins.load("embedders", name)(model)
    return made
