"""The log of decisions about themes. It has no update and no delete, here or in the database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from themescout.candidates import ThemeDecision, ThemeVerb
from themescout.store.findings import dump

if TYPE_CHECKING:
    import sqlite3

_COLUMNS = "seq, verb, theme, into_theme, segments, value, coder, decided_at, memo, shown, undoes"


class ThemeLog:
    """Adds to and reads the log."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, decision: ThemeDecision) -> ThemeDecision:
        """Store one decision at once and return it with its number in the log."""
        cursor = self._db.execute(
            f"insert into theme_decision ({_COLUMNS}) values (null, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                decision.verb, decision.theme, decision.into, dump(decision.segments), decision.value, decision.coder,
                decision.decided_at, decision.memo, dump(dict(decision.shown)), decision.undoes,
            ),
        )  # fmt: skip
        return replace(decision, seq=int(cursor.lastrowid or 0))

    def all(self) -> tuple[ThemeDecision, ...]:
        """The whole log, oldest first."""
        rows = self._db.execute(f"select {_COLUMNS} from theme_decision order by seq")
        return tuple(_decision(row) for row in rows)

    def newest(self) -> ThemeDecision | None:
        """The last entry of the log."""
        row = self._db.execute(f"select {_COLUMNS} from theme_decision order by seq desc limit 1").fetchone()
        return _decision(row) if row else None

    def count(self) -> int:
        """Number of entries in the log."""
        return int(self._db.execute("select count(*) from theme_decision").fetchone()[0])

    def fingerprint(self) -> str:
        """Hash of the log, without times, memos and what was shown: what themes as they are shown rest on."""
        hasher = hashlib.sha256()
        for row in self._db.execute(
            "select seq, verb, theme, into_theme, segments, value, coder, undoes from theme_decision order by seq"
        ):
            hasher.update(json.dumps(row, ensure_ascii=False).encode())
        return hasher.hexdigest()


def _decision(row: Any) -> ThemeDecision:
    return ThemeDecision(
        seq=row[0], verb=ThemeVerb(row[1]), theme=row[2], into=row[3], segments=tuple(json.loads(row[4])),
        value=row[5], coder=row[6], decided_at=row[7], memo=row[8], shown=json.loads(row[9]), undoes=row[10],
    )  # fmt: skip
