"""`demo`: the last line on stdout is where the report is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from themescout import participants
from themescout.cli import demo as demo_command
from themescout.pipeline import adding, stages
from themescout.pipeline import demo as pipeline_demo

if TYPE_CHECKING:
    import pytest

    from conftest import Cli
    from themescout import project
    from themescout.codebook.baseline import Baseline


def test_the_report_is_all_that_is_on_stdout(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, str | None]] = []

    def make(folder: Path, *, model: str | None, progress: object) -> pipeline_demo.Demo:
        asked.append((folder, model))
        return pipeline_demo.Demo(
            imported=(adding.FileReport(file="a.txt", outcome=adding.Outcome.KNOWN, sentence="a.txt is there."),),
            stages=(stages.StageResult(stage="themes", fresh=True, sentence="7 candidate themes"),),
            report=folder / "reports" / "report.html",
        )

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pipeline_demo, "make", make)
    result = cli("demo", "here", "--model", "ngrams")
    assert result.stdout == f"{tmp_path / 'here' / 'reports' / 'report.html'}\n"
    assert "fresh  themes: 7 candidate themes" in result.stderr
    assert "themescout review here" in result.stderr
    assert "themescout demo here --compare" in result.stderr
    cli("demo")
    assert asked == [(Path("here"), "ngrams"), (Path("demo-study"), None)]


def test_with_compare_the_later_interviews_are_added_and_compared(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []

    def make(folder: Path, *, model: str | None, progress: object) -> pipeline_demo.Demo:
        pipeline_demo.opened(folder, model=model).close()
        return pipeline_demo.Demo(imported=(), stages=(), report=folder / "reports" / "report.html")

    def compared(study: project.Study, wave: str, *, against: str, baseline: Baseline, progress: object) -> str:
        rows = participants.read(study.participants_file)
        asked.append((wave, against, len(baseline.themes), study.settings.embed.model, len(rows), rows[0].role))
        return "found"

    monkeypatch.setattr(pipeline_demo, "make", make)
    monkeypatch.setattr(demo_command, "compared", compared)
    monkeypatch.setattr(demo_command, "written", lambda found, folder: (folder / f"{found}.html",))
    monkeypatch.setattr(demo_command, "tell", lambda found, files: click.echo(files[0]))
    result = cli("demo", tmp_path / "here", "--compare", "--model", "ngrams")
    assert asked == [("wave2", "wave1", 16, "ngrams", 4, "vaccine programme officer and researcher")]
    assert result.stdout.splitlines()[-1] == str(tmp_path / "here" / "reports" / "found.html")
    assert "KI24: " in result.stderr
    assert "--compare" not in result.stderr
