"""Time and memory of a whole process, vectors given: start, imports, loading, fit, exit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import methods
from benchmarks.tables import NOTHING, figure, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

HEADS = ("process", "themes", "median seconds", "range", "peak memory")
LARGEST_WITH_BERTOPIC = 6000  # rows; above, BERTopic runs only where asked for
_PROGRAM = "from benchmarks.alone import main; main()"
_MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One process: seconds of wall clock from start to exit, groups found, peak of memory in bytes."""

    seconds: float
    themes: int
    peak: int


def whole_process(x: NDArray[np.float32], texts: Sequence[str], *, pairs: int, with_bertopic: bool) -> str:
    """Ours against BERTopic (default), one process each and in turn, so that a busy moment meets both alike."""
    names = [methods.OURS, methods.BERTOPIC] if with_bertopic else [methods.OURS]
    times: dict[str, list[Timed]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        vectors, words = Path(folder) / "vectors.npy", Path(folder) / "texts.json"
        np.save(vectors, x)
        words.write_text(json.dumps(list(texts)), "utf-8")
        for turn, seed in enumerate(methods.seeds(pairs)):
            for name in names if turn % 2 == 0 else reversed(names):
                times[name].append(timed(name, vectors, words, seed))
                print(f"{name}, seed {seed}: {times[name][-1].seconds:.1f} s", file=sys.stderr)
    return rendered(times)


def timed(name: str, vectors: Path, texts: Path, seed: int) -> Timed:
    """Run one method in a process of its own."""
    here = str(Path(__file__).resolve().parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")]))}
    command = [sys.executable, "-c", _PROGRAM, name, str(vectors), str(texts), str(seed)]
    began = time.perf_counter()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    seconds = time.perf_counter() - began
    said = json.loads(done.stdout.splitlines()[-1])
    return Timed(seconds=seconds, themes=said["themes"], peak=said["peak"])


def rendered(times: dict[str, list[Timed]]) -> str:
    """The table, and the ratio of each pair where there are two."""
    lines = [_line(name, found) for name, found in times.items()]
    parts = [table(HEADS, lines)]
    if len(times) > 1:
        ratios = [
            mine.seconds / other.seconds
            for mine, other in zip(times[methods.OURS], times[methods.BERTOPIC], strict=True)
        ]
        each = ", ".join(figure(ratio, 2) for ratio in ratios)
        parts.append(f"{methods.OURS} / {methods.BERTOPIC}, by pair: {each}; median {median(ratios):.2f}.")
    return "\n\n".join(parts)


def _line(name: str, found: Sequence[Timed]) -> list[str]:
    seconds = [each.seconds for each in found]
    return [
        name,
        figure(median(each.themes for each in found), 0),
        figure(median(seconds), 1),
        f"{min(seconds):.1f}{NOTHING}{max(seconds):.1f}",
        f"{max(each.peak for each in found) / _MIB:,.0f} MiB",
    ]
