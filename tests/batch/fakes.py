"""What stands in for the work of a batch run; spawned processes import it by name."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.batch.model import Form, Partition, Receipt, Refusal, Source
from themescout.errors import BatchError

if TYPE_CHECKING:
    from pathlib import Path


def source(number: int, path: str = "", form: Form = Form.INTERVIEWS) -> Source:
    return Source(number=number, path=path or f"/data/{number}.txt", form=form, bytes=10, stamp="1")


def partition(number: int, *files: str) -> Partition:
    sources = tuple(source(k, path) for k, path in enumerate(files)) or (source(number),)
    return Partition(name=f"{number:05}", sources=sources)


def receipt(name: str, *, refused: tuple[Refusal, ...] = ()) -> Receipt:
    return Receipt(partition=name, texts=1, words=2, themes=(), codes=(), refused=refused, sha256="ab")


def lost(given: Partition, why: str) -> Receipt:
    return receipt(given.name, refused=(Refusal(path=given.sources[0].path, sentence=why),))


@dataclass(frozen=True, slots=True)
class Noted:
    """A work that notes each call in a file of its own, and does at some partitions what a worker should not do."""

    folder: Path
    dies: tuple[str, ...] = ()  # at each try
    once: tuple[str, ...] = ()  # at the first try
    stops: str = ""
    stillborn: bool = False
    takes_s: float = 0.0

    def load(self) -> None:
        if self.stillborn:
            os._exit(7)

    def __call__(self, given: Partition) -> Receipt:
        first = not list(self.folder.glob(f"{given.name}.*"))
        begun = time.monotonic_ns()
        if given.name in self.dies or (first and given.name in self.once):
            (self.folder / f"{given.name}.{begun}.died").write_text(f"{os.getpid()}")
            os.kill(os.getpid(), signal.SIGKILL)
        if given.name == self.stops:
            raise BatchError("The disk is full.", "Make room.")
        time.sleep(self.takes_s)
        (self.folder / f"{given.name}.{begun}").write_text(f"{os.getpid()} {os.environ.get('THEMESCOUT_THREADS')}")
        return receipt(given.name)


@dataclass(frozen=True, slots=True)
class LeavesACopy:
    """A work that leaves a temporary file at each call, and a note that says where."""

    folder: Path

    def __call__(self, given: Partition) -> Receipt:
        file, path = tempfile.mkstemp()
        os.close(file)
        (self.folder / f"{given.name}.note").write_text(path)
        return receipt(given.name)
