"""The simulation beside the real thing: two local Dask workers that sleep; and what Dask itself costs."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from benchmarks.scale_simulation import Outcome, Plant, Simulation
from themescout.batch.model import Partition, Receipt
from themescout.batch.workers.cluster import DaskWorkers


@dataclass(frozen=True, slots=True)
class Sleeps:
    """A work that only takes its time; a partition's name is its number and its milliseconds."""

    def __call__(self, partition: Partition) -> Receipt:
        time.sleep(float(partition.name.split()[1]) / 1000)
        return Receipt(partition=partition.name, texts=1, words=1, themes=(), codes=())


def _lost(partition: Partition, why: str) -> Receipt:
    raise RuntimeError(f"{partition.name}: {why}")


def real(seconds: tuple[float, ...], workers: int = 2) -> float:
    """Seconds from the first receipt of a warm-up to the last receipt, on local Dask workers."""
    warm = [Partition(name=f"{-1 - i} 1", sources=()) for i in range(4 * workers)]
    line = [Partition(name=f"{i} {value * 1000:.3f}", sources=()) for i, value in enumerate(seconds)]
    began = last = 0.0
    for number, _ in enumerate(DaskWorkers(None, workers).do(Sleeps(), [*warm, *line], _lost), start=1):
        last = time.perf_counter()
        if number == len(warm):
            began = last
    return last - began


def overhead(partitions: int = 2000) -> float:
    """Seconds of client, scheduler and worker together for one partition at which there is nothing to do."""
    return real((0.0,) * partitions) / partitions


def simulated(seconds: tuple[float, ...], each: float, workers: int = 2) -> Outcome:
    """The same run in the simulation, where the client takes `each` seconds for a partition."""
    return Simulation(Plant(seconds=seconds, speeds=(1.0,) * workers, hand_out=each)).run()


def times(count: int, mean: float, seed: int = 1) -> tuple[float, ...]:
    """Seconds with a long tail (log-normal, half of the mean as deviation)."""
    rng = random.Random(seed)  # noqa: S311  # times, not secrets
    return tuple(rng.lognormvariate(0, 0.47) * mean / 1.117 for _ in range(count))
