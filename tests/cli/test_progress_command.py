"""`progress`: the same numbers as the page, in words and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from themescout import project
from themescout.pipeline import stages
from themescout.review import service
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Cli


def decide_all(folder: Path, coder: str) -> int:
    with project.open_study(folder) as study:
        book = stages.load_codebook(study)
        for item in study.store.segments.all():
            service.decide(
                study, segment=item.id, verdict=Verdict.CHANGE, coder=coder, kind=Kind.BARRIER, code="MONEY", book=book,
                seconds=12.0,
            )  # fmt: skip
        return study.store.segments.count()


def test_before_anything_is_decided(cli: Cli, study: Path) -> None:
    told = cli("progress", study).stdout
    assert "0 of " in told
    assert "Time left: not yet known, 0 of at least 20 measured decisions." in told
    assert "Time saved: not yet known" in told


def test_how_far_and_what_is_new(cli: Cli, study: Path) -> None:
    count = decide_all(study, "ama")
    told = cli("progress", study)
    assert f"{count} of {count} segments decided (100%). Everything is decided." in told.stdout
    assert "ama: " in told.stdout
    assert "You may stop for 2 of 2 codes" in told.stdout
    assert "All codes: 1 1. Base 4, run 2, threshold 5 %: not yet known, 2 of at least 6 interviews." in told.stdout
    assert "not saturation" in told.stderr


def test_the_numbers_of_one_coder_as_json(cli: Cli, study: Path) -> None:
    count = decide_all(study, "ama")
    told = json.loads(cli("progress", study, "--json", "--base", "1", "--run", "1", "--threshold", "0").stdout)
    assert (told["decided"], told["segments"]) == (count, count)
    assert told["growth"]["series"][0]["result"]["reached"] == 1
    assert json.loads(cli("progress", study, "--json", "--coder", "ben").stdout)["decided"] == 0


def test_it_writes_nothing(cli: Cli, study: Path) -> None:
    before = (study / "study.db").read_bytes()
    cli("progress", study)
    assert (study / "study.db").read_bytes() == before


@pytest.mark.parametrize("wrong", [("--base", "0"), ("--run", "x"), ("--threshold", "2")])
def test_a_rule_that_makes_no_sense_is_wrong_use(cli: Cli, study: Path, wrong: tuple[str, str]) -> None:
    cli("progress", study, *wrong, exits=2)
