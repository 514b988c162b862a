"""The log of summaries: what goes in comes back, nothing is ever altered, the newest of each cell is found."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from themescout.store import Store, create
from themescout.store.summaries import Cell, Summary
from themescout.types import Kind

if TYPE_CHECKING:
    from pathlib import Path

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
CELLS = st.builds(Cell, participant=TEXT, kind=st.sampled_from(Kind) | st.none(), category=TEXT)
SUMMARIES = st.builds(Summary, cell=CELLS, body=TEXT, coder=TEXT, written_at=TEXT, seq=st.just(0))
CELL = Cell(participant="KI01", kind=Kind.BARRIER, category="MONEY")
ONE = Summary(cell=CELL, body="Late 😀", coder="ann", written_at="2026-01-01T00:00:00+00:00")


@given(st.lists(SUMMARIES, max_size=4))
@hypothesis_settings(max_examples=25)
def test_the_log_comes_back_as_it_was_added(tmp_path_factory: pytest.TempPathFactory, log: list[Summary]) -> None:
    path = tmp_path_factory.mktemp("s") / "study.db"
    create(path)
    with Store(path) as store:
        stored = [store.summaries.add(summary) for summary in log]
        assert stored == [replace(summary, seq=i) for i, summary in enumerate(log, start=1)]
    with Store(path) as again:
        assert list(again.summaries.all()) == stored
        assert again.summaries.newest() == {summary.cell: summary for summary in stored}


def test_a_cell_has_its_history_newest_first_and_one_coder_alone(store: Store) -> None:
    other = replace(ONE, cell=replace(CELL, kind=None))
    first, second, _, third = (
        store.summaries.add(one) for one in (ONE, replace(ONE, coder="ben", body="B"), other, replace(ONE, body=""))
    )
    assert store.summaries.history(CELL) == (third, second, first)
    assert store.summaries.history(CELL, "ben") == (second,)
    assert store.summaries.newest()[CELL] == third
    assert store.summaries.newest("ben") == {CELL: second}


@pytest.mark.parametrize(
    "sql",
    [
        "update summary set body = 'x'", "delete from summary",
        "insert or replace into summary values (1, 'p', '', 'c', 'x', 'ann', '')",
    ],
)  # fmt: skip
def test_nothing_is_ever_altered(tmp_path: Path, sql: str) -> None:
    create(tmp_path / "study.db")
    with Store(tmp_path / "study.db") as store:
        kept = store.summaries.add(ONE)
        with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
            store._db.execute(sql)
        assert store.summaries.all() == (kept,)


def test_the_fingerprint_leaves_out_times_only(tmp_path: Path) -> None:
    def fingerprint(name: str, summary: Summary) -> str:
        create(tmp_path / name)
        with Store(tmp_path / name) as store:
            store.summaries.add(summary)
            return store.summaries.fingerprint()

    same = fingerprint("a.db", ONE)
    assert fingerprint("b.db", replace(ONE, written_at="later")) == same
    changed = (replace(ONE, body="B"), replace(ONE, coder="ben"), replace(ONE, cell=replace(CELL, category="X")))
    assert len({fingerprint(f"c{i}.db", one) for i, one in enumerate(changed)} | {same}) == 4
