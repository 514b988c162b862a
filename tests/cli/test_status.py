"""`status` and `settings`: what is there, what is next, and where a setting comes from."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

import pytest

from themescout import project
from themescout.pipeline import stages
from themescout.review import service as review
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Cli


def test_status_counts_what_is_there(cli: Cli, study: Path) -> None:
    told = json.loads(cli("status", study, "--json").stdout)
    with project.open_study(study) as opened:
        items, book = opened.store.segments.all(), stages.load_codebook(opened)
        assert told == {
            "title": "study", "codebook": "small.yaml", "model": "ngrams", "transcripts": 2, "files": 2,
            "segments": len(items), "themes": opened.store.themes.count(), "suggestions": len(items),
            "decisions": 0, "decided": 0, "confirmed": 0, "waves": {"wave1": 2},
            "next": f"themescout review {study}",
        }  # fmt: skip
        review.decide(
            opened, segment=items[0].id, verdict=Verdict.ACCEPT, coder="ama", kind=Kind.BARRIER, code="MONEY", book=book
        )
        review.decide(opened, segment=items[1].id, verdict=Verdict.REJECT, coder="ama", book=book)
        review.undo(opened, "ama")
    told = json.loads(cli("status", study, "--json").stdout)
    assert (told["decisions"], told["decided"], told["confirmed"]) == (3, 1, 1)
    assert "1 segments decided, 1 of them coded (3 entries in the log)" in cli("status", study).stdout


def test_status_names_waves_where_there_are_several(cli: Cli, study: Path, tmp_path: Path) -> None:
    assert "waves:" not in cli("status", study).stdout
    (tmp_path / "later.txt").write_text("I: Why?\nP: The money came late, as it always does.\n", "utf-8")
    cli("add", study, tmp_path / "later.txt", "--wave", "2026")
    assert "2026 (1); compare one with the rest: themescout compare" in cli("status", study).stdout


def test_status_says_what_is_next(cli: Cli, tmp_path: Path, study: Path) -> None:
    cli("new", tmp_path / "new")
    assert f"Next: themescout add {tmp_path / 'new'} FILES" in cli("status", tmp_path / "new").stdout
    (tmp_path / "a.txt").write_text("I: Why?\nP: The money came late, as it always does.\n", "utf-8")
    cli("add", tmp_path / "new", tmp_path / "a.txt")
    assert f"Next: themescout run {tmp_path / 'new'}" in cli("status", tmp_path / "new").stdout
    assert f"Next: themescout review {study}" in cli("status", study).stdout


def test_status_and_settings_write_nothing(cli: Cli, study: Path) -> None:
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in study.rglob("*") if path.is_file()}
    cli("status", study)
    cli("settings", study)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in study.rglob("*") if path.is_file()} == before


def test_settings_are_shown_as_a_file_and_as_json(cli: Cli, study: Path) -> None:
    written = (study / "themescout.toml").read_text("utf-8")
    assert cli("settings", study).stdout == written
    assert json.loads(cli("settings", study, "--json").stdout) == tomllib.loads(cli("settings", study).stdout)


def test_the_command_line_goes_before_the_environment_before_the_file_before_the_default(
    cli: Cli, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seed_of_a_run(*args: str) -> tuple[int, int]:
        cli("discover", study, *args)
        with project.open_study(study) as opened:
            record = opened.store.stages.record("themes")
            return record["seed"], record["runs"]

    toml = (study / "themescout.toml").read_text("utf-8")
    (study / "themescout.toml").write_text(toml.replace("seed = 20120529\n", ""), "utf-8")
    assert seed_of_a_run() == (20120529, 3)
    (study / "themescout.toml").write_text(toml.replace("seed = 20120529", "seed = 11"), "utf-8")
    assert seed_of_a_run() == (11, 3)
    monkeypatch.setenv("THEMESCOUT_SEED", "12")
    monkeypatch.setenv("THEMESCOUT_DISCOVER_RUNS", "4")
    assert seed_of_a_run() == (12, 4)
    assert seed_of_a_run("--seed", "13") == (13, 4)
    shown = json.loads(cli("settings", study, "--json").stdout)
    assert (shown["seed"], shown["discover"]["runs"]) == (12, 4)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[embed]\nmodell = 'x'", "“modell” is not a setting"),
        ("[embedding]\nmodel = 'x'", "“embedding” is not a setting"),
        ("seed = 'x'", "seed is 'x'"),
        ("seed = ", "cannot be read"),
        ("seed = -1", "seed is -1"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(cli: Cli, study: Path, line: str, message: str) -> None:
    (study / "themescout.toml").write_text(line + "\n", "utf-8")
    told = cli("status", study, exits=1).stderr
    assert message in told
    assert "themescout.toml" in told
    assert told.count("\n") == 1


def test_an_environment_that_cannot_be_used_is_named(cli: Cli, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THEMESCOUT_DISCOVER_RUNS", "many")
    assert "runs is 'many'" in cli("status", study, exits=1).stderr
