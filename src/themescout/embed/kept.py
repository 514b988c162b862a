"""Vectors of texts that come with themescout: every study needs the same, so they are kept in the user's cache."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from themescout.embed import cache, distinct
from themescout.errors import ModelError
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from themescout.protocols import Embedder

_HASH = 32  # bytes that stand before the numbers


def embedded(
    texts: Sequence[str], embedder: Embedder, batch: int, progress: Callable[[int, int], None]
) -> NDArray[np.float32]:
    """What `distinct.embedded` makes of them, from the cache where it is there.

    Not for anybody's own words, which are to be in their study only. A damaged file is made again; a cache that cannot
    be written changes nothing. Only embedders that take long have their vectors kept (`worth_keeping`).
    """
    if not texts or not getattr(embedder, "worth_keeping", False):
        return distinct.embedded(texts, embedder, batch, progress)
    try:
        place = cache.folder("vectors") / digest(embedder.key, *texts)[:24]
    except ModelError:
        return distinct.embedded(texts, embedder, batch, progress)
    found = _read(place, (len(texts), embedder.dimensions))
    if found is None:
        found = distinct.embedded(texts, embedder, batch, progress)
        with suppress(OSError):
            _write(place, found)
    return found


def _read(place: Path, shape: tuple[int, int]) -> NDArray[np.float32] | None:
    try:
        data = place.read_bytes()
    except OSError:
        return None
    numbers = data[_HASH:]
    if hashlib.sha256(numbers).digest() != data[:_HASH] or len(numbers) != 4 * shape[0] * shape[1]:
        return None
    return np.frombuffer(numbers, "<f4").reshape(shape).astype(np.float32)


def _write(place: Path, x: NDArray[np.float32]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    numbers = x.astype("<f4").tobytes()
    half = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    try:
        half.write_bytes(hashlib.sha256(numbers).digest() + numbers)
        half.replace(place)
    finally:
        half.unlink(missing_ok=True)
