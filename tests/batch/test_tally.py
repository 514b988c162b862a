"""Counts from files: as counted by hand, in bounded memory."""

from __future__ import annotations

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout.batch import receipts
from themescout.batch.model import Receipt, Refusal
from themescout.batch.tally import Distinct, Tally
from themescout.errors import BatchError

ROW = st.tuples(
    st.sampled_from("ab"), st.sampled_from(["", "d1", "d2"]), st.integers(-1, 2), st.sampled_from([None, "X"])
)


def file(name: str, rows: list[tuple[str, str, int, str | None]]) -> bytes:
    table = pyarrow.table(
        {
            "source": pyarrow.array([row[0] for row in rows], pyarrow.string()),
            "doc": pyarrow.array([row[1] for row in rows], pyarrow.string()),
            "theme": pyarrow.array([row[2] for row in rows], pyarrow.int32()),
            "theme_name": pyarrow.array([f"t{row[2]}" if row[2] >= 0 else None for row in rows], pyarrow.string()),
            "code": pyarrow.array([row[3] for row in rows], pyarrow.string()),
        }
    )
    return receipts.as_parquet(table, Receipt(partition=name, texts=len(rows), words=0, themes=(), codes=()))


@given(st.lists(st.lists(ROW, max_size=8), max_size=4))
def test_counts_are_those_of_all_rows_together(files: list[list[tuple[str, str, int, str | None]]]) -> None:
    tally = Tally()
    for number, rows in enumerate(files):
        tally.add(str(number), file(str(number), rows))
    every = [row for rows in files for row in rows]
    assert tally.texts == len(every)
    assert tally.documents == len({row[:2] for row in every if row[1]})
    for share in tally.shares("theme"):
        rows = [row for row in every if row[2] == share.key]
        assert (share.texts, share.documents) == (len(rows), len({row[:2] for row in rows if row[1]}))
        assert share.share == len(rows) / len(every)
    for share in tally.shares("code", [("Y", "why"), ("X", "ex")]):
        assert share.texts == sum((row[3] or "") == share.key for row in every)
    assert [share.key for share in tally.shares("code", [("Y", "why"), ("X", "ex")])][:2] == ["Y", "X"]
    assert sum(tally.sources.values()) == len(every)


def test_damage_before_an_intact_footer_is_a_sentence() -> None:
    data = file("7", [("a", "d1", 1, "X")] * 50)
    assert receipts.of_parquet(data, "7").texts == 50
    damaged = data[:4] + b"\xff" * 40 + data[44:]
    assert receipts.of_parquet(damaged, "7").texts == 50
    with pytest.raises(BatchError, match=r"^texts/7\.parquet in the output folder is damaged"):
        Tally().add("7", damaged)


def test_many_strings_are_counted_once_each() -> None:
    distinct = Distinct()
    for number in range(300_000):
        distinct.add(number % 100_000)
    assert len(distinct) == 100_000


def test_a_receipt_comes_back_from_the_footer() -> None:
    receipt = Receipt(
        partition="7", texts=0, words=3, themes=((-1, 2), (4, 1)), codes=(("", 1), ("Ä", 2)),
        refused=(Refusal(path="/a “b”.txt", sentence="No.\n"),), hashes=(("/c", "ab"),),
    )  # fmt: skip
    table = pyarrow.table({"text": ["🙂"]})
    data = receipts.as_parquet(table, receipt)
    assert data == receipts.as_parquet(table, receipt)
    found = receipts.opened("7", data)
    assert found.sha256
    for name in ("partition", "texts", "words", "themes", "codes", "refused", "hashes"):
        assert getattr(found, name) == getattr(receipt, name)
