"""Kill `add` and `run` at random moments on the whole demo with the real model; compare with a study left alone.

    python scripts/check_interrupted.py [--kills 20] [--seed 1] [--folder DIR]

Half of the kills hit `add`, of one more file each time, half `run`, of another seed each time, so that there is always
something to do. Exit code 0: the study always opened, no decision was lost, the tables are the same.
"""

from __future__ import annotations

import argparse
import csv
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from themescout import project, settings
from themescout.pipeline import stages
from themescout.resources import resource
from themescout.review import service as review
from themescout.types import Verdict

WAVE = resource("data", "demo", "wave1")


def call(*args: object) -> subprocess.Popen[bytes]:
    """Start themescout with these arguments."""
    command = [sys.executable, "-c", "from themescout.cli import main; main()", *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def timed(*args: object) -> float:
    """Seconds that the command took; it must end well."""
    began = time.monotonic()
    if call(*args).wait():
        raise SystemExit(f"failed: {' '.join(map(str, args))}")
    return time.monotonic() - began


def new(folder: Path) -> Path:
    """A study with one interview, run, and five decisions."""
    made = settings.changed(settings.Settings(), "study", title="Interrupted")
    project.create(folder, made).close()
    timed("add", folder, min(WAVE.iterdir()))
    timed("run", folder)
    with project.open_study(folder) as study:
        book = stages.load_codebook(study)
        for item in review.queue(study, "check")[:5]:
            found = item.suggestion
            kind, code = (found.kind, found.ranked[0].code) if found else (None, None)
            review.decide(
                study, segment=item.segment.id, verdict=Verdict.ACCEPT, kind=kind, code=code, coder="check", book=book
            )
    return folder


def decided(folder: Path) -> list[str]:
    """The log of decisions; opening the study is part of the check."""
    with project.open_study(folder) as study:
        return [repr((d.seq, d.segment, d.verdict, d.kind, d.code, d.quote)) for d in study.store.decisions.all()]


def tables(folder: Path) -> dict[str, list[tuple[str, ...]]]:
    """The CSV tables of the report, as rows without the numbers of themes, sorted.

    A theme keeps the number that it had in an earlier run, so that numbers tell what came before.
    """
    found = {}
    for path in sorted((folder / "reports" / "csv").iterdir()):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file)) if path.suffix == ".csv" else [{"text": file.read()}]
        found[path.name] = sorted(
            tuple(value for key, value in row.items() if key not in {"theme", "nearest"}) for row in rows
        )
    return found


def hunt(folder: Path, kills: int, rng: random.Random, took: tuple[float, float]) -> int:
    """Start and kill; number of commands that were still at work then."""
    before, fatal = decided(folder), 0
    for i in range(kills):
        adding = i < kills // 2
        if i == kills // 2:
            timed("add", folder, WAVE)
        files = sorted(WAVE.iterdir())[: 2 + i]
        command = ["add", folder, *files] if adding else ["run", folder, "--seed", str(i)]
        process, after = call(*command), rng.uniform(0.2, 1.0) * took[not adding]
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()
        fatal += process.wait() < 0
        if decided(folder) != before:
            raise SystemExit(f"kill {i + 1}: decisions differ")
        print(f"kill {i + 1:>2} of {command[0]} after {after:6.2f} s: opens, {len(before)} decisions are there")
    return fatal


def main() -> None:
    """Make both studies, hunt one, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        top = given.folder or Path(temporary)
        alone, hunted = new(top / "alone" / "study"), new(top / "hunted" / "study")
        one_more = timed("add", alone, *sorted(WAVE.iterdir())[:2])
        timed("add", alone, WAVE)
        took = one_more, timed("run", alone)
        print(f"undisturbed: add one {took[0]:.1f} s, run {took[1]:.1f} s")
        rng = random.Random(given.seed)  # noqa: S311  # moments, not secrets
        fatal = hunt(hunted, given.kills, rng, took)
        timed("add", hunted, WAVE)
        timed("run", hunted)
        differing = [name for name, data in tables(alone).items() if tables(hunted).get(name) != data]
        print(f"{fatal} of {given.kills} were killed at work; tables that differ: {', '.join(differing) or 'none'}")
        if differing or tables(alone).keys() != tables(hunted).keys():
            raise SystemExit(1)


if __name__ == "__main__":
    main()
