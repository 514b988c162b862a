"""The service: whole files, skipped when fresh, the same bytes for the same study."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from themescout.errors import FileProblemError
from themescout.report import service
from themescout.store.summaries import Cell, Summary
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = [
    "report.html", "tables.xlsx", "csv/barriers.csv", "csv/research_questions.csv", "csv/themes.csv",
    "csv/theme_members.csv", "csv/segments_in_no_theme.csv", "csv/suggestions_record.csv", "csv/quotes.csv",
    "csv/transcripts.csv", "csv/README.txt",
]  # fmt: skip


def filled(build: Callable[..., Any], name: str = "study") -> Any:
    built = build(name=name)
    first, second = built.interview("KI01", "paid late", "no nurses")
    built.suggest((first, "LATE", 0.9), (second, "STAFF", 0.8))
    built.decide(first, "LATE")
    return built


def contents(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_second_time_nothing_is_written(build: Callable[..., Any]) -> None:
    study = filled(build).study
    steps: list[tuple[str, int, int]] = []
    first = service.write(study, progress=lambda *step: steps.append(step))
    assert not first.fresh
    assert [path.relative_to(study.reports_folder).as_posix() for path in first.files] == FILES
    assert steps[-1] == ("report", 4, 4)
    times = [path.stat().st_mtime_ns for path in first.files]
    second = service.write(study)
    assert second.fresh
    assert (second.html, second.files) == (first.html, first.files)
    assert [path.stat().st_mtime_ns for path in first.files] == times


def test_two_studies_of_the_same_state_give_the_same_bytes(build: Callable[..., Any]) -> None:
    a, b = filled(build, "a").study, filled(build, "b")
    one, other = a.reports_folder, b.study.reports_folder
    service.write(a)
    service.write(b.study)
    before = contents(one)
    assert sorted(before) == sorted(FILES)
    assert contents(other) == before
    for path in one.rglob("*.*"):
        path.unlink()
    assert not service.write(a).fresh
    assert contents(one) == before


def test_whatever_the_report_rests_on_makes_it_stale(build: Callable[..., Any]) -> None:
    built = filled(build)
    study = built.study

    def stale() -> bool:
        return not service.write(study).fresh

    assert stale()
    place = Cell(participant="KI01", kind=Kind.BARRIER, category="STAFF")
    study.store.summaries.add(Summary(cell=place, body="x", coder="anna", written_at=""))
    assert stale()
    built.decide(study.store.segments.all()[1].id, "STAFF", kind=Kind.RESEARCH_QUESTION)
    assert stale()
    built.people(("KI01", "KI01", "Ama"))
    assert stale()
    built.interview("KI02", "paid late too")
    assert stale()
    study.store.stages.finish("suggestions", "other", {})
    assert stale()
    (study.reports_folder / "csv" / "quotes.csv").unlink()
    assert stale()
    assert not stale()


def test_an_interrupted_report_is_written_again(build: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    built = filled(build)
    service.write(built.study)
    wanted = built.study.store.stages.fingerprint("report")
    monkeypatch.setattr(service, "VERSION", "another")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(service.sheets, "write_xlsx", stop)
    with pytest.raises(KeyboardInterrupt):
        service.write(built.study)
    monkeypatch.undo()
    assert built.study.store.stages.fingerprint("report") != wanted
    assert not service.write(built.study).fresh


def test_a_table_of_the_codebook_before_does_not_stay_behind(build: Callable[..., Any]) -> None:
    built = filled(build)
    service.write(built.study)
    path = built.study.folder / built.study.settings.study.codebook
    path.write_text("\n".join(line for line in path.read_text("utf-8").splitlines() if "kinds:" not in line), "utf-8")
    mine = built.study.reports_folder / "my notes.txt"
    mine.write_text("stay", "utf-8")
    names = [item.name for item in service.write(built.study).files]
    assert "codes.csv" in names
    assert not (built.study.reports_folder / "csv" / "barriers.csv").exists()
    assert mine.exists()


def test_a_file_that_cannot_be_written_is_named(build: Callable[..., Any]) -> None:
    study = filled(build).study
    (study.reports_folder / "tables.xlsx").mkdir()
    with pytest.raises(FileProblemError, match=r"tables\.xlsx cannot be written") as caught:
        service.write(study)
    assert caught.value.hint
    assert not list(study.reports_folder.rglob("*.half"))


def test_opening_the_service_is_cheap() -> None:
    heavy = ["numpy", "sklearn", "torch", "umap", "hdbscan", "transformers", "jinja2", "xlsxwriter", "openpyxl"]
    code = f"import sys, themescout.report.service; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
