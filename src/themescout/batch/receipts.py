"""Receipts in the footer of the Parquet file that they are for, so that a finished partition needs no other record.

The footer holds no times and not the file's own hash, so that the file is the same whoever wrote it.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from themescout.batch.model import Receipt, Refusal
from themescout.errors import BatchError

if TYPE_CHECKING:
    import pyarrow

    from themescout.batch.places import Place

TEXTS = "texts"  # folder of the outcome, one file for each partition
ASIDE = "aside"  # folder of what was refused as a whole or taken apart
REFUSED = ".refused.json"  # ending of the record there of a partition that was refused
UNREACHED = ".unreached.json"  # the same, of one that is to be tried again when the run is gone on with

_KEY = b"themescout.receipt"
_LEVEL = 3  # of zstd; higher ones take longer and save little


def file_of(partition: str) -> str:
    """Name of a partition's file in the run's folder."""
    return f"{TEXTS}/{partition}.parquet"


def found(place: Place, partition: str) -> Receipt:
    """The receipt of a finished partition, from its file.

    Raises:
        BatchError: the file is damaged.
    """
    return opened(partition, place.read(file_of(partition)))


def opened(partition: str, data: bytes) -> Receipt:
    """The receipt in the bytes of a finished partition's file.

    Raises:
        BatchError: they are damaged, or another partition's.
    """
    try:
        return of_parquet(data, partition)
    except ValueError as error:
        raise damaged(partition, error) from error


def damaged(partition: str, why: object) -> BatchError:
    """The error for a finished partition's file that cannot be read; to be raised."""
    return BatchError(
        f"{file_of(partition)} in the output folder is damaged: {why}.",
        "Delete that file and start the same command again.",
    )


def as_parquet(table: pyarrow.Table, receipt: Receipt) -> bytes:
    """A Parquet file of the table with the receipt in its footer; the same values give the same bytes."""
    from pyarrow import parquet  # noqa: PLC0415  # a tenth of a second that only workers need

    text = json.dumps(_plain(receipt), ensure_ascii=False, sort_keys=True)
    labelled = table.replace_schema_metadata({**(table.schema.metadata or {}), _KEY: text.encode()})
    made = io.BytesIO()
    parquet.write_table(labelled, made, compression="zstd", compression_level=_LEVEL, version="2.6")
    return made.getvalue()


def of_parquet(data: bytes, partition: str) -> Receipt:
    """The receipt of a partition's whole Parquet file, with the file's hash.

    Raises:
        ValueError: it is damaged, or none of a batch run's files, or another partition's.
    """
    from pyarrow import parquet  # noqa: PLC0415  # see above

    # pyarrow's errors are ValueErrors and OSErrors.
    try:
        held = parquet.read_metadata(io.BytesIO(data)).metadata or {}
    except OSError as error:
        raise ValueError(str(error)) from error
    if _KEY not in held:
        raise ValueError("it has no receipt")
    receipt = _receipt(json.loads(held[_KEY]))
    if receipt.partition != partition:
        raise ValueError(f"it is that of {receipt.partition}")
    return replace(receipt, sha256=hashlib.sha256(data).hexdigest())


def refusals(data: bytes) -> tuple[Refusal, ...]:
    """Refusals from JSON: a list of paths with sentences."""
    return tuple(Refusal(path=path, sentence=sentence) for path, sentence in json.loads(data))


def as_json(refused: tuple[Refusal, ...]) -> bytes:
    """Refusals as JSON that `refusals` reads back."""
    return json.dumps([[item.path, item.sentence] for item in refused], ensure_ascii=False, indent=1).encode()


def _plain(receipt: Receipt) -> dict[str, Any]:
    return {
        "partition": receipt.partition,
        "texts": receipt.texts,
        "words": receipt.words,
        "themes": receipt.themes,
        "codes": receipt.codes,
        "refused": [[item.path, item.sentence] for item in receipt.refused],
        "hashes": receipt.hashes,
    }


def _receipt(held: dict[str, Any]) -> Receipt:
    return Receipt(
        partition=held["partition"],
        texts=held["texts"],
        words=held["words"],
        themes=tuple((number, texts) for number, texts in held["themes"]),
        codes=tuple((code, texts) for code, texts in held["codes"]),
        refused=tuple(Refusal(path=path, sentence=sentence) for path, sentence in held["refused"]),
        hashes=tuple((path, digest) for path, digest in held["hashes"]),
    )
