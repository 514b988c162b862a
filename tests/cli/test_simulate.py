"""`simulate` on a table and on a study."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from themescout import project
from themescout.pipeline import stages
from themescout.review import service
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Cli

WORDS = (("Money comes too late for the clinic", "MONEY"), ("Nurses leave for the city", "PEOPLE"))


def coded(folder: Path, number: int) -> Path:
    made = folder / "coded.jsonl"
    rows = [
        {"text": f"{words} in month {i}", "codes": [code], "doc": f"d{i % 3}"}
        for i in range(number // 2)
        for words, code in WORDS
    ]
    made.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return made


def test_a_line_for_each_order_on_a_table(cli: Cli, tmp_path: Path, codebook_file: Path) -> None:
    told = cli("simulate", coded(tmp_path, 30), "--codebook", codebook_file, "--model", "ngrams").stdout
    lines = told.splitlines()
    assert [line.split()[0] for line in lines[2:7]] == ["interview", "random", "sure", "informative", "code"]
    assert all(line.split()[1] == "30" for line in lines[2:7])


def test_one_order_as_json_is_the_same_every_time(cli: Cli, tmp_path: Path, codebook_file: Path) -> None:
    asked = (
        "simulate",
        coded(tmp_path, 30),
        "--codebook",
        codebook_file,
        "--model",
        "ngrams",
        "--order",
        "sure",
        "--json",
    )
    first = cli(*asked).stdout
    (found,) = json.loads(first)
    assert (found["order"], found["decisions"], found["typed"]) == ("sure", 30, 120)
    assert found["keys"] < 60
    assert cli(*asked).stdout == first


def test_too_little_is_said_with_the_number(cli: Cli, tmp_path: Path, codebook_file: Path) -> None:
    told = cli("simulate", coded(tmp_path, 8), "--codebook", codebook_file, "--model", "ngrams", exits=1)
    assert "coded.jsonl has 8 decided segments, which is too few to replay." in told.stderr


def test_a_study_is_replayed_and_its_codebook_is_its_own(cli: Cli, study: Path, codebook_file: Path) -> None:
    with project.open_study(study) as opened:
        book = stages.load_codebook(opened)
        items = opened.store.segments.all()
        for i, item in enumerate(items):
            service.decide(
                opened, segment=item.id, verdict=Verdict.CHANGE, coder="ama", kind=Kind.BARRIER,
                code=("MONEY", "PEOPLE")[i % 2], book=book,
            )  # fmt: skip
    before = (study / "study.db").read_bytes()
    (found,) = json.loads(cli("simulate", study, "--order", "interview", "--json").stdout)
    assert found["decisions"] == len(items)
    assert (study / "study.db").read_bytes() == before
    assert "--codebook is for tables" in cli("simulate", study, "--codebook", codebook_file, exits=2).stderr


def test_each_code_is_searched_for_by_itself(cli: Cli, tmp_path: Path, codebook_file: Path) -> None:
    given = coded(tmp_path, 30), "--codebook", codebook_file, "--model", "ngrams", "--each-code"
    told = cli("simulate", *given).stdout
    found = json.loads(cli("simulate", *given, "--json").stdout)
    assert found
    for item in found:
        assert item["uses"] >= 5
        assert item["read"] <= 28
        assert any(line.split()[:2] == [item["code"], str(item["uses"])] for line in told.splitlines())
    assert f"mean over {len(found)} codes" in told
    assert "no --order in it" in cli("simulate", *given, "--order", "random", exits=2).stderr


def test_a_code_that_all_segments_have_cannot_be_searched_for(cli: Cli, tmp_path: Path, codebook_file: Path) -> None:
    table = tmp_path / "same.csv"
    table.write_text("text,codes\n" + "".join(f"words number {i},MONEY\n" for i in range(30)))
    told = cli("simulate", table, "--codebook", codebook_file, "--model", "ngrams", "--each-code", exits=1).stderr
    assert "same.csv has no code with 5 segments or more and some without it" in told
