"""The real interview sets from the command line to the tables: who speaks, and that every quote is where it says."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from click.testing import CliRunner

from themescout import project, settings
from themescout.cli import main
from themescout.pipeline import adding, run, stages
from themescout.review import service as review
from themescout.types import Kind, Role, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.data

ASKS = ("AI", "Assistant")
MARKDOWN = 200
CODEBOOK = """
id: small
title: Small
kinds:
  - {id: barrier, name: Barrier, examples: [It never worked., It costs too much time and nobody helps.]}
  - {id: research_question, name: Question, examples: [Which of the two works better?, We do not know why.]}
  - {id: neither, name: Neither, examples: [Thank you for your time., It went very well indeed.]}
codes:
  - {id: TRUST, name: Trust, definition: "Whether what comes out can be relied upon and must be checked."}
  - {id: TIME, name: Time, definition: "Time, money, effort and workload."}
  - {id: SKILL, name: Skill, definition: "Knowledge, learning and training of people."}
"""


def cli(*args: object) -> str:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert result.exit_code == 0, result.output
    return result.stdout


def made(folder: Path) -> Path:
    """A new, quick study with a small codebook."""
    (folder / "small.yaml").write_text(CODEBOOK, "utf-8")
    cli("new", folder / "study", "--model", "ngrams", "--codebook", folder / "small.yaml")
    return folder / "study"


def quick(study: project.Study, **segment: object) -> project.Study:
    chosen = settings.changed(study.settings, "discover", reducer="pca", runs=2)
    return replace(study, settings=settings.changed(chosen, "segment", **segment))


def cells(folder: Path) -> Iterator[dict[str, Any]]:
    """Every row with a quote, of the CSV files and of the workbook."""
    with (folder / "reports" / "csv" / "quotes.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            # The apostrophe that keeps spreadsheet programs from running words as a formula.
            text = row["text"]
            yield {**row, "text": text[1:] if re.match(r"'[=+\-@\t\r]", text) else text}
    sheet = openpyxl.load_workbook(folder / "reports" / "tables.xlsx", read_only=True)["Quotes"]
    header, *rows = sheet.iter_rows(values_only=True)
    names = [str(name).lower() for name in header]
    yield from (dict(zip(names, row, strict=False)) for row in rows)


def printed(folder: Path) -> Iterator[tuple[str, str, int, int]]:
    """(words, transcript, start, end) of the quotes in the tables of codes and themes."""
    place = re.compile(r"“(.*?)” \((?:[^()\n]*, )?([^(),\n]+), turn \d+, characters (\d+)–(\d+)\)(?:\n|$)", re.DOTALL)
    for name in ("barriers", "research_questions", "themes"):
        with (folder / "reports" / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for match in place.finditer(row["in_their_words"]):
                    yield match[1], match[2], int(match[3]), int(match[4])


def check_quotes(study: project.Study) -> int:
    """Every quote of every table is the stored words at its place, said by an informant; their number."""
    texts = study.store.transcripts.texts()
    turns = {name: study.store.transcripts.turns(name) for name in texts}
    number = 0
    for row in cells(study.folder):
        start, end, turn = int(row["start"]), int(row["end"]), turns[row["transcript"]][int(row["turn"]) - 1]
        assert texts[row["transcript"]][start:end] == row["text"] != ""
        assert turn.role is Role.INFORMANT
        assert turn.start <= start < end <= turn.end
        number += 1
    for words, transcript, start, end in printed(study.folder):
        assert texts[transcript][start:end] == words
        number += 1
    return number


def test_two_hundred_and_more_interviews_in_one_study(shared_data: Path, tmp_path: Path) -> None:
    folder = made(tmp_path)
    source = shared_data / "anthropic_interviewer"
    files = sorted((source / "workforce").glob("*.md"))[:MARKDOWN]
    assert len(files) == MARKDOWN
    reports = json.loads(cli("add", folder, source / "scientists_transcripts.csv", *files, "--json"))
    assert [report["outcome"] for report in reports] == ["added"] * (1 + MARKDOWN)
    assert len(reports[0]["transcripts"]) == 125
    with project.open_study(folder) as opened:
        study = quick(opened)
        assert len(study.store.transcripts.hashes()) == 125 + MARKDOWN
        stages.cut(study)
        speakers = {item.speaker for item in study.store.segments.all()}
        assert speakers == {"User"}
        asked = re.compile(rf"^\s*(?:{'|'.join(ASKS)}): ", re.MULTILINE)
        assert [item.id for item in study.store.segments.all() if asked.search(item.text)] == []
        # All are imported and cut; a fifth of the turns is enough for a quick run.
        sample = quick(opened, min_words=100)
        run.run(sample)
        items = study.store.segments.all()
        assert len({item.transcript for item in items}) > 150
        for item in items[:20]:
            review.decide(
                sample, segment=item.id, verdict=Verdict.ACCEPT, coder="ama", kind=Kind.BARRIER, code="TIME",
                book=stages.load_codebook(sample),
            )  # fmt: skip
        run.run(sample)
        assert check_quotes(sample) > 100
    with (folder / "reports" / "csv" / "quotes.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["status"] for row in csv.DictReader(file)} == {"confirmed", "suggested"}


@pytest.mark.parametrize(
    ("place", "pattern", "roles"),
    [
        (
            "serdif_usability/raw/data/transcripts/raw",
            "*.odt",
            {"Prompt": Role.INTERVIEWER, "MODERATOR": Role.INTERVIEWER, "Participant": Role.INFORMANT},
        ),
        (
            "pdpilot_interviews/raw/results/transcripts",
            "*.pdf",
            {"Dan": Role.INTERVIEWER, "Participant": Role.INFORMANT},
        ),
    ],
)
def test_odt_and_pdf_to_the_tables(
    shared_data: Path, tmp_path: Path, place: str, pattern: str, roles: dict[str, Role]
) -> None:
    folder = made(tmp_path)
    files = sorted((shared_data / place).glob(pattern))
    cli("add", folder, *files)
    with project.open_study(folder) as opened:
        study = quick(opened)
        assert len(study.store.transcripts.hashes()) == len(files) > 1
        for name in study.store.transcripts.hashes():
            assert {s.label: s.role for s in study.store.transcripts.speakers(name)} == roles
            assert len(study.store.transcripts.turns(name)) > 20
        run.run(study)
        assert {item.speaker for item in study.store.segments.all()} == {"Participant"}
        assert check_quotes(study) > 100
        again = adding.add(study, files)
        assert {str(report.outcome) for report in again} == {"already there"}
