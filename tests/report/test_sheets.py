"""The workbook and the CSV files: the same rows, words as words, limits in words."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from themescout.report import sheets
from themescout.store.summaries import Cell, Summary
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

FORMULA = '=HYPERLINK("http://example.org","paid")'


def filled(build: Callable[..., Any], **options: Any) -> Any:
    built = build(**options)
    first, second, third, _ = built.interview("KI01", "🙂 paid late", FORMULA, "no nurses", "and so on")
    built.decide(first, "LATE")
    built.decide(second, "LATE")
    built.suggest((third, "STAFF", 0.8))
    return built


def table(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def test_the_workbook_holds_every_table_and_quote(build: Callable[..., Any], tmp_path: Path) -> None:
    sheets.write_xlsx(tmp_path / "t.xlsx", filled(build).contents())
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == [
        "Barriers", "Research questions", "Suggested barriers", "Suggested questions", "Themes", "Theme members",
        "In no theme", "Suggestions' record", "Quotes", "Transcripts", "About",
    ]  # fmt: skip
    barriers = [[cell.value for cell in row] for row in book["Barriers"].iter_rows(min_row=2)]
    assert [row[:6] for row in barriers] == [
        ["confirmed", "Money", "Money comes late", 1, 1, 2],
        ["confirmed", "Staff", None, 0, 1, 0],
    ]
    quotes = [[cell.value for cell in row] for row in book["Quotes"].iter_rows(min_row=2)]
    assert [(row[0], row[9]) for row in quotes] == [
        ("confirmed", "🙂 paid late"), ("confirmed", FORMULA), ("suggested", "no nurses"),
    ]  # fmt: skip
    assert "KI01: 🙂 paid late"[quotes[0][7] : quotes[0][8]] == "🙂 paid late"
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert all(sheet.freeze_panes == "A2" for sheet in book)
    assert book["Quotes"]["J2"].alignment.wrap_text


def test_a_codebook_without_kinds_has_sheets_and_a_file_of_codes(build: Callable[..., Any], tmp_path: Path) -> None:
    contents = filled(build, kinds=False).contents()
    sheets.write_xlsx(tmp_path / "t.xlsx", contents)
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames[:2] == ["Codes", "Suggested codes"]
    names = [path.name for path in sheets.write_csv(tmp_path / "csv", contents)]
    assert names == [
        "codes.csv", "themes.csv", "theme_members.csv", "segments_in_no_theme.csv", "suggestions_record.csv",
        "quotes.csv", "transcripts.csv", "README.txt",
    ]  # fmt: skip


def test_the_csv_files_tell_confirmed_from_suggested(build: Callable[..., Any], tmp_path: Path) -> None:
    sheets.write_csv(tmp_path, filled(build).contents())
    barriers = [(row["status"], row["code"], row["informants"]) for row in table(tmp_path / "barriers.csv")]
    assert barriers == [
        ("confirmed", "Money comes late", "1"),
        ("confirmed", "", "0"),
        ("suggested", "", "0"),
        ("suggested", "Staff", "1"),
    ]
    assert [row["segments"] for row in table(tmp_path / "transcripts.csv")] == ["4"]


def test_words_that_look_like_a_formula_get_an_apostrophe_in_csv(build: Callable[..., Any], tmp_path: Path) -> None:
    sheets.write_csv(tmp_path, filled(build).contents())
    texts = [row["text"] for row in table(tmp_path / "quotes.csv")]
    assert texts == ["🙂 paid late", f"'{FORMULA}", "no nurses"]
    assert "apostrophe" in (tmp_path / "README.txt").read_text("utf-8")


@given(st.text())
def test_no_cell_begins_like_a_formula_and_the_words_can_be_had_back(text: str) -> None:
    (cell,) = sheets.guarded((text,))
    assert not str(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell in {text, f"'{text}"}
    assert sheets.guarded((-1, 0.5)) == (-1, 0.5)


@given(st.text(alphabet="a🙂", max_size=300), st.integers(min_value=120, max_value=200))
def test_a_cell_that_is_too_long_is_cut_in_words(text: str, limit: int) -> None:
    cut = sheets.fitted(text, limit)
    assert len(cut.encode("utf-16-le")) // 2 <= limit
    if cut != text:
        assert len(text.encode("utf-16-le")) // 2 > limit
        kept = cut.split(" […] [Cut here")[0]
        assert text.startswith(kept)
        assert f"All {len(text):,} characters are in the CSV files." in cut


def test_rows_that_no_sheet_holds_are_counted(
    build: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = build()
    for segment in built.interview("KI01", *(f"paid late {i}" for i in range(10))):
        built.decide(segment, "LATE")
    monkeypatch.setattr(sheets, "ROW_LIMIT", 8)
    sheets.write_xlsx(tmp_path / "t.xlsx", built.contents())
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["Quotes"]
    assert sheet.max_row == 8
    assert sheet["J7"].value == "paid late 5"
    assert sheet["A8"].value == "4 more rows: a sheet holds no more. All are in csv/quotes.csv."


def test_the_same_study_gives_the_same_bytes(build: Callable[..., Any], tmp_path: Path) -> None:
    contents = filled(build).contents()
    for name in ("a.xlsx", "b.xlsx"):
        sheets.write_xlsx(tmp_path / name, contents)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    made = openpyxl.load_workbook(tmp_path / "a.xlsx").properties
    assert made.created == made.modified == sheets._CREATED
    assert not list(tmp_path.glob("*.half"))


def test_the_matrix_comes_with_the_first_summary(build: Callable[..., Any], tmp_path: Path) -> None:
    built = filled(build)
    built.people(("KI01", "KI01", FORMULA))
    assert built.contents().matrices == ()
    place = Cell(participant=FORMULA, kind=Kind.BARRIER, category="MONEY")
    built.study.store.summaries.add(Summary(cell=place, body="-late 🙂", coder="anna", written_at=""))
    contents = built.contents()
    sheets.write_xlsx(tmp_path / "t.xlsx", contents)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert {"Matrix barriers", "Matrix research questions"} <= set(book.sheetnames)
    row = [cell.value for cell in book["Matrix barriers"][2]]
    assert row[:5] == [FORMULA, 2, 4, "-late 🙂", 2]
    assert all(cell.data_type != "f" for sheet in book for line in sheet.iter_rows() for cell in line)
    sheets.write_csv(tmp_path, contents)
    (written,) = table(tmp_path / "matrix_barriers.csv")
    assert (written["participant"], written["Money – summary"]) == (f"'{FORMULA}", "'-late 🙂")
    assert "“🙂 paid late” (" in written["Money – in their words"]
