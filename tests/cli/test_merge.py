"""`merge`: what a person types and reads, every error in one sentence, and a kill half-way."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from themescout import project, settings
from themescout.pipeline import stages
from themescout.review import service as review
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Cli = Callable[..., Result]

MAIN = "from themescout.cli import main; main()"


def decide(folder: Path, coder: str, *places: int, code: str = "MONEY") -> None:
    with project.open_study(folder) as study:
        items, book = study.store.segments.all(), stages.load_codebook(study)
        for place in places:
            review.decide(
                study, segment=items[place].id, verdict=Verdict.CHANGE, coder=coder, kind=Kind.BARRIER, code=code,
                book=book,
            )  # fmt: skip


def decided(folder: Path) -> list[tuple[str, str]]:
    with project.open_study(folder) as study:
        return [(d.coder, d.segment) for d in study.store.decisions.all()]


@pytest.fixture
def other(finished: Path, tmp_path: Path) -> Path:
    """A second copy, in which ben decided three times."""
    folder = shutil.copytree(finished, tmp_path / "other")
    decide(folder, "ben", 0, 1, 2)
    return folder


def test_it_says_what_came_and_what_was_decided_in_two_ways(
    cli: Cli, study: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "_now", lambda: "2099-01-01T10:00:00+00:00")
    decide(study, "ben", 1, code="PEOPLE")
    result = cli("merge", study, other)
    first, *rest = result.stdout.splitlines()
    assert first == f"From {other} into {study}:"
    assert rest[0].split() == ["new", "3", "decisions", "by", "ben"]
    assert rest[1].startswith("  two ways  KI02 “")
    assert "(ben): PEOPLE barrier here (2099-01-01 10:00), MONEY barrier there (20" in rest[1]
    assert rest[1].endswith("; what was decided here holds, being later.")
    assert result.stderr == (f"As it was before: {study / 'study.db.before-merge'}. Next: themescout run {study}\n")
    assert len(decided(study)) == 5, "one of them takes back what holds no longer"
    again = cli("merge", study, other)
    assert (again.stdout, again.stderr) == (f"From {other} into {study}: nothing that is not there.\n", "")
    cli("run", study)


def test_a_trial_says_the_same_and_writes_nothing(cli: Cli, study: Path, other: Path) -> None:
    tried = cli("merge", study, other, "--dry-run")
    assert decided(study) == []
    assert not (study / "study.db.before-merge").exists()
    assert tried.stderr == "Nothing was written.\n"
    done = cli("merge", study, other)
    assert tried.stdout == done.stdout.replace(":\n", ", were it done:\n", 1)


def test_json_has_everything(cli: Cli, study: Path, other: Path) -> None:
    found = json.loads(cli("merge", study, other, "--json").stdout)
    assert found["decisions"] == {"ben": 3}
    assert (found["changed"], found["dry_run"], found["conflicts"]) == (True, False, [])
    assert found["backup"].endswith("study.db.before-merge")


def spoil(path: Path, application: int | None = None, version: int | None = None) -> None:
    with closing(sqlite3.connect(path)) as db:
        if application is not None:
            db.execute(f"pragma application_id = {application}")
        if version is not None:
            db.execute(f"pragma user_version = {version}")


def test_each_error_is_one_sentence(cli: Cli, study: Path, other: Path, tmp_path: Path) -> None:
    def refused(message: str, *args: object) -> None:
        before = decided(study)
        result = cli("merge", study, *(args or (other,)), exits=1)
        assert message in result.stderr
        assert result.stderr.startswith("Error: ")
        assert result.stderr.count("\n") == 1
        assert decided(study) == before
        assert not (study / "study.db.before-merge").exists()
        assert not list(study.glob("*.half"))

    (tmp_path / "link").symlink_to(study)
    refused("are the same folder. Name the folder of the other copy.", tmp_path / "link")
    refused("is no themescout study: it has no study.db.", tmp_path / "nowhere")
    refused("is no themescout study: it has no study.db.", tmp_path)
    refused("study.db.", other / "study.db")
    whole = (other / "study.db").read_bytes()
    for content, message in (
        (b"this is a letter and no database " * 99, "is damaged or no database"),
        (whole[: len(whole) // 2], "is damaged"),
        (b"", "was not written by themescout"),
    ):
        (other / "study.db").write_bytes(content)
        refused(message)
    (other / "study.db").write_bytes(whole)
    spoil(other / "study.db", version=99)
    refused(f"{other} was written by a newer themescout")
    (other / "study.db").write_bytes(whole)
    spoil(other / "study.db", application=7)
    refused(f"{other / 'study.db'} was not written by themescout")
    (other / "study.db").write_bytes(whole)
    (other / "themescout.toml").write_text("[nonsense]\n", "utf-8")
    refused("is not a setting")
    (other / "themescout.toml").unlink()
    (other / "participants.csv").write_text("a,b\n1,2\n", "utf-8")
    refused("lacks the columns")


def test_strangers_are_refused_unless_they_are_wanted(cli: Cli, study: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "talk.txt").write_text("I: And what stops you, if I may ask?\nP: The roads are bad in the rains.\n")
    with project.create(tmp_path / "other" / "study", settings.Settings()):
        pass
    cli("add", tmp_path / "other" / "study", tmp_path / "talk.txt")
    said = cli("merge", study, tmp_path / "other" / "study", exits=1).stderr
    assert (
        "no interview is in both, and their codebooks differ. If they belong together all the same: --anyway." in said
    )
    assert "talk is new here." in cli("merge", study, tmp_path / "other" / "study", "--anyway").stdout


def test_an_older_copy_is_brought_up_to_date_elsewhere(
    cli: Cli, study: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from themescout.store import database

    before = (other / "study.db").read_bytes()
    monkeypatch.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, "create table later (x text) strict;"))
    assert "3 decisions by ben" in cli("merge", study, other).stdout
    assert (other / "study.db").read_bytes() == before
    assert not (other / "study.db.bak").exists()


def limited(study: Path, other: Path, most: int) -> subprocess.CompletedProcess[str]:
    """Merge where no file may grow beyond `most` bytes: what a full disk is to a program."""
    script = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))\n{MAIN}"
    command = [sys.executable, "-c", script, "merge", str(study), str(other)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_full_disk_and_a_study_that_may_not_be_written(study: Path, other: Path) -> None:
    before = (study / "study.db").read_bytes()
    for most in (4096, len(before) - 1):
        done = limited(study, other, most)
        assert done.returncode == 1, done.stdout
        assert "Traceback" not in done.stderr
        assert done.stderr.count("\n") == 1
        assert decided(study) == []
    assert limited(study, other, 10 * len(before)).returncode == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_study_that_may_not_be_written(cli: Cli, study: Path, other: Path) -> None:
    study.chmod(0o500)
    assert "cannot be" in cli("merge", study, other, exits=1).stderr
    study.chmod(0o700)


def test_killed_at_any_moment_the_study_is_whole(study: Path, other: Path, finished: Path) -> None:
    decide(other, "ann", *range(20))

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", MAIN, "merge", str(study), str(other)]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    began = time.monotonic()
    assert start().wait() == 0
    took = time.monotonic() - began
    everything = decided(study)
    assert len(everything) == 23
    rng = random.Random(20120529)  # noqa: S311  # moments, not secrets
    for _ in range(8):
        shutil.rmtree(study)
        shutil.copytree(finished, study)
        process = start()
        try:
            process.wait(took * rng.uniform(0.3, 1.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.wait()
        assert decided(study) in ([], everything), "all or nothing"
        assert start().wait() == 0
        assert decided(study) == everything
        assert not [path.name for path in study.rglob("*") if path.name.endswith((".half", "-journal"))]


def test_killed_just_before_it_is_final_nothing_has_come(study: Path, other: Path) -> None:
    dying = (
        "import os, signal\nfrom themescout.pipeline.merging import files\n"
        "files.preferred = lambda *args, **how: os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    command = [sys.executable, "-c", dying + MAIN, "merge", str(study), str(other)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert (study / "study.db-journal").exists(), "it was killed in the middle of writing"
    assert decided(study) == []
    assert subprocess.run([*command[:2], MAIN, *command[3:]], check=False, capture_output=True).returncode == 0
    assert len(decided(study)) == 3
    assert not list(study.glob("*.half"))
