"""Tables with cells between commas, semicolons or tabs, as a stream."""

from __future__ import annotations

import codecs
import csv
import io
import re
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from themescout.batch.inputs.rows import LONGEST, DamagedError
from themescout.tables import require_single
from themescout.text import separator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from themescout.batch.inputs.rows import Notes

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATOR = re.compile(r"sep=([,;\t|])", re.IGNORECASE)  # Excel's way to say what stands between cells
_REFUSED: list[str] = []  # in place of a row; known by its identity


def objects(stream: BinaryIO, notes: Notes, *, tabs: bool) -> Iterator[dict[str, str] | None]:
    """The rows in their order by the names in the header, None for one that was refused; empty lines do not count.

    Raises:
        DamagedError: a line is longer than `LONGEST` characters.
        UnicodeDecodeError: the file begins as UTF-16 and goes on otherwise.
    """
    csv.field_size_limit(LONGEST)
    text = io.TextIOWrapper(stream, encoding=_encoding(stream), errors="surrogateescape", newline="")
    opening = _opening(text)
    said = _SEPARATOR.fullmatch(opening[-1].rstrip("\r\n"))
    if said:
        opening.append(text.readline(LONGEST))
    delimiter = "\t" if tabs else said[1] if said else separator(opening[-1])
    reader = csv.reader(_and_then(opening, text, notes), delimiter=delimiter, strict=True)
    header: list[str] = []
    while reader.line_num < len(opening):
        header = _csv_row(reader, notes) or []
    notes.met(header)
    require_single(header, notes.name, DamagedError)
    while (found := _csv_row(reader, notes)) is not None:
        if found is _REFUSED:
            yield None
        elif found:
            yield _named(header, found, reader.line_num, notes)


def _opening(text: io.TextIOWrapper) -> list[str]:
    """The empty lines before the first that is none, and that one."""
    lines = [text.readline(LONGEST)]
    while lines[-1] and not lines[-1].strip():
        lines.append(text.readline(LONGEST))
    return lines


def _encoding(stream: BinaryIO) -> str:
    opening = cast("io.BufferedReader", stream).peek(2)[:2]
    return "utf-16" if opening.startswith(_WIDE) else "utf-8-sig"


def _and_then(opening: list[str], rest: io.TextIOWrapper, notes: Notes) -> Iterator[str]:
    for line in chain(opening, iter(partial(rest.readline, LONGEST), "")):
        if len(line) == LONGEST and not line.endswith("\n"):
            raise DamagedError(f"{notes.name} has a line longer than {LONGEST >> 20} MB.", "Export it again.")
        yield line


def _csv_row(reader: Any, notes: Notes) -> list[str] | None:
    """The next row; [] for an empty line, `_REFUSED` for one that was refused, None at the end."""
    before = reader.line_num
    try:
        return list(next(reader))
    except StopIteration:
        return None
    except csv.Error as error:
        last = reader.line_num
        where = f"line {last}" if last <= before + 1 else f"lines {before + 1} to {last}"
        notes.refuse(f"{where}, cannot be read: {error}. Look at the quotation marks.")
        return _REFUSED


def _named(header: Sequence[str], found: Sequence[str], line: int, notes: Notes) -> dict[str, str] | None:
    if any(found[len(header) :]):
        notes.refuse(f"line {line}, has more cells than the header. Put texts with commas in quotes.")
        return None
    if any(_is_escaped(cell) for cell in found):
        notes.refuse(f"line {line}, is not UTF-8. Save the table as UTF-8.")
        return None
    return dict(zip(header, found, strict=False))


def _is_escaped(cell: str) -> bool:
    """Whether a byte of the cell could not be decoded."""
    return not cell.isascii() and any("\udc80" <= character <= "\udcff" for character in cell)
