"""Workers of this computer: processes that are watched, replaced when they die, and gone when their parent is.

Each works at one partition at a time. What they write is there whole or not at all, so that they may be killed at any
moment: at the end of a run, and by whoever wants to.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections import Counter, deque
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import connection, get_context
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from themescout.errors import BatchError, ThemescoutError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from themescout.batch.model import Partition, Receipt, Work

_TRIES = 4  # deaths at one partition before it is given up; from the second on nobody else worked
_STILLBORN = 4  # deaths in a row of workers that never got as far as to work
_PATIENCE_S = 10.0  # until a killed process is gone
# A killed process leaves a lock of some library behind, which Python's tracker removes, and would tell the user about.
_NO_TALK = "ignore::UserWarning:multiprocessing.resource_tracker"
# One thread each: as many workers as cores are quicker than few that share the cores among their threads.
SURROUNDINGS = {
    "THEMESCOUT_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


@runtime_checkable
class Loading(Protocol):
    """A work that loads its engine beforehand: who dies of that does not die of a partition."""

    def load(self) -> None:
        """Load whatever every call needs."""
        ...


@dataclass(frozen=True, slots=True)
class LocalWorkers:
    """`count` processes of this computer. They satisfy `Workers`."""

    count: int

    def do(
        self, work: Work, partitions: Iterable[Partition], lost: Callable[[Partition, str], Receipt]
    ) -> Iterator[Receipt]:
        """Receipts as they come, in any order, one for each partition.

        A partition at which a worker died is tried again while nobody else works: a lack of memory may have killed it.

        Raises:
            ThemescoutError: what `work` raised; nothing that is done is lost.
            BatchError: workers die before they come to work.
        """
        with temporary_files() as environment:
            watch = _Watch(work, iter(partitions), lost, environment)
            try:
                yield from watch.receipts(self.count)
            finally:
                watch.end()


class _Watch:
    """One run of workers: who is there, who has which partition, what is to be tried again."""

    def __init__(
        self,
        work: Work,
        line: Iterator[Partition],
        lost: Callable[[Partition, str], Receipt],
        environment: Mapping[str, str],
    ) -> None:
        self._work = work
        self._environment = environment
        self._line = line
        self._lost = lost
        self._hands: list[_Hand] = []
        self._ahead: deque[Partition] = deque()  # drawn, so that a free worker need not wait for it
        self._again: deque[Partition] = deque()
        self._deaths: Counter[str] = Counter()
        self._stillborn = 0

    def receipts(self, count: int) -> Iterator[Receipt]:
        for partition in islice(self._line, count):
            self._ahead.append(partition)
            self._hands.append(_Hand(self._work, self._environment))
        while self._give():
            for hand in _speaking(self._hands):
                yield from self._hear(hand)

    def end(self) -> None:
        for hand in self._hands:
            hand.end()

    def _give(self) -> bool:
        """Give each free worker a partition; whether anything is left to wait for."""
        for hand in self._hands:
            if hand.loaded and not hand.partition and (partition := self._next()) and not hand.give(partition):
                self._ahead.appendleft(partition)
        if not self._ahead:
            self._ahead.extend(islice(self._line, 1))
        return bool(self._ahead or self._again or self._busy())

    def _next(self) -> Partition | None:
        busy = self._busy()
        if self._again:
            return None if busy else self._again.popleft()
        if any(self._deaths[partition.name] for partition in busy):
            return None
        return self._ahead.popleft() if self._ahead else next(self._line, None)

    def _busy(self) -> list[Partition]:
        return [hand.partition for hand in self._hands if hand.partition]

    def _hear(self, hand: _Hand) -> Iterator[Receipt]:
        try:
            said = hand.said()
        except (EOFError, OSError):
            yield from self._died(hand)
            return
        if isinstance(said, ThemescoutError):
            raise said
        self._stillborn = 0
        if said is not None:
            yield said

    def _died(self, hand: _Hand) -> Iterator[Receipt]:
        self._hands.remove(hand)
        why = hand.cause()
        if hand.loaded or self._begun_in_vain(why):
            self._hands.append(_Hand(self._work, self._environment))
        partition = hand.partition
        if partition is None:
            return
        self._deaths[partition.name] += 1
        if self._deaths[partition.name] < _TRIES:
            self._again.append(partition)
        else:
            del self._deaths[partition.name]
            yield self._lost(partition, f"the process that worked at it {why}, and so had two before it")

    def _begun_in_vain(self, why: str) -> bool:
        """Whether another worker is worth a try after one that died before it came to work."""
        self._stillborn += 1
        if self._stillborn >= _STILLBORN and not self._hands:
            raise BatchError(
                f"No worker gets as far as to work: the last one {why} while it loaded the study's model.",
                "If memory is short, close other programs or take a smaller model; what is done is kept.",
            )
        return self._stillborn < _STILLBORN


class _Hand:
    """One process and the pipe to it."""

    def __init__(self, work: Work, environment: Mapping[str, str]) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs,), daemon=True)
        self.loaded = False
        self.partition: Partition | None = None
        with _surroundings(environment), _deaf_to_interrupts():
            self._process.start()
        theirs.close()
        self.give(work)

    @property
    def wakers(self) -> tuple[Any, Any]:
        """What becomes ready when the process says something or dies."""
        return self._pipe, self._process.sentinel

    def give(self, thing: Any) -> bool:
        """Send the work or a partition; False where nobody is there to take it."""
        try:
            self._pipe.send(thing)
        except OSError:
            return False
        if self.loaded:
            self.partition = thing
        return True

    def said(self) -> Receipt | ThemescoutError | None:
        """A receipt, an error that ends the run, or None: ready for work. EOFError: it is dead."""
        if not self._pipe.poll():
            raise EOFError
        said: Receipt | ThemescoutError | None = self._pipe.recv()
        self.loaded, self.partition = True, None
        return said

    def end(self) -> None:
        """Kill it if it lives."""
        self._process.kill()
        self._process.join(_PATIENCE_S)
        self._pipe.close()

    def cause(self) -> str:
        """What a process that is gone died of, as the end of a sentence."""
        self._process.join(_PATIENCE_S)  # the pipe ends a moment before the process does
        code = self._process.exitcode
        self.end()
        if code is None or code >= 0:
            return f"ended with exit code {code}"
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        likely = " (memory may have run out)" if -code == signal.SIGKILL else ""
        return f"was killed by {name}{likely}"


def _speaking(hands: Iterable[_Hand]) -> list[_Hand]:
    """Those who said something or died; waits for one."""
    of = {waker: hand for hand in hands for waker in hand.wakers}
    ready = {id(of[waker]): of[waker] for waker in connection.wait(of)}
    return list(ready.values())


def _serve(pipe: Connection) -> None:
    """What a process does: take the work, load it, then a receipt for each partition, until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it and ends its workers
    given: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=(pipe, given), daemon=True).start()
    work: Work = given.get()
    try:
        if isinstance(work, Loading):
            work.load()
        pipe.send(None)
        while True:
            pipe.send(work(given.get()))
    except ThemescoutError as error:
        pipe.send(error)


def _listen(pipe: Connection, given: SimpleQueue[Any]) -> None:
    """Pass on what the parent sends. The pipe ends when the parent does, however it ends: then this process ends."""
    try:
        while True:
            given.put(pipe.recv())
    except (EOFError, OSError):
        os._exit(0)


@contextmanager
def temporary_files() -> Iterator[dict[str, str]]:
    """The environment in which processes put temporary files into a folder that is removed in the end.

    Copies of interviews from elsewhere are among them, and a process that is killed does not remove its own.
    """
    with tempfile.TemporaryDirectory(prefix="themescout-", ignore_cleanup_errors=True) as folder:
        yield dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)


@contextmanager
def _surroundings(environment: Mapping[str, str]) -> Iterator[None]:
    """A process begun meanwhile computes in one thread: libraries look at the environment when they are loaded."""
    wanted = {
        **SURROUNDINGS,
        **environment,
        "PYTHONWARNINGS": ",".join(filter(None, [os.environ.get("PYTHONWARNINGS"), _NO_TALK])),
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """A process begun meanwhile does not hear Ctrl-C, not even before it can say so."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
