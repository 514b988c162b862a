"""The loop of `batch.workers.crew`, simulated event by event: workers that take their time, are slow, die.

What is next is decided by the same `Supply`. Time is simulated, so that 200 workers of ten hours take a second.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from themescout.batch.model import Partition
from themescout.batch.workers.crew import HELD, LOOK
from themescout.batch.workers.supply import Supply

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.scale import Rates


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """What is simulated.

    Attributes:
        seconds: of each partition on a worker that is not slow.
        speeds: of each worker; 1 = not slow, 0.5 = takes twice the time.
        draw: seconds of the client to read and split one partition.
        hand_out: seconds of the client to submit one and to fetch its receipt; half of it each.
        deaths: of each worker in a second.
        restart: seconds until another process is at work in its place.
    """

    seconds: Sequence[float]
    speeds: Sequence[float]
    draw: float = 0.0
    hand_out: float = 0.0
    deaths: float = 0.0
    restart: float = 0.0


def plant(rates: Rates, kind: str, workers: int, seed: int = 0) -> Plant:
    """The job of `rates` on workers of a kind ("cpu", "gpu"); partition times are drawn from the measured ones."""
    rng = random.Random(seed)  # noqa: S311  # times, not secrets
    mean = sum(rates.relative) / len(rates.relative)
    slow = round(workers * rates.slow_share)
    return Plant(
        seconds=[rates.seconds(kind) * rng.choice(rates.relative) / mean for _ in range(rates.partitions)],
        speeds=[1 / rates.slow_factor] * slow + [1.0] * (workers - slow),
        draw=rates.partition / rates.split,
        hand_out=rates.hand_out,
        deaths=rates.deaths_per_hour / 3600,
        restart=rates.start,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it: seconds from the first hand-out to the last receipt; counts; shares of that time, 0..1."""

    seconds: float
    done: int
    lost: int
    deaths: int
    busy: float  # workers at work
    client: float  # the client at work


@dataclass(slots=True, eq=False)
class _Worker:
    speed: float
    ready: bool = True
    alone: bool = False
    life: int = 0  # which process it is
    held: dict[str, Partition] = field(default_factory=dict)  # as the client sees it
    line: deque[Partition] = field(default_factory=deque)  # what is not worked at yet
    working: bool = False
    until: float = 0.0  # when it is through with what it works at


class Simulation:
    """One run; the same seed gives the same run."""

    def __init__(self, plant: Plant, seed: int = 0) -> None:
        self._plant = plant
        self._random = random.Random(seed)  # noqa: S311  # times, not secrets
        self._workers = [_Worker(speed) for speed in plant.speeds]
        self._supply = Supply(self._partitions())
        self._events: list[tuple[float, int, str, _Worker, int, Partition | None]] = []
        self._numbers = count()
        self._through: deque[tuple[_Worker, int, Partition]] = deque()
        self._now = self._busy = self._client = 0.0
        self._done = self._lost = self._deaths = 0
        for worker in self._workers:
            self._doom(worker, 0.0)

    def run(self) -> Outcome:
        """Until every partition has its receipt."""
        dry = False
        while self._done + self._lost < len(self._plant.seconds):
            while self._events and self._events[0][0] <= self._now:
                when, _, what, worker, life, partition = heapq.heappop(self._events)
                self._happen(when, what, worker, life, partition)
            handed = False
            if not dry or self._supply.waiting:
                handed, dry = self._hand_out()
            if not self._collect() and not handed:
                self._now = max(self._now, self._events[0][0])
        share = self._now or 1.0
        return Outcome(
            seconds=self._now,
            done=self._done,
            lost=self._lost,
            deaths=self._deaths,
            busy=self._busy / share / len(self._workers),
            client=self._client / share,
        )

    def _partitions(self) -> Iterator[Partition]:
        for number in range(len(self._plant.seconds)):
            self._spend(self._plant.draw)
            yield Partition(name=str(number), sources=())

    def _spend(self, seconds: float) -> None:
        self._now += seconds
        self._client += seconds

    def _hand_out(self) -> tuple[bool, bool]:
        """As `Crew` does it."""
        free = [worker for worker in self._workers if worker.ready and not worker.alone and len(worker.held) < HELD]
        if not free:
            return False, False
        worker = min(free, key=lambda worker: len(worker.held))
        if self._supply.suspects:
            if worker.held:
                return False, False
            worker.alone = True
            partition: Partition | None = self._supply.suspect()
        else:
            partition = self._supply.draw()
        if partition is None:
            return False, True
        self._spend(self._plant.hand_out / 2)
        worker.held[partition.name] = partition
        worker.line.append(partition)
        if not worker.working:
            self._begin(worker, self._now)
        return True, False

    def _collect(self) -> bool:
        if not self._through:
            return False
        worker, life, partition = self._through.popleft()
        if life == worker.life:
            self._spend(self._plant.hand_out / 2)
            del worker.held[partition.name]
            worker.alone = False
            self._done += 1
        return True

    def _at(self, when: float, what: str, worker: _Worker, partition: Partition | None = None) -> None:
        heapq.heappush(self._events, (when, next(self._numbers), what, worker, worker.life, partition))

    def _begin(self, worker: _Worker, when: float) -> None:
        """The next in its line; it does not wait for the client."""
        worker.working = bool(worker.line)
        if worker.line:
            partition = worker.line.popleft()
            seconds = self._plant.seconds[int(partition.name)] / worker.speed
            worker.until = when + seconds
            self._busy += seconds
            self._at(worker.until, "done", worker, partition)

    def _doom(self, worker: _Worker, when: float) -> None:
        if self._plant.deaths:
            self._at(when + self._random.expovariate(self._plant.deaths), "death", worker)

    def _happen(self, when: float, what: str, worker: _Worker, life: int, partition: Partition | None) -> None:
        if what == "seen":
            assert partition is not None  # noqa: S101  # for the type checker
            self._lost += self._supply.died(partition, alone=bool(life))
        elif what == "ready":
            worker.ready = True
            self._doom(worker, when)
        elif life == worker.life and what == "death":
            self._die(worker, when)
        elif life == worker.life and partition is not None:
            self._through.append((worker, life, partition))
            self._begin(worker, when)

    def _die(self, worker: _Worker, when: float) -> None:
        """All it holds is under suspicion, as soon as the client looks."""
        self._deaths += 1
        if worker.working:
            self._busy -= worker.until - when
        seen = when + self._random.uniform(0, LOOK)
        for partition in worker.held.values():
            heapq.heappush(self._events, (seen, next(self._numbers), "seen", worker, int(worker.alone), partition))
        worker.life += 1
        worker.held, worker.line = {}, deque()
        worker.ready = worker.alone = worker.working = False
        self._at(when + self._plant.restart, "ready", worker)
