"""All stages in order; the same input and seed give the same study, byte for byte, in two processes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from themescout import project, settings
from themescout.errors import StudyError
from themescout.pipeline import adding, run

if TYPE_CHECKING:
    from collections.abc import Callable

DEMO = Path(__file__).parents[2] / "data" / "demo" / "wave1"

# What one process makes of the files: run on its own, so that nothing of another run is in memory.
PROCESS = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from themescout import project, settings
from themescout.pipeline import adding, run
folder, model, reducer, runs, book, *files = sys.argv[1:]
made = settings.changed(settings.Settings(), "study", title="Twice", codebook="small.yaml")
made = settings.changed(settings.changed(made, "embed", model=model), "discover", reducer=reducer, runs=int(runs))
with project.create(Path(folder), made, codebook_file=Path(book)) as study:
    adding.add(study, [Path(file) for file in files])
    run.run(study)
    found = [asdict(item) for item in (*study.store.themes.all(), *study.store.suggestions.all().values())]
print(json.dumps(found))
"""


def in_a_process(folder: Path, model: str, reducer: str, runs: int, book: str) -> str:
    files = [str(DEMO / name) for name in ("KI02.txt", "KI05.md", "KI10.txt")]
    command = [sys.executable, "-c", PROCESS, str(folder), model, reducer, str(runs), book, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    return done.stdout


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def same_in_two_processes(tmp_path: Path, book: str, *, model: str, reducer: str) -> None:
    first, second = ("one/study", "two/study")
    for name in (first, second):
        (tmp_path / name).parent.mkdir()
    found = [in_a_process(tmp_path / name, model, reducer, 3, book) for name in (first, second)]
    assert found[0] == found[1]
    assert json.loads(found[0])
    tables = [files_of(tmp_path / name / "reports" / "csv") for name in (first, second)]
    assert len(tables[0]) >= 5
    assert tables[0] == tables[1]
    assert files_of(tmp_path / first / "reports") == files_of(tmp_path / second / "reports")


def test_two_processes_find_the_same(tmp_path: Path, small_codebook: str) -> None:
    same_in_two_processes(tmp_path, small_codebook, model="ngrams", reducer="pca")


@pytest.mark.real
def test_two_processes_find_the_same_with_the_real_model_and_umap(tmp_path: Path, small_codebook: str) -> None:
    same_in_two_processes(tmp_path, small_codebook, model="default", reducer="umap")


def test_a_run_goes_to_the_report_and_the_second_is_fresh(small: project.Study) -> None:
    results, report = run.run(small)
    assert [(result.stage, result.fresh) for result in results] == [
        ("segments", False),
        ("vectors", False),
        ("themes", False),
        ("suggestions", False),
    ]
    assert not report.fresh
    before = files_of(small.reports_folder)
    times = {path: path.stat().st_mtime_ns for path in small.reports_folder.rglob("*")}
    results, again = run.run(small)
    assert all(result.fresh for result in results)
    assert again.fresh
    assert again.html == report.html
    assert files_of(small.reports_folder) == before
    assert {path: path.stat().st_mtime_ns for path in small.reports_folder.rglob("*")} == times


def test_a_report_that_was_deleted_is_written_again(small: project.Study) -> None:
    run.run(small)
    before = files_of(small.reports_folder)
    shutil.rmtree(small.reports_folder / "csv")
    results, again = run.run(small)
    assert all(result.fresh for result in results)
    assert not again.fresh
    assert files_of(small.reports_folder) == before


def test_stages_can_be_run_up_to_a_point(small: project.Study) -> None:
    assert [result.stage for result in run.up_to_themes(small)] == ["segments", "vectors", "themes"]
    assert small.store.suggestions.count() == 0
    assert [result.fresh for result in run.up_to_suggestions(small)] == [True, True, True, False]


def test_a_study_without_transcripts_is_told_to_add_some(make_study: Callable[..., project.Study]) -> None:
    study = make_study()
    for service in (run.run, run.up_to_themes, run.up_to_suggestions):
        with pytest.raises(StudyError, match="no transcripts") as caught:
            service(study)
        assert f"themescout add {study.folder}" in caught.value.hint


def test_a_study_can_be_moved_and_stays_fresh(tmp_path: Path, small: project.Study) -> None:
    run.run(small)
    quick = small.settings
    moved = tmp_path / "elsewhere" / small.folder.name
    shutil.copytree(small.folder, moved)
    (moved / project.SETTINGS_FILE).write_text(settings.as_toml(quick), "utf-8")
    with project.open_study(moved) as study:
        results, report = run.run(study)
        assert all(result.fresh for result in results)
        assert report.fresh
        assert [str(r.outcome) for r in adding.add(study, [DEMO / "KI02.txt"])] == ["already there"]
