"""`codebook check` and `codebook show`."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from themescout import codebook as codebooks

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Cli

BAD = """
codes:
  - {id: A, name: Access, definition: Getting there., exclude: [{text: Roads, goes_to: [NOWHERE]}]}
  - {id: A, name: Again, definition: The same id.}
  - {id: B, name: Bare}
"""


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.yaml"
    path.write_text(BAD, "utf-8")
    return path


@pytest.mark.parametrize("name", ["scale-up", "scale-up-long"])
def test_the_built_in_codebooks_are_clean(cli: Cli, name: str) -> None:
    result = cli("codebook", "check", name)
    assert result.stdout == ""
    assert result.stderr == "0 errors, 0 warnings\n"
    assert json.loads(cli("codebook", "check", name, "--json").stdout) == []


def test_every_problem_is_listed_at_once(cli: Cli, bad: Path) -> None:
    result = cli("codebook", "check", bad, exits=1)
    assert "NOWHERE" in result.stdout
    assert "2 errors" in result.stderr
    problems = json.loads(cli("codebook", "check", bad, "--json", exits=1).stdout)
    assert [p["severity"] for p in problems] == sorted(p["severity"] for p in problems)
    assert {p["code"] for p in problems if p["severity"] == "error"} == {"A"}
    assert any(p["code"] == "B" and p["severity"] == "warning" for p in problems)
    assert all(problem["sentence"] in result.stdout for problem in problems)


def test_a_codebook_with_errors_makes_no_study(cli: Cli, bad: Path, tmp_path: Path) -> None:
    told = cli("new", tmp_path / "study", "--codebook", bad, exits=1).stderr
    assert "bad.yaml" in told
    assert told.count("\n") == 1
    assert not (tmp_path / "study").exists()


def test_an_unknown_codebook_is_named_and_the_known_are_listed(cli: Cli) -> None:
    for arguments in (("check", "no-such"), ("show", "no-such")):
        told = cli("codebook", *arguments, exits=1).stderr
        assert "no-such" in told
        assert "scale-up" in told


def test_what_is_shown_can_be_read_again(cli: Cli, tmp_path: Path) -> None:
    book = codebooks.load("scale-up")
    shown = cli("codebook", "show", "scale-up", "--format", "yaml").stdout
    (tmp_path / "again.yaml").write_text(shown, "utf-8")
    assert codebooks.load(str(tmp_path / "again.yaml")).codes == book.codes
    rows = list(csv.DictReader(io.StringIO(cli("codebook", "show", "--format", "csv").stdout)))
    assert {row["id"] for row in rows} >= {code.id for code in book.codes}
    assert [code["id"] for code in json.loads(cli("codebook", "show", "--json").stdout)] == [c.id for c in book.codes]


def test_the_tree_has_every_code_under_its_category(cli: Cli) -> None:
    lines = cli("codebook", "show").stdout.splitlines()
    book = codebooks.load("scale-up")
    assert {line.split()[0] for line in lines} == {code.id for code in book.codes}
    assert {line.split()[0] for line in lines if line[0] != " "} == {c.id for c in book.codes if c.parent is None}
