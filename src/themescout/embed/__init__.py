"""Embedders: texts to unit vectors. Found by entry point, loaded on the first call only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout import plugins, settings
from themescout.embed.engine import AUTO, choose
from themescout.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from themescout.protocols import Embedder
    from themescout.settings import Settings

_WITH_ENGINES = ("default", "folder", "scale-up")  # models of layers, which several engines can run


def make(model: str, engine: str = AUTO) -> Embedder:
    """The embedder for a setting: a registered name, else the path of a sentence-transformers folder.

    `engine`: "auto", "torch", "int8" or "static" (see `embed.engine`); embedders of another kind have no choice of it.
    Nothing is loaded yet, with two exceptions: "auto" tries openvino out, and a folder whose files do not say how long
    its vectors are is asked itself.

    Raises:
        ModelError: the path is no model folder, or the engine cannot run it.
        PluginError: neither a known name nor a path.
    """
    name = model if model in plugins.names("embedders") else "folder"
    chosen = settled(model, engine)
    if chosen == "static" and name == "folder":
        raise ModelError(f"The static engine has vectors of its own and cannot run {model}.", "Set model to default.")
    if chosen == "int8":
        from themescout.embed.fast import int8  # noqa: PLC0415  # numpy, not needed to choose

        return int8.made(name, model)
    if chosen == "static":
        from themescout.embed.static import StaticEmbedder  # noqa: PLC0415  # the same

        return StaticEmbedder()
    made: Embedder = plugins.load("embedders", name)(model)
    return made


def load(models: Sequence[Embedder]) -> None:
    """Load models side by side, those that can be (`load`); the others load when they are asked first.

    Raises:
        ModelError: a model is not the right one, or cannot be loaded.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # only where something is computed

    loads: list[Callable[[], None]] = [model.load for model in models if hasattr(model, "load")]
    if loads:
        with ThreadPoolExecutor(len(loads)) as pool:
            list(pool.map(lambda load: load(), loads))


def settled(model: str, engine: str = AUTO) -> str:
    """The engine for a model: "torch", "int8" or "static"; "" where the model has no choice of it."""
    name = model if model in plugins.names("embedders") else "folder"
    return choose(model, engine).engine if name in _WITH_ENGINES else ""


def as_applied(made: Settings) -> Settings:
    """Settings with the engine that they amount to on this computer; "" where the model has no choice of it."""
    return settings.changed(made, "embed", engine=settled(made.embed.model, made.embed.engine))
