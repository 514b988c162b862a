"""Small interviews and quick studies for the tests of the services."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from themescout import project, settings
from themescout.pipeline import adding

if TYPE_CHECKING:
    from collections.abc import Callable

DEMO = Path(__file__).parents[2] / "data" / "demo" / "wave1"

ANSWERS = (
    "The money came late every year, and so the district could not plan for the nurses or for the fuel.",
    "Staff left for the city because nobody paid them for months, and the ones who stayed were tired.",
    "We never learned which of the two trainings worked better, and somebody should find that out properly.",
    "The ministry changed its minister three times, and each time the programme had to begin again from nothing.",
)


# Three codes instead of sixty: the fit of the matcher takes hundredths of a second instead of seconds.
CODEBOOK = """
id: small
title: Small
kinds:
  - {id: barrier, name: Barrier, examples: [The money never came., Nobody was there to do the work.]}
  - {id: research_question, name: Question, examples: [Which of the two works better?, We do not know why.]}
  - {id: neither, name: Neither, examples: [Thank you for your time., It went very well indeed.]}
codes:
  - id: MONEY
    name: Money
    definition: Funds, budgets, salaries and what things cost.
    children:
      - {id: MONEY-LATE, name: Late money, definition: Funds that come too late., include: [funds came late]}
      - {id: MONEY-PAY, name: Pay, definition: Salaries that are not paid., include: [nobody paid the nurses]}
  - {id: PEOPLE, name: People, definition: "Staff, training and leadership.", include: [too few trained nurses]}
"""


@pytest.fixture
def talk(tmp_path: Path) -> Callable[..., Path]:
    """Write an interview: `talk("a.txt", "answer", …)`; each answer follows a question."""

    def write(name: str, *answers: str) -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"I: And what about point {i}?\nP: {answer}" for i, answer in enumerate(answers or ANSWERS)]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write


@pytest.fixture
def small(make_study: Callable[..., project.Study]) -> project.Study:
    """A study with two interviews of the demo, quick to run: enough segments for themes."""
    study = make_study(codebook="small.yaml")
    (study.folder / "small.yaml").write_text(CODEBOOK, "utf-8")
    study = replace(study, settings=settings.changed(study.settings, "discover", runs=3))
    reports = adding.add(study, [DEMO / "KI02.txt", DEMO / "KI05.md"], wave="wave1")
    assert [report.outcome for report in reports] == [adding.Outcome.ADDED] * 2
    return study


@pytest.fixture(scope="session")
def small_codebook(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A codebook with few codes, for tables."""
    path = tmp_path_factory.mktemp("codebook") / "small.yaml"
    path.write_text(CODEBOOK, "utf-8")
    return str(path)
