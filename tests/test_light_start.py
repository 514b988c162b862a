"""What a person waits for at the start: commands that compute nothing import nothing heavy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from themescout import project, settings
from themescout.pipeline import adding, run

if TYPE_CHECKING:
    from collections.abc import Callable

DEMO = Path(__file__).parents[1] / "data" / "demo" / "wave1"
HEAVY = ("torch", "transformers", "sentence_transformers", "umap", "numba", "hdbscan", "sklearn", "scipy")
LIGHTER = ("numpy", "yaml", "pyarrow", "openpyxl", "lxml", "rich", "jinja2", "docx", "pypdf")

DRIVER = """
import json, sys
from themescout.cli import main
try:
    main(sys.argv[2:])
except SystemExit as end:
    code = end.code
print("\\n" + json.dumps([code, [name for name in sys.argv[1].split(",") if name in sys.modules]]))
"""


def imported(*args: object, watched: tuple[str, ...] = HEAVY) -> list[str]:
    """The watched packages that a command has imported when it ends; it must end well."""
    command = [sys.executable, "-c", DRIVER, ",".join(watched), *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    code, names = json.loads(done.stdout.splitlines()[-1])
    assert code in {0, None}, done.stderr
    return list(names)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that was run."""
    made = settings.changed(settings.Settings(), "embed", model="ngrams")
    made = settings.changed(made, "discover", reducer="pca", runs=2)
    with project.create(tmp_path_factory.mktemp("light") / "study", made) as study:
        adding.add(study, [DEMO / "KI02.txt"])
        run.run(study)
    return study.folder


def test_help_and_version_import_none_of_it() -> None:
    for args in (
        ["--help"],
        ["--version"],
        ["run", "--help"],
        ["review", "--help"],
        ["discover", "--help"],
        ["compare", "--help"],
        ["batch", "--help"],
    ):
        assert imported(*args) == []
    assert imported("--help", watched=(*HEAVY, *LIGHTER, "themescout.store", "themescout.importers")) == []


def test_status_and_settings_import_none_of_it(finished: Path) -> None:
    for command in ("status", "settings"):
        assert imported(command, finished, watched=(*HEAVY, *LIGHTER)) == []


def test_a_run_with_nothing_changed_imports_none_of_it(finished: Path) -> None:
    assert imported("run", finished) == []
    assert imported("report", finished) == []
    assert imported("codebook", "show") == []


@pytest.mark.real
def test_a_run_with_nothing_changed_does_not_load_the_real_model(tmp_path: Path) -> None:
    made = settings.changed(settings.Settings(), "discover", reducer="pca", runs=2)
    with project.create(tmp_path / "study", made) as study:
        (tmp_path / "a.txt").write_text("I: Why?\nP: The money came late, as everybody knew.\n", "utf-8")
        adding.add(study, [tmp_path / "a.txt"])
        run.run(study)
    assert imported("run", tmp_path / "study") == []


def test_adding_files_imports_none_of_it(make_study: Callable[..., project.Study]) -> None:
    assert imported("add", make_study().folder, DEMO) == []


def test_the_watch_sees_what_is_imported(finished: Path) -> None:
    assert "sklearn" in imported("discover", finished, "--seed", 3)
