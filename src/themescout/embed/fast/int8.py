"""Embedding with a prepared encoder: 8-bit integers, no torch, all cores."""

from __future__ import annotations

from collections import defaultdict
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout import cores
from themescout.embed import folders, manifest
from themescout.embed.fast import prepared
from themescout.embed.fast.architecture import UnsupportedError, checked, tokenizer_file
from themescout.embed.fast.runtime import openvino
from themescout.embed.parts import MEAN_OF_PARTS, joined, parts
from themescout.errors import ModelError
from themescout.resources import resource
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

HOW = f"int8-{prepared.RECIPE}/{MEAN_OF_PARTS}"
_PIECES = 2048  # word pieces of a batch: enough for the matrix products, little enough for the cache
_SHAPES = 256  # sizes of batches for which compiled kernels are kept; each takes about half a megabyte
_SPECIAL = prepared.SPECIAL


class Int8Embedder:
    """An encoder whose matrix products are done in 8-bit integers by OpenVINO.

    The same word pieces as in sentence-transformers, the same treatment of long texts. Texts of one length are
    computed together, without padding, and each on one core: the vector of a text is the same to the last bit, whatever
    other texts it is asked with and however many cores there are.

    Args:
        folder: of the sentence-transformers model.
        weights_sha256: of its weights.
        key: of the vectors.
        dimensions: of the vectors.
        change: a difference that is added to the weights.
    """

    at_once = 4096  # texts that are best given together: batches of one length are full
    worth_keeping = True

    def __init__(
        self, folder: Path, weights_sha256: str, *, key: str, dimensions: int, change: Path | None = None
    ) -> None:
        self._folder, self._sha256, self._change = folder, weights_sha256, change
        self.key = key
        self.dimensions = dimensions
        self._run: Any = None
        self._alone = Lock()  # requests and what becomes of them belong to one call

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, float32, shape (len(texts), dimensions); an empty text gives a zero row."""
        if not any(text.strip() for text in texts):
            return np.zeros((len(texts), self.dimensions), np.float32)
        self.load()
        pieces: list[list[int]] = []
        owners: list[int] = []
        sizes: list[int] = []
        for owner, ids, size in self._pieces(texts):
            owners.append(owner)
            pieces.append(ids)
            sizes.append(size)
        with self._alone:
            x = self._vectors(pieces)
        return joined(x, owners, sizes, len(texts))

    def load(self) -> None:
        """Get ready; what is asked first does so by itself.

        Raises:
            ModelError: the model is not the right one, or cannot be prepared.
        """
        with self._alone:
            if self._run is None:
                self._load()

    def _load(self) -> None:
        from tokenizers import Tokenizer  # noqa: PLC0415  # only where something is embedded

        found = prepared.prepared(self._folder, self._sha256, self._change)
        self._window = found.window
        self._tokenizer = Tokenizer.from_file(str(found.tokenizer))
        # Each request on one core, as many requests as cores, none of them bound to a core: several processes would all
        # be bound to the first. Integers and 32-bit floats, whatever else the processor offers, because mixing more
        # kinds of numbers costs more than it saves.
        count = cores.wanted()
        wanted = {
            "NUM_STREAMS": count, "INFERENCE_NUM_THREADS": count, "INFERENCE_PRECISION_HINT": "f32",
            "CPU_RUNTIME_CACHE_CAPACITY": _SHAPES, "ENABLE_CPU_PINNING": False,
        }  # fmt: skip
        self._run = openvino().Core().compile_model(str(found.graph), "CPU", wanted)
        self._queue = openvino().AsyncInferQueue(self._run, count)

    def _pieces(self, texts: Sequence[str]) -> Iterator[tuple[int, list[int], int]]:
        """(text, word pieces with the special ones, their number without) of each part of each text."""
        room = self._window - _SPECIAL
        long: list[tuple[int, str, int]] = []
        for owner, found in enumerate(self._tokenizer.encode_batch(list(texts))):
            if len(found.ids) <= self._window:
                if texts[owner].strip():
                    yield owner, found.ids, max(len(found.ids) - _SPECIAL, 1)
                continue
            bare = self._tokenizer.encode(texts[owner], add_special_tokens=False)
            long += [(owner, part, size) for part, size in parts(texts[owner], bare.word_ids, bare.offsets, room)]
        again = self._tokenizer.encode_batch([part for _, part, _ in long])
        for (owner, _, size), found in zip(long, again, strict=True):
            # Cut out of its text, a part may be a piece longer; the special one at the end is kept.
            ids = found.ids if len(found.ids) <= self._window else [*found.ids[: self._window - 1], found.ids[-1]]
            yield owner, ids, size

    def _vectors(self, pieces: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        x = np.empty((len(pieces), self.dimensions), np.float32)

        def keep(request: Any, rows: list[int]) -> None:
            x[rows] = request.get_output_tensor(0).data

        self._queue.set_callback(keep)
        for rows in _batches(pieces):
            self._queue.start_async([np.asarray([pieces[row] for row in rows], np.int64)], rows)
        self._queue.wait_all()
        return x


def _batches(pieces: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Rows of equal length, longest first."""
    by_length: dict[int, list[int]] = defaultdict(list)
    for row, one in enumerate(pieces):
        by_length[len(one)].append(row)
    for length in sorted(by_length, reverse=True):
        rows, size = by_length[length], max(1, _PIECES // length)
        yield from (rows[start : start + size] for start in range(0, len(rows), size))


def made(name: str, path: str) -> Int8Embedder:
    """The embedder of the plug-in `name` ("default", "scale-up" or "folder") in 8-bit integers; `path` of a folder."""
    if name == "folder":
        return folder(path)
    return default(resource("models", "scale-up-head.npz") if name == "scale-up" else None)


def default(change: Path | None = None) -> Int8Embedder:
    """The default model from its package, weights verified; with a change to it (see `embed.tuned`)."""
    card = manifest.default_card()
    folder = manifest.default_folder(card)
    name = f"{card.name}@{card.sha256[:16]}/{HOW}"
    key = f"{name}+{change.stem}@{manifest.file_sha256(change)[:16]}" if change else name
    return _VerifiedEmbedder(folder, card.sha256, key=key, dimensions=card.dimensions, change=change)


def folder(path: str) -> Int8Embedder:
    """A sentence-transformers folder of the user's own, of the BERT family.

    Raises:
        ModelError: it holds no model, or the fast engine cannot run it.
    """
    place, files = folders.at(path), folders.weights(path)
    try:
        shape, tokenizer = checked(place), folders.sha256(tokenizer_file(place))
    except UnsupportedError as error:
        raise ModelError(
            f"The fast engine cannot run {folders.name(path)}: {error}.", "Set embed.engine to torch."
        ) from error
    weights = digest(*(folders.sha256(file) for file in files))
    shown = digest(weights, repr(shape), tokenizer)[:16]
    return Int8Embedder(place, weights, key=f"{folders.name(path)}@{shown}/{HOW}", dimensions=shape.width)


class _VerifiedEmbedder(Int8Embedder):
    def _load(self) -> None:
        manifest.verify_default()
        super()._load()
