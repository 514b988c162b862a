"""What only the merging of two copies of a study reads and writes, and the copy that is kept before it."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from themescout.store import database
from themescout.text import digest

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSummary:
    """A person's summary of one cell of the framework matrix. Equal ones were written once, or copied."""

    participant: str
    kind: str
    category: str
    body: str
    coder: str
    written_at: str

    @property
    def cell(self) -> tuple[str, str, str]:
        """Which cell it is about."""
        return self.participant, self.kind, self.category


@dataclass(frozen=True, slots=True, kw_only=True)
class BookVersion:
    """One text of the codebook, with who changed it and why, where that is known."""

    body: str
    used_from: str
    coder: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Of a transcript: SHA-256 of the original it came from, wave, and how its segments were made."""

    file: str
    wave: str
    cut_as: str


class Copies:
    """Rows as they go from one copy of a study into another. Writes must be inside `Store.transaction`."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._path = path

    def back_up(self, into: Path) -> None:
        """Copy the database as it was last committed to `into`, which is replaced; may be called in a transaction.

        Nothing must have been written in that transaction yet. Raises StudyError where the database is damaged.
        """
        into.unlink(missing_ok=True)
        # A connection of its own sees what is committed, and SQLite keeps our locks, which a plain copy would drop.
        database.snapshot(self._path, into)

    def summaries(self) -> tuple[WrittenSummary, ...]:
        """Every summary ever written, oldest first."""
        rows = self._db.execute(
            "select participant, kind, category, body, coder, written_at from summary order by seq"
        ).fetchall()
        return tuple(WrittenSummary(**dict(zip(WrittenSummary.__slots__, row, strict=True))) for row in rows)

    def add_summaries(self, summaries: Iterable[WrittenSummary]) -> None:
        """Add summaries behind those that are there."""
        self._db.executemany(
            "insert into summary (participant, kind, category, body, coder, written_at) values (?, ?, ?, ?, ?, ?)",
            [astuple(summary) for summary in summaries],
        )

    def books(self) -> tuple[BookVersion, ...]:
        """Every text of the codebook that the study was used with, oldest first."""
        rows = self._db.execute("select body, used_from, coder, reason from codebook order by version").fetchall()
        return tuple(BookVersion(**dict(zip(BookVersion.__slots__, row, strict=True))) for row in rows)

    def add_book(self, book: BookVersion) -> None:
        """Add a text of the codebook as the newest version."""
        self._db.execute(
            "insert into codebook (version, sha256, body, used_from, coder, reason)"
            " values ((select coalesce(max(version), 0) + 1 from codebook), ?, ?, ?, ?, ?)",
            (digest(book.body), book.body, book.used_from, book.coder, book.reason),
        )

    def origin(self, transcript: str) -> Origin:
        """Where a transcript that is there came from."""
        row = self._db.execute("select file, wave, cut_as from transcript where id = ?", (transcript,)).fetchone()
        return Origin(file=row[0], wave=row[1], cut_as=row[2])

    def vector_keys(self) -> tuple[str, ...]:
        """The keys under which there are vectors."""
        return tuple(row[0] for row in self._db.execute("select distinct key from vector order by key"))

    def vectors(self, key: str) -> Iterator[tuple[str, str, bytes]]:
        """Every vector under a key, as it is stored: hash of the text, key, numbers."""
        yield from self._db.execute("select text_sha256, key, x from vector where key = ? order by text_sha256", (key,))

    def add_vectors(self, rows: Iterable[tuple[str, str, bytes]]) -> int:
        """Add those that are not there; return how many these were."""
        return self._db.executemany("insert or ignore into vector values (?, ?, ?)", rows).rowcount
