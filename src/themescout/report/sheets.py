"""The report's tables as a workbook and as CSV files, for people who go on in a spreadsheet.

In CSV a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets an apostrophe before it, so that
no spreadsheet program takes words for a formula. Take that one apostrophe away to have the words as they were said.
In the workbook no such guard is needed: words are stored as words.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from themescout.report import contents as wording
from themescout.report import grids
from themescout.report.files import replaced
from themescout.report.grids import Grid
from themescout.tables import guarded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from themescout.report.contents import Contents
    from themescout.report.grids import Cell

CELL_LIMIT = 32_767  # UTF-16 units in a cell of a workbook; Excel's specification
ROW_LIMIT = 1_048_576  # rows of a sheet, header included; the same
_SHARES = frozenset({"interviewer_share", "loudest", "elsewhere"})
# A workbook holds the date of its making; a fixed one keeps the bytes the same for the same study.
_CREATED = datetime(2012, 6, 29, tzinfo=UTC).replace(tzinfo=None)
_WIDTHS: Mapping[str, int] = {
    "status": 11, "category": 28, "code": 32, "informants": 11, "informants_of": 9, "segments": 10,
    "in_their_words": 90, "code_id": 16, "kind": 17, "participant": 14, "transcript": 18, "turn": 7, "start": 9,
    "end": 9, "text": 90, "segment": 22, "theme": 8, "label": 30, "keywords": 34, "note": 16, "found_in_runs": 10,
    "runs": 7, "codes": 34, "wave": 10, "format": 9, "turns": 8, "words": 9, "interviewer_share": 12, "problems": 60,
    "what": 44, "value": 100, "title": 30, "name": 24, "interviews": 11, "loudest": 12, "tied": 24, "merged": 12,
    "elsewhere": 12, "subthemes": 44, "subtheme": 28, "strength": 10, "nearest": 9, "nearest_title": 30, "reason": 30,
    "decisions": 11, "came_first": 11, "right": 9, "found_among_three": 18, "standing": 36,
}  # fmt: skip
_WIDTH = 28  # of a column that a person named
_HEADERS: Mapping[str, str] = {
    "informants_of": "of", "in_their_words": "In their words", "code_id": "Code id", "found_in_runs": "Found in runs",
    "interviewer_share": "Interviewer's share of words", "codes": "Codes that it fits", "tied": "Tied to",
    "elsewhere": "Share of segments going to other codes", "loudest": "Share of the loudest informant",
    "merged": "Merged into it", "nearest": "Nearest theme", "nearest_title": "Its title", "reason": "Why left out",
    "subthemes": "Sub-themes", "subtheme": "Sub-theme",
}  # fmt: skip


def write_xlsx(path: Path, contents: Contents) -> None:
    """Write one workbook: confirmed tables, suggested tables, themes, quotes, transcripts, about."""
    with replaced(path) as half:
        _write_book(str(half), contents.title, _sheets(contents))


def workbook(title: str, grids: Sequence[Grid]) -> bytes:
    """A workbook of these grids alone; the same grids give the same bytes."""
    target = io.BytesIO()
    _write_book(target, title, grids)
    return target.getvalue()


def csv_file(parts: Sequence[Grid]) -> bytes:
    """One CSV file of grids with the same columns, UTF-8 with a byte order mark."""
    file = io.StringIO(newline="")
    out = csv.writer(file)
    out.writerow(guarded(parts[0].columns))
    out.writerows(guarded(row) for part in parts for row in part.rows)
    return file.getvalue().encode("utf-8-sig")


def write_csv(folder: Path, contents: Contents) -> tuple[Path, ...]:
    """Write the CSV files, UTF-8 with a byte order mark, and a README that explains them; return their paths."""
    files: dict[str, list[Grid]] = {}
    for grid in (*grids.code_grids(contents), *_further(contents)):
        files.setdefault(grid.file, []).append(grid)
    written = []
    for name, parts in files.items():
        with replaced(folder / name) as half:
            half.write_bytes(csv_file(parts))
        written.append(folder / name)
    with replaced(folder / "README.txt") as half:
        half.write_text(_README, encoding="utf-8", newline="\n")
    return (*written, folder / "README.txt")


def fitted(text: str, limit: int = CELL_LIMIT) -> str:
    """The text if a cell can hold it, else its beginning and a note that says so."""
    units = _units(text)
    if units <= limit:
        return text
    note = f" […] [Cut here: a cell holds no more. All {len(text):,} characters are in the CSV files.]"
    kept = text[: limit - len(note)]
    while _units(kept) > limit - len(note):
        kept = kept[: -max(1, (_units(kept) - limit + len(note)) // 2)]
    return kept + note


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _further(contents: Contents) -> tuple[Grid, ...]:
    return (
        *(grids.framework(one, kinds=contents.kinds) for one in contents.matrices),
        grids.themes(contents),
        grids.theme_members(contents),
        grids.loose(contents),
        grids.trust(contents),
        grids.quotes(contents),
        grids.transcripts(contents),
    )


def _sheets(contents: Contents) -> tuple[Grid, ...]:
    return (*grids.code_grids(contents), *_further(contents), _about(contents))


def _write_book(target: str | io.BytesIO, title: str, parts: Sequence[Grid]) -> None:
    import xlsxwriter  # noqa: PLC0415  # only a report needs it

    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": title, "created": _CREATED})
    wrapped = {"text_wrap": True, "valign": "top"}
    plain = book.add_format(wrapped)
    header = book.add_format({**wrapped, "bold": True, "bottom": 1, "bg_color": "#E8EEF0"})
    percent = book.add_format({**wrapped, "num_format": "0 %"})
    for grid in parts:
        _write_sheet(book.add_worksheet(grid.sheet), grid, plain, header, percent)
    _close(book)


def _write_sheet(sheet: Any, grid: Grid, plain: Any, header: Any, percent: Any) -> None:
    for i, name in enumerate(grid.columns):
        sheet.set_column(i, i, grid.widths[i] if grid.widths else _WIDTHS.get(name, _WIDTH))
        shown = grid.headers[i] if grid.headers else _HEADERS.get(name, name.capitalize())
        sheet.write_string(0, i, fitted(shown), header)
    sheet.freeze_panes(1, 0)
    rows, missing = grid.rows, len(grid.rows) - (ROW_LIMIT - 1)
    if missing > 0:
        rows = rows[: ROW_LIMIT - 2]
    for r, row in enumerate(rows, start=1):
        for i, cell in enumerate(row):
            _write_cell(sheet, r, i, cell, percent if grid.columns[i] in _SHARES else plain)
    if missing > 0:
        note = f"{missing + 1:,} more rows: a sheet holds no more. All are in csv/{grid.file}."
        sheet.write_string(ROW_LIMIT - 1, 0, note, plain)
    elif rows:
        sheet.autofilter(0, 0, len(rows), len(grid.columns) - 1)
    _page(sheet, grid.sheet)


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, look: Any) -> None:
    if cell == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(cell, str):
        sheet.write_string(row, column, fitted(cell), look)
    else:
        sheet.write_number(row, column, cell, look)


def _page(sheet: Any, name: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{name}&RPage &P of &N")


def _close(workbook: Any) -> None:
    """Write the file; a full disk must reach `replaced` as the OSError that it is."""
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415  # only a report needs it

    try:
        workbook.close()
    except FileCreateError as error:
        cause = error.args[0] if error.args else None
        raise (cause if isinstance(cause, OSError) else OSError(str(error))) from error


def _about(contents: Contents) -> Grid:
    found = contents.findings
    drafted = "DRAFT: no code has been confirmed by a person." if found.draft else "See Coverage below."
    rows: Sequence[tuple[str, str]] = (
        ("Study", contents.title),
        ("State", drafted),
        ("What this is", wording.about(contents)),
        ("Numbers", wording.NUMBERS),
        ("Positions", wording.POSITIONS),
        ("Transcripts", f"{len(contents.transcripts):,}"),
        ("Informants", f"{found.informants:,}"),
        *wording.coverage_lines(contents),
        *(("Note", sentence) for sentence in wording.warnings(contents)),
        *((f"Words gone from {item.transcript}", f"“{item.quote}” ({item.name}, coded by {item.coder})")
          for item in found.lost),
        *wording.method_lines(contents),
        *wording.setting_lines(contents),
        ("Data", wording.NOTHING_LEFT),
        *((f"For people to state: COREQ {items}", sentence) for items, sentence in wording.FOR_PEOPLE),
    )  # fmt: skip
    return Grid(sheet="About", file="", columns=("what", "value"), rows=tuple(rows))


_README = """\
These tables belong to report.html and tables.xlsx in the folder above.

barriers.csv, research_questions.csv (or codes.csv, for a codebook without kinds)
    One row for each code. "status" says who says so: "confirmed" a person, "suggested" only the machine.
    "informants" counts different people, "informants_of" how many there are in all.
    A category without rows has one row with an empty code.
quotes.csv
    Every quote behind those tables, one row for each segment and code.
    "start" and "end" count characters (Unicode code points) of the transcript as themescout stores it, from 0;
    the character at "end" is the first that no longer belongs to the quote. "turn" counts from 1.
matrix_barriers.csv, matrix_research_questions.csv (or matrix_codes.csv)
    The framework matrix: one row for each informant, with what participants.csv says of them, and for each category
    the summary that a person wrote, the number of passages, and the passages. They are there once somebody has written
    a summary; an empty summary is one that nobody has written. The program writes none.
themes.csv
    Candidate themes, groups of similar segments. "status" says what a person made of one: "candidate" (nothing yet,
    it is only the machine's), "kept", "promoted" (to a code) or "discarded". "theme" is its number, which it keeps
    when themes are found again. "name" is a person's, "label" the machine's, made of the informants' words; "title"
    is the name, or the label where there is no name.
    "loudest" is the share, 0 to 1, of its segments from the informant with most of them.
    "found_in_runs" says in how many of "runs" with different random starts a group like this came up; both are empty
    for a theme that a person made. "codes" are those that it fits, with shares of its segments; "elsewhere" is the
    share, 0 to 1, of its segments that go to other codes; both are empty where no codes were suggested.
    "tied" is the category or code that a person tied it to, "merged" the themes that a person merged into it.
theme_members.csv
    One row for each segment of a theme that is not discarded. "strength", 0 to 1, says how strongly it belongs.
segments_in_no_theme.csv
    The segments in no theme, with the nearest theme, how strongly they belong to that one (0 to 1), and why they
    were left out.
suggestions_record.csv
    One row for each code that was used: how far its suggestions could be trusted, counted on decisions whose
    interviews were left out of what the machine learned from. "decisions" are uses of the code, "offered" how often
    it came first, "right" how often of these the person agreed, "found" how many of its uses had it among the first
    three.
transcripts.csv
    What was imported.

All files are UTF-8 with a byte order mark, so that Excel shows letters of all languages.
A cell that begins with = + - @ or a tab has an apostrophe before it, so that no spreadsheet program takes it for a
formula. Take that one apostrophe away to have the words as they were said.
"""
