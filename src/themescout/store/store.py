"""The open database and its parts."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from themescout.errors import StudyError
from themescout.store import database
from themescout.store.copies import Copies
from themescout.store.decisions import Decisions
from themescout.store.findings import Suggestions
from themescout.store.records import Codebooks, Stages
from themescout.store.segments import Segments
from themescout.store.summaries import Summaries
from themescout.store.theme_log import ThemeLog
from themescout.store.themes import FoundThemes, LooseSegments, Themes
from themescout.store.transcripts import Transcripts
from themescout.store.vectors import StoredVectors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

create = database.create
snapshot = database.snapshot


class Store:
    """An open study database. Use as a context manager, or call `close`.

    Every part's reads are ordered; every write outside `transaction` is a transaction of its own. One that is `shared`
    may be used by several threads, one at a time.
    """

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        self._path = path
        self._db = database.connect(path, shared=shared)
        self.transcripts = Transcripts(self._db)
        self.segments = Segments(self._db)
        self.vectors = StoredVectors(self._db)
        self.found = FoundThemes(self._db)
        self.loose = LooseSegments(self._db)
        self.themes = Themes(self._db)
        self.theme_log = ThemeLog(self._db)
        self.suggestions = Suggestions(self._db)
        self.decisions = Decisions(self._db)
        self.summaries = Summaries(self._db)
        self.codebooks = Codebooks(self._db)
        self.stages = Stages(self._db)
        self.copies = Copies(self._db, path)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together or not at all; inside another transaction it is a part of that one."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    @property
    def version(self) -> int:
        """A number that changes when somebody else has written to the file since it was read here last."""
        return int(self._db.execute("pragma data_version").fetchone()[0])

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
        if isinstance(error[1], sqlite3.OperationalError):
            raise StudyError(
                f"{self._path} cannot be used: {error[1]}.",
                "Look at the rights of its folder and the space on the disk; is another themescout at work on it?",
            ) from error[1]
