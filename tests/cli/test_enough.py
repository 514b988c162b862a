"""`enough`: a line for each code, and JSON."""

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


def test_a_line_for_each_code(cli: Cli, study: Path) -> None:
    told = cli("enough", study)
    assert [line.partition(":")[0] for line in told.stdout.splitlines()] == ["MONEY", "PEOPLE"]
    assert "This cannot be said for “Money”" in told.stdout
    assert "--order sample" in told.stderr


def test_one_code_as_json_with_other_wishes(cli: Cli, study: Path) -> None:
    with project.open_study(study) as opened:
        book = stages.load_codebook(opened)
        for item in opened.store.segments.all():
            service.decide(
                opened, segment=item.id, verdict=Verdict.CHANGE, coder="ama", kind=Kind.BARRIER, code="MONEY", book=book
            )
    told = json.loads(cli("enough", study, "--code", "MONEY", "--recall", ".8", "--confidence", ".9", "--json").stdout)
    assert (told["recall"], told["confidence"], len(told["codes"])) == (0.8, 0.9, 1)
    assert told["codes"][0]["answer"] == "stop"
    assert told["codes"][0]["found"] == told["segments"] == told["decided"]


def test_it_writes_nothing(cli: Cli, study: Path) -> None:
    before = (study / "study.db").read_bytes()
    cli("enough", study)
    assert (study / "study.db").read_bytes() == before


@pytest.mark.parametrize("wrong", [("--recall", "0"), ("--recall", "1.1"), ("--confidence", "1")])
def test_a_share_that_makes_no_sense_is_wrong_use(cli: Cli, study: Path, wrong: tuple[str, str]) -> None:
    cli("enough", study, *wrong, exits=2)


def test_an_unknown_code_gets_one_sentence(cli: Cli, study: Path) -> None:
    assert "no code “NOPE”" in cli("enough", study, "--code", "NOPE", exits=1).stderr
