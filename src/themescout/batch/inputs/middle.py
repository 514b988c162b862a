"""The middle of a run: stretches of a table as small Parquet files, from which any worker can begin."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from themescout.batch.inputs.rows import Row
from themescout.errors import BatchError

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = "middle"


def packed(rows: Sequence[Row]) -> bytes:
    """The rows as a Parquet file; equal rows give equal bytes."""
    import pyarrow  # noqa: PLC0415  # slow to import
    import pyarrow.parquet  # noqa: PLC0415

    columns = zip(*rows, strict=True) if rows else ((),) * len(Row._fields)
    arrays = [pyarrow.array(column, pyarrow.large_string()) for column in columns]
    target = io.BytesIO()
    pyarrow.parquet.write_table(
        pyarrow.table(arrays, names=list(Row._fields)),
        target,
        compression="zstd",
        use_dictionary=["doc", "speaker", "context"],  # texts and units are told apart by every row
        write_statistics=False,
    )
    return target.getvalue()


def unpacked(data: bytes, name: str) -> list[Row]:
    """The rows of `packed`; `name` is the file's, for the message.

    Raises:
        BatchError: the bytes are damaged.
    """
    import pyarrow  # noqa: PLC0415  # slow to import
    import pyarrow.parquet  # noqa: PLC0415

    try:
        table = pyarrow.parquet.read_table(io.BytesIO(data), use_threads=False)
        columns = [table.column(field).to_pylist() for field in Row._fields]
    except (pyarrow.ArrowException, OSError, KeyError, UnicodeDecodeError) as error:
        raise BatchError(
            f"{name} is damaged.", f"Remove the folder {FOLDER} and run the same command again."
        ) from error
    return [Row(*cells) for cells in zip(*columns, strict=True)]
