"""What the machine suggests. Replaced whole when it is computed again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from themescout.types import Evidence, Kind, Ranked, Suggestion

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence


class Suggestions:
    """One suggestion for each segment that has one."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def replace(self, suggestions: Sequence[Suggestion]) -> None:
        """Make these the study's suggestions. Must be inside `Store.transaction`."""
        self._db.execute("delete from suggestion")
        self._db.executemany(
            "insert into suggestion values (?, ?)", [(s.segment, dump(asdict(s))) for s in suggestions]
        )

    def add(self, suggestions: Sequence[Suggestion]) -> None:
        """Add those of segments that have none yet. Must be inside `Store.transaction`."""
        self._db.executemany(
            "insert into suggestion values (?, ?)", [(s.segment, dump(asdict(s))) for s in suggestions]
        )

    def all(self) -> Mapping[str, Suggestion]:
        """Segment id to suggestion, ordered by segment id."""
        return {item.segment: item for item in self._read("", ())}

    def some(self, segments: Iterable[str]) -> Mapping[str, Suggestion]:
        """The same of some segments."""
        wanted = json.dumps(sorted(segments))
        return {
            item.segment: item for item in self._read("where segment in (select value from json_each(?))", (wanted,))
        }

    def brief(self) -> Mapping[str, Suggestion]:
        """Segment id to suggestion with its first code alone and no evidence, ordered by segment id: quickly read."""
        rows = self._db.execute(
            "select segment, json_extract(body, '$.kind'), json_extract(body, '$.kind_p'),"
            " json_extract(body, '$.ranked[0].code'), json_extract(body, '$.ranked[0].p'),"
            " json_extract(body, '$.abstained') from suggestion order by segment"
        )
        return {
            r[0]: Suggestion(
                segment=r[0], kind=None if r[1] is None else Kind(r[1]), kind_p=r[2], abstained=bool(r[5]),
                ranked=() if r[3] is None else (Ranked(code=r[3], p=r[4]),),
            )
            for r in rows
        }  # fmt: skip

    def get(self, segment: str) -> Suggestion | None:
        """The suggestion for one segment."""
        return next(self._read("where segment = ?", (segment,)), None)

    def count(self) -> int:
        """Number of segments with a suggestion."""
        return int(self._db.execute("select count(*) from suggestion").fetchone()[0])

    def _read(self, where: str, values: tuple[str, ...]) -> Iterator[Suggestion]:
        for (body,) in self._db.execute(f"select body from suggestion {where} order by segment", values):
            yield _suggestion(json.loads(body))


def _suggestion(body: dict[str, Any]) -> Suggestion:
    return Suggestion(
        segment=body["segment"],
        kind=None if body["kind"] is None else Kind(body["kind"]),
        kind_p=body["kind_p"],
        ranked=tuple(
            Ranked(code=r["code"], p=r["p"], evidence=tuple(Evidence(**e) for e in r["evidence"]))
            for r in body["ranked"]
        ),
        codes=None if body["codes"] is None else tuple(body["codes"]),
        abstained=body["abstained"],
    )


def dump(value: object) -> str:
    """`value` as JSON on one line, as bodies are stored."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
