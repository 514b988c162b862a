"""Transactions of the open store."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from themescout.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from themescout.types import Transcript


def test_all_writes_of_a_transaction_happen_or_none(
    store: Store, interview: Callable[..., Transcript], keep: Callable[..., None]
) -> None:
    keep(interview("T1"))

    def stopped() -> None:
        with store.transaction():
            store.transcripts.remove("T1")
            store.stages.finish("cut", "x", {})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert store.transcripts.get("T1") == interview("T1")
    assert store.stages.fingerprint("cut") == ""
    with store.transaction():
        store.transcripts.remove("T1")
    assert store.transcripts.get("T1") is None


def test_what_is_written_is_there_when_the_file_is_opened_again(store: Store, tmp_path: Path) -> None:
    store.stages.finish("cut", "x", {"n": 1})
    store.close()
    with Store(tmp_path / "study.db") as again:
        assert again.stages.record("cut") == {"n": 1}
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        again.stages.record("cut")


def test_a_transaction_inside_another_is_a_part_of_it(store: Store) -> None:
    def stopped() -> None:
        with store.transaction():
            with store.transaction():
                store.stages.finish("cut", "x", {})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert store.stages.fingerprint("cut") == ""
