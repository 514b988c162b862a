"""Codebook versions, and what each stage of the pipeline last did."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from themescout.text import digest

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping


class Codebooks:
    """Every codebook text that the study has been used with."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def use(self, body: str, *, at: str) -> int:
        """Record `body` as the codebook in use and return its version, counted from 1."""
        newest = self._db.execute("select version, sha256 from codebook order by version desc limit 1").fetchone()
        if newest and newest[1] == digest(body):
            return int(newest[0])
        version = 1 + (newest[0] if newest else 0)
        self._db.execute(
            "insert into codebook (version, sha256, body, used_from) values (?, ?, ?, ?)",
            (version, digest(body), body, at),
        )
        return version

    def versions(self) -> tuple[tuple[int, str, str], ...]:
        """(version, SHA-256, used from) of each, oldest first."""
        return tuple(self._db.execute("select version, sha256, used_from from codebook order by version"))


class Stages:
    """Fingerprints of finished stages, so that what is fresh is skipped."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def fingerprint(self, name: str) -> str:
        """Fingerprint of the stage when it last finished; "" if it never did."""
        row = self._db.execute("select fingerprint from stage where name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def finish(self, name: str, fingerprint: str, record: Mapping[str, Any]) -> None:
        """Mark a stage as finished; `record` is what a reader of the report should know about it."""
        body = json.dumps(dict(record), ensure_ascii=False, sort_keys=True)
        self._db.execute("insert or replace into stage values (?, ?, ?)", (name, fingerprint, body))

    def record(self, name: str) -> Mapping[str, Any]:
        """What the stage recorded when it last finished; {} if it never did."""
        row = self._db.execute("select record from stage where name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else {}
