"""docs/scale.md from its template, the rates, the formula and the simulation. The same rates give the same page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.scale import cost, limits
from benchmarks.scale_simulation import Simulation, plant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.scale import Rates

KINDS = {"cpu": "CPU, one core each", "gpu": "GPU"}
ASKED = (1, 2, 20, 200, 2000)
SIMULATED = (2, 20, 200)
ROWS = {
    "cpu": "segments per second of a worker, one core",
    "gpu": "segments per second of a worker with a GPU",
    "fixed": "seconds of a partition that do not depend on its length",
    "start": "seconds until a new worker has loaded engine and yardstick",
    "split": "segments per second that the client reads and splits",
    "hand_out": "seconds of the client for a partition (hand out, hear, fetch the receipt)",
    "scheduler": "seconds of the scheduler for a partition",
    "finish": "seconds of the client for a partition, for the manifest",
    "storage": "bytes per second of the storage, all workers together",
    "link": "bytes per second of the client's link",
    "row_bytes": "bytes of a segment as read by the client",
    "middle_bytes": "bytes of a segment in a stretch",
    "out_bytes": "bytes of a segment in the output",
    "deaths_per_hour": "deaths of a worker in an hour",
    "slow_share": "share of workers that are slow",
}


def page(template: str, rates: Rates) -> str:
    """The text with everything filled in."""
    death = rates.deaths_per_hour / 3600
    times = rates.seconds("cpu")
    return template.format(
        segments=_count(rates.segments),
        partition=_count(rates.partition),
        partitions=_count(rates.partitions),
        machine=rates.machine,
        measured_on=rates.measured_on,
        rates=_lines((text + "*" * (key in rates.assumed), _number(getattr(rates, key))) for key, text in ROWS.items()),
        cpu_seconds=f"{times:.1f}",
        gpu_seconds=f"{rates.seconds('gpu'):.2f}",
        work_bytes=_bytes(rates.work_bytes),
        yardstick_bytes=_bytes(rates.yardstick_bytes),
        yardstick_all=_bytes(200 * rates.yardstick_bytes),
        yardstick_seconds=f"{200 * rates.yardstick_bytes / rates.storage:.1f}",
        partition_bytes=_bytes(rates.partition_bytes),
        costs=_costs(rates),
        limits=_limits(rates),
        scheduler_ms=f"{1000 * rates.scheduler:.1f}",
        scheduler_n=_count(round(limits(rates, "cpu")["scheduler"], -2)),
        storage_rate=f"{200 * rates.moved / times / 1e6:.0f}",
        ledger=f"{rates.partitions * 500 / 1e6:.0f}",
        innocent=f"{2 * rates.partitions * (death * times) ** 4:.1g}",
        deaths=f"{rates.deaths_per_hour:g}",
        slow_factor=f"{rates.slow_factor:g}",
        simulated=_simulated(rates),
        checked=_checked(rates),
    )


def _lines(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(heads) - 1)]
    return _lines([heads, rule, *rows])


def _costs(rates: Rates) -> str:
    rows = []
    for kind, name in KINDS.items():
        for workers in ASKED:
            found = cost(rates, kind, workers)
            other = found.bounds[1]
            rows.append(
                (
                    f"{workers} × {name}", _time(found.total), _count(round(rates.segments / found.total, -2)),
                    found.bottleneck, f"{other[0]} ({_time(other[1])})", _time(found.begin), _time(found.finish),
                )
            )  # fmt: skip
    heads = ("workers", "whole", "segments/s", "waits for", "next", "begin", "finish")
    return _table(heads, rows)


def _limits(rates: Rates) -> str:
    found = {kind: limits(rates, kind) for kind in KINDS}
    parts = sorted(found["cpu"], key=lambda part: found["cpu"][part])
    rows = [(part, *(_count(int(found[kind][part])) for kind in KINDS)) for part in parts]
    return _table(("part", *KINDS.values()), rows)


def _simulated(rates: Rates) -> str:
    rows = []
    for kind, name in KINDS.items():
        for workers in SIMULATED:
            found = cost(rates, kind, workers)
            formula = found.bounds[0][1] + found.tail
            outcome = Simulation(plant(rates, kind, workers)).run()
            rows.append(
                (
                    f"{workers} × {name}", _count(round(formula)), _count(round(outcome.seconds)),
                    f"{100 * (outcome.seconds / formula - 1):+.1f} %", f"{100 * outcome.busy:.0f} %",
                    f"{100 * outcome.client:.0f} %", str(outcome.deaths), str(outcome.lost),
                )
            )  # fmt: skip
    heads = ("workers", "formula", "simulation", "difference", "workers busy", "client busy", "deaths", "lost")
    return _table(heads, rows)


def _checked(rates: Rates) -> str:
    rows = [
        (f"{1000 * mean:.0f} ms", f"{count:.0f}", f"{real:.2f}", f"{made:.2f}", f"{100 * (made / real - 1):+.1f} %")
        for mean, count, real, made in rates.checked
    ]
    return _table(("mean of a partition", "partitions", "real s", "simulated s", "difference"), rows)


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _number(value: float) -> str:
    return _count(value) if value >= 100 else f"{value:g}"


def _bytes(value: float) -> str:
    return f"{value / 1e6:,.1f} MB" if value >= 1e6 else f"{value / 1e3:,.1f} kB"


def _time(seconds: float) -> str:
    if seconds >= 48 * 3600:
        return f"{seconds / 86400:.1f} days"
    if seconds >= 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 60:.1f} min" if seconds >= 60 else f"{seconds:.1f} s"
