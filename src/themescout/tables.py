"""Tables in and out: .csv, .xlsx, .jsonl and .parquet with a column `text`. Order is kept, no row is dropped."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from themescout.errors import FileProblemError, TableError
from themescout.text import normalise, separator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("text", "id", "doc", "speaker", "context", "codes", "kind")  # that are read
SUFFIXES = (".csv", ".jsonl", ".parquet", ".xlsx")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """The columns that themescout reads from a table; all tuples have one entry for each row.

    Attributes:
        ids: of the rows; the row's number from 0 where the table has no `id`.
        texts: normalised; "" where the cell is empty.
        docs: what belongs together (an interview); "" where there is no such column.
        speakers: who said it; "" where there is no such column.
        contexts: the question before; "" where there is none.
        codes: codes of a person; () where there are none.
        kinds: kind of a person; "" where there is none.
        remarks: sentences about what was odd (empty texts, ids that occur twice).
    """

    ids: tuple[str | int, ...]
    texts: tuple[str, ...]
    docs: tuple[str, ...]
    speakers: tuple[str, ...]
    contexts: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    remarks: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.texts)


def read(path: Path) -> TextTable:
    """Read a table.

    Raises:
        FileProblemError: missing, damaged, or not of a known kind.
        TableError: it has no column `text` or no rows.
    """
    rows = _rows(path)
    if not rows:
        raise TableError(f"{path.name} has no rows.", "It needs a column “text” with one text in each row.")
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if "text" not in columns:
        found = ", ".join(str(name) for name in columns[:12]) or "none"
        raise TableError(f"{path.name} has no column “text”; it has: {found}.", "Rename the column with the texts.")
    strange = next((number for number, row in enumerate(rows, 1) if isinstance(row.get("text"), (list, dict))), None)
    if strange:
        raise TableError(f"{path.name}: the text of row {strange} is a list or an object.", "Write it as one text.")
    texts = tuple(normalise(_cell(row.get("text"))) for row in rows)
    ids = tuple(_id(row.get("id"), i) for i, row in enumerate(rows))
    return TextTable(
        ids=ids,
        texts=texts,
        docs=tuple(_cell(row.get("doc")) for row in rows),
        speakers=tuple(_cell(row.get("speaker")) for row in rows),
        contexts=tuple(_cell(row.get("context")) for row in rows),
        codes=tuple(_codes(row.get("codes")) for row in rows),
        kinds=tuple(_cell(row.get("kind")) for row in rows),
        remarks=_remarks(path, ids, texts),
    )


def write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows by the file's ending; lists become JSON in a cell where the format has no lists. Whole or not at all.

    Raises:
        FileProblemError: the ending is unknown or the place cannot be written.
    """
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise FileProblemError(f"{path.name}: tables are written as {', '.join(SUFFIXES)}.", "Change the ending.")
    half = path.with_name(f".{path.name}.half{path.suffix}")
    try:
        writer(half, rows)
        half.replace(path)
    except OSError as error:
        why = error.strerror or error
        raise FileProblemError(f"{path} cannot be written: {why}.", "Name another place with -o.") from error
    finally:
        half.unlink(missing_ok=True)


def guarded(row: Iterable[object]) -> tuple[object, ...]:
    """A row of a CSV file with an apostrophe before each text that a spreadsheet program might run as a formula."""
    return tuple(f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row)


def _rows(path: Path) -> list[dict[str, Any]]:
    reader = _READERS.get(path.suffix.lower())
    if path.is_dir() or not path.exists():
        what = "is a folder and no study" if path.is_dir() else "does not exist"
        raise FileProblemError(f"{path} {what}.", "Check the path.")
    if reader is None:
        raise FileProblemError(f"{path.name} is no table that is read.", f"Tables are {', '.join(SUFFIXES)}.")
    try:
        return reader(path)
    except OSError as error:
        raise FileProblemError(f"{path.name} cannot be read: {error.strerror or error}.", "Check the file.") from error
    except UnicodeDecodeError as error:
        raise FileProblemError(f"{path.name} is not UTF-8.", "Save it as UTF-8, or as .xlsx.") from error


def _read_jsonl(path: Path) -> list[dict[str, Any]]:
    rows = []
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise FileProblemError(f"{path.name}, line {number}, is no JSON: {error.msg}.", "Mend it.") from error
            if not isinstance(row, dict):
                raise FileProblemError(f"{path.name}, line {number}, is no object.", "Each line is {…}.")
            rows.append(row)
    return rows


def _read_csv(path: Path) -> list[dict[str, Any]]:
    csv.field_size_limit(2**31 - 1)  # the most that every platform takes
    with path.open(encoding="utf-8-sig", newline="") as file:
        above, start, header = 0, 0, file.readline()
        while header and not header.strip():
            above, start, header = above + 1, file.tell(), file.readline()
        file.seek(start)
        delimiter = separator(header)
        try:
            lines = csv.DictReader(file, delimiter=delimiter, strict=True)
            require_single(lines.fieldnames or (), path.name)
            return [_named(row, f"{path.name}, line {above + lines.line_num}") for row in lines]
        except csv.Error as error:
            raise FileProblemError(f"{path.name} is no readable CSV: {error}.", "Save it again.") from error


def _named(row: dict[Any, Any], where: str) -> dict[str, Any]:
    """The cells that have a column; csv files the others under None."""
    if any(row.pop(None, ())):
        raise FileProblemError(f"{where}, has more cells than the header.", "Put texts with commas in quotes.")
    return row


def require_single(names: Sequence[str], file: str, kind: type[FileProblemError] = FileProblemError) -> None:
    """Raise `kind` where it would be chance which of two columns of one name is read."""
    if twice := next((name for name in COLUMNS if list(names).count(name) > 1), None):
        raise kind(f"{file} has two columns “{twice}”.", "Rename one of them.")


def _read_xlsx(path: Path) -> list[dict[str, Any]]:
    import zipfile  # noqa: PLC0415  # only for its error
    from xml.etree.ElementTree import ParseError  # noqa: PLC0415  # only for its error

    import openpyxl  # noqa: PLC0415  # slow to import

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        values = list(book.worksheets[0].iter_rows(values_only=True))
        book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, ParseError, IndexError) as error:
        raise FileProblemError(f"{path.name} is no readable workbook.", "Open it and save it as .xlsx.") from error
    # Programs keep formatted rows after the last one; an empty row between others counts.
    while values and all(value is None for value in values[-1]):
        values.pop()
    if not values:
        return []
    names = [_cell(value) for value in values[0]]
    require_single(names, path.name)
    return [dict(zip(names, row, strict=False)) for row in values[1:]]


def _read_parquet(path: Path) -> list[dict[str, Any]]:
    import pyarrow  # noqa: PLC0415  # slow to import
    import pyarrow.parquet  # noqa: PLC0415

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            table = file.read()
        require_single(table.column_names, path.name)
        columns = {name: plain_values(table.column(name)) for name in table.column_names}
    except pyarrow.ArrowException as error:
        raise FileProblemError(f"{path.name} is no readable Parquet file.", "Write it again.") from error
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def plain_values(column: Any) -> list[Any]:
    """The values of a pyarrow column; times that Python cannot hold become text.

    Raises:
        UnicodeDecodeError: a text is not UTF-8.
        pyarrow.ArrowException: they cannot be had at all.
    """
    import pyarrow  # noqa: PLC0415  # loaded already

    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        raise
    except (OverflowError, ValueError):  # the latter for time zones that are not known
        try:
            return list(column.cast(pyarrow.string()).to_pylist())
        except pyarrow.ArrowException:
            numbers = column.cast(pyarrow.int64()).to_pylist()
            return [None if number is None else str(number) for number in numbers]


def _write_jsonl(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(dict(row), ensure_ascii=False)}\n" for row in rows)


def _write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(map(guarded, _grid(rows)))


def _write_xlsx(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    import xlsxwriter  # noqa: PLC0415  # slow to import

    try:
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet("themescout")
            for i, cells in enumerate(_grid(rows)):
                # Anything but 0 says that the cell was cut or left out, for which xlsxwriter does not raise.
                if sheet.write_row(i, 0, cells):
                    raise FileProblemError(f"Row {i} is more than a workbook can hold.", "Write .csv or .jsonl.")
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(None, str(error)) from error


def _write_parquet(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    import pyarrow  # noqa: PLC0415  # slow to import
    import pyarrow.parquet  # noqa: PLC0415

    # A column has one type: ids of which some are numbers and some are text become text.
    mixed = {name for row in rows for name, value in row.items() if isinstance(value, str)}
    plain = [
        {name: str(value) if name in mixed and value is not None else value for name, value in row.items()}
        for row in rows
    ]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(plain), path)


_READERS: Mapping[str, Callable[[Path], list[dict[str, Any]]]] = {
    ".csv": _read_csv,
    ".jsonl": _read_jsonl,
    ".parquet": _read_parquet,
    ".xlsx": _read_xlsx,
}
_WRITERS: Mapping[str, Callable[[Path, Sequence[Mapping[str, Any]]], None]] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".parquet": _write_parquet,
    ".xlsx": _write_xlsx,
}


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _grid(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[object]]:
    """The header and the rows as cells, each under its name."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    yield list(names)
    yield from ([_flat(row.get(name)) for name in names] for row in rows)


def _flat(value: object) -> object:
    """A value for one cell."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else value


def _id(value: object, row: int) -> str | int:
    if value is None or value == "":
        return row
    return value if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _codes(value: object) -> tuple[str, ...]:
    parts = [str(part) for part in value] if isinstance(value, list | tuple) else _cell(value).split(";")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _remarks(path: Path, ids: Sequence[str | int], texts: Sequence[str]) -> tuple[str, ...]:
    remarks = []
    empty = sum(not text.strip() for text in texts)
    if empty:
        remarks.append(f"{path.name}: {empty} of {len(texts)} rows have no text; they stay in the output, unplaced.")
    if len(set(ids)) < len(ids):
        twice = sum(count > 1 for count in Counter(ids).values())
        said = "1 id occurs" if twice == 1 else f"{twice} ids occur"
        remarks.append(f"{path.name}: {said} more than once; rows are told apart by their order.")
    return tuple(remarks)
