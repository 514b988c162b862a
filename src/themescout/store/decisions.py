"""The decision log. It has no update and no delete, here or in the database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from themescout.types import Decision, Kind, Verdict

if TYPE_CHECKING:
    import sqlite3

_COLUMNS = (
    "seq, segment, verdict, kind, code, coder, decided_at, transcript, first, past, quote, seconds, shown, memo, "
    "undoes, key"
)


class Decisions:
    """Adds to and reads the log."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, decision: Decision) -> Decision:
        """Store one decision at once and return it with its number in the log.

        Raises:
            ValueError: a decision with its key is stored already; `with_key` has it.
        """
        if decision.key and self.with_key(decision.key):
            raise ValueError(f"{decision.key} is stored already")
        cursor = self._db.execute(
            f"insert into decision ({_COLUMNS}) values (null, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                decision.segment, decision.verdict, decision.kind, decision.code, decision.coder, decision.decided_at,
                decision.transcript, decision.start, decision.end, decision.quote, decision.seconds,
                json.dumps(dict(decision.shown), ensure_ascii=False), decision.memo, decision.undoes,
                decision.key or None,
            ),
        )  # fmt: skip
        return replace(decision, seq=int(cursor.lastrowid or 0))

    def all(self) -> tuple[Decision, ...]:
        """The whole log, oldest first."""
        return self.after(0)

    def after(self, seq: int) -> tuple[Decision, ...]:
        """What came into the log after number `seq`, oldest first."""
        return self._read("where seq > ? order by seq", (seq,))

    def with_key(self, key: str) -> Decision | None:
        """The decision that was sent with this key."""
        return next(iter(self._read("where key = ?", (key,))), None)

    def _read(self, where: str, values: tuple[object, ...]) -> tuple[Decision, ...]:
        rows = self._db.execute(f"select {_COLUMNS} from decision {where}", values)
        return tuple(
            Decision(
                seq=r[0], segment=r[1], verdict=Verdict(r[2]), kind=None if r[3] is None else Kind(r[3]), code=r[4],
                coder=r[5], decided_at=r[6], transcript=r[7], start=r[8], end=r[9], quote=r[10], seconds=r[11],
                shown=json.loads(r[12]), memo=r[13], undoes=r[14], key=r[15] or "",
            )
            for r in rows
        )  # fmt: skip

    def count(self) -> int:
        """Number of entries in the log."""
        return int(self._db.execute("select count(*) from decision").fetchone()[0])

    def fingerprint(self) -> str:
        """Hash of the log, without times: what suggestions and reports rest on."""
        hasher = hashlib.sha256()
        for row in self._db.execute(
            "select seq, segment, verdict, kind, code, coder, quote, undoes from decision order by seq"
        ):
            hasher.update(json.dumps(row, ensure_ascii=False).encode())
        return hasher.hexdigest()
