"""Prepared encoders in the user's cache: made once for each model, named by a hash of all that went into them."""

from __future__ import annotations

import errno
import json
import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.embed import cache, manifest
from themescout.embed.fast import architecture as architectures
from themescout.embed.fast.architecture import UnsupportedError
from themescout.embed.fast.runtime import openvino
from themescout.errors import ModelError
from themescout.resources import resource
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

RECIPE = "2"  # raise it when the same model would come out otherwise
ENGINES = "engines"  # in the cache
SPECIAL = 2  # pieces that stand before and after every text
_TEXTS = 160  # that a model is looked at with
_FILES = ("encoder.xml", "encoder.bin", "tokenizer.json")
_HOUR = 3600.0
_CLOSE = 0.99  # mean cosine to the floats, below which a model cannot be made smaller without harm


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A prepared encoder: its graph, its tokenizer, the pieces that a text may have, and how near it is to the floats.

    `cosine` is the mean over the texts that it was prepared with, in -1..1.
    """

    folder: Path
    window: int
    cosine: float

    @property
    def graph(self) -> Path:
        """The OpenVINO model; its weights lie beside it."""
        return self.folder / "encoder.xml"

    @property
    def tokenizer(self) -> Path:
        """The tokenizer."""
        return self.folder / "tokenizer.json"


def prepared(folder: Path, weights_sha256: str, change: Path | None = None) -> Prepared:
    """The prepared encoder of the model in `folder`, made now if it is not there or is damaged (some seconds).

    Args:
        folder: of sentence-transformers.
        weights_sha256: of its weights.
        change: a difference that is added to them (see `embed.tuned`).

    Raises:
        ModelError: the model cannot be prepared, or the cache cannot be written.
    """
    try:
        place = cache.folder(ENGINES) / _name(folder, weights_sha256, change)
        if found := _existing(place):
            return found
        return _made_alone(folder, weights_sha256, change, place)
    except UnsupportedError as error:
        raise ModelError(f"The fast engine cannot run {folder.name}: {error}.", "Set embed.engine to torch.") from error


def _name(folder: Path, weights_sha256: str, change: Path | None) -> str:
    """Hash of all that a prepared encoder comes from: the weights alone say neither word pieces nor pooling."""
    shape, tokenizer = architectures.architecture(folder), manifest.file_sha256(architectures.tokenizer_file(folder))
    return digest(RECIPE, weights_sha256, manifest.file_sha256(change) if change else "", repr(shape), tokenizer)[:24]


def _made_alone(folder: Path, weights_sha256: str, change: Path | None, place: Path) -> Prepared:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _alone(place):
            if found := _existing(place):
                return found
            _sweep(place)
            return _make(folder, weights_sha256, change, place)
    except OSError as error:
        raise ModelError(
            f"{place.parent} cannot be written: {error.strerror or error}.",
            "Make room there, or set THEMESCOUT_CACHE to another folder.",
        ) from error


def _existing(place: Path) -> Prepared | None:
    """What lies at `place`, if it is whole."""
    try:
        record = json.loads((place / "manifest.json").read_text("utf-8"))
        whole = all(manifest.file_sha256(place / name) == record["sha256"][name] for name in _FILES)
        return Prepared(folder=place, window=record["window"], cosine=record["cosine"]) if whole else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _make(folder: Path, weights_sha256: str, change: Path | None, place: Path) -> Prepared:
    """Prepare an encoder beside its place, then move it there: it is whole, or not there."""
    from themescout.embed.fast.calibration import calibrated  # noqa: PLC0415  # only where an encoder is made
    from themescout.embed.fast.graph import Graph  # noqa: PLC0415  # the same

    shape, weights = architectures.architecture(folder), architectures.tensors(folder)
    if change:
        weights = architectures.changed(weights, change, weights_sha256)
    tokenizer = _tokenizer(folder)
    pieces = [found.ids[: shape.window] for found in tokenizer.encode_batch(_sample())]
    try:
        quantisation, floats = calibrated(shape, weights, pieces)
    except (KeyError, ValueError, RuntimeError) as error:  # openvino's own errors are of the last kind
        raise UnsupportedError(f"its weights are not what its config.json says ({error})") from error
    model = Graph(shape, weights, quantisation).model()
    half = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    try:
        half.mkdir()
        _save(model, half / _FILES[0])
        (half / _FILES[2]).write_text(tokenizer.to_str(), "utf-8")
        cosine = _cosine(half / _FILES[0], pieces, floats)
        record: dict[str, Any] = {"model": folder.name, "recipe": RECIPE, "openvino": openvino().__version__}
        record |= {"window": shape.window, "cosine": round(cosine, 5)}
        record["sha256"] = {name: manifest.file_sha256(half / name) for name in _FILES}
        (half / "manifest.json").write_text(json.dumps(record, indent=1), "utf-8")
        if found := _existing(place):  # without locks, another process may have been quicker, and may be reading it
            return found
        shutil.rmtree(place, ignore_errors=True)
        half.rename(place)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return Prepared(folder=place, window=shape.window, cosine=record["cosine"])


def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer  # noqa: PLC0415  # only where an encoder is made

    try:
        tokenizer = Tokenizer.from_file(str(architectures.tokenizer_file(folder)))
    except Exception as error:  # the package raises nothing narrower
        raise UnsupportedError(f"its tokenizer.json cannot be read ({error})") from error
    if tokenizer.num_special_tokens_to_add(is_pair=False) != SPECIAL:
        raise UnsupportedError("its tokenizer does not put one piece before and one after every text")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _save(model: Any, path: Path) -> None:
    """Write the graph and its weights.

    Raises:
        OSError: they could not be written; openvino says it with an error of its own, or not at all.
    """
    try:
        openvino().save_model(model, path, compress_to_fp16=False)
        read = openvino().Core().read_model(path)
    except RuntimeError as error:
        raise OSError(errno.EIO, "the encoder was not written as a whole") from error
    if len(read.get_ordered_ops()) != len(model.get_ordered_ops()):
        raise OSError(errno.EIO, "the encoder was not written as a whole")


def _cosine(graph: Path, pieces: Sequence[Sequence[int]], floats: NDArray[np.float32]) -> float:
    """Mean cosine of what the graph, as it was written, makes of texts, to their vectors in floats.

    Raises:
        UnsupportedError: it is too low.
    """
    run = openvino().Core().compile_model(str(graph), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    made = np.asarray([run([np.asarray([one], np.int64)])[0][0] for one in pieces])
    cosine = float((made * floats).sum(axis=1).mean())
    if not cosine >= _CLOSE:
        raise UnsupportedError(f"in integers it says something else than in floats (cosine {cosine:.3f})")
    return cosine


def _sample() -> list[str]:
    """Sentences of the invented interviews that come with themescout: short and long ones, always the same."""
    lines = [
        line.partition(":")[2].strip() or line.strip()
        for path in sorted(resource("data", "demo", "source").glob("*.txt"))
        for line in path.read_text("utf-8").splitlines()
    ]
    kept = [line for line in lines if len(line.split()) > 2]
    return kept[:: max(1, len(kept) // _TEXTS)][:_TEXTS]


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Only one process at a time prepares an encoder; the others wait for it."""
    try:
        import fcntl  # noqa: PLC0415  # not on Windows, where two processes would both do the work
    except ImportError:
        yield
        return
    with place.with_suffix(".lock").open("w") as file:
        with suppress(OSError):  # some network drives know no locks; then two processes may both do the work
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sweep(place: Path) -> None:
    """Remove what killed preparations have left: no preparation takes an hour."""
    for left in place.parent.glob("*.*/"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _HOUR:
                shutil.rmtree(left, ignore_errors=True)
