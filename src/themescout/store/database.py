"""Opening the SQLite file: is it ours, how old is it, bring it up to date."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from themescout.errors import StudyError
from themescout.store.schema import APPLICATION_ID, MIGRATIONS

if TYPE_CHECKING:
    from pathlib import Path


def create(path: Path) -> None:
    """Make an empty database at `path`, which must not exist; a kill half-way leaves nothing at `path`."""
    half = path.with_name(f"{path.name}.half")
    half.unlink(missing_ok=True)
    with closing(_connect(half)) as db:
        db.execute(f"pragma application_id = {APPLICATION_ID}")
        _migrate(db)
    half.rename(path)


def connect(path: Path, *, shared: bool = False) -> sqlite3.Connection:
    """Open the database at `path`, migrating an older one after copying it to `.bak`.

    Several threads may use a `shared` one, one at a time.

    Raises:
        StudyError: missing, not ours, or written by a newer version.
    """
    if not path.is_file():
        raise StudyError(f"{path.parent} is no themescout study: it has no {path.name}.", _HOW_TO_MAKE)
    application, version = _marks(path)
    problem = _refusal(path, application, version)
    if problem:
        raise problem
    db = _connect(path, shared=shared)
    if version < len(MIGRATIONS):
        shutil.copy2(path, path.with_name(f"{path.name}.bak"))
        try:
            _migrate(db)
        except BaseException:
            db.close()  # which also takes back the migration that failed
            raise
    return db


def snapshot(path: Path, into: Path) -> None:
    """Copy the database at `path` as it stands to `into`, which must not exist; nothing at `path` is touched.

    What another program has not finished writing is not in the copy.

    Raises:
        StudyError: missing, not ours, damaged, written by a newer version, or no space for a copy.
    """
    if not path.is_file():
        raise StudyError(f"{path.parent} is no themescout study: it has no {path.name}.", _HOW_TO_MAKE)
    try:
        _copied(path, into)
        with closing(sqlite3.connect(into)) as db:
            found = db.execute("pragma quick_check(1)").fetchone()[0]
            marks = [db.execute(f"pragma {name}").fetchone()[0] for name in ("application_id", "user_version")]
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
            raise StudyError(f"There is no room in {into.parent} for a copy of {path}.", "Make some.") from error
        raise StudyError(f"{path} cannot be read: {error}.", "Look at its rights and the space on the disk.") from error
    except sqlite3.DatabaseError as error:
        raise StudyError(f"{path} is damaged or no database: {error}.", "Restore it from a copy.") from error
    if problem := _refusal(path, *marks):
        raise problem
    if found != "ok":
        raise StudyError(f"{path} is damaged: {found}.", "Restore it from a copy.")


def _copied(path: Path, into: Path) -> None:
    try:
        address = f"{path.resolve().as_uri()}?mode=ro"
        with (
            closing(sqlite3.connect(address, uri=True, timeout=30)) as source,
            closing(sqlite3.connect(into)) as target,
        ):
            source.backup(target)
    except sqlite3.OperationalError:
        # A program that was killed while it wrote left a journal. What it says is done in the copy, not at `path`.
        journal = path.with_name(f"{path.name}-journal")
        if not journal.exists():
            raise
        shutil.copyfile(path, into)
        shutil.copyfile(journal, into.with_name(f"{into.name}-journal"))


_HOW_TO_MAKE = "Name a study's folder, or make one with: themescout new FOLDER"


def _marks(path: Path) -> tuple[int, int]:
    """Application id and user version, read without touching a file that may not be ours."""
    try:
        with closing(sqlite3.connect(path, timeout=30)) as db:
            application = db.execute("pragma application_id").fetchone()[0]
            return application, db.execute("pragma user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StudyError(f"{path} is damaged or no database: {error}.", "Restore it from a copy.") from error


def _refusal(path: Path, application: int, version: int) -> StudyError | None:
    if application != APPLICATION_ID:
        return StudyError(f"{path} was not written by themescout.", _HOW_TO_MAKE)
    if version > len(MIGRATIONS):
        return StudyError(
            f"{path.parent} was written by a newer themescout (format {version}, this one knows {len(MIGRATIONS)}).",
            "Update themescout: pip install --upgrade themescout",
        )
    return None


def _connect(path: Path, *, shared: bool = False) -> sqlite3.Connection:
    # Transactions are written out (`begin immediate`) in one place, so the driver must not open its own.
    db = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=not shared)
    db.execute("pragma foreign_keys = on")
    # Rollback journal, not WAL: people copy and sync study folders, and one file is one study.
    db.execute("pragma journal_mode = delete")
    db.execute("pragma synchronous = full")
    return db


def _migrate(db: sqlite3.Connection) -> None:
    version = db.execute("pragma user_version").fetchone()[0]
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        db.executescript(f"begin immediate;\n{script}\npragma user_version = {number};\ncommit;")
