"""Segments: stored as offsets; their words are always sliced from the transcript."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from themescout.text import digest
from themescout.types import Role, Segment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

_SELECT = """
    select s.id, s.transcript, s.turn, s.first, s.past, t.speaker
    from segment s join turn t on t.transcript = s.transcript and t.seq = s.turn
"""


class Segments:
    """Reads and writes segments."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def replace(self, transcript: str, segments: Sequence[Segment]) -> None:
        """Make these the segments of one transcript. Must be inside `Store.transaction`.

        Segments whose id stays keep their suggestions and their place in themes.
        """
        kept = {segment.id for segment in segments}
        old = self._db.execute("select id from segment where transcript = ? order by first", (transcript,))
        self._db.executemany("delete from segment where id = ?", [row for row in old.fetchall() if row[0] not in kept])
        self._db.executemany(
            "insert into segment values (?, ?, ?, ?, ?, ?) on conflict (id) do update set"
            " turn = excluded.turn, first = excluded.first, past = excluded.past",
            [(s.id, s.transcript, s.turn, s.start, s.end, digest(s.text)) for s in segments],
        )

    def all(self) -> tuple[Segment, ...]:
        """Every segment, by transcript in order of import, then by place."""
        return tuple(self._read("", ()))

    def get(self, segment: str) -> Segment | None:
        """One segment."""
        return next(self._read("where s.id = ?", (segment,)), None)

    def some(self, segments: Iterable[str]) -> tuple[Segment, ...]:
        """Those of these segments that there are, in the order of `all`."""
        return tuple(self._read("where s.id in (select value from json_each(?))", (json.dumps(sorted(segments)),)))

    def ids(self) -> frozenset[str]:
        """The id of every segment."""
        return frozenset(row[0] for row in self._db.execute("select id from segment order by id"))

    def of_transcript(self, transcript: str) -> tuple[Segment, ...]:
        """The segments of one transcript, by place."""
        return tuple(self._read("where s.transcript = ?", (transcript,)))

    def count(self) -> int:
        """Number of segments."""
        return int(self._db.execute("select count(*) from segment").fetchone()[0])

    def fingerprint(self) -> str:
        """Hash of ids, words and order of all segments."""
        hasher = hashlib.sha256()
        rows = self._db.execute(
            "select s.id, s.text_sha256 from segment s join transcript t on t.id = s.transcript"
            " order by t.position, t.id, s.first"
        )
        for segment, text in rows:
            hasher.update(f"{segment}{text}".encode())
        return hasher.hexdigest()

    def _read(self, where: str, values: Iterable[object]) -> Iterator[Segment]:
        query = f"{_SELECT} join transcript x on x.id = s.transcript {where} order by x.position, x.id, s.first"
        for transcript, rows in groupby(self._db.execute(query, tuple(values)).fetchall(), key=itemgetter(1)):
            text = self._db.execute("select text from transcript where id = ?", (transcript,)).fetchone()[0]
            asked = self._questions(transcript)
            for row in rows:
                before = bisect_left(asked, (row[2],)) - 1
                yield Segment(
                    id=row[0], transcript=transcript, turn=row[2], start=row[3], end=row[4],
                    text=text[row[3] : row[4]], speaker=row[5],
                    context=text[asked[before][1] : asked[before][2]] if before >= 0 else "",
                )  # fmt: skip

    def _questions(self, transcript: str) -> list[tuple[int, int, int]]:
        """Number, first code point and one past the last of each of the interviewer's turns, in order."""
        query = "select seq, first, past from turn where transcript = ? and role = ? order by seq"
        return self._db.execute(query, (transcript, Role.INTERVIEWER)).fetchall()
