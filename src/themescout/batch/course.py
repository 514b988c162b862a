"""The course of one call: what is given out to workers, what comes back, what is told."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

from themescout.batch import receipts, working
from themescout.batch.events import Done, Refused
from themescout.batch.folder import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from themescout.batch.events import Event, Started
    from themescout.batch.model import Partition, Receipt, Refusal, Work, Workers
    from themescout.batch.places import Place


class Course:
    """Gives partitions out, notes what becomes of them, and takes apart those of several files that came to nothing.

    Attributes:
        place: the run's folder.
        ledger: what is done there.
        names: of all partitions that were met, done or not.
        seconds: by part of the work, added up over workers.
        before: partitions that were done before this call.
    """

    def __init__(self, place: Place, tell: Callable[[Event], None]) -> None:
        self.place = place
        self.ledger = Ledger(place)
        self.names: set[str] = set()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.before = self.ledger.count
        self._tell = tell
        self._told: set[Refusal] = set()
        self._known = self._unsplit = 0
        self._under_way: dict[str, Partition] = {}
        self._apart: list[Partition] = []

    def begin(self, started: Started, refused: Iterable[Refusal]) -> None:
        """Tell what is to be done, and what cannot be."""
        self._known, self._unsplit = started.known, started.unsplit
        self._tell(started)
        self.tell_refused(refused)

    def tell_refused(self, refused: Iterable[Refusal]) -> None:
        """Tell each refusal once."""
        for item in refused:
            if item not in self._told:
                self._told.add(item)
                self._tell(Refused(path=item.path, sentence=item.sentence))

    def go(self, crew: Workers, work: Work, partitions: Iterable[Partition]) -> None:
        """Do all partitions; those of several files of which nothing came are done file by file afterwards.

        Raises:
            ThemescoutError: the run cannot go on; what is done is kept.
        """
        while True:
            for receipt in crew.do(work, self._line(partitions), self._lost):
                self._hear(receipt)
            if not self._apart:
                return
            partitions, self._apart = self._apart, []

    def _line(self, partitions: Iterable[Partition]) -> Iterator[Partition]:
        for whole in self._planned(partitions):
            for partition in self.ledger.pieces(whole):
                self.names.add(partition.name)
                if not self.ledger.settled(partition):
                    self._under_way[partition.name] = partition
                    yield partition

    def _planned(self, partitions: Iterable[Partition]) -> Iterator[Partition]:
        """The same, while it is noted how long tables are read and split; workers do not wait for that."""
        line = iter(partitions)
        while True:
            begun = time.perf_counter()
            partition = next(line, None)
            self.seconds["split"] += time.perf_counter() - begun
            if partition is None:
                return
            yield partition

    def _lost(self, partition: Partition, why: str) -> Receipt:
        """What becomes of a partition that killed its workers; it may have been written before the last one died."""
        if self.place.exists(receipts.file_of(partition.name)):
            return receipts.found(self.place, partition.name)
        return working.refused(partition, f"{working.what(partition)} was left out: {why}.")

    def _hear(self, receipt: Receipt) -> None:
        partition = self._under_way.pop(receipt.partition)
        if apart := self.ledger.note(partition, receipt):
            self._apart += apart
            self._known += len(apart) - 1
            self.names.remove(partition.name)
            return
        for part, seconds in receipt.seconds:
            self.seconds[part] += seconds
        self._tell(self._done(receipt))
        self.tell_refused(receipt.refused)

    def _done(self, receipt: Receipt) -> Done:
        return Done(
            partition=receipt.partition,
            texts=receipt.texts,
            words=receipt.words,
            done=self.ledger.count,
            known=max(self._known, len(self.names), self.ledger.count),
            unsplit=self._unsplit,
            seconds=dict(receipt.seconds),
        )
