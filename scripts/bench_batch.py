"""What does a batch run cost: seconds, where they go, memory, and does a text cost more where there are more of them?

    python scripts/bench_batch.py STUDY [--engines static int8] [--workers 2]    # all podcasts with each engine
    python scripts/bench_batch.py STUDY --texts 10000 40000 100000 435065        # N rows, from all over the table
    python scripts/bench_batch.py STUDY --interviews                             # 1,268 interviews in one run

STUDY is a study that has been added to; it is copied for each engine, the engine is set and `themescout run` is called
beforehand. Each run is a process of its own with an empty folder. Seconds by part are added up over workers, from the
manifest. Memory: the most that all processes held together, looked at ten times a second (memory that they share counts
in each of them), and the peaks of all processes added up. Needs /proc.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import spoken
from benchmarks.tables import NOTHING, table
from benchmarks.watched import Watched, watch

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM = [sys.executable, "-c", "from themescout.cli import main; main()"]
WELL = {0, 3}  # exit codes of a run that came to its end
ENGINES = ("static", "int8")
HEADS = (
    "run", "texts", "words a text", "seconds", "processor s", "ms a text", "processor ms a text", "to the first",
    "µs a word", "to the first", "peak MiB", "peaks added MiB",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One batch run: its name in the table, what it took, and its manifest."""

    name: str
    took: Watched
    manifest: dict[str, Any]

    @property
    def texts(self) -> int:
        """Texts written, at least 1."""
        return max(1, int(self.manifest["totals"]["texts"]))

    @property
    def words(self) -> int:
        """Words written, at least 1."""
        return max(1, int(self.manifest["totals"]["words"]))

    @property
    def each(self) -> tuple[float, float]:
        """Milliseconds of wall clock and of processor for a text."""
        return 1000 * self.took.seconds / self.texts, 1000 * self.took.processor / self.texts


def with_engine(study: Path, engine: str, folder: Path) -> Path:
    """A copy of the study, embedded with the engine and run to its suggestions."""
    made = Path(shutil.copytree(study, folder / f"study-{engine}"))
    file = made / "themescout.toml"
    text = re.sub(r"(?m)^engine *=.*\n", "", file.read_text("utf-8"))
    file.write_text(re.sub(r"(?m)^\[embed\]$", f'[embed]\nengine = "{engine}"', text), "utf-8")
    subprocess.run([*PROGRAM, "run", str(made)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return made


def spread(source: Path, rows: int, folder: Path) -> Path:
    """Rows of a .jsonl.gz at equal distances as a table of its own: the first ones may be shorter than the others."""
    made = folder / f"{rows}.jsonl.gz"
    with gzip.open(source, "rb") as whole:
        distance = max(1, sum(1 for _ in whole) // rows)
    with gzip.open(source, "rb") as whole, gzip.open(made, "wb", compresslevel=1) as part:
        part.writelines(islice(islice(whole, 0, None, distance), rows))
    return made


def batch(name: str, inputs: Sequence[Path], study: Path, workers: int, folder: Path) -> Run:
    """Run it in an empty folder, which is removed."""
    out = folder / "out"
    options = ["--study", str(study), "-o", str(out), "--json", *(["--workers", str(workers)] if workers else [])]
    took = watch([*PROGRAM, "batch", *map(str, inputs), *options])
    if took.code not in WELL:
        sys.exit(f"{name}: the run ended with {took.code}")
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    shutil.rmtree(out)
    print(f"{name}: {took.seconds:.1f} s", file=sys.stderr, flush=True)
    return Run(name=name, took=took, manifest=manifest)


def costs(runs: Sequence[Run]) -> str:
    """Seconds, memory, cost of a text and of a word; "to the first" is that cost against the first run's."""
    first, lines = runs[0], []
    for run in runs:
        growth = " / ".join(f"{own / base:.2f}" for own, base in zip(run.each, first.each, strict=True))
        took, word = run.took, 1e6 * run.took.seconds / run.words
        by_word = word / (1e6 * first.took.seconds / first.words)
        lines.append(
            [
                run.name, f"{run.texts:,}", f"{run.words / run.texts:.1f}", f"{took.seconds:,.1f}",
                f"{took.processor:,.1f}", f"{run.each[0]:.3f}", f"{run.each[1]:.3f}", growth, f"{word:,.1f}",
                f"{by_word:.2f}", f"{took.peak / 2**20:,.0f}", f"{took.bound / 2**20:,.0f}",
            ]
        )  # fmt: skip
    return table(HEADS, lines)


def parts(runs: Sequence[Run]) -> str:
    """Where the seconds went, added up over workers."""
    timings = [run.manifest["timing"]["parts"] for run in runs]
    names = sorted({name for timing in timings for name in timing})
    lines = [
        [run.name, *(f"{timing[name]:,.1f}" if name in timing else NOTHING for name in names)]
        for run, timing in zip(runs, timings, strict=True)
    ]
    return table(("seconds of", *names), lines)


def read(run: Run) -> str:
    """How many files were read, and which were refused."""
    given, refused = run.manifest["inputs"], run.manifest["refused"]
    names = {item["path"] for item in refused}
    lines = [f"{len(given):,} files: {len(given) - len(names):,} read, {len(names):,} refused."]
    return "\n".join([*lines, *(f"- {item['path']}: {item['sentence']}" for item in refused)])


def measured(given: argparse.Namespace, engine: str, folder: Path) -> list[str]:
    """The tables of one engine."""
    study = with_engine(given.study, engine, folder)
    if given.interviews:
        run = batch("interviews", spoken.workforce(given.data), study, given.workers, folder)
        return [f"### Interviews, {engine}", costs([run]), parts([run]), read(run)]
    source = spoken.podcasts(given.data)
    tables = {f"{n:,} of them": spread(source, n, folder) for n in given.texts} or {"all": source}
    runs = [batch(name, [path], study, given.workers, folder) for name, path in tables.items()]
    return [f"### Podcasts, {engine}", costs(runs), parts(runs)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", type=Path)
    parser.add_argument("--engines", nargs="+", default=ENGINES, choices=("static", "int8", "torch"))
    parser.add_argument("--workers", type=int, default=0, help="processes; as the command has it if left out")
    parser.add_argument("--texts", type=int, nargs="+", default=[], help="numbers of rows; all if left out")
    parser.add_argument("--interviews", action="store_true", help="the interviews of anthropic_interviewer instead")
    parser.add_argument("--data", type=Path, default=spoken.DATA, help="where the sets lie (default %(default)s)")
    given = parser.parse_args()
    for engine in given.engines:
        with tempfile.TemporaryDirectory() as folder:
            print("\n\n".join(measured(given, engine, Path(folder))), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
