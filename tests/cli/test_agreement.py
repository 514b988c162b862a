"""`agreement`: figures for each pair of coders, and JSON."""

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


@pytest.fixture
def coded(study: Path) -> Path:
    """Two coders who differ on every fourth segment."""
    with project.open_study(study) as opened:
        book = stages.load_codebook(opened)
        for i, item in enumerate(opened.store.segments.all()):
            for coder in ("ama", "kojo"):
                code = "PEOPLE" if i % 2 or (coder == "kojo" and i % 4 == 0) else "MONEY"
                what = {"verdict": Verdict.CHANGE, "kind": Kind.BARRIER, "code": code}
                service.decide(opened, segment=item.id, coder=coder, book=book, **what)  # type: ignore[arg-type]
    return study


def test_figures_for_each_pair(cli: Cli, coded: Path) -> None:
    lines = cli("agreement", coded).stdout.splitlines()
    assert lines[0].startswith("ama and kojo, decided independently: ")
    assert "alpha with MASI" in lines[1]
    assert [line.strip().partition(":")[0] for line in lines[2:]] == ["MONEY", "PEOPLE"]
    assert "kappa 0." in lines[2]


def test_kinds_and_what_is_only_counted(cli: Cli, coded: Path) -> None:
    told = cli("agreement", coded, "--level", "kind", "--basis", "now").stdout
    assert "as they stand now" in told
    assert "barrier: both" in told
    assert "kappa –" in told  # one value only: not defined


def test_as_json(cli: Cli, coded: Path) -> None:
    (found,) = json.loads(cli("agreement", coded, "--json").stdout)
    assert found["coders"] == ["ama", "kojo"]
    row = found["rows"][0]
    assert row["value"] == "MONEY"
    assert row["found"]["both"] + row["found"]["first"] + row["found"]["neither"] == found["whole"]["segments"]
    assert 0 < row["found"]["kappa"]["value"] < 1


def test_nobody_to_compare(cli: Cli, study: Path) -> None:
    told = cli("agreement", study)
    assert told.stdout == ""
    assert "two coders" in told.stderr
    assert json.loads(cli("agreement", study, "--json").stdout) == []


def test_it_writes_nothing(cli: Cli, coded: Path) -> None:
    before = (coded / "study.db").read_bytes()
    cli("agreement", coded)
    assert (coded / "study.db").read_bytes() == before
