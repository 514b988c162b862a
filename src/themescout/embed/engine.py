"""Which engine computes vectors, and why. No torch is imported to find out."""

from __future__ import annotations

import importlib.util
import os
import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from themescout.embed import folders
from themescout.errors import ModelError

AUTO = "auto"
_OURS = ("default", "scale-up")
ENGINES = (AUTO, "torch", "int8", "static")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An engine ("torch", "int8" or "static") and the reason, as half a sentence."""

    engine: str
    reason: str


def choose(model: str, engine: str = AUTO) -> Choice:
    """The engine for a model, as in the settings: a name, or the path of a sentence-transformers folder.

    The same on every computer that has the same processor, packages and graphics card; what was done before, or how
    many texts there are, has no part in it.
    """
    if engine != AUTO:
        return Choice(engine=engine, reason="the settings say so")
    if _graphics_card():
        return Choice(engine="torch", reason="there is a graphics card, and torch uses it")
    if reason := _hindrance(model):
        return Choice(engine="torch", reason=reason)
    return Choice(engine="int8", reason="it is the fastest here that says the same as the model does")


def _hindrance(model: str) -> str:
    """Why it cannot be 8-bit integers; "" where it can."""
    if importlib.util.find_spec("openvino") is None:
        return "the package openvino is missing"
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return "8-bit integers are only quick on Intel's and AMD's processors"
    if reason := _unknown(model):
        return f"the fast engine cannot run this model: {reason}"
    return inexact()


def _unknown(model: str) -> str:
    """Why the fast engine cannot run a folder's model; "" where it can, and for the models that come with us."""
    if model in _OURS:
        return ""
    if not folders.at(model).is_dir():
        return "it is no folder"
    from themescout.embed.fast.architecture import UnsupportedError, checked  # noqa: PLC0415  # reads numpy

    try:
        checked(folders.at(model))
    except UnsupportedError as error:
        return str(error)
    return ""


def inexact() -> str:
    """Why 8-bit integers would say something else than the model does on this computer; "" where they do not."""
    from themescout.embed.fast import runtime  # noqa: PLC0415  # numpy and openvino, where they are about to be used

    try:
        cut_off = runtime.saturates()
    except (ModelError, RuntimeError) as error:  # openvino's own errors are of the latter kind
        return f"openvino cannot be used: {error}"
    return "this processor cuts off sums of 8-bit products (it has no VNNI instructions)" if cut_off else ""


def _graphics_card() -> bool:
    """Whether torch will find an NVIDIA card, as far as can be told without importing it."""
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0") in {"", "-1"} or not Path("/dev/nvidiactl").exists():
        return False
    try:
        return "+cpu" not in metadata.version("torch")
    except metadata.PackageNotFoundError:
        return False
