"""Codebook versions, and what each stage of the pipeline last did."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from themescout.text import digest

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class BookVersion:
    """One version of the codebook.

    Attributes:
        version: counted from 1.
        sha256: of its text.
        used_from: ISO 8601, UTC, seconds.
        coder: who changed it; "" where it came from a file.
        reason: in their words.
    """

    version: int
    sha256: str
    used_from: str
    coder: str = ""
    reason: str = ""


class Codebooks:
    """Every codebook text that the study has been used with."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def use(self, body: str, *, at: str, coder: str = "", reason: str = "") -> int:
        """Record `body` as the codebook in use from `at` on and return its version, counted from 1.

        `coder` and `reason` say who changed it and why; "" where that was done by hand in its file. What is in use
        already keeps its version, and what is said about it.
        """
        newest = self._db.execute("select version, sha256 from codebook order by version desc limit 1").fetchone()
        if newest and newest[1] == digest(body):
            return int(newest[0])
        version = 1 + (newest[0] if newest else 0)
        self._db.execute(
            "insert into codebook (version, sha256, body, used_from, coder, reason) values (?, ?, ?, ?, ?, ?)",
            (version, digest(body), body, at, coder, reason),
        )
        return version

    def versions(self) -> tuple[BookVersion, ...]:
        """Every version, oldest first."""
        rows = self._db.execute("select version, sha256, used_from, coder, reason from codebook order by version")
        return tuple(BookVersion(version=r[0], sha256=r[1], used_from=r[2], coder=r[3], reason=r[4]) for r in rows)

    def body(self, version: int) -> str:
        """The text of one version, as it was given; "" where there is no such version."""
        row = self._db.execute("select body from codebook where version = ?", (version,)).fetchone()
        return str(row[0]) if row else ""


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
