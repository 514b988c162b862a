"""Looking at the installation: versions, model, engine, plug-ins, and a trial run with the network shut."""

from __future__ import annotations

import platform
import socket
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any, NoReturn

from themescout import __version__, embed, plugins
from themescout.embed import cache, manifest
from themescout.embed.engine import choose, inexact
from themescout.embed.fast import prepared
from themescout.errors import ThemescoutError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# One line for each library that the method rests on, with what to do where it is missing.
_METHOD = (
    "sentence-transformers",
    "torch",
    "openvino",
    "tokenizers",
    "wordllama",
    "graspologic-native",
    "umap-learn",
    "hdbscan",
    "scikit-learn",
    "numpy",
    "sentencex",
    "matplotlib",
)
_FORMATS = ("python-docx", "defusedxml", "striprtf", "pypdf", "openpyxl", "xlsxwriter", "pyarrow", "jinja2")
_BATCH = ("dask", "distributed", "fsspec")
_REVIEW = ("fastapi", "uvicorn", "threadpoolctl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line: `state` is "ok", "note" or "bad"; `todo` says what to do."""

    what: str
    found: str
    state: str = "ok"
    todo: str = ""


def examine(model: str, engine: str = "auto") -> tuple[Finding, ...]:
    """Everything that `doctor` prints, in order; `model` as in the settings."""
    return (
        Finding(
            what="themescout",
            found=f"{__version__}, Python {platform.python_version()}, {platform.platform()}",
        ),
        *(_library(name) for name in _METHOD),
        _together("file formats", _FORMATS, "all readers and writers are there"),
        _together("batch runs", _BATCH, "also on several machines"),
        _together("review in the browser", _REVIEW, "all that it needs is there"),
        _plugins(),
        _weights(),
        _engine(model, engine),
        *_trial(model, engine),
        _writable(),
    )


def _library(name: str) -> Finding:
    try:
        return Finding(what=name, found=metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding(what=name, found="missing", state="bad", todo=f"pip install {name}")


def _together(what: str, names: Sequence[str], good: str) -> Finding:
    missing = [name for name in names if _library(name).state == "bad"]
    if missing:
        found = f"missing: {', '.join(missing)}"
        return Finding(what=what, found=found, state="bad", todo=f"pip install {' '.join(missing)}")
    return Finding(what=what, found=good)


def _plugins() -> Finding:
    listed = "; ".join(
        f"{group}: {', '.join(plugins.names(group))}" for group in plugins.GROUPS if plugins.names(group)
    )
    return Finding(what="plug-ins", found=listed)


def _weights() -> Finding:
    try:
        card = manifest.default_card()
        manifest.verify_default()
    except ThemescoutError as error:
        return Finding(what="default model", found=str(error), state="bad", todo=error.hint)
    return Finding(
        what="default model",
        found=f"{card.name} ({card.language}, {card.dimensions} dimensions), SHA-256 {card.sha256[:16]}… is right",
    )


def _engine(model: str, engine: str) -> Finding:
    """Which engine a new study would be embedded with, and why."""
    chosen = choose(model, engine)
    if not embed.settled(model, engine):
        return Finding(what="engine", found=f"{model} has no choice of it")
    found = f"{chosen.engine}: {chosen.reason}"
    if chosen.engine != "int8":
        return Finding(what="engine", found=found)
    if reason := inexact():
        return Finding(what="engine", found=f"{found}, but {reason}", state="note", todo="Set embed.engine to torch.")
    try:
        return Finding(what="engine", found=f"{found}; prepared once, in {cache.folder(prepared.ENGINES)}")
    except ThemescoutError as error:
        return Finding(what="engine", found=str(error), state="bad", todo=error.hint)


def _trial(model: str, engine: str) -> tuple[Finding, ...]:
    """Embed a sentence with every socket refused: proof that the method needs no network."""
    try:
        with _no_network():
            embedder = embed.make(model, engine)
            x = embedder.embed(["The clinic was open, but nobody had come to staff it."])
    except ThemescoutError as error:
        return (Finding(what="engine", found=str(error), state="bad", todo=error.hint),)
    except ImportError as error:
        missing = f"a package cannot be loaded: {error}"
        return (Finding(what="engine", found=missing, state="bad", todo=f"pip install {error.name or 'it'}"),)
    except _NetworkError as error:
        return (
            Finding(
                what="network",
                found=f"the model asked for {error}",
                state="bad",
                todo="Use a complete model folder.",
            ),
        )
    return (
        Finding(what="vectors", found=f"{embedder.key}: a sentence became {x.shape[1]} numbers"),
        Finding(what="network", found="not needed: that was done with every connection refused"),
    )


def _writable() -> Finding:
    try:
        with tempfile.TemporaryDirectory():
            return Finding(what="temporary files", found=tempfile.gettempdir())
    except OSError as error:
        return Finding(
            what="temporary files",
            found=str(error),
            state="bad",
            todo="Set TMPDIR to a folder you may write.",
        )


class _NetworkError(RuntimeError):
    """Something tried to open a connection during the trial."""


@contextmanager
def _no_network() -> Iterator[None]:
    def refuse_address(_: Any, address: object) -> NoReturn:
        raise _NetworkError(str(address))

    def refuse_name(host: object, *_: object, **__: object) -> NoReturn:
        raise _NetworkError(str(host))

    before = socket.socket.connect, socket.getaddrinfo
    socket.socket.connect = refuse_address  # type: ignore[method-assign]
    socket.getaddrinfo = refuse_name
    try:
        yield
    finally:
        socket.socket.connect, socket.getaddrinfo = before  # type: ignore[method-assign]
