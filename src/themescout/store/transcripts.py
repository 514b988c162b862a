"""Transcripts, their files, speakers and turns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.text import digest
from themescout.types import Role, Speaker, Transcript, Turn

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """An original as it was copied: SHA-256, name, name of the copy in `transcripts/`, size in bytes."""

    sha256: str
    name: str
    stored: str
    bytes: int
    added_at: str


class Transcripts:
    """Reads and writes transcripts. Writes must be inside `Store.transaction`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add_file(self, file: StoredFile) -> None:
        """Record an original; one that is known already is left as it is."""
        self._db.execute(
            "insert or ignore into file values (?, ?, ?, ?, ?)",
            (file.sha256, file.name, file.stored, file.bytes, file.added_at),
        )

    def file(self, sha256: str) -> StoredFile | None:
        """The recorded original with this hash."""
        row = self._db.execute("select * from file where sha256 = ?", (sha256,)).fetchone()
        return None if row is None else StoredFile(**dict(zip(StoredFile.__slots__, row, strict=True)))

    def files(self) -> tuple[StoredFile, ...]:
        """All originals, by name."""
        rows = self._db.execute("select * from file order by stored, sha256")
        return tuple(StoredFile(**dict(zip(StoredFile.__slots__, row, strict=True))) for row in rows)

    def add(self, transcript: Transcript, *, file: str, wave: str) -> None:
        """Add a transcript that came from the original with hash `file`; replaces one of the same id."""
        self._db.execute("delete from transcript where id = ?", (transcript.id,))
        position = self._db.execute("select coalesce(max(position), -1) + 1 from transcript").fetchone()[0]
        self._db.execute(
            "insert into transcript (id, position, name, wave, file, text, text_sha256, format, encoding, problems)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                transcript.id, position, transcript.name, wave, file, transcript.text, content_hash(transcript),
                transcript.format, transcript.encoding, json.dumps(transcript.problems, ensure_ascii=False),
            ),
        )  # fmt: skip
        self._db.executemany(
            "insert into speaker values (?, ?, ?, ?, ?, ?, ?)",
            [
                (transcript.id, i, s.label, s.role, s.reason, s.turns, s.words)
                for i, s in enumerate(transcript.speakers)
            ],
        )
        self._db.executemany(
            "insert into turn values (?, ?, ?, ?, ?, ?, ?, ?)",
            [(transcript.id, t.seq, t.speaker, t.role, t.start, t.end, t.start_s, t.end_s) for t in transcript.turns],
        )

    def remove(self, transcript: str) -> None:
        """Remove a transcript with its turns, segments and suggestions. Decisions stay in their log."""
        self._db.execute("delete from transcript where id = ?", (transcript,))

    def hashes(self) -> Mapping[str, str]:
        """Id to content hash of every transcript, in order of import."""
        return dict(self._db.execute("select id, text_sha256 from transcript order by position, id"))

    def waves(self) -> Mapping[str, str]:
        """Id to wave of every transcript, in order of import."""
        return dict(self._db.execute("select id, wave from transcript order by position, id"))

    def ids_of_file(self, sha256: str) -> tuple[str, ...]:
        """Ids of the transcripts that came from one original."""
        rows = self._db.execute("select id from transcript where file = ? order by position, id", (sha256,))
        return tuple(row[0] for row in rows)

    def texts(self) -> Mapping[str, str]:
        """Id to stored text of every transcript, in order of import."""
        return dict(self._db.execute("select id, text from transcript order by position, id"))

    def uncut(self, cut_as: Mapping[str, str]) -> tuple[str, ...]:
        """Ids of transcripts whose segments were not made in the way `cut_as` (id to fingerprint) asks."""
        rows = self._db.execute("select id, cut_as from transcript order by position, id")
        return tuple(row[0] for row in rows if row[1] != cut_as[row[0]])

    def mark_cut(self, transcript: str, fingerprint: str) -> None:
        """Record how a transcript's segments were made."""
        self._db.execute("update transcript set cut_as = ? where id = ?", (fingerprint, transcript))

    def get(self, transcript: str) -> Transcript | None:
        """One transcript, whole."""
        row = self._db.execute(
            "select id, name, text, format, encoding, problems from transcript where id = ?", (transcript,)
        ).fetchone()
        if row is None:
            return None
        return Transcript(
            id=row[0], name=row[1], text=row[2], format=row[3], encoding=row[4],
            problems=tuple(json.loads(row[5])), turns=self.turns(transcript), speakers=self.speakers(transcript),
        )  # fmt: skip

    def turns(self, transcript: str) -> tuple[Turn, ...]:
        """The turns of one transcript, in order."""
        rows = self._db.execute(
            "select seq, speaker, role, first, past, start_s, end_s from turn where transcript = ? order by seq",
            (transcript,),
        )
        return tuple(
            Turn(seq=r[0], speaker=r[1], role=Role(r[2]), start=r[3], end=r[4], start_s=r[5], end_s=r[6]) for r in rows
        )

    def speakers(self, transcript: str) -> tuple[Speaker, ...]:
        """The speakers of one transcript, in order of appearance."""
        rows = self._db.execute(
            "select label, role, reason, turns, words from speaker where transcript = ? order by position",
            (transcript,),
        )
        return tuple(Speaker(label=r[0], role=Role(r[1]), reason=r[2], turns=r[3], words=r[4]) for r in rows)


def content_hash(transcript: Transcript) -> str:
    """Hash of what coding rests on: the text, and who speaks where."""
    turns = "\n".join(f"{t.start} {t.end} {t.role} {t.speaker}" for t in transcript.turns)
    return digest(transcript.text, turns)
