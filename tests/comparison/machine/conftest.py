"""A small study with two waves, quickly made."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from themescout import project, settings
from themescout.pipeline import adding, run

if TYPE_CHECKING:
    from collections.abc import Iterator

DEMO = Path(__file__).parents[3] / "data" / "demo"
OLD = ("KI02.txt", "KI05.md", "KI10.txt", "KI14.csv")
NEW = ("KI22.txt", "KI24.odt")


@pytest.fixture(scope="session")
def first_wave(tmp_path_factory: pytest.TempPathFactory, two_codes: str) -> Path:
    """Four old interviews, run to suggestions; two new ones added, nothing done with them yet. Not to be touched."""
    top = tmp_path_factory.mktemp("waves")
    (top / "small.yaml").write_text(two_codes, "utf-8")
    made = settings.changed(settings.Settings(), "embed", model="ngrams")
    made = settings.changed(settings.changed(made, "discover", reducer="pca", runs=3), "study", codebook="small.yaml")
    with project.create(top / "study", made, codebook_file=top / "small.yaml") as study:
        adding.add(study, [DEMO / "wave1" / name for name in OLD], wave="2012")
        run.run(study)
        adding.add(study, [DEMO / "wave2" / name for name in NEW], wave="2026")
    return top / "study"


@pytest.fixture
def waves_study(first_wave: Path, tmp_path: Path) -> Iterator[project.Study]:
    """A copy of it, open."""
    with project.open_study(Path(shutil.copytree(first_wave, tmp_path / "study"))) as study:
        yield study
