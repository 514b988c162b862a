"""`batch` as a person and as a machine call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Cli  # pytest finds it; only for the type

DEMO = Path(__file__).parents[2] / "data" / "demo" / "wave1"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.jsonl"
    rows = [
        {"text": f"The money for district {number} never came, and the staff left.", "doc": "d"} for number in range(9)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_study_is_applied_and_the_same_command_says_what_was_done_before(
    cli: Cli, finished: Path, table: Path, tmp_path: Path
) -> None:
    command = ("batch", table, DEMO / "KI02.txt", "--study", finished, "-o", tmp_path / "out", "--workers", 1)
    first = cli(*command, "--partition", 4)
    assert "1 interview file" in first.stderr
    assert "1 table" in first.stderr
    assert "documents from 2 inputs" in first.stdout
    assert "theme" in first.stdout
    again = cli(*command, "--partition", 4)
    assert "3 of 3 partitions were done before" in again.stderr
    assert again.stdout == first.stdout
    other = cli(*command, "--partition", 5, exits=1)
    assert "belongs to another run: it was begun with --partition 4" in other.stderr


def test_lines_of_json_end_with_the_summary(cli: Cli, finished: Path, table: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.txt"
    result = cli(
        "batch", table, nowhere, "--study", finished, "-o", tmp_path / "out", "--workers", 1, "--json", exits=3
    )
    told = lines(result.stdout)
    assert [item["event"] for item in told] == ["started", "refused", "partition", "finished"]
    assert told[1]["path"] == str(nowhere)
    assert told[-1]["texts"] == 9
    assert told[-1]["refused"] == [{"path": told[1]["path"], "sentence": told[1]["sentence"]}]


def test_nothing_that_could_be_done_is_a_failure(cli: Cli, finished: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    result = cli("batch", tmp_path / "empty.txt", "--study", finished, "-o", tmp_path / "out", "--workers", 1, exits=1)
    assert "empty.txt is empty" in result.stderr
    result = cli("batch", tmp_path / "nowhere", "--study", finished, "-o", tmp_path / "other", exits=1)
    assert "There is nothing to do" in result.stderr


def test_a_dry_run_says_what_would_be_done(cli: Cli, finished: Path, table: Path, tmp_path: Path) -> None:
    command = ("batch", table, "--study", finished, "-o", tmp_path / "out", "--dry-run")
    result = cli(*command)
    assert "1 table will be cut into more partitions" in result.stdout
    assert "Nothing was written." in result.stdout
    (told,) = lines(cli(*command, "--json").stdout)
    assert told["event"] == "survey"
    assert told["started"]["unsplit"] == 1
    assert not (tmp_path / "out").exists()


def test_a_study_that_was_not_run_is_told_how(cli: Cli, table: Path, tmp_path: Path) -> None:
    cli("new", tmp_path / "new", "--model", "ngrams")
    result = cli("batch", table, "--study", tmp_path / "new", "-o", tmp_path / "out", exits=1)
    assert f"themescout run {tmp_path / 'new'}" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("a.txt",),
        ("a.txt", "--study", "s"),
        ("--config", "f", "a.txt"),
        ("--config", "f", "--rows"),
        ("a.txt", "--discover"),
        ("a.txt", "-o", "o"),
        ("a.txt", "--discover", "--study", "s", "-o", "o"),
        ("a.txt", "--study", "s", "--sample", "100", "-o", "o"),
        ("a.txt", "--discover", "--sample", "99", "-o", "o"),
        ("--config", "f", "--discover"),
        ("--config", "f", "--sample", "100"),
    ],
)
def test_what_is_missing_or_too_much_is_a_mistake_of_usage(cli: Cli, arguments: tuple[str, ...]) -> None:
    cli("batch", *arguments, exits=2)


def test_many_runs_of_one_file(cli: Cli, finished: Path, table: Path, tmp_path: Path) -> None:
    def job(name: str, study: Path) -> str:
        return f"[[run]]\nname='{name}'\nstudy='{study}'\ninputs=['{table.name}']\noutput='{name}'\n"

    (tmp_path / "batch.toml").write_text(job("broken", tmp_path / "nowhere") + job("well", finished))
    command = ("batch", "--config", tmp_path / "batch.toml", "--workers", 1)
    assert "would" not in cli(*command, "--dry-run", exits=1).stdout
    assert not (tmp_path / "well").exists()
    result = cli(*command, exits=1)
    assert f"done  well: 9 texts → {tmp_path / 'well'}" in result.stdout
    assert "failed  broken: " in result.stdout
    told = lines(cli(*command, "--json", exits=1).stdout)
    assert [item["exit_code"] for item in told[-1]["runs"]] == [1, 0]
    assert {item["run"] for item in told[:-1]} == {"broken", "well"}


def test_themes_without_a_study(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THEMESCOUT_EMBED_MODEL", "ngrams")
    monkeypatch.setenv("THEMESCOUT_DISCOVER_RUNS", "3")
    said = ("The money for district {} never came, nobody paid.", "Nurse {} left the clinic for the city hospital.")
    rows = [{"text": said[number % 2].format(number)} for number in range(240)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    command = ("batch", tmp_path / "rows.jsonl", "--discover", "--sample", 100, "-o", tmp_path / "out", "--workers", 1)
    assert "Nothing was written." in cli(*command, "--dry-run").stdout
    assert not (tmp_path / "out").exists()
    result = cli(*command)
    assert "Drew 100 of 240 different texts" in result.stderr
    assert "Themes were looked for in 100 of 240 different texts" in result.stdout
    assert "nothing suggested" not in result.stdout
    (tmp_path / "batch.toml").write_text(
        "[[run]]\ndiscover = true\nsample = 100\ninputs = ['rows.jsonl']\noutput = 'out'\n", "utf-8"
    )
    told = lines(cli("batch", "--config", tmp_path / "batch.toml", "--workers", 1, "--json").stdout)
    (finished,) = (item for item in told if item["event"] == "finished")
    assert finished["partitions"] == finished["before"]
    assert len(finished["sample"]) >= 4
