"""Tables of any length as a stream of rows: .jsonl, .csv and .tsv (also .gz), and .parquet, in bounded memory.

A row that cannot be read is refused by its number and the rest goes on. Where the file itself breaks off, what stood
before the break has been given out by then.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from themescout.batch import files
from themescout.batch.inputs import delimited, json_lines
from themescout.batch.inputs.rows import DamagedError, broken, row_of, with_text
from themescout.tables import plain_values, require_single

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import WriteableBuffer

    from themescout.batch.inputs.rows import Notes, Row
    from themescout.batch.model import Source

_CHUNK = 1 << 20  # bytes
_BATCH = 1024  # rows of a Parquet file at a time
_READ = ("text", "id", "doc", "speaker", "context")


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
    except files.troubles() as error:
        raise files.refused(source.path, error) from error


def _lines(source: Source, notes: Notes, *, packed: bool) -> Iterator[Row]:
    with files.opened(source.path) as raw:
        hashing = _Hashing(raw)
        stream = cast("BinaryIO", gzip.GzipFile(fileobj=hashing) if packed else io.BufferedReader(hashing, _CHUNK))
        number = 0
        try:
            for number, row in enumerate(with_text(_table(stream, notes), notes), start=1):  # noqa: B007
                if row is not None:
                    yield row
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            notes.sha256 = hashing.rest()
            raise broken(notes, number, "the packing (gzip) is damaged") from error
        except UnicodeDecodeError as error:  # UTF-16 that is none; in UTF-8 the row alone is refused
            notes.sha256 = hashing.rest()
            raise broken(notes, number, "it is not UTF-8") from error
        notes.sha256 = hashing.rest()


def _table(stream: BinaryIO, notes: Notes) -> Iterator[Row | None]:
    """Each row, None for one that was refused."""
    name = notes.name.lower().removesuffix(".gz")
    if name.endswith(".jsonl"):
        for number, cells in enumerate(json_lines.objects(stream, notes)):
            yield None if cells is None else row_of(cells, number, notes)
    else:
        for number, cells in enumerate(delimited.objects(stream, notes, tabs=name.endswith(".tsv"))):
            yield None if cells is None else row_of(cells, number, notes)


def _parquet(source: Source, notes: Notes) -> Iterator[Row]:
    import pyarrow  # noqa: PLC0415  # slow to import
    import pyarrow.parquet  # noqa: PLC0415

    with files.here(source.path) as path:
        with path.open("rb") as file:
            notes.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        number = 0
        try:
            for number, row in enumerate(with_text(_parquet_rows(str(path), notes), notes), start=1):  # noqa: B007
                if row is not None:
                    yield row
        except pyarrow.ArrowException as error:
            raise broken(notes, number, "it is no readable Parquet") from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise broken(notes, number, "it is no readable Parquet") from error


def _parquet_rows(path: str, notes: Notes) -> Iterator[Row | None]:
    import pyarrow.parquet  # noqa: PLC0415  # slow to import

    # Column chunks are read piece by piece, so that a file of one huge row group needs no more memory than others.
    with pyarrow.parquet.ParquetFile(path, buffer_size=_CHUNK, pre_buffer=False) as file:
        names = file.schema_arrow.names
        notes.met(names)
        require_single(names, notes.name, DamagedError)
        wanted = [name for name in _READ if name in names]
        number = 0
        for batch in file.iter_batches(batch_size=_BATCH, columns=wanted, use_threads=False):
            columns = {name: _values(batch.column(batch.schema.names.index(name))) for name in wanted}
            for i in range(batch.num_rows):
                yield _parquet_row({name: values[i] for name, values in columns.items()}, number, notes)
                number += 1


def _values(column: Any) -> list[Any]:
    try:
        return plain_values(column)
    except UnicodeDecodeError:
        import pyarrow  # noqa: PLC0415  # loaded already

        return cast("list[Any]", column.cast(pyarrow.large_binary()).to_pylist())


def _parquet_row(cells: dict[str, Any], number: int, notes: Notes) -> Row | None:
    try:
        plain = {name: cell.decode("utf-8") if isinstance(cell, bytes) else cell for name, cell in cells.items()}
    except UnicodeDecodeError:
        notes.refuse(f"row {number + 1}, is not UTF-8. Write the table as UTF-8.")
        return None
    return row_of(plain, number, notes)


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
