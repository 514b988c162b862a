"""The command line as a person calls it, and a study that has been run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from click.testing import CliRunner

from themescout import project, settings
from themescout.cli import main
from themescout.pipeline import adding, run

if TYPE_CHECKING:
    from click.testing import Result

DEMO = Path(__file__).parents[2] / "data" / "demo" / "wave1"


class Cli(Protocol):
    def __call__(self, *args: object, exits: int = 0) -> Result: ...


@pytest.fixture
def cli() -> Cli:
    """Call the program: `cli("status", folder, exits=1)`. Anything but the expected exit code fails the test."""

    def call(*args: object, exits: int = 0) -> Result:
        result = CliRunner().invoke(main, [str(arg) for arg in args])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == exits, result.output
        assert "Traceback" not in result.output
        return result

    return call


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, two_codes: str) -> Path:
    """A small study that was run to the report. Not to be touched: tests take copies of it."""
    top = tmp_path_factory.mktemp("finished")
    (top / "small.yaml").write_text(two_codes, "utf-8")
    made = settings.changed(settings.Settings(), "embed", model="ngrams")
    made = settings.changed(settings.changed(made, "discover", reducer="pca", runs=3), "study", codebook="small.yaml")
    with project.create(top / "study", made, codebook_file=top / "small.yaml") as study:
        adding.add(study, [DEMO / "KI02.txt", DEMO / "KI05.md"], wave="wave1")
        run.run(study)
    return top / "study"


@pytest.fixture
def study(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished study."""
    return Path(shutil.copytree(finished, tmp_path / "study"))


@pytest.fixture
def codebook_file(tmp_path: Path, two_codes: str) -> Path:
    """A codebook of two codes with kinds."""
    path = tmp_path / "small.yaml"
    path.write_text(two_codes, "utf-8")
    return path
