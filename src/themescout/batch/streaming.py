"""Tables of any length as a stream of rows: .jsonl, .csv and .tsv (also .gz), and .parquet, in bounded memory.

A row that cannot be read is refused by its number and the rest goes on. Where the file itself breaks off, what stood
before the break has been given out by then.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import json
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

from themescout.batch import places
from themescout.batch.model import Refusal
from themescout.errors import FileProblemError
from themescout.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from _typeshed import WriteableBuffer

    from themescout.batch.model import Source

LONGEST = 1 << 26  # bytes of a line, characters of a cell; a text of a hundred hours of speech has a tenth of that
_NAMED = 20  # refused rows with a sentence each; of the others the number
_CHUNK = 1 << 20  # bytes
_LOOKED = 1000  # first rows of a .jsonl file, one of which must have a text
_BATCH = 1024  # rows of a Parquet file at a time
_READ = ("text", "id", "doc", "speaker", "context")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Row(NamedTuple):
    """One row. `unit` is its `id`, or its number in the table from 0; "" stands for what is not known."""

    doc: str
    unit: str
    speaker: str
    text: str
    context: str


class DamagedError(FileProblemError):
    """The file is broken from here on, and will be the next time."""


class Notes:
    """What is noted while a table is read.

    Attributes:
        has_text: whether any row had a column `text`.
        columns: names of the first columns that were met.
        sha256: of the file's bytes; "" until it has been read to its end.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = places.name_of(path)
        self.has_text = False
        self.columns: tuple[str, ...] = ()
        self.sha256 = ""
        self._sentences: list[str] = []
        self._more = 0

    def refuse(self, sentence: str) -> None:
        """Note a row that cannot be read; the first ones are named, the others counted."""
        if len(self._sentences) < _NAMED:
            self._sentences.append(f"{self.name}, {sentence}")
        else:
            self._more += 1

    def lost(self, error: FileProblemError) -> None:
        """Note that the table could not be read to its end."""
        self._sentences.append(error.sentence())

    def met(self, columns: Sequence[str]) -> None:
        """Note the columns of a row or of the whole table."""
        self.has_text = self.has_text or "text" in columns
        self.columns = self.columns or tuple(columns[:12])

    def refused(self) -> tuple[Refusal, ...]:
        """All that was refused, as sentences with the table's name."""
        more = [f"{self.name}: {self._more:,} more rows cannot be read."] if self._more else []
        return tuple(Refusal(path=self.path, sentence=sentence) for sentence in (*self._sentences, *more))


def rows(source: Source, notes: Notes) -> Iterator[Row]:
    """The rows of a table in their order. Rows that cannot be read are noted, and count where rows are numbered.

    Raises:
        DamagedError: the file is broken, or no such file; the sentence says after which row.
        FileProblemError: it cannot be read now (rights, the way to it); another time it may.
        BatchError: the address cannot be opened.
    """
    name = notes.name.lower()
    try:
        if name.endswith(".parquet"):
            yield from _parquet(source, notes)
        else:
            yield from _lines(source, notes, packed=name.endswith(".gz"))
    except places.troubles() as error:
        raise places.refused(source.path, error) from error


def _lines(source: Source, notes: Notes, *, packed: bool) -> Iterator[Row]:
    with places.opened(source.path) as raw:
        hashing = _Hashing(raw)
        stream = cast("BinaryIO", gzip.GzipFile(fileobj=hashing) if packed else io.BufferedReader(hashing, _CHUNK))
        number = 0
        try:
            for number, row in enumerate(_with_text(_table(stream, notes), notes), start=1):  # noqa: B007
                if row is not None:
                    yield row
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            notes.sha256 = hashing.rest()
            raise _broken(notes, number, "the packing (gzip) is damaged") from error
        except UnicodeDecodeError as error:  # UTF-16 that is none; in UTF-8 the row alone is refused
            notes.sha256 = hashing.rest()
            raise _broken(notes, number, "it is not UTF-8") from error
        notes.sha256 = hashing.rest()


def _with_text(found: Iterator[Row | None], notes: Notes) -> Iterator[Row | None]:
    """`found`, of which nothing is given out before a column `text` was met among the first rows."""
    held: list[Row | None] = []
    there = False
    for row in found:
        there = True
        held.append(row)
        if notes.has_text:
            yield from held
            held.clear()
        elif len(held) == _LOOKED:
            break
    if notes.has_text and there:
        return
    if not there:
        raise DamagedError(f"{notes.name} has no rows.", "Export or copy it again.")
    if not any(held):
        raise DamagedError(f"{notes.name} has no row that can be read.", "Mend it.")
    shown = ", ".join(name[:40] for name in notes.columns) or "none"
    raise DamagedError(f"{notes.name} has no column “text”; it has: {shown}.", "Rename the column with the texts.")


def _table(stream: BinaryIO, notes: Notes) -> Iterator[Row | None]:
    """Each row, None for one that was refused."""
    name = notes.name.lower().removesuffix(".gz")
    if name.endswith(".jsonl"):
        for number, cells in enumerate(_json_objects(stream, notes)):
            yield None if cells is None else _row(cells, number, notes)
    else:
        for number, cells in enumerate(_csv_rows(stream, notes, tabs=name.endswith(".tsv"))):
            yield None if cells is None else _row(cells, number, notes)


def _json_objects(stream: BinaryIO, notes: Notes) -> Iterator[dict[str, Any] | None]:
    for number, line in enumerate(_whole_lines(stream), start=1):
        if number == 1:
            if line is not None and line.startswith(_WIDE):
                raise DamagedError(f"{notes.name} is not UTF-8.", "Save it as UTF-8.")
            line = line and line.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901
        if line is None or line.strip():
            yield _json_object(line, number, notes)


def _json_object(line: bytes | None, number: int, notes: Notes) -> dict[str, Any] | None:
    if line is None:
        notes.refuse(f"line {number}, is longer than {LONGEST >> 20} MB.")
        return None
    try:
        found = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        notes.refuse(f"line {number}, is not UTF-8. Save the table as UTF-8.")
    except json.JSONDecodeError as error:
        notes.refuse(f"line {number}, is no JSON: {error.msg}. Mend it.")
    except (ValueError, RecursionError):  # numbers of thousands of digits; brackets in thousands of brackets
        notes.refuse(f"line {number}, is no JSON that can be read. Mend it.")
    else:
        if isinstance(found, dict):
            return found
        notes.refuse(f"line {number}, is no object. Each line is {{…}}.")
    return None


def _whole_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Lines with their ends; None in place of one that is longer than `LONGEST` bytes."""
    while line := stream.readline(LONGEST):
        too_long = False
        while len(line) == LONGEST and not line.endswith(b"\n"):
            too_long = True
            line = stream.readline(LONGEST) or b"\n"
        yield None if too_long else line


def _csv_rows(stream: BinaryIO, notes: Notes, *, tabs: bool) -> Iterator[dict[str, str] | None]:
    csv.field_size_limit(LONGEST)
    text = io.TextIOWrapper(stream, encoding=_encoding(stream), errors="surrogateescape", newline="")
    first = text.readline(LONGEST)
    delimiter = "\t" if tabs else max(",;\t", key=first.count)
    reader = csv.reader(_and_then(first, text, notes), delimiter=delimiter, strict=True)
    header = _csv_row(reader, notes) or []
    notes.met(header)
    while (found := _csv_row(reader, notes)) is not None:
        if found is _REFUSED:
            yield None
        elif found:
            yield _named(header, found, reader.line_num, notes)


_REFUSED: list[str] = []


def _encoding(stream: BinaryIO) -> str:
    opening = cast("io.BufferedReader", stream).peek(2)[:2]
    return "utf-16" if opening.startswith(_WIDE) else "utf-8-sig"


def _and_then(line: str, rest: io.TextIOWrapper, notes: Notes) -> Iterator[str]:
    while line:
        if len(line) == LONGEST and not line.endswith("\n"):
            raise DamagedError(f"{notes.name} has a line longer than {LONGEST >> 20} MB.", "Export it again.")
        yield line
        line = rest.readline(LONGEST)


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


def _parquet(source: Source, notes: Notes) -> Iterator[Row]:
    import pyarrow  # noqa: PLC0415  # slow to import
    import pyarrow.parquet  # noqa: PLC0415

    with places.here(source.path) as path:
        with path.open("rb") as file:
            notes.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        number = 0
        try:
            for number, row in enumerate(_with_text(_parquet_rows(str(path), notes), notes), start=1):  # noqa: B007
                if row is not None:
                    yield row
        except pyarrow.ArrowException as error:
            raise _broken(notes, number, "it is no readable Parquet") from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise _broken(notes, number, "it is no readable Parquet") from error


def _parquet_rows(path: str, notes: Notes) -> Iterator[Row | None]:
    import pyarrow.parquet  # noqa: PLC0415  # slow to import

    # Column chunks are read piece by piece, so that a file of one huge row group needs no more memory than others.
    with pyarrow.parquet.ParquetFile(path, buffer_size=_CHUNK, pre_buffer=False) as file:
        names = file.schema_arrow.names
        notes.met(names)
        wanted = [name for name in _READ if name in names]
        number = 0
        for batch in file.iter_batches(batch_size=_BATCH, columns=wanted, use_threads=False):
            columns = {name: _values(batch.column(batch.schema.names.index(name))) for name in wanted}
            for i in range(batch.num_rows):
                yield _parquet_row({name: values[i] for name, values in columns.items()}, number, notes)
                number += 1


def _values(column: Any) -> list[Any]:
    try:
        return cast("list[Any]", column.to_pylist())
    except UnicodeDecodeError:
        import pyarrow  # noqa: PLC0415  # loaded already

        return cast("list[Any]", column.cast(pyarrow.large_binary()).to_pylist())


def _parquet_row(cells: dict[str, Any], number: int, notes: Notes) -> Row | None:
    try:
        plain = {name: cell.decode("utf-8") if isinstance(cell, bytes) else cell for name, cell in cells.items()}
    except UnicodeDecodeError:
        notes.refuse(f"row {number + 1}, is not UTF-8. Write the table as UTF-8.")
        return None
    return _row(plain, number, notes)


def _row(cells: Mapping[str, Any], number: int, notes: Notes) -> Row:
    """A row of plain cells; texts are normalised, other cells only made fit to be stored."""
    if not notes.has_text:
        notes.met(tuple(cells))
    unit = _cell(cells.get("id"))
    return Row(
        doc=_cell(cells.get("doc")),
        unit=unit or str(number),
        speaker=_cell(cells.get("speaker")),
        text=normalise(_plain(cells.get("text"))),
        context=_cell(cells.get("context")),
    )


def _plain(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _cell(value: object) -> str:
    plain = _plain(value)
    # Halves of characters, as JSON may have them, cannot be stored.
    return plain if plain.isascii() else plain.encode("utf-8", "ignore").decode()


def _broken(notes: Notes, number: int, what: str) -> DamagedError:
    if not number:
        return DamagedError(f"{notes.name} cannot be read: {what}.", "Export or copy it again.")
    return DamagedError(
        f"{notes.name} cannot be read after row {number:,}: {what}.",
        "The rows before are done; export or copy the file again and run it into a new folder.",
    )


class _Hashing(io.RawIOBase):
    """A stream of bytes that is hashed while it is read."""

    def __init__(self, inner: BinaryIO) -> None:
        super().__init__()
        self._inner = inner
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        data = self._inner.read(len(view))
        self._hash.update(data)
        view[: len(data)] = data
        return len(data)

    def rest(self) -> str:
        """Read to the end and return the SHA-256, 64 hex digits."""
        while chunk := self._inner.read(_CHUNK):
            self._hash.update(chunk)
        return self._hash.hexdigest()
