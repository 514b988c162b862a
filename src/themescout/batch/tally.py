"""Counts of what a run's files hold, taken file by file in bounded memory."""

from __future__ import annotations

import hashlib
import io
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.batch import receipts
from themescout.batch.events import Share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow

    from themescout.batch.model import Receipt, Refusal

_COUNTED = ["source", "doc", "theme", "theme_name", "code"]
_PILE = 65_536  # hashes that are collected before they are made distinct


class Distinct:
    """Counts distinct strings in little memory: 8 bytes for each (two of a thousand million meet with p = .03)."""

    def __init__(self) -> None:
        self._kept = np.empty(0, np.uint64)
        self._pile = array("Q")

    def add(self, digest: int) -> None:
        """Take in the `digest` of a string."""
        self._pile.append(digest)
        if len(self._pile) >= max(_PILE, len(self._kept)):
            self._settle()

    def __len__(self) -> int:
        self._settle()
        return len(self._kept)

    def _settle(self) -> None:
        new = np.frombuffer(self._pile, np.uint64) if self._pile else np.empty(0, np.uint64)
        self._kept = np.unique(np.concatenate([self._kept, new]))
        self._pile = array("Q")


@dataclass(slots=True, kw_only=True)
class Tally:
    """What the files of a run hold, counted file by file. Documents are known by input and name.

    Attributes:
        texts, words: in all.
        refused: what was refused in partitions, in their order.
        sources: texts of each input. `hashes`: SHA-256 of those that were read whole.
        partitions: name, texts and SHA-256 of each file.
    """

    texts: int = 0
    words: int = 0
    refused: list[Refusal] = field(default_factory=list)
    sources: Counter[str] = field(default_factory=Counter)
    hashes: dict[str, str] = field(default_factory=dict)
    partitions: list[tuple[str, int, str]] = field(default_factory=list)
    _docs: Distinct = field(default_factory=Distinct)
    _groups: dict[tuple[str, int | str], _Group] = field(default_factory=dict)

    def add(self, partition: str, data: bytes) -> None:
        """Count a finished partition's file.

        Raises:
            BatchError: it is damaged.
        """
        receipt = receipts.opened(partition, data)
        self._receive(receipt)
        try:
            table = _columns(data)
        except (ValueError, OSError) as error:  # pyarrow's own errors are of both kinds
            raise receipts.damaged(partition, error) from error
        for source, texts in _counts(table, ["source"]):
            self.sources[source] += texts
        for source, doc, theme, name, code, texts in _counts(table, _COUNTED):
            digest = _digest(source, doc) if doc else None
            if digest is not None:
                self._docs.add(digest)
            self._group("theme", theme, name or "").add(texts, digest)
            self._group("code", code or "", "").add(texts, digest)

    @property
    def documents(self) -> int:
        """How many different documents there are."""
        return len(self._docs)

    def shares(self, what: str, listed: Iterable[tuple[int | str, str]] = ()) -> tuple[Share, ...]:
        """The counts of themes ("theme") or codes ("code"): those `listed` (key, name) first, then others, sorted."""
        names = dict(listed)
        others = sorted(key for kind, key in self._groups if kind == what and key not in names)
        found = [(key, self._groups.get((what, key), _Group(names.get(key, "")))) for key in (*names, *others)]
        return tuple(
            Share(
                key=key,
                name=names.get(key, group.name),
                texts=group.texts,
                documents=len(group.docs),
                share=group.texts / self.texts if self.texts else 0.0,
            )
            for key, group in found
        )

    def _receive(self, receipt: Receipt) -> None:
        self.texts += receipt.texts
        self.words += receipt.words
        self.refused += receipt.refused
        self.hashes.update(receipt.hashes)
        self.partitions.append((receipt.partition, receipt.texts, receipt.sha256))

    def _group(self, what: str, key: int | str, name: str) -> _Group:
        return self._groups.setdefault((what, key), _Group(name))


@dataclass(slots=True)
class _Group:
    name: str
    texts: int = 0
    docs: Distinct = field(default_factory=Distinct)

    def add(self, texts: int, digest: int | None) -> None:
        self.texts += texts
        if digest is not None:
            self.docs.add(digest)


def _columns(data: bytes) -> pyarrow.Table:
    from pyarrow import parquet  # noqa: PLC0415  # a tenth of a second that only the end of a run needs

    return parquet.read_table(io.BytesIO(data), columns=_COUNTED)


def _counts(table: pyarrow.Table, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    """Each combination of values that occurs, with the number of its rows."""
    counted = table.group_by(columns, use_threads=False).aggregate([([], "count_all")])
    yield from zip(*(counted[name].to_pylist() for name in (*columns, "count_all")), strict=True)


def _digest(source: str, doc: str) -> int:
    hashed = hashlib.blake2b(f"{source}\0{doc}".encode(), digest_size=8).digest()
    return int.from_bytes(hashed, "big")
