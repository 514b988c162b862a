"""What the tests of `batch.cluster` send to workers, which import it by this name: works of a few lines."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from themescout.batch.model import Partition, Receipt, Refusal
from themescout.errors import BatchError


@dataclass(frozen=True)
class WritesAFile:
    """Writes the partition's name; for some names it kills its process, or fails. The receipt's words are its PID."""

    folder: str
    seconds: float = 0.0
    deadly: tuple[str, ...] = ()
    failing: str = ""

    def __call__(self, partition: Partition) -> Receipt:
        with (Path(self.folder) / "log").open("a") as log:
            log.write(f"{partition.name} {os.getpid()}\n")
        time.sleep(self.seconds)
        if partition.name in self.deadly:
            os._exit(1)
        if partition.name == self.failing:
            raise BatchError("The disk is full.", "Make room.")
        (Path(self.folder) / f"{partition.name}.txt").write_text(partition.name)
        return Receipt(partition=partition.name, texts=1, words=os.getpid(), themes=(), codes=())


@dataclass(frozen=True)
class CannotLoad:
    """Does not get as far as to work: it cannot read what it needs, or dies of it."""

    dies: bool

    def load(self) -> None:
        if self.dies:
            os._exit(1)
        raise BatchError("There is no /runs/out/yardstick.bin.")

    def __call__(self, partition: Partition) -> Receipt:
        raise NotImplementedError


def lost(partition: Partition, why: str) -> Receipt:
    refusal = Refusal(path=partition.name, sentence=why)
    return Receipt(partition=partition.name, texts=0, words=0, themes=(), codes=(), refused=(refusal,))
