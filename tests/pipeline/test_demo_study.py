"""The demo study is made, goes on where it stopped, and keeps what a person wrote."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from themescout import participants, project
from themescout.pipeline import demo
from themescout.pipeline.adding import Outcome

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THEMESCOUT_DISCOVER_REDUCER", "pca")
    monkeypatch.setenv("THEMESCOUT_DISCOVER_RUNS", "2")


def test_from_nothing_to_a_report_and_again(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    made = demo.make(folder, model="ngrams")
    assert [report.outcome for report in made.imported] == [Outcome.ADDED] * 14
    assert made.report.is_file()
    with project.open_study(folder) as study:
        assert study.settings.embed.model == "ngrams"
        assert "invented" in study.title
        rows = participants.read(study.participants_file)
        assert len(rows) == 14
        assert all(row.role and row.setting and row.wave == "wave1" for row in rows)
        participants.write(study.participants_file, [replace(rows[0], role="mine", setting=""), *rows[1:]])
    with (folder / "reports" / "csv" / "barriers.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["status"] for row in csv.DictReader(file)} == {"confirmed", "suggested"}
    again = demo.make(folder)
    assert [report.outcome for report in again.imported] == [Outcome.KNOWN] * 14
    assert all(stage.fresh for stage in again.stages)
    with project.open_study(folder) as study:
        first = participants.read(study.participants_file)[0]
        assert (first.role, first.setting) == ("mine", "")


def test_a_model_that_is_named_is_used_in_a_study_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[str] = []

    def stop(study: project.Study, **_: object) -> None:
        used.append(study.settings.embed.model)
        raise InterruptedError

    monkeypatch.setattr(demo.run, "run", stop)
    for model in ("ngrams", "default", None):
        with pytest.raises(InterruptedError):
            demo.make(tmp_path / "demo", model=model)
    assert used == ["ngrams", "default", "ngrams"]


def test_the_second_wave_comes_with_its_people_and_finds_no_themes_anew(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    demo.make(folder, model="ngrams")
    with demo.opened(folder) as study:
        themes = study.store.stages.fingerprint("themes")
        assert [report.outcome for report in demo.add_second_wave(study)] == [Outcome.ADDED] * 4
        rows = participants.read(study.participants_file)
        assert [row.participant for row in rows if row.wave == demo.SECOND] == ["KI21", "KI22", "KI23", "KI24"]
        assert all(row.role and row.setting for row in rows)
        assert list(study.store.transcripts.waves().values()) == [demo.FIRST] * 14 + [demo.SECOND] * 4
        assert [report.outcome for report in demo.add_second_wave(study)] == [Outcome.KNOWN] * 4
    again = demo.make(folder)
    assert (again.stages, again.report.is_file()) == ((), True)
    with project.open_study(folder) as study:
        assert study.store.stages.fingerprint("themes") == themes
