"""Spreadsheets: a row per turn, or a row per interview."""

from __future__ import annotations

import csv
import io
import re
import sys
import warnings
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from themescout.errors import FileProblemError
from themescout.importers import columns, limits
from themescout.importers.decoding import decode
from themescout.text import normalise
from themescout.types import RawTranscript

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from themescout.importers.columns import Columns
    from themescout.types import Line

Rows = list[list[str]]

_DELIMITERS = (",", ";", "\t", "|")
_LABELLED = re.compile(r"\s*\[?[^\W_][^\n:]{0,39}:")
# What openpyxl was seen to raise for files that were cut or altered; errors of XML are SyntaxErrors,
# its own InvalidFileException has no base but Exception and only speaks of file endings.
_XLSX_DAMAGE = (SyntaxError, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, BadZipFile)

_HEADER_WITHIN = 10  # rows; above the header people put titles and dates


class TableImporter:
    """Reads `.csv`, `.tsv` and `.xlsx`; one table may hold many interviews."""

    suffixes = (".csv", ".tsv", ".xlsx")

    def read(self, path: Path) -> tuple[RawTranscript, ...]:
        """The interviews of the table, in the order in which they begin."""
        if path.suffix.lower() == ".xlsx":
            sheets, encoding, problems = _workbook(path), "", tuple[str, ...]()
        else:
            rows, encoding, problems = _delimited(path)
            sheets = [("", rows)]
        found = [(title, table) for title, rows in sheets if (table := _table(rows))]
        if not found:
            raise _no_text_column(path, [rows for _, rows in sheets])
        made: list[RawTranscript] = []
        for title, (where, header, rows) in found:
            stem = f"{path.stem}-{title}" if len(found) > 1 else path.stem
            noted = (*problems, *_notes(where, header, rows))
            like = RawTranscript(name=stem, lines=(), format=path.suffix.lower()[1:], encoding=encoding, problems=noted)
            made += _interviews(where, rows, like)
        for raw in made:
            limits.check_lines(raw.lines, path.name)
        if not made:
            raise FileProblemError(f"{path.name} has no row with text.", "Check that its text column is filled.")
        return tuple(made)


def _delimited(path: Path) -> tuple[Rows, str, tuple[str, ...]]:
    text, encoding = decode(limits.read_bytes(path), path.name)
    # The default of 131,072 characters is less than one interview in one cell.
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    delimiter = max(_DELIMITERS, key=lambda mark: _fits(text, mark))
    try:
        return _parsed(text, delimiter, strict=True), encoding, ()
    except csv.Error as error:
        note = f"The quotation marks around cells are not in order ({error}); some rows may be joined or split."
        return _parsed(text, delimiter, strict=False), encoding, (note,)


def _parsed(text: str, delimiter: str, *, strict: bool) -> Rows:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict))


def _fits(text: str, delimiter: str) -> tuple[bool, int]:
    """How well the first rows read with this delimiter: is there a text column, and how many columns."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    first = [row for row, _ in zip(reader, range(_HEADER_WITHIN), strict=False)]
    header = _header(first)
    return header is not None, len(first[header]) if header is not None else 0


def _workbook(path: Path) -> list[tuple[str, Rows]]:
    """Title and rows of each sheet."""
    limits.check_zip(path)
    # openpyxl warns of styles and controls that it does not know; none of them is text.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _sheets(path)
        except _XLSX_DAMAGE as error:
            raise limits.damaged(path) from error


def _sheets(path: Path) -> list[tuple[str, Rows]]:
    # openpyxl is slow to import and only needed for this one format.
    from openpyxl import load_workbook  # noqa: PLC0415

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        return [
            (sheet.title, [[_shown(value) for value in row] for row in sheet.iter_rows(values_only=True)])
            for sheet in book.worksheets
        ]
    finally:
        book.close()


def _shown(value: object) -> str:
    """A cell as people see it: nothing for an empty one, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # Excel writes a carriage return inside a cell as `_x000D_`.
    return normalise(str(value).replace("_x000D_\n", "\n").replace("_x000D_", "\n"))


def _header(rows: Sequence[Sequence[str]]) -> int | None:
    for number, row in enumerate(rows[:_HEADER_WITHIN]):
        if columns.named(row):
            return number
    return None


def _table(rows: Rows) -> tuple[Columns, list[str], Rows] | None:
    """Columns, header and the rows below it; None where no row names a text column."""
    number = _header(rows)
    if number is None:
        return None
    below = [row for row in rows[number + 1 :] if any(cell.strip() for cell in row)]
    where = columns.named(rows[number])
    return (_settled(where, rows[number], below), rows[number], below) if where else None


def _settled(where: Columns, header: Sequence[str], rows: Rows) -> Columns:
    """`where`, with the two names decided that can mean a turn or an interview (`name`, `id`)."""
    speaker, interview = where.speaker, where.interview
    if speaker is not None and interview is None and _plain_name(header[speaker]) and _holds_turns(where, rows):
        return replace(where, speaker=None, interview=speaker)
    if speaker is not None and interview is not None and _numbers_rows(header[interview], interview, rows):
        return replace(where, interview=None)
    return where


def _plain_name(name: str) -> bool:
    return name.strip().casefold() == "name"


def _holds_turns(where: Columns, rows: Rows) -> bool:
    """Whether most texts have several lines, as whole interviews have."""
    texts = [columns.cell(row, where.text) for row in rows]
    return 2 * sum("\n" in text.strip() for text in texts) > len(texts)


def _numbers_rows(name: str, position: int, rows: Rows) -> bool:
    """Whether a column called `id` is different in each row, and so numbers turns and not interviews."""
    values = [columns.cell(row, position) for row in rows]
    return name.strip().casefold() == "id" and len(values) > 1 and len(set(values)) == len(values)


def _interviews(where: Columns, rows: Rows, like: RawTranscript) -> Iterator[RawTranscript]:
    """One per value of the interview column; without one, one per row or one for the whole table."""
    whole = where.speaker is not None or _is_conversation(where, rows)
    groups: dict[str, list[Line]] = {}
    for number, row in enumerate(rows, start=1):
        name = columns.cell(row, where.interview).strip()
        if not name:
            name = like.name if whole and where.interview is None else f"{like.name}-{number}"
        groups.setdefault(name, []).extend(columns.turn_lines(row, where))
    for name, lines in groups.items():
        if lines:
            yield replace(like, name=name, lines=tuple(lines))


def _is_conversation(where: Columns, rows: Rows) -> bool:
    """Whether the rows are the labelled turns of one interview (`I: …`, `P: …`, `I: …`)."""
    found = [_LABELLED.match(columns.cell(row, where.text)) for row in rows]
    labels = [match.group() for match in found if match]
    return not _holds_turns(where, rows) and len(labels) * 2 > len(rows) and len(set(labels)) * 2 <= len(labels)


def _notes(where: Columns, header: Sequence[str], rows: Rows) -> tuple[str, ...]:
    notes = []
    unused = [name.strip() for at, name in enumerate(header) if at not in where.used and name.strip()]
    if unused:
        notes.append(f"Columns that were not used: {', '.join(unused)}.")
    empty = sum(1 for row in rows if not columns.cell(row, where.text).strip())
    if empty:
        notes.append(f"Rows without text in “{header[where.text].strip()}” that were left out: {empty}.")
    doubled = [name for name, times in Counter(map(str.strip, header)).items() if name and times > 1]
    if doubled:
        notes.append(f"Columns that occur more than once, of which the first was used: {', '.join(doubled)}.")
    return tuple(notes)


def _no_text_column(path: Path, tables: Sequence[Rows]) -> FileProblemError:
    first = next((row for rows in tables for row in rows if any(cell.strip() for cell in row)), [])
    found = ", ".join(cell.strip()[:40] for cell in first[:20] if cell.strip()) or "none"
    return FileProblemError(
        f"{path.name} has no column with text; its columns are: {found}.",
        f"Name the column with the words one of: {columns.looked_for()}.",
    )
