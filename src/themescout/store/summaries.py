"""What people wrote into the cells of the framework matrix. It has no update and no delete, like every log here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from themescout.types import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

_COLUMNS = "seq, participant, kind, category, body, coder, written_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A place in a framework matrix.

    Attributes:
        participant: who is counted, as in participants.csv.
        kind: None where the codebook has no kinds, or for codes that were given without one.
        category: id of a topmost code; "" for codes that are in no category.
    """

    participant: str
    kind: Kind | None
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One version of a cell, in an analyst's own words.

    Attributes:
        cell: that it stands in.
        body: the words; "" where a person took them out.
        coder: who wrote them.
        written_at: ISO 8601, UTC, seconds.
        seq: number in the log, from 1; 0 before it is stored.
    """

    cell: Cell
    body: str
    coder: str
    written_at: str
    seq: int = 0


class Summaries:
    """Adds to and reads the log of summaries."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, summary: Summary) -> Summary:
        """Store one version at once and return it with its number in the log."""
        cell = summary.cell
        cursor = self._db.execute(
            f"insert into summary ({_COLUMNS}) values (null, ?, ?, ?, ?, ?, ?)",
            (cell.participant, cell.kind or "", cell.category, summary.body, summary.coder, summary.written_at),
        )
        return replace(summary, seq=int(cursor.lastrowid or 0))

    def all(self) -> tuple[Summary, ...]:
        """The whole log, oldest first."""
        return self._read("", ())

    def newest(self, coder: str | None = None) -> Mapping[Cell, Summary]:
        """The last version of each cell, of everybody or of one coder; cells in the order of their first version."""
        found = self.all() if coder is None else self._read("where coder = ?", (coder,))
        return {summary.cell: summary for summary in found}

    def history(self, cell: Cell, coder: str | None = None) -> tuple[Summary, ...]:
        """Every version of one cell, newest first, of everybody or of one coder."""
        found = self._read(
            "where participant = ? and kind = ? and category = ?", (cell.participant, cell.kind or "", cell.category)
        )
        return tuple(one for one in reversed(found) if coder is None or one.coder == coder)

    def fingerprint(self) -> str:
        """Hash of the log, without times: what a report of it rests on."""
        hasher = hashlib.sha256()
        for row in self._db.execute("select seq, participant, kind, category, body, coder from summary order by seq"):
            hasher.update(json.dumps(row, ensure_ascii=False).encode())
        return hasher.hexdigest()

    def _read(self, where: str, values: tuple[str, ...]) -> tuple[Summary, ...]:
        rows = self._db.execute(f"select {_COLUMNS} from summary {where} order by seq", values)
        return tuple(
            Summary(
                seq=r[0], cell=Cell(participant=r[1], kind=Kind(r[2]) if r[2] else None, category=r[3]), body=r[4],
                coder=r[5], written_at=r[6],
            )
            for r in rows
        )  # fmt: skip
