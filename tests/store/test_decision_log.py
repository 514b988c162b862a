"""The log of decisions: what goes in comes back, and nothing is ever altered."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from themescout.store import Store, create
from themescout.types import Decision, Kind, Verdict

if TYPE_CHECKING:
    from pathlib import Path

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SHOWN = st.dictionaries(TEXT, st.none() | st.floats(allow_nan=False) | TEXT | st.lists(TEXT, max_size=2), max_size=2)
DECISIONS = st.builds(
    Decision,
    segment=TEXT, verdict=st.sampled_from(Verdict), kind=st.none() | st.sampled_from(Kind), code=st.none() | TEXT,
    coder=TEXT, decided_at=TEXT, transcript=TEXT, start=st.integers(0, 10**9), end=st.integers(0, 10**9), quote=TEXT,
    seconds=st.none() | st.floats(0, 1e6), shown=SHOWN, memo=TEXT, undoes=st.none(), seq=st.just(0),
)  # fmt: skip
ONE = Decision(
    segment="s", verdict=Verdict.ACCEPT, kind=Kind.BARRIER, code="A", coder="ann", decided_at="2026-01-01T00:00:00Z",
    transcript="t", start=2, end=4, quote="😀 no",
)  # fmt: skip


@given(st.lists(DECISIONS, max_size=4))
@hypothesis_settings(max_examples=25)
def test_the_log_comes_back_as_it_was_added(tmp_path_factory: pytest.TempPathFactory, log: list[Decision]) -> None:
    path = tmp_path_factory.mktemp("s") / "study.db"
    create(path)
    with Store(path) as store:
        stored = [store.decisions.add(decision) for decision in log]
        assert stored == [replace(decision, seq=i) for i, decision in enumerate(log, start=1)]
    with Store(path) as again:
        assert list(again.decisions.all()) == stored
        assert again.decisions.count() == len(log)


@pytest.mark.parametrize(
    "sql",
    [
        "update decision set code = 'B'",
        "update decision set memo = memo",
        "delete from decision",
        "delete from decision where seq = 1",
        "insert or replace into decision select * from decision",
    ],
)
def test_the_database_itself_refuses_to_alter_a_decision(store: Store, tmp_path: Path, sql: str) -> None:
    kept = store.decisions.add(ONE)
    store.close()
    db = sqlite3.connect(tmp_path / "study.db")
    with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        db.execute(sql)
    db.close()
    with Store(tmp_path / "study.db") as again:
        assert again.decisions.all() == (kept,)


def test_an_undo_needs_something_to_undo(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.decisions.add(replace(ONE, verdict=Verdict.UNDO, undoes=7))
    first = store.decisions.add(ONE)
    assert store.decisions.add(replace(ONE, verdict=Verdict.UNDO, undoes=first.seq)).undoes == first.seq


def test_the_fingerprint_leaves_out_times_and_memos_only(store: Store, tmp_path: Path) -> None:
    def fingerprint(name: str, decision: Decision) -> str:
        create(tmp_path / name)
        with Store(tmp_path / name) as other:
            other.decisions.add(decision)
            return other.decisions.fingerprint()

    same = fingerprint("a.db", ONE)
    assert fingerprint("b.db", replace(ONE, decided_at="later", seconds=3.0, memo="x")) == same
    changes = [{"code": "B"}, {"kind": None}, {"coder": "bob"}, {"quote": "x"}, {"verdict": Verdict.REJECT}]
    others = {fingerprint(f"{i}.db", replace(ONE, **change)) for i, change in enumerate(changes)}  # type: ignore[arg-type]
    assert len(others | {same, store.decisions.fingerprint()}) == len(changes) + 2


def test_decisions_outlive_their_transcript(store: Store) -> None:
    store.decisions.add(ONE)
    store.transcripts.remove("t")
    assert store.decisions.count() == 1
