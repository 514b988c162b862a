"""A run with a yardstick that is quick, and deadly where a text says so; spawned processes import it by name."""

from __future__ import annotations

import os
import time
from collections import Counter
from typing import TYPE_CHECKING

import pyarrow

from themescout.batch import service, working
from themescout.batch.applying.yardstick import Applied
from themescout.batch.working import Working
from themescout.errors import BatchError, ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.batch.model import Partition, Portion, Receipt
    from themescout.project import Study

NAMES = {0: "theme 0", 1: "theme 1", 2: "a theme without texts"}


class FakeYardstick:
    """Quick, and deadly where a text says so. Satisfies what a run asks of a `Yardstick`."""

    title = "Fake"
    keys = ("none@1",)
    codes: Mapping[str, str] = {"PEOPLE": "people", "MONEY": "money"}
    themes = NAMES
    sample = None

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
        return self._applied(portion.sources, portion.docs, portion.units, portion.texts)

    @staticmethod
    def _applied(
        sources: tuple[str, ...], docs: tuple[str, ...], units: tuple[str, ...], texts: tuple[str, ...]
    ) -> Applied:
        themes = [len(text) % 3 - 1 for text in texts]
        codes = ["MONEY" if "money" in text.lower() else None for text in texts]
        table = pyarrow.table(
            {
                "source": pyarrow.array(sources, pyarrow.string()),
                "doc": pyarrow.array(docs, pyarrow.string()),
                "unit": pyarrow.array(units, pyarrow.string()),
                "text": pyarrow.array(texts, pyarrow.string()),
                "theme": pyarrow.array(themes, pyarrow.int32()),
                "theme_name": pyarrow.array([NAMES.get(theme, "") for theme in themes], pyarrow.string()),
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
