"""`demo`: the last line on stdout is where the report is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from themescout.pipeline import adding, stages
from themescout.pipeline import demo as pipeline_demo

if TYPE_CHECKING:
    import pytest

    from conftest import Cli


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
    cli("demo")
    assert asked == [(Path("here"), "ngrams"), (Path("demo-study"), None)]
