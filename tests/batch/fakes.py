"""What stands in for the work of a batch run; spawned processes import it by name."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow

from themescout.batch import service, working
from themescout.batch.model import Form, Partition, Receipt, Refusal, Source
from themescout.batch.working import Working
from themescout.batch.yardstick import Applied
from themescout.errors import BatchError, ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from themescout.batch.model import Portion
    from themescout.project import Study


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


class FakeYardstick:
    """Quick, and deadly where a text says so. Satisfies what a run asks of a `Yardstick`."""

    title = "Fake"
    model = "none"
    keys = ("none@1",)
    seed = 1

    def __init__(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint

    @classmethod
    def of(cls, study: Study) -> FakeYardstick:
        return cls(f"fake-{study.title}")

    def dumped(self) -> bytes:
        return self.fingerprint.encode()

    @classmethod
    def loaded(cls, data: bytes) -> FakeYardstick:
        return cls(data.decode())

    def apply(self, portion: Portion, *, vectors: bool = False) -> Applied:
        for text in portion.texts:
            _obey(text)
        themes = [len(text) % 3 - 1 for text in portion.texts]
        codes = ["MONEY" if "money" in text.lower() else None for text in portion.texts]
        table = pyarrow.table(
            {
                "source": portion.sources,
                "doc": portion.docs,
                "unit": portion.units,
                "text": portion.texts,
                "theme": pyarrow.array(themes, pyarrow.int32()),
                "theme_name": [f"theme {theme}" if theme >= 0 else "" for theme in themes],
                "code": pyarrow.array(codes, pyarrow.string()),
            }
        )
        return Applied(
            table=table,
            themes=tuple(sorted(Counter(themes).items())),
            codes=tuple(sorted(Counter(code or "" for code in codes).items())),
            seconds=(("embed", 0.0), ("judge", 0.0)),
        )


def _obey(text: str) -> None:
    if "KILL THE WORKER" in text:
        os._exit(9)
    if "MEET A BUG" in text:
        raise KeyError(text)
    if "FILL THE DISK" in text:
        raise BatchError("The disk is full: it could not be written.", "Make room.")
    if "LOSE THE MODEL" in text:
        raise ModelError("The model is gone.", "Fetch it.")
    if "TAKE A WHILE" in text:
        time.sleep(0.05)


class Faked(Working):
    """The work with the fake yardstick, in whatever process it is."""

    def load(self) -> None:
        working.Yardstick = FakeYardstick  # type: ignore[misc, assignment]
        super().load()

    def __call__(self, given: Partition) -> Receipt:
        working.Yardstick = FakeYardstick  # type: ignore[misc, assignment]
        return super().__call__(given)


def pretend() -> None:
    """Let this process and its workers use the fake yardstick."""
    service.Yardstick = FakeYardstick  # type: ignore[misc, assignment]
    service.Working = Faked  # type: ignore[misc]
