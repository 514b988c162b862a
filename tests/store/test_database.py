"""Is the file ours, how old is it, and can it be brought up to date?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from themescout.errors import StudyError
from themescout.store import Store, create, database
from themescout.store.schema import APPLICATION_ID, MIGRATIONS
from themescout.types import Decision, Kind, Verdict

if TYPE_CHECKING:
    from pathlib import Path


def pragma(path: Path, name: str) -> int | str:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(f"pragma {name}").fetchone()[0]  # type: ignore[no-any-return]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "study.db"
    create(path)
    return path


def test_a_new_file_is_marked_as_ours_and_leaves_nothing_beside_it(made: Path) -> None:
    assert pragma(made, "application_id") == APPLICATION_ID
    assert pragma(made, "user_version") == len(MIGRATIONS)
    assert pragma(made, "journal_mode") == "delete"
    assert [item.name for item in made.parent.iterdir()] == ["study.db"]


def test_a_file_of_a_newer_version_is_refused_in_words_and_not_touched(made: Path) -> None:
    with closing(sqlite3.connect(made)) as db:
        db.execute(f"pragma user_version = {len(MIGRATIONS) + 3}")
    before = made.read_bytes()
    with pytest.raises(StudyError, match=rf"newer themescout \(format {len(MIGRATIONS) + 3}") as caught:
        Store(made)
    assert "pip install --upgrade" in caught.value.hint
    assert made.read_bytes() == before


def test_a_file_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma journal_mode = wal")
        db.execute("create table theirs (x)")
        db.execute("pragma application_id = 77")
        db.commit()
    before = path.read_bytes()
    with pytest.raises(StudyError, match="was not written by themescout"):
        Store(path)
    assert path.read_bytes() == before
    assert pragma(path, "journal_mode") == "wal"


@pytest.mark.parametrize("content", [b"this is a letter and no database " * 40, b"SQLite format 3\x00" + b"\xee" * 900])
def test_what_is_no_database_is_a_problem_of_the_users(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "study.db"
    path.write_bytes(content)
    with pytest.raises(StudyError, match="damaged or no database"):
        Store(path)
    assert path.read_bytes() == content


def test_an_empty_file_is_no_study(tmp_path: Path) -> None:
    (tmp_path / "study.db").touch()
    with pytest.raises(StudyError, match="was not written by themescout"):
        Store(tmp_path / "study.db")


def test_a_half_made_file_is_no_study_and_the_next_attempt_replaces_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "study.db"
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", (*MIGRATIONS, "create table broken (;"))
        with pytest.raises(sqlite3.OperationalError):
            create(path)
    assert [item.name for item in tmp_path.iterdir()] == ["study.db.half"]
    with pytest.raises(StudyError, match=r"it has no study\.db"):
        Store(path)
    create(path)
    Store(path).close()
    assert [item.name for item in tmp_path.iterdir()] == ["study.db"]


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of the version before ours."""
    path = tmp_path / "study.db"
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", MIGRATIONS[:1])
        create(path)
        with Store(path) as store:
            store.stages.finish("themes", "f1", {"seed": 3})
    return path


def test_an_older_file_is_copied_before_it_is_brought_up_to_date(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = older.read_bytes()
    later = (*MIGRATIONS[:1], "create table note (x text) strict;", "alter table note add column y text;")
    monkeypatch.setattr(database, "MIGRATIONS", later)
    with Store(older) as store:
        assert store.stages.fingerprint("themes") == "f1"
    assert pragma(older, "user_version") == 3
    assert older.with_name("study.db.bak").read_bytes() == before
    older.with_name("study.db.bak").unlink()
    Store(older).close()
    assert not older.with_name("study.db.bak").exists(), "what is up to date is not copied"


def test_a_migration_that_fails_leaves_the_file_as_it_was(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = (*MIGRATIONS[:1], "create table note (x text) strict;\ninsert into nowhere values (1);")
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", later)
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            Store(older)
        with closing(sqlite3.connect(older)) as db:
            assert db.execute("select count(*) from sqlite_master where name = 'note'").fetchone() == (0,)
    assert pragma(older, "user_version") == 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", MIGRATIONS[:1])
        Store(older).close()


def test_a_full_disk_for_the_copy_is_not_blamed_on_the_study(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Path) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(database, "_copied", full)
    with pytest.raises(StudyError, match=f"There is no room in {tmp_path / 'there'} for a copy of {made}"):
        database.snapshot(made, tmp_path / "there" / "copy.db")


def test_every_table_is_strict(made: Path) -> None:
    with closing(sqlite3.connect(made)) as db:
        loose = db.execute("select name from pragma_table_list where schema = 'main' and type = 'table' and not strict")
        assert [name for (name,) in loose if not name.startswith("sqlite_")] == []


def test_a_study_of_the_first_version_keeps_its_decisions_and_finds_its_themes_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "study.db"
    monkeypatch.setattr(database, "MIGRATIONS", MIGRATIONS[:1])
    create(path)
    kept = Decision(
        segment="s", verdict=Verdict.ACCEPT, kind=Kind.BARRIER, code="A", coder="ann", seq=1,
        decided_at="2026-01-01T00:00:00Z", transcript="t", start=2, end=4, quote="😀 no",
    )  # fmt: skip
    with Store(path) as store:
        store.stages.finish("themes", "f1", {"seed": 3})
        store.stages.finish("suggestions", "f2", {"codebook": "x"})
    with closing(sqlite3.connect(path)) as db:
        values = (1, "s", "accept", "barrier", "A", "ann", kept.decided_at, "t", 2, 4, kept.quote, "{}", "")
        columns = "seq, segment, verdict, kind, code, coder, decided_at, transcript, first, past, quote, shown, memo"
        db.execute(f"insert into decision ({columns}) values ({', '.join('?' * len(values))})", values)  # noqa: S608
        db.execute('insert into theme values (0, \'{"id": 0, "codes": []}\')')
        db.commit()
    before = path.read_bytes()
    monkeypatch.setattr(database, "MIGRATIONS", MIGRATIONS)
    with Store(path) as store:
        assert store.decisions.all() == (kept,)
        assert store.themes.all() == store.found.all() == store.loose.all() == store.theme_log.all() == ()
        assert (store.stages.fingerprint("themes"), store.stages.fingerprint("suggestions")) == ("", "f2")
        assert store.found.next_id() == 0
    assert path.with_name("study.db.bak").read_bytes() == before
