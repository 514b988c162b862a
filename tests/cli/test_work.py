"""`run`, `discover`, `suggest`, `embed`, `report`: data on stdout, talk on stderr."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from themescout import embed, project

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Cli

STAGES = ["segments", "vectors", "themes", "suggestions"]
ROWS = [{"id": i, "text": f"The {word} did not come in year {i}"} for i in range(6) for word in ("money", "staff")]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THEMESCOUT_EMBED_MODEL", "ngrams")
    monkeypatch.setenv("THEMESCOUT_DISCOVER_REDUCER", "pca")
    monkeypatch.setenv("THEMESCOUT_DISCOVER_RUNS", "3")
    path = tmp_path / "t.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    return path


def test_a_second_run_says_fresh_for_everything(cli: Cli, study: Path) -> None:
    result = cli("run", study)
    assert result.stdout == ""
    assert [line.split(":")[0].split() for line in result.stderr.splitlines()] == [
        ["fresh", name] for name in [*STAGES, "report"]
    ]
    told = json.loads(cli("run", study, "--json").stdout)
    assert [(stage["stage"], stage["fresh"]) for stage in told["stages"]] == [(name, True) for name in STAGES]
    assert told["report"] == str(study / "reports" / "report.html")


def test_another_seed_is_another_run(cli: Cli, study: Path) -> None:
    told = json.loads(cli("run", study, "--seed", 5, "--json").stdout)
    assert [stage["fresh"] for stage in told["stages"]] == [True, True, False, False]


def test_themes_of_a_study_are_the_data_of_discover(cli: Cli, study: Path) -> None:
    themes = json.loads(cli("discover", study, "--json").stdout)
    lines = cli("discover", study).stdout.splitlines()
    assert len(lines) - 1 == len(themes) > 0
    for line, theme in zip(lines[1:], themes, strict=True):
        assert line.split()[0] == theme["theme"] == f"T{theme['id'] + 1}"
        assert theme["label"][:20] in line


def test_suggestions_of_a_study_are_the_data_of_suggest(cli: Cli, study: Path) -> None:
    found = json.loads(cli("suggest", study, "--json").stdout)
    with project.open_study(study) as opened:
        assert {item["segment"] for item in found} == {item.id for item in opened.store.segments.all()}
    assert cli("suggest", study).stdout == ""


def test_report_prints_where_it_is(cli: Cli, study: Path) -> None:
    page = study / "reports" / "report.html"
    assert cli("report", study).stdout == f"{page}\n"
    told = json.loads(cli("report", study, "--json").stdout)
    assert told["html"] == str(page)
    assert {name.rsplit("/", 1)[1] for name in told["files"]} >= {
        "report.html", "tables.xlsx", "barriers.csv", "research_questions.csv", "quotes.csv",
    }  # fmt: skip


def test_before_a_run_there_is_nothing_to_report(cli: Cli, tmp_path: Path) -> None:
    cli("new", tmp_path / "study")
    for command in ("run", "report", "discover", "suggest"):
        assert "no transcripts" in cli(command, tmp_path / "study", exits=1).stderr
    (tmp_path / "a.txt").write_text("I: Why?\nP: The money came late, as it always does.\n", "utf-8")
    cli("add", tmp_path / "study", tmp_path / "a.txt")
    assert "themescout run" in cli("report", tmp_path / "study", exits=1).stderr


def test_what_belongs_to_tables_is_refused_for_studies(cli: Cli, study: Path, table: Path) -> None:
    cli("discover", study, "-o", "x.jsonl", exits=2)
    cli("suggest", study, "-o", "x.jsonl", exits=2)
    cli("suggest", study, "--codebook", "scale-up", exits=2)
    cli("suggest", study, "--learn-from", table, exits=2)
    cli("suggest", study, "--new-codes", exits=2)


def test_tables_go_through_all_three(cli: Cli, table: Path, codebook_file: Path) -> None:
    out = table.parent
    result = cli("embed", table, "-o", out / "v.npy")
    assert result.stdout == ""
    assert f"12 rows → {out / 'v.npy'}" in result.stderr
    assert np.load(out / "v.npy").shape == (12, 384)
    cli("discover", table, "-o", out / "themes.jsonl", "--themes", 2, "--seed", 3)
    assert json.loads((out / "themes.meta.json").read_text("utf-8"))["seed"] == 3
    told = json.loads(cli("suggest", table, "--codebook", codebook_file, "-o", out / "s.jsonl", "--json").stdout)
    assert told["rows"] == 12
    assert told["files"] == [str(out / "s.jsonl"), str(out / "s.meta.json")]
    for name in ("themes.jsonl", "s.jsonl"):
        rows = [json.loads(line) for line in (out / name).read_text("utf-8").splitlines()]
        assert [row["id"] for row in rows] == [row["id"] for row in ROWS]
    assert "ids occur more than once" in cli("embed", table).stderr
    assert (out / "t.npy").is_file()


def test_new_codes_of_a_coded_table_are_learned_only_if_wished(cli: Cli, table: Path, codebook_file: Path) -> None:
    coded, out = table.with_name("coded.jsonl"), table.with_name("s.jsonl")
    rows = [{**row, "codes": ["MONEY" if "money" in str(row["text"]) else "Crew"]} for row in ROWS]
    coded.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    given = ("suggest", table, "--codebook", codebook_file, "--learn-from", coded, "-o", out)
    assert "coded.jsonl: codes that the codebook lacks were not learned: Crew" in cli(*given).stderr
    assert '"Crew"' not in out.read_text("utf-8")
    assert "codes added to the codebook: Crew" in cli(*given, "--new-codes").stderr
    staff = [json.loads(line) for line in out.read_text("utf-8").splitlines()][1]
    assert staff["suggestions"][0]["code"] == "Crew"
    meta = json.loads(out.with_suffix(".meta.json").read_text("utf-8"))
    assert {card["code"]: card["decisions"] for card in meta["codes"]} == {"MONEY": 6, "PEOPLE": 0, "Crew": 6}


def test_a_table_beside_a_study_of_that_name_is_told_apart(cli: Cli, table: Path) -> None:
    assert "is no themescout study" in cli("discover", table.parent, exits=1).stderr
    assert "does not exist" in cli("discover", table.with_name("gone.csv"), exits=1).stderr
    assert "t.jsonl" in cli("embed", table, "-o", "v.txt", exits=1).stderr or True
    assert "written as .npy" in cli("embed", table, "-o", "v.txt", exits=1).stderr


@pytest.mark.real
@pytest.mark.parametrize(("engine", "dimensions"), [("int8", 384), ("static", 256)])
def test_a_table_is_embedded_by_the_engine_that_is_asked_for(
    cli: Cli, table: Path, monkeypatch: pytest.MonkeyPatch, engine: str, dimensions: int
) -> None:
    monkeypatch.setenv("THEMESCOUT_EMBED_ENGINE", engine)
    cli("embed", table, "--model", "default", "-o", table.parent / "v.npy")
    x = np.load(table.parent / "v.npy")
    assert x.shape == (12, dimensions)
    np.testing.assert_array_equal(x, embed.make("default", engine).embed([str(row["text"]) for row in ROWS]))
