"""Splitting: the same rows in the same order, and documents whole where they can be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout.batch import files
from themescout.batch.inputs import middle, splitting, streaming
from themescout.batch.inputs.rows import DamagedError, Notes, Row
from themescout.batch.model import Form, Source
from themescout.errors import BatchError, FileProblemError

if TYPE_CHECKING:
    from pathlib import Path

DOCS = st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.integers(1, 30)), max_size=12)
Split = Callable[[list[Row], int], list[list[Row]]]
NOWHERE = Source(number=0, path="t.jsonl", form=Form.ROWS, bytes=0, stamp="")


def rows_of(documents: list[tuple[str, int]]) -> list[Row]:
    docs = [doc for doc, length in documents for _ in range(length)]
    return [Row(doc, str(i), "", f"text {i}", "") for i, doc in enumerate(docs)]


@pytest.fixture
def stretches(monkeypatch: pytest.MonkeyPatch) -> Split:
    def split(rows: list[Row], size: int) -> list[list[Row]]:
        monkeypatch.setattr(files, "check_state", lambda path, stamp: None)
        monkeypatch.setattr(streaming, "rows", lambda source, notes: iter(rows))
        return list(splitting.stretches(NOWHERE, size, Notes(NOWHERE.path)))

    return split


@given(documents=DOCS, size=st.integers(1, 12))
def test_stretches_are_the_rows_and_no_longer_than_one_and_a_half(
    stretches: Split, documents: list[tuple[str, int]], size: int
) -> None:
    rows = rows_of(documents)
    found = stretches(rows, size)
    assert [row for stretch in found for row in stretch] == rows
    assert all(0 < len(stretch) <= size + size // 2 for stretch in found)


@given(documents=DOCS, size=st.integers(1, 12))
def test_a_document_is_torn_only_where_it_is_longer_than_one_and_a_half_partitions(
    stretches: Split, documents: list[tuple[str, int]], size: int
) -> None:
    rows = rows_of(documents)
    cuts = {stretch[0].unit for stretch in stretches(rows, size)}
    for doc, group in groupby(rows, key=lambda row: row.doc):
        document = [row.unit for row in group]
        if doc and len(document) <= size + size // 2:
            assert not cuts.intersection(document[1:])


def test_rows_without_documents_are_cut_at_the_size(stretches: Split) -> None:
    assert [len(stretch) for stretch in stretches(rows_of([("", 10)]), 4)] == [4, 4, 2]


def test_a_stretch_goes_on_to_the_end_of_its_document(stretches: Split) -> None:
    assert [len(stretch) for stretch in stretches(rows_of([("a", 3), ("b", 3), ("c", 4)]), 4)] == [6, 4]
    assert [len(stretch) for stretch in stretches(rows_of([("a", 3), ("b", 5)]), 4)] == [3, 5]
    assert [len(stretch) for stretch in stretches(rows_of([("a", 12)]), 4)] == [4, 4, 4]


def test_stretches_come_while_the_table_is_still_being_read(stretches: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []

    def endless(source: Source, notes: Notes) -> Iterator[Row]:
        for i in range(10**9):
            drawn.append(i)
            yield Row("", str(i), "", "x", "")

    stretches([], 4)
    monkeypatch.setattr(streaming, "rows", endless)
    assert len(next(splitting.stretches(NOWHERE, 4, Notes("t.jsonl")))) == 4
    assert len(drawn) <= 7


@pytest.mark.parametrize(("error", "given_out"), [(DamagedError, 10), (FileProblemError, 8)])
def test_what_comes_before_a_break_is_given_out(
    monkeypatch: pytest.MonkeyPatch, error: type[FileProblemError], given_out: int
) -> None:
    # After damage all of it; where another try may go on, only what is cut there as it would be without the break.
    def breaking(source: Source, notes: Notes) -> Iterator[Row]:
        yield from rows_of([("", 10)])
        raise error("t.jsonl broke.")

    monkeypatch.setattr(files, "check_state", lambda path, stamp: None)
    monkeypatch.setattr(streaming, "rows", breaking)
    found: list[list[Row]] = []
    with pytest.raises(error):
        found.extend(splitting.stretches(NOWHERE, 4, Notes("t.jsonl")))
    assert sum(map(len, found)) == given_out


def test_a_table_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f"{json.dumps({'text': str(i)})}\n" for i in range(10)))
    entry = files.entry(str(path))
    assert entry is not None
    source = Source(number=0, path=str(path), form=Form.ROWS, bytes=entry.bytes, stamp=entry.stamp)
    found = splitting.stretches(source, 4, Notes(str(path)))
    next(found)
    path.write_text('{"text": "other"}\n')
    with pytest.raises(FileProblemError, match=r"a\.jsonl has changed since this run began"):
        list(found)


@given(rows=st.lists(st.builds(Row, *[st.text(st.characters(exclude_categories=["Cs"]))] * 5)))
def test_the_middle_gives_back_its_rows_and_equal_bytes(rows: list[Row]) -> None:
    data = middle.packed(rows)
    assert middle.unpacked(data, "m") == rows
    assert middle.packed(list(rows)) == data


def test_a_damaged_middle_is_a_sentence() -> None:
    with pytest.raises(BatchError, match=r"middle/0\.parquet is damaged"):
        middle.unpacked(middle.packed(rows_of([("a", 3)]))[:-9], "middle/0.parquet")
