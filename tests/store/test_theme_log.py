"""The log of theme decisions: what goes in comes back, and nothing is ever altered."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from themescout.candidates import ThemeDecision, ThemeVerb
from themescout.store import Store, create

if TYPE_CHECKING:
    from pathlib import Path

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SEEN = st.fixed_dictionaries({"label": TEXT, "name": TEXT, "members": st.lists(TEXT, max_size=2)})
DECISIONS = st.builds(
    ThemeDecision,
    verb=st.sampled_from(ThemeVerb), theme=st.integers(-1, 99), into=st.none() | st.integers(0, 99),
    segments=st.lists(TEXT, max_size=3).map(tuple), value=TEXT, coder=TEXT, decided_at=TEXT, memo=TEXT,
    shown=st.dictionaries(st.integers(0, 9).map(str), SEEN, max_size=2), undoes=st.none(), seq=st.just(0),
)  # fmt: skip
ONE = ThemeDecision(
    verb=ThemeVerb.NAME, theme=2, value="Fuel 😀", coder="ann", decided_at="2026-01-01T00:00:00Z",
    shown={"2": {"label": "fuel", "name": "", "members": ["a"]}},
)  # fmt: skip


@given(st.lists(DECISIONS, max_size=4))
@hypothesis_settings(max_examples=25)
def test_the_log_comes_back_as_it_was_added(tmp_path_factory: pytest.TempPathFactory, log: list[ThemeDecision]) -> None:
    path = tmp_path_factory.mktemp("s") / "study.db"
    create(path)
    with Store(path) as store:
        stored = [store.theme_log.add(decision) for decision in log]
        assert stored == [replace(decision, seq=i) for i, decision in enumerate(log, start=1)]
    with Store(path) as again:
        assert list(again.theme_log.all()) == stored
        assert again.theme_log.count() == len(log)


@pytest.mark.parametrize(
    "sql",
    [
        "update theme_decision set value = 'B'",
        "update theme_decision set memo = memo",
        "delete from theme_decision",
        "delete from theme_decision where seq = 1",
        "insert or replace into theme_decision select * from theme_decision",
    ],
)
def test_the_database_itself_refuses_to_alter_a_theme_decision(store: Store, tmp_path: Path, sql: str) -> None:
    kept = store.theme_log.add(ONE)
    store.close()
    db = sqlite3.connect(tmp_path / "study.db")
    with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        db.execute(sql)
    db.close()
    with Store(tmp_path / "study.db") as again:
        assert again.theme_log.all() == (kept,)


def test_an_undo_needs_something_to_undo(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.theme_log.add(replace(ONE, verb=ThemeVerb.UNDO, undoes=7))
    first = store.theme_log.add(ONE)
    assert store.theme_log.add(replace(ONE, verb=ThemeVerb.UNDO, undoes=first.seq)).undoes == first.seq


def test_the_fingerprint_leaves_out_times_and_memos_only(tmp_path: Path) -> None:
    def fingerprint(name: str, decision: ThemeDecision) -> str:
        create(tmp_path / name)
        with Store(tmp_path / name) as store:
            store.theme_log.add(decision)
            return store.theme_log.fingerprint()

    same = fingerprint("a.db", ONE)
    assert fingerprint("b.db", replace(ONE, decided_at="later", memo="x", shown={})) == same
    changed = ({"value": "B"}, {"theme": 3}, {"verb": ThemeVerb.TIE}, {"into": 1}, {"segments": ("s",)}, {"coder": "b"})
    others = {fingerprint(f"c{i}.db", replace(ONE, **values)) for i, values in enumerate(changed)}  # type: ignore[arg-type]
    assert len(others | {same}) == len(changed) + 1
