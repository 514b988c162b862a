"""Killed at random moments: the study opens, what was decided is there, and the finished tables are as if undisturbed.

One study grows by an interview at a time through ten kills of `add` and ten of `run`; another is left alone.
"""

from __future__ import annotations

import csv
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from themescout import project, settings
from themescout.pipeline import stages
from themescout.review import service as review
from themescout.types import Kind, Verdict

DEMO = Path(__file__).parents[1] / "data" / "demo" / "wave1"
INTERVIEWS = tuple(DEMO / name for name in ("KI02.txt", "KI03.vtt", "KI05.md", "KI06.srt", "KI10.txt", "KI14.csv"))
KILLS = 10  # of each of the two commands


def new(folder: Path, codebook: str) -> Path:
    """A study with one interview that was run, on which two decisions were made."""
    book = folder.parent / "small.yaml"
    book.parent.mkdir(parents=True)
    book.write_text(codebook, "utf-8")
    made = settings.changed(settings.Settings(), "study", codebook="small.yaml", title="Interrupted")
    made = settings.changed(
        settings.changed(made, "embed", model="ngrams", batch=16), "discover", reducer="pca", runs=3
    )
    project.create(folder, made, codebook_file=book).close()
    assert call("add", folder, INTERVIEWS[0]).wait() == 0
    assert call("run", folder).wait() == 0
    with project.open_study(folder) as study:
        first, second, *_ = study.store.segments.all()
        opened = stages.load_codebook(study)
        review.decide(
            study, segment=first.id, verdict=Verdict.ACCEPT, coder="ama", kind=Kind.BARRIER, code="MONEY", book=opened
        )
        review.decide(study, segment=second.id, verdict=Verdict.REJECT, coder="ama", book=opened)
    return folder


def call(*args: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from themescout.cli import main; main()", *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed(process: subprocess.Popen[bytes], after_s: float) -> bool:
    """Whether the process was killed before it ended by itself."""
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def decided(folder: Path) -> list[tuple[int, str, str, str]]:
    with project.open_study(folder) as study:
        return [(d.seq, d.segment, d.verdict, d.quote) for d in study.store.decisions.all()]


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


def timed(*args: object) -> float:
    """Seconds that the command took; it must end well."""
    began = time.monotonic()
    assert call(*args).wait() == 0
    return time.monotonic() - began


@pytest.mark.timeout(300)
def test_killed_twenty_times_and_yet_the_same(tmp_path: Path, two_codes: str) -> None:
    alone, hunted = (new(tmp_path / name / "study", two_codes) for name in ("alone", "hunted"))
    start_s = timed("status", alone)
    adding_s = timed("add", alone, *INTERVIEWS[:2])
    timed("add", alone, *INTERVIEWS)
    running_s = timed("run", alone)
    before = decided(hunted)
    assert len(before) == 2
    rng = random.Random(20120529)  # noqa: S311  # moments, not secrets
    fatal = 0
    for i in range(3 * KILLS):  # a machine that gets quicker meanwhile comes to the end before it is killed
        if i >= KILLS and fatal >= KILLS:
            break
        files = INTERVIEWS[: 2 + i // 2]
        # Another seed now and then, so that there is something to do even where the try before came to the end.
        for command, took in ((("add", hunted, *files), adding_s), (("run", hunted, "--seed", i), running_s)):
            fatal += killed(call(*command), rng.uniform(0.5 * start_s, took))
            assert decided(hunted) == before
            with project.open_study(hunted) as study:
                assert all(item.text for item in study.store.segments.all())
    assert fatal >= KILLS, "most of them were still at work when they were killed"
    timed("add", hunted, *INTERVIEWS)
    timed("run", hunted)
    assert decided(hunted) == before
    assert len(tables(alone)) >= 5
    assert tables(hunted) == tables(alone)
    leftovers = [path.name for path in hunted.rglob("*") if path.name.endswith((".half", "-journal"))]
    assert leftovers == []
