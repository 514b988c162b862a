"""What a batch of any size costs on any number of workers: a closed formula over measured rates."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The measured rates, one attribute for each key of `scale_rates.toml`; seconds, bytes, segments per second."""

    assumed: tuple[str, ...]
    machine: str
    measured_on: str
    segments: int
    partition: int
    row_bytes: float
    middle_bytes: float
    out_bytes: float
    cpu: float
    gpu: float
    fixed: float
    start: float
    slow_share: float
    slow_factor: float
    deaths_per_hour: float
    relative: tuple[float, ...]
    split: float
    hand_out: float
    scheduler: float
    finish: float
    work_bytes: float
    partition_bytes: float
    yardstick_bytes: float
    model_bytes: float
    checked: tuple[tuple[float, float, float, float], ...]
    storage: float
    link: float

    @property
    def partitions(self) -> int:
        """Number of partitions of the job."""
        return math.ceil(self.segments / self.partition)

    def seconds(self, kind: str) -> float:
        """Mean seconds of one partition on a worker that is not slow; `kind`: "cpu" or "gpu"."""
        return self.fixed + self.partition / (self.gpu if kind == "gpu" else self.cpu)

    @property
    def client(self) -> float:
        """Seconds of the client for one partition: it reads and splits, hands out and collects in one thread."""
        return self.partition / self.split + self.hand_out

    @property
    def moved(self) -> float:
        """Bytes of one partition that workers read from and write to the storage."""
        return self.partition * (self.middle_bytes + self.out_bytes)


def read(path: Path) -> Rates:
    """The rates of a TOML file, whatever section a key stands in."""
    data = tomllib.loads(path.read_text("utf-8"))
    flat: dict[str, Any] = {}
    for key, value in data.items():
        flat |= value if isinstance(value, dict) else {key: value}
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in flat.items()}
    return Rates(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a job takes on `workers` workers, in seconds.

    Attributes:
        begin: until the first worker is at work.
        bounds: (part, seconds that it needs if it is the bottleneck), longest first.
        tail: after the last partition was handed out, for the slowest of the last ones.
        finish: for the manifest.
    """

    workers: int
    begin: float
    bounds: tuple[tuple[str, float], ...]
    tail: float
    finish: float

    @property
    def bottleneck(self) -> str:
        """The part that all others wait for."""
        return self.bounds[0][0]

    @property
    def total(self) -> float:
        """Wall-clock seconds from the command to the manifest."""
        return self.begin + self.bounds[0][1] + self.tail + self.finish


def cost(rates: Rates, kind: str, workers: int) -> Cost:
    """The closed formula: what the slowest part takes, and what comes before and after it."""
    times = rates.seconds(kind)
    each = rates.partitions
    bounds = {
        "workers": each * times * _again(rates, times) / _full_workers(rates, workers),
        "client": each * rates.client,
        "scheduler": each * rates.scheduler,
        "client's link": rates.segments * (rates.row_bytes + rates.middle_bytes) / rates.link,
        "storage": each * rates.moved / rates.storage,
    }
    ranked = tuple(sorted(bounds.items(), key=lambda item: -item[1]))
    return Cost(
        workers=workers,
        begin=rates.start + greeting(rates, workers),
        bounds=ranked,
        tail=_tail(rates, times, workers),
        finish=each * rates.finish,
    )


def greeting(rates: Rates, workers: int) -> float:
    """Seconds to hand the work to all workers and let each read the yardstick."""
    sent = workers * (rates.hand_out + rates.work_bytes / rates.link)
    return sent + rates.yardstick_bytes * max(workers / rates.storage, 1 / rates.link)


def limits(rates: Rates, kind: str) -> dict[str, float]:
    """The number of workers from which on each other part is the bottleneck."""
    times = rates.seconds(kind)
    links = rates.partition * (rates.row_bytes + rates.middle_bytes) / rates.link
    return {
        "client": times / rates.client,
        "scheduler": times / rates.scheduler,
        "client's link": times / links,
        "storage": times * rates.storage / rates.moved,
    }


def _full_workers(rates: Rates, workers: int) -> float:
    """Slow ones counted by what they do; their number is rounded as in the simulation."""
    slow = round(workers * rates.slow_share)
    return workers - slow + slow / rates.slow_factor


def _again(rates: Rates, times: float) -> float:
    """How many times the work is done, deaths included.

    A death costs the part of a partition that was done, on average E[t²] / (2 E[t]) (the mean age in a renewal
    process), and the start of another process.
    """
    values = rates.relative
    square = len(values) * sum(value**2 for value in values) / sum(values) ** 2
    return 1 + rates.deaths_per_hour / 3600 * (times * square / 2 + rates.start)


def _tail(rates: Rates, times: float, workers: int) -> float:
    """The longest partition on the slowest worker: on average about what passes from the last hand-out to the end."""
    slow = rates.slow_factor if round(workers * rates.slow_share) else 1.0
    return times * slow * max(rates.relative) * len(rates.relative) / sum(rates.relative)
