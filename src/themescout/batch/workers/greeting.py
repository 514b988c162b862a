"""What a worker of another process or machine says of itself, and the work that it is handed once.

A worker is greeted before it gets partitions: it tells its versions, and only where they are the client's does it keep
the work. What travels with each partition afterwards is a token. A process that was never greeted knows no token and
does nothing, even if it stands at the address of one that was.
"""

from __future__ import annotations

import pickle
import platform
import signal
import threading
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

import themescout
from themescout.batch.workers.local import Loading
from themescout.embed import manifest
from themescout.errors import ModelError

if TYPE_CHECKING:
    from themescout.batch.model import Partition, Receipt, Work

LIBRARIES = ("numpy", "pyarrow", "openvino", "scikit-learn")
KEPT = 4  # works that a worker remembers; it may outlive many runs

_works: dict[str, Work] = {}
_one_at_a_time = threading.Lock()


class NotGreetedError(Exception):
    """A partition came to a process that was not handed the work. Seen by the client alone, which greets it."""


@cache
def identity() -> dict[str, str]:
    """What must be the same everywhere, by name: versions, and the SHA-256 of the default model's weights.

    "none" stands for what is not installed. Reads the weights once in each process (some tenths of a second).
    """
    return {
        "themescout": themescout.__version__,
        "Python": ".".join(platform.python_version_tuple()[:2]),
        **{name: _version(name) for name in LIBRARIES},
        "model weights": _weights(),
    }


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "none"


def _weights() -> str:
    card = manifest.default_card()
    try:
        return manifest.file_sha256(manifest.default_folder(card) / card.weights)
    except ModelError:
        return "none"


def differences(theirs: dict[str, str], ours: dict[str, str]) -> str:
    """What differs, as part of a sentence ("themescout 0.0.9 instead of 0.1.0, ..."); "" where nothing does."""
    names = [name for name in ours if theirs.get(name, "none") != ours[name]]
    return ", ".join(f"{name} {_short(theirs.get(name, 'none'))} instead of {_short(ours[name])}" for name in names)


def _short(value: str) -> str:
    """A hash by its beginning; a version whole."""
    return value if len(value) < 64 else f"{value[:12]}…"


def envelope(work: Work) -> bytes:
    """The work and who may have it, closed: opened in two steps, so that another version never opens the second."""
    return pickle.dumps((identity(), pickle.dumps(work)))


def dask_setup(worker: object) -> None:  # noqa: ARG001  # so Dask calls it
    """Dask runs this when one of this computer's own processes starts.

    Ctrl-C reaches all processes of a terminal. It is for the client to act on; a worker would answer with a traceback.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def greet(token: str, sealed: bytes) -> dict[str, str]:
    """Runs on the worker: its identity; where it is the client's, the work of `envelope` is kept under the token."""
    wanted, inner = pickle.loads(sealed)  # noqa: S301  # whoever reaches a Dask worker can run anything on it anyway
    if not differences(identity(), wanted):
        while len(_works) >= KEPT:
            _works.pop(next(iter(_works)))
        work = pickle.loads(inner)  # noqa: S301
        if isinstance(work, Loading):
            work.load()
        _works[token] = work
    return identity()


def perform(token: str, partition: Partition) -> Receipt:
    """Runs on the worker: the receipt of the partition. One at a time, however many threads the worker has.

    Raises:
        NotGreetedError: this process was not handed the work.
    """
    if token not in _works:
        raise NotGreetedError(token)
    with _one_at_a_time:
        return _works[token](partition)
