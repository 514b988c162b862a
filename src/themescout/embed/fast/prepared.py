"""Prepared encoders in the user's cache: made once for each model, named by a hash of all that went into them."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.embed import manifest
from themescout.embed.fast import architecture as architectures
from themescout.embed.fast.architecture import UnsupportedError
from themescout.errors import ModelError
from themescout.resources import resource
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

RECIPE = "1"  # raise it when the same model would come out otherwise
_TEXTS = 160  # that a model is looked at with
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


def cache_folder() -> Path:
    """Where prepared encoders lie: $THEMESCOUT_CACHE, else the system's place for such files."""
    if own := os.environ.get("THEMESCOUT_CACHE"):
        return Path(own).expanduser() / "engines"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "themescout" / "engines"


def prepared(folder: Path, weights_sha256: str, change: Path | None = None) -> Prepared:
    """The prepared encoder of the model in `folder`, made now if it is not there or is damaged (some seconds).

    Args:
        folder: of sentence-transformers.
        weights_sha256: of its weights.
        change: a difference that is added to them (see `embed.tuned`).

    Raises:
        ModelError: the model cannot be prepared, or the cache cannot be written.
    """
    name = digest(RECIPE, weights_sha256, manifest.file_sha256(change) if change else "")[:24]
    place = cache_folder() / name
    if found := _existing(place):
        return found
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _alone(place):
            return _existing(place) or _make(folder, change, place)
    except UnsupportedError as error:
        raise ModelError(f"The fast engine cannot run {folder.name}: {error}.", "Set embed.engine to torch.") from error
    except OSError as error:
        raise ModelError(
            f"{place.parent} cannot be written: {error.strerror or error}.",
            "Make room there, or set THEMESCOUT_CACHE to another folder.",
        ) from error


def _existing(place: Path) -> Prepared | None:
    """What lies at `place`, if it is whole."""
    try:
        record = json.loads((place / "manifest.json").read_text("utf-8"))
        whole = all(manifest.file_sha256(place / name) == sha256 for name, sha256 in record["sha256"].items())
        return Prepared(folder=place, window=record["window"], cosine=record["cosine"]) if whole else None
    except (OSError, ValueError, KeyError):
        return None


def _make(folder: Path, change: Path | None, place: Path) -> Prepared:
    """Prepare an encoder beside its place, then move it there: it is whole, or not there."""
    import openvino  # noqa: PLC0415  # only where an encoder is made or run
    from tokenizers import Tokenizer  # noqa: PLC0415  # the same

    from themescout.embed.fast.calibration import calibrated  # noqa: PLC0415  # with them
    from themescout.embed.fast.graph import Graph  # noqa: PLC0415

    shape, weights = architectures.architecture(folder), architectures.tensors(folder)
    if change:
        weights = architectures.changed(weights, change)
    tokenizer = Tokenizer.from_file(str(architectures.tokenizer_file(folder)))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    pieces = [found.ids[: shape.window] for found in tokenizer.encode_batch(_sample())]
    quantisation, floats = calibrated(shape, weights, pieces)
    model = Graph(shape, weights, quantisation).model()
    cosine = _cosine(openvino, model, pieces, floats)
    if not cosine >= _CLOSE:
        raise UnsupportedError(f"in integers it says something else than in floats (cosine {cosine:.3f})")
    half = Path(tempfile.mkdtemp(prefix=f"{place.name}.", dir=place.parent))
    openvino.save_model(model, half / "encoder.xml", compress_to_fp16=False)
    tokenizer.save(str(half / "tokenizer.json"))
    files = sorted(path.name for path in half.iterdir())
    record: dict[str, Any] = {"model": folder.name, "recipe": RECIPE, "openvino": openvino.__version__}
    record |= {"window": shape.window, "cosine": round(cosine, 5)}
    record["sha256"] = {name: manifest.file_sha256(half / name) for name in files}
    (half / "manifest.json").write_text(json.dumps(record, indent=1), "utf-8")
    shutil.rmtree(place, ignore_errors=True)
    half.rename(place)
    return Prepared(folder=place, window=shape.window, cosine=record["cosine"])


def _cosine(openvino: Any, model: Any, pieces: Sequence[Sequence[int]], floats: NDArray[np.float32]) -> float:
    run = openvino.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    made = np.asarray([run([np.asarray([one], np.int64)])[0][0] for one in pieces])
    return float((made * floats).sum(axis=1).mean())


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
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
