"""The workers of one connection to a Dask scheduler, and what each of them holds.

Each partition is meant for one worker, so that a worker that was not checked gets none, and so that it is known what a
worker held when it died; Dask would try a deadly partition on one worker after another.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from distributed import CancelledError, KilledWorker

from themescout.batch.workers import greeting
from themescout.errors import BatchError, ThemescoutError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dask.typing import Key
    from distributed import Client, Future

    from themescout.batch.model import Partition, Receipt, Work
    from themescout.batch.workers.supply import Supply

HELD = 2  # partitions a worker holds: the one it works at, and the next, so that it never waits for the client
LOOK = 0.5  # seconds between two looks at who is there
ANSWER = 20.0  # seconds to fetch a receipt that is said to be ready
FIRST = 10.0  # seconds to wait for a first worker
PATIENCE = 60.0  # seconds to wait for another worker where all have left
LOADING = 600.0  # seconds to wait for an answer: to load the engine for the first time takes its time
STILLBORN = 4
GOES_ON = "What is done is kept; the same command goes on from there."
DIED = "its worker died four times, three of them while it had nothing else to do"


class SchedulerGoneError(Exception):
    """The connection to the scheduler is lost. Seen by `cluster` alone, which connects anew or gives up."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Member:
    """A worker process. `ready`: checked and handed the work; `refusal`: the sentence why it gets none."""

    address: str
    ready: bool = False
    refusal: str = ""
    alone: bool = False  # what it holds is under suspicion
    held: dict[Key, tuple[Future[Receipt], Partition]] = field(default_factory=dict)


class Crew:
    """Hands out partitions and collects receipts until the supply is dry.

    Args:
        client: connected.
        work: handed to each worker once.
        supply: what is to be done.
        tell: is told one sentence about each worker that gets no work.
    """

    def __init__(self, client: Client, work: Work, supply: Supply, tell: Callable[[str], None]) -> None:
        self._client, self._supply, self._tell = client, supply, tell
        self._token = uuid.uuid4().hex
        self._sealed = greeting.envelope(work)
        self._members: dict[str, _Member] = {}
        self._greetings: dict[Key, tuple[Future[dict[str, str]], _Member]] = {}
        self._holders: dict[Key, _Member] = {}  # key of a partition's future to who has it
        self._done: SimpleQueue[Future[object]] = SimpleQueue()
        self._count = 0
        self._looked = -LOOK
        self._alive = time.monotonic()  # when a worker that can be used was last seen
        self._began = False
        self._stillborn = 0  # workers in a row that left before they answered

    def receipts(self, lost: Callable[[Partition, str], Receipt]) -> Iterator[Receipt]:
        """Receipts as they come.

        Raises:
            SchedulerGoneError: the connection broke; `leave` gives back what was in flight.
            BatchError: there is no worker that can be used.
        """
        dry = False
        while not dry or self._holders or self._supply.waiting:
            if time.monotonic() - self._looked >= LOOK:
                yield from self._look(lost)
            handed, dry = self._hand_out()
            yield from self._collect(0 if handed else LOOK, lost)

    def leave(self) -> None:
        """Take back what is in flight: cancelled where it has not begun, and in the supply again."""
        flying = []
        for member in self._members.values():
            for future, partition in member.held.values():
                self._supply.back(partition, alone=member.alone)
                flying.append(future)
        self._members.clear()
        self._holders.clear()
        if flying and self._client.status == "running":
            self._client.cancel(flying, force=True)

    def _hand_out(self) -> tuple[bool, bool]:
        """Give one partition to whoever holds least: whether one was given, and whether there is none to give."""
        free = [m for m in self._members.values() if m.ready and not m.alone and len(m.held) < HELD]
        if not free:
            return False, False
        member = min(free, key=lambda member: len(member.held))
        if self._supply.suspects:
            if member.held:  # the first to be through with what it has takes the suspect
                return False, False
            member.alone = True
            self._submit(self._supply.suspect(), member)
            return True, False
        partition = self._supply.draw()
        if partition is None:
            return False, True
        self._submit(partition, member)
        return True, False

    def _key(self, what: str) -> tuple[str, str, int]:
        # A tuple's first part is the name under which Dask keeps its figures; they stay few.
        self._count += 1
        return f"themescout-{what}", self._token, self._count

    def _submit(self, partition: Partition, member: _Member) -> None:
        if self._client.status != "running":
            self._supply.back(partition, alone=member.alone)
            raise SchedulerGoneError
        future = self._client.submit(
            greeting.perform, self._token, partition, key=self._key("partition"), workers=[member.address]
        )
        member.held[future.key] = (future, partition)
        self._holders[future.key] = member
        future.add_done_callback(self._done.put)

    def _collect(self, wait: float, lost: Callable[[Partition, str], Receipt]) -> Iterator[Receipt]:
        """What became of the next future that is through, if one is within `wait` seconds."""
        try:
            future = self._done.get(timeout=wait) if wait else self._done.get_nowait()
        except Empty:
            return
        if future.key in self._greetings:
            self._answered(*self._greetings.pop(future.key))
        elif future.key in self._holders:
            yield from self._settle(self._holders[future.key], future.key, lost)

    def _settle(self, member: _Member, key: Key, lost: Callable[[Partition, str], Receipt]) -> Iterator[Receipt]:
        future, partition = member.held[key]
        if future.status == "cancelled":
            raise SchedulerGoneError
        error = future.exception() if future.status == "error" else None
        if error is None:
            try:
                receipt = future.result(timeout=ANSWER)
            except (CancelledError, OSError):  # its worker died with the receipt in hand, or the scheduler did
                yield from self._look(lost)
                if key in self._holders:
                    self._put_down(member, key)
                    self._supply.back(partition, alone=False)
                return
            self._put_down(member, key)
            yield receipt
            return
        alone = member.alone
        self._put_down(member, key)
        if isinstance(error, KilledWorker):
            if self._supply.died(partition, alone=alone):
                yield lost(partition, DIED)
        elif isinstance(error, greeting.NotGreetedError):
            self._supply.back(partition, alone=alone)
            self._greet(member)
        else:
            raise error

    def _put_down(self, member: _Member, key: Key) -> None:
        """The member no longer holds it; the scheduler forgets it."""
        member.held.pop(key)[0].release()
        del self._holders[key]
        member.alone = False

    def _look(self, lost: Callable[[Partition, str], Receipt]) -> Iterator[Receipt]:
        """Who has joined, who has left; the receipts of partitions that are lost by that."""
        try:
            there = set(self._client.nthreads()) if self._client.status == "running" else None
        except OSError:
            there = None
        if there is None:
            raise SchedulerGoneError
        self._looked = time.monotonic()
        for address in sorted(there - set(self._members)):
            self._members[address] = _Member(address=address)
            self._greet(self._members[address])
        for address in sorted(set(self._members) - there):
            yield from self._left(self._members.pop(address), lost)
        self._check()

    def _left(self, member: _Member, lost: Callable[[Partition, str], Receipt]) -> Iterator[Receipt]:
        self._greetings = {key: found for key, found in self._greetings.items() if found[1] is not member}
        alone, gone = member.alone, []
        self._stillborn += not (member.ready or member.refusal)
        if self._stillborn >= STILLBORN and not any(other.ready for other in self._members.values()):
            raise BatchError(f"{STILLBORN} workers in a row died while they loaded the engine.", "See what they say.")
        for key, (future, partition) in list(member.held.items()):
            self._client.cancel([future], force=True)
            self._put_down(member, key)
            if self._supply.died(partition, alone=alone):
                gone.append(partition)
        for partition in gone:
            yield lost(partition, DIED)

    def _greet(self, member: _Member) -> None:
        member.ready = False
        future = self._client.submit(
            greeting.greet, self._token, self._sealed, key=self._key("greeting"), workers=[member.address], priority=1
        )
        self._greetings[future.key] = (future, member)
        future.add_done_callback(self._done.put)

    def _answered(self, future: Future[dict[str, str]], member: _Member) -> None:
        """A worker said who it is: it is ready, or it is told of and gets nothing."""
        if future.status == "cancelled":
            raise SchedulerGoneError
        error = future.exception() if future.status == "error" else None
        if isinstance(error, KilledWorker):
            self._greet(member)  # another process at the same address; the next look sees if there is none
            return
        if error is None:
            try:
                differs = greeting.differences(future.result(timeout=ANSWER), greeting.identity())
            except (CancelledError, OSError):
                self._greet(member)  # it died with the answer in hand, or the network is slow
                return
            member.refusal = f"it has {differs}" if differs else ""
        elif isinstance(error, (ImportError, OSError, ThemescoutError)):
            # It lacks themescout, or cannot read the run's folder.
            member.refusal = " ".join(str(error).split()).rstrip(".")
        else:
            raise error
        if member.refusal:
            member.refusal = f"The worker {member.address} gets no work: {member.refusal}."
            self._tell(member.refusal)
        member.ready = not member.refusal
        if member.ready:
            self._began, self._stillborn = True, 0
        future.release()
        self._check()

    def _check(self) -> None:
        """Raise where nobody can work and it makes no sense to wait (any longer)."""
        members = self._members.values()
        if any(member.ready for member in members):
            self._alive = time.monotonic()
            return
        refusals = [member.refusal for member in members if member.refusal]
        waited = time.monotonic() - self._alive
        if not self._began and members and len(refusals) == len(members):
            raise BatchError(
                f"No worker can be used. {' '.join(refusals)}", "docs/dask.md says what must be the same everywhere."
            )
        if not members and not self._began and waited > FIRST:
            raise BatchError(
                "The scheduler has no workers.", "Start some: dask worker ADDRESS --nthreads 1 (see docs/dask.md)."
            )
        if waited > LOADING:
            raise BatchError(f"No worker has answered for {LOADING / 60:.0f} minutes.", GOES_ON)
        if self._began and len(refusals) == len(members) and waited > PATIENCE:
            raise BatchError(f"No worker is left; none has come for {PATIENCE:.0f} seconds.", GOES_ON)
