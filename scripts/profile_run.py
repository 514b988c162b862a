"""Where do the seconds of `themescout run` go? By stage, by function, by imported package.

    python scripts/profile_run.py [STUDY] [--segments 1000] [--engine int8] [--runs 3]

STUDY must have been added to, and not run; it is copied. Left out, it is made of the first interviews of
anthropic_interviewer/workforce that give so many segments. Stages are timed without a profiler, each run in a cold
process, the first of which is thrown away; functions are from one more run under cProfile, which makes Python's own
work look longer than it is; imports are from `-X importtime`. "Within" is a function with all that it calls.
"""

from __future__ import annotations

import argparse
import json
import os
import pstats
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks import imports, run_study, spoken
from benchmarks.tables import table
from benchmarks.turns import SCRIPTS

PROGRAM = "from benchmarks.run_stages import main; main()"
_LISTED = 12
_SOURCES = "/themescout/"


def ran(study: Path, engine: str, *more: str, flags: tuple[str, ...] = ()) -> tuple[dict[str, float], str]:
    """Seconds by stage of a run on a copy of the study in a process of its own, and what it said on stderr."""
    path = os.pathsep.join(filter(None, [str(SCRIPTS), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path, "THEMESCOUT_EMBED_ENGINE": engine}
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(study, Path(folder) / "study")
        done = subprocess.run(
            [sys.executable, *flags, "-c", PROGRAM, str(copy), *more],
            check=True, capture_output=True, text=True, env=environment,
        )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def stages(study: Path, engine: str, runs: int) -> str:
    """Median seconds of each stage, and its share."""
    found = [ran(study, engine)[0] for _ in range(runs + 1)][1:]
    middle = {name: median(run[name] for run in found) for name in found[0]}
    total = sum(middle.values())
    lines = [[name, f"{seconds:.2f}", f"{100 * seconds / total:.0f} %"] for name, seconds in middle.items()]
    return table(("stage", "seconds", "share"), [*lines, ["together", f"{total:.2f}", "100 %"]])


def functions(study: Path, engine: str, folder: Path) -> str:
    """The functions in which most time is spent: of ours, with what they call; and of all, by themselves."""
    file = folder / "profile"
    ran(study, engine, str(file))
    found = pstats.Stats(str(file)).stats  # type: ignore[attr-defined]  # it has had that name for decades
    rows = [(name_of(key), calls[2], calls[3], _SOURCES in key[0]) for key, calls in found.items()]
    within = sorted((row for row in rows if row[3]), key=lambda row: -row[2])[:_LISTED]
    alone = sorted(rows, key=lambda row: -row[1])[:_LISTED]
    parts = [
        table(
            ("function of ours", "seconds within"), [[name, f"{cumulative:.2f}"] for name, _, cumulative, _ in within]
        ),
        table(("function, alone", "seconds"), [[name, f"{own:.2f}"] for name, own, _, _ in alone]),
    ]
    return "\n\n".join(parts)


def name_of(key: tuple[str, int, str]) -> str:
    """File and function, short enough for a table."""
    file, _, function = key
    for folder in ("/site-packages/", _SOURCES, "/"):
        if folder in file:
            return f"{file.rpartition(folder)[2]} {function}"
    return function  # built in


def imported(study: Path, engine: str) -> str:
    """The packages that take longest to import."""
    _, said = ran(study, engine, flags=("-X", "importtime"))
    found = imports.by_package(said)
    lines = [[name, f"{seconds:.2f}"] for name, seconds in found.most_common(_LISTED)]
    return table(("imports of", "seconds"), [*lines, ["all", f"{found.total():.2f}"]])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", type=Path, nargs="?")
    parser.add_argument("--segments", type=int, default=1000, help="of the study that is made (default 1,000)")
    parser.add_argument("--engine", default="int8", choices=("int8", "torch", "static"))
    parser.add_argument("--runs", type=int, default=3, help="(default 3)")
    parser.add_argument("--data", type=Path, default=spoken.DATA, help="where the sets lie (default %(default)s)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, study = Path(temporary), given.study
        if study is None:
            taken = run_study.from_data(given.data, segments=given.segments, interviews=1)
            study = run_study.added(folder / "added", taken)
            print(f"{taken.sentence}, engine {given.engine}\n")
        print(stages(study, given.engine, given.runs), end="\n\n", flush=True)
        print(functions(study, given.engine, folder), end="\n\n", flush=True)
        print(imported(study, given.engine))


if __name__ == "__main__":
    main()
