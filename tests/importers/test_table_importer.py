from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.errors import FileProblemError
from themescout.importers.tables import TableImporter
from themescout.text import normalise

if TYPE_CHECKING:
    from themescout.types import RawTranscript


DATA = Path(__file__).parents[2] / ".." / "shared" / "data"


def read(path: Path, content: str | bytes) -> RawTranscript:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return TableImporter().read(path)


def workbook(path: Path, *sheets: list[list[object]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for rows in sheets:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return path


def said(raw: RawTranscript) -> list[tuple[str | None, str]]:
    return [(line.speaker, line.text) for line in raw.lines]


def test_a_row_per_turn_is_one_transcript_with_times(tmp_path: Path) -> None:
    (raw,) = read(tmp_path / "ward.csv", 'Start,Speaker,Text\n0:01,I,How?\n0:05,P1,"We lack staff,\nand drugs."\n')
    assert raw.name == "ward"
    assert said(raw) == [("I", "How?"), ("P1", "We lack staff,"), ("P1", "and drugs.")]
    assert [line.start_s for line in raw.lines] == [1.0, 5.0, 5.0]


def test_a_row_per_interview_gives_a_transcript_each(tmp_path: Path) -> None:
    raws = read(tmp_path / "all.csv", 'transcript_id,text\na1,"I: How?\n\nP: Badly."\na2,"I: Why?\n\nP: No staff."\n')
    assert [raw.name for raw in raws] == ["a1", "a2"]
    assert said(raws[1]) == [(None, "I: Why?"), (None, "P: No staff.")]


def test_turns_of_several_interviews_are_told_apart_by_their_column(tmp_path: Path) -> None:
    raws = read(tmp_path / "all.csv", "interview,speaker,text\nk1,I,How?\nk1,P,Well.\nk2,I,Why?\nk2,P,Rain.\n")
    assert [(raw.name, len(raw.lines)) for raw in raws] == [("k1", 2), ("k2", 2)]


def test_an_id_that_numbers_the_turns_does_not_make_interviews_of_them(tmp_path: Path) -> None:
    (raw,) = read(tmp_path / "ward.csv", "id,speaker,text\n1,I,How?\n2,P,Well.\n3,I,Why?\n")
    assert len(raw.lines) == 3


def test_a_name_is_an_interview_where_the_text_holds_labelled_turns(tmp_path: Path) -> None:
    raws = read(tmp_path / "all.csv", 'name,text\nk1,"I: How?\nP: Well."\nk2,"I: Why?\nP: Rain."\n')
    assert [raw.name for raw in raws] == ["k1", "k2"]
    (raw,) = read(tmp_path / "all.csv", "name,text\nAma,How?\nKofi,Well.\nAma,Why?\n")
    assert said(raw)[:2] == [("Ama", "How?"), ("Kofi", "Well.")]


def test_labelled_rows_of_one_column_are_one_interview_and_other_rows_are_not(tmp_path: Path) -> None:
    (raw,) = read(tmp_path / "k1.csv", "text\nI: How?\nP: Well.\nI: Why?\nP: Rain.\n")
    assert len(raw.lines) == 4
    raws = read(tmp_path / "survey.csv", "answer\nToo few nurses.\nNo fuel.\n")
    assert [raw.name for raw in raws] == ["survey-1", "survey-2"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    (raw,) = read(
        tmp_path / "t.csv",
        f"speaker{delimiter}text\nI{delimiter}How, then; I ask?\n".replace("How, then; I ask?", '"How, then; I ask?"'),
    )
    assert said(raw) == [("I", "How, then; I ask?")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_what_spreadsheet_programs_write_is_decoded(tmp_path: Path, encoding: str) -> None:
    text = "speaker;text\nI;Où est la clinique d’à côté, près du café ?\nP;Là-bas, à gauche du marché.\n"
    (raw,) = read(tmp_path / "fr.csv", text.encode(encoding))
    assert raw.lines[0].text == "Où est la clinique d’à côté, près du café ?"


def test_rows_above_the_header_are_passed_over(tmp_path: Path) -> None:
    (raw,) = read(tmp_path / "t.csv", "Interviews 2019,\n,\nspeaker,text\nI,How?\n")
    assert said(raw) == [("I", "How?")]


def test_what_was_not_used_is_said(tmp_path: Path) -> None:
    (raw,) = read(tmp_path / "t.csv", "speaker,text,mood\nI,How?,calm\nP,,sad\n")
    assert raw.problems == (
        "Columns that were not used: mood.",
        "Rows without text in “text” that were left out: 1.",
    )


def test_quotation_marks_out_of_order_are_said_and_do_not_stop_the_rest(tmp_path: Path) -> None:
    (raw,) = read(tmp_path / "t.csv", 'speaker,text\nI,"How" are you?\nP,Well.\n')
    assert said(raw)[-1] == ("P", "Well.")
    assert "quotation marks" in raw.problems[0]


def test_a_table_without_text_names_the_columns_found_and_those_looked_for(tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match="its columns are: date, place") as caught:
        read(tmp_path / "t.csv", "date,place\n1,2\n")
    assert "utterance" in caught.value.hint


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match="no row with text"):
        read(tmp_path / "t.csv", "speaker,text\n")


def test_an_interview_longer_than_a_usual_csv_field_is_read(tmp_path: Path) -> None:
    (raw,) = read(tmp_path / "t.csv", 'id,text\na1,"' + "I: How?\nP: Well.\n" * 20_000 + '"\n')
    assert len(raw.lines) == 40_000


def test_a_line_of_sixty_megabytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match="paragraph of 60,000,000"):
        read(tmp_path / "t.csv", "id,text\na1," + "x" * 60_000_000 + "\n")


def test_a_workbook_is_read_like_a_csv_file(tmp_path: Path) -> None:
    path = workbook(tmp_path / "ward.xlsx", [["Speaker", "Text", "Start"], ["I", "How? 🦔", 1.5], ["P", "Bad\nly.", 2]])
    (raw,) = TableImporter().read(path)
    assert said(raw) == [("I", "How? 🦔"), ("P", "Bad"), ("P", "ly.")]
    assert [line.start_s for line in raw.lines] == [1.5, 2.0, 2.0]
    assert raw.format == "xlsx"


def test_each_sheet_with_text_is_an_interview(tmp_path: Path) -> None:
    turns = [["speaker", "text"], ["I", "How?"]]
    raws = TableImporter().read(workbook(tmp_path / "w.xlsx", turns, [["nothing"]], turns))
    assert [raw.name for raw in raws] == ["w-Sheet1", "w-Sheet3"]


def test_of_a_formula_its_value_is_read(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "f.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["speaker", "text"])
    sheet.write(1, 0, "P")
    sheet.write_formula(1, 1, '="We lack"&" staff"', None, "We lack staff")
    book.close()
    (raw,) = TableImporter().read(tmp_path / "f.xlsx")
    assert said(raw) == [("P", "We lack staff")]


def test_a_damaged_workbook_is_refused_in_words(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "w.xlsx", [["speaker", "text"], ["I", "How?"]])
    for lost in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        target = tmp_path / "lost.xlsx"
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(target, "w") as copy:
            for name in source.namelist():
                copy.writestr(name, source.read(name)[:-20] if name == lost else source.read(name))
        with pytest.raises(FileProblemError, match=r"^lost\.xlsx is damaged"):
            TableImporter().read(target)


LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff\ufeff\u2028\u2029")
TURNS = st.lists(st.tuples(st.sampled_from(["I", "P1"]), st.text(LETTERS, min_size=1)), min_size=1, max_size=6)


@settings(deadline=None)
@given(turns=TURNS)
def test_words_written_to_a_table_come_back(
    tmp_path_factory: pytest.TempPathFactory, turns: list[tuple[str, str]]
) -> None:
    turns = [("I", '🦔 How, "then"?'), *turns]
    out = io.StringIO()
    csv.writer(out).writerows([("speaker", "text"), *turns])
    (raw,) = read(tmp_path_factory.getbasetemp() / "turns.csv", out.getvalue())
    assert said(raw) == [(who, text) for who, words in turns if (text := normalise(words).strip())]


@pytest.mark.data
@pytest.mark.parametrize("name", ["scientists", "creatives"])
def test_the_ai_interviews_come_back_one_per_row(name: str) -> None:
    path = DATA / "anthropic_interviewer" / f"{name}_transcripts.csv"
    if not path.exists():
        pytest.skip("the interview sets do not lie beside the repository")
    raws = TableImporter().read(path)
    assert len(raws) == 125
    assert all(raw.lines[0].text.startswith("Assistant:") for raw in raws)
