"""Several ways to do the same thing, in turn, so that a busy moment meets all of them alike."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.tables import NOTHING, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SCRIPTS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way: its name, and what does it once and says how many seconds of wall clock it took."""

    name: str
    once: Callable[[], float]


def in_turn(ways: Sequence[Way], rounds: int) -> dict[str, list[float]]:
    """Seconds of each way in each round; they follow each other A B C, and again."""
    found: dict[str, list[float]] = {way.name: [] for way in ways}
    for number in range(rounds):
        for way in ways:
            found[way.name].append(way.once())
            print(f"round {number + 1}: {way.name} {found[way.name][-1]:.2f} s", file=sys.stderr, flush=True)
    return found


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def process(command: Sequence[str], environment: Mapping[str, str] | None = None) -> float:
    """Seconds of a process from start to exit; modules among the scripts can be imported in it."""
    path = os.pathsep.join(filter(None, [str(SCRIPTS), os.environ.get("PYTHONPATH")]))
    made = {**os.environ, "PYTHONPATH": path, "HF_HUB_OFFLINE": "1", **(environment or {})}
    return timed(lambda: _run(command, made))


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    )
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr[-1000:]}")


def rendered(found: Mapping[str, Sequence[float]], of: int = 0) -> str:
    """A Markdown table; the first way is what the others are compared with, round by round.

    `of` = how many texts each did: then texts a second are shown instead of seconds.
    """
    first = next(iter(found.values()))

    def shown(seconds: float) -> str:
        return f"{of / seconds:,.0f}" if of else f"{seconds:.2f}"

    lines = []
    for name, seconds in found.items():
        ratios = [other / own for other, own in zip(first, seconds, strict=True)]
        lines.append(
            [
                name,
                shown(median(seconds)),
                f"{shown(max(seconds) if of else min(seconds))}{NOTHING}{shown(min(seconds) if of else max(seconds))}",
                f"{median(ratios):.2f}",
                ", ".join(f"{ratio:.2f}" for ratio in ratios),
            ]
        )
    what = "texts a second" if of else "seconds"
    return table(("what", f"{what}, median", "range", "times as fast, median", "each round"), lines)
