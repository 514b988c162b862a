"""Tables keep their order and length in all four formats, and what is odd is refused or remarked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from themescout import tables
from themescout.errors import FileProblemError, TableError
from themescout.text import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TEXT = st.text(st.sampled_from("aé😀 ,;\"'\n\t=-_") | st.characters(exclude_categories=["Cs", "Cc"]), max_size=15).map(
    normalise
)
ROWS = st.lists(
    st.fixed_dictionaries({"id": st.integers(0, 10**9) | st.just("x1"), "text": TEXT, "doc": st.just("d")}),
    min_size=1,
    max_size=5,
)
FORMATS = pytest.mark.parametrize("suffix", tables.SUFFIXES)


def rows(*texts: str) -> list[dict[str, Any]]:
    return [{"id": f"r{i}", "text": text} for i, text in enumerate(texts)]


def as_shown(suffix: str, texts: Sequence[str]) -> list[str]:
    """In CSV, cells that a spreadsheet would compute come with an apostrophe; other formats know text as text."""
    guarded = suffix == ".csv"
    return [f"'{text}" if guarded and text[:1] in set("=+-@\t\r") else text for text in texts]


@FORMATS
@given(given_rows=ROWS)
@hypothesis_settings(max_examples=25)
def test_what_is_written_is_read_back_in_order(tmp_path: Path, suffix: str, given_rows: list[dict[str, Any]]) -> None:
    path = tmp_path / f"t{suffix}"
    tables.write(path, given_rows)
    table = tables.read(path)
    assert len(table) == len(given_rows)
    assert list(table.texts) == as_shown(suffix, [row["text"] for row in given_rows])
    assert [str(name) for name in table.ids] == [str(row["id"]) for row in given_rows]
    assert set(table.docs) == {"d"}
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


@FORMATS
def test_empty_rows_in_between_keep_their_place(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    tables.write(path, [{"text": "one"}, {"text": ""}, {"text": "😀"}])
    table = tables.read(path)
    assert (table.texts, table.ids) == (("one", "", "😀"), (0, 1, 2))
    assert table.remarks == (f"t{suffix}: 1 of 3 rows have no text; they stay in the output, unplaced.",)


@FORMATS
def test_lists_come_back_as_lists_or_as_json(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    tables.write(path, [{"text": "one", "codes": ["A", "é B"]}])
    (codes,) = tables.read(path).codes
    flat = suffix in {".csv", ".xlsx"}
    assert codes == (('["A", "é B"]',) if flat else ("A", "é B"))


@FORMATS
def test_cells_that_a_spreadsheet_would_compute_are_text(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    formulas = ["=1+1", "+1", "-1", "@x", "\tx"]
    tables.write(path, rows(*formulas))
    assert list(tables.read(path).texts) == as_shown(suffix, formulas)
    if suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).worksheets[0]
        assert [cell.data_type for row in sheet["A2:B6"] for cell in row] == ["s"] * 10  # "f" would be a formula


@FORMATS
def test_an_empty_table_can_be_written_and_is_refused_when_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    tables.write(path, [])
    with pytest.raises(TableError, match="has no rows"):
        tables.read(path)


@FORMATS
def test_a_table_without_texts_names_its_columns(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    tables.write(path, [{"id": 1, "quote": "x"}])
    with pytest.raises(TableError, match=r"no column “text”; it has: id, quote\."):
        tables.read(path)


@FORMATS
def test_what_is_damaged_is_a_problem_of_the_users(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    path.write_bytes(b"\xff\xfe\x00PK\x03")
    with pytest.raises(FileProblemError, match=r"^t\."):
        tables.read(path)


@FORMATS
def test_a_place_that_cannot_be_written_is_a_problem_of_the_users(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(FileProblemError, match=r"cannot be written: (?!None)"):
        tables.write(tmp_path / "no" / f"t{suffix}", rows("x"))


@FORMATS
def test_a_table_that_fails_half_way_leaves_the_old_one(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    tables.write(path, rows("old"))
    with pytest.raises((TypeError, AttributeError)):
        tables.write(path, [{"id": 1, "text": "new"}, None])  # type: ignore[list-item]
    assert tables.read(path).texts == ("old",)
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_a_text_too_long_for_a_workbook_is_not_cut_silently(tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match=r"Row 2 is more than a workbook can hold"):
        tables.write(tmp_path / "t.xlsx", rows("short", "x" * 32768))
    assert list(tmp_path.iterdir()) == []
    tables.write(tmp_path / "t.xlsx", rows("x" * 32767))
    assert len(tables.read(tmp_path / "t.xlsx").texts[0]) == 32767


@pytest.mark.parametrize("name", ["t.txt", "t"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("text\nx\n")
    with pytest.raises(FileProblemError, match="is no table that is read"):
        tables.read(tmp_path / name)
    with pytest.raises(FileProblemError, match=r"tables are written as \.csv"):
        tables.write(tmp_path / name, rows("x"))


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match="does not exist"):
        tables.read(tmp_path / "t.csv")
    with pytest.raises(FileProblemError, match="is a folder and no study"):
        tables.read(tmp_path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_other_programs_is_read(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "t.csv"
    lines = [["id", "text", "codes"], ["7", '"a, b; c\nd"', "A; B ;A"], ["", "short"]]
    path.write_bytes(("\ufeff" + "\r\n".join(delimiter.join(line) for line in lines)).replace("A; B", '"A; B').replace(
        ";A", ';A"').encode())  # fmt: skip
    table = tables.read(path)
    assert table.texts == ("a, b; c\nd", "short")
    assert table.ids == ("7", 1)
    assert table.codes == (("A", "B"), ())


def test_text_with_unquoted_commas_is_not_cut_silently(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("text\nplain\nno drugs, no staff\n", "utf-8")
    with pytest.raises(FileProblemError, match=r"t\.csv, line 3, has more cells than the header"):
        tables.read(path)


def test_the_heading_may_have_quotation_marks_and_empty_lines_above_it(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('\n  \nid;"How, in your view, and why, did it go?";text\n1;fine;We had, no, money\n', "utf-8")
    assert tables.read(path).texts == ("We had, no, money",)
    path.write_text("\ntext\na, b\n", "utf-8")
    with pytest.raises(FileProblemError, match=r"line 3, has more cells"):
        tables.read(path)


@pytest.mark.parametrize("suffix", tables.SUFFIXES)
def test_a_list_is_no_text(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    tables.write(path, [{"text": ["a", "b"]}])
    if suffix in {".csv", ".xlsx"}:  # they have no lists
        assert tables.read(path).texts == ('["a", "b"]',)
        return
    with pytest.raises(TableError, match="the text of row 1 is a list or an object"):
        tables.read(path)


def test_two_columns_of_one_name_are_a_problem_of_the_users(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("text,a,text\none,,two\n", "utf-8")
    both = pyarrow.Table.from_arrays([pyarrow.array(["one"]), pyarrow.array(["two"])], names=["text", "text"])
    pyarrow.parquet.write_table(both, tmp_path / "t.parquet")
    book = openpyxl.Workbook()
    book.active.append(["text", "text"])
    book.active.append(["one", "two"])
    book.save(tmp_path / "t.xlsx")
    for name in ("t.csv", "t.parquet", "t.xlsx"):
        with pytest.raises(FileProblemError, match=f"{name} has two columns “text”"):
            tables.read(tmp_path / name)


def test_empty_surplus_cells_are_no_error(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,text\n1,plain,,\n", "utf-8")
    assert tables.read(path).texts == ("plain",)


@pytest.mark.parametrize(
    ("line", "message"), [("{", "line 2, is no JSON"), ("[1]", "line 2, is no object"), ("3", "line 2, is no object")]
)
def test_a_bad_line_of_json_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(f'{{"text": "x"}}\n{line}\n', "utf-8")
    with pytest.raises(FileProblemError, match=message):
        tables.read(path)


def test_json_values_of_other_types_become_text(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    values: list[dict[str, Any]] = [
        {"text": 5, "id": 0, "codes": ["A", "A", " "], "kind": None},
        {"text": None, "id": True, "codes": "B;C", "kind": "barrier"},
        {"id": 0, "text": "a\u2028b"},
    ]
    path.write_text("\n\n".join(json.dumps(value) for value in values), "utf-8")
    table = tables.read(path)
    assert table.texts == ("5", "", "a\nb")
    assert table.ids == (0, "True", 0)
    assert table.codes == (("A",), ("B", "C"), ())
    assert table.kinds == ("", "barrier", "")
    assert table.remarks[1] == "t.jsonl: 1 id occurs more than once; rows are told apart by their order."


@FORMATS
def test_what_a_workbook_would_read_as_an_escape_stays_as_it_is(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    tables.write(path, rows("_x0041_ &amp; <b>", "  blanks "))
    assert tables.read(path).texts == ("_x0041_ &amp; <b>", "  blanks ")
