"""Streams: every row of a table once, in order; what cannot be read is named and nothing else is lost."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout import tables
from themescout.batch import files
from themescout.batch.inputs import delimited, json_lines, streaming
from themescout.batch.inputs.rows import DamagedError, Notes, Row
from themescout.batch.model import Form, Source
from themescout.errors import FileProblemError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CELL = st.text(max_size=12) | st.none() | st.integers(-5, 5) | st.booleans() | st.floats(allow_nan=False)
ROWS = st.lists(st.fixed_dictionaries({"text": CELL}, optional={"id": CELL, "doc": CELL, "context": CELL}), min_size=1)


def source(path: Path) -> Source:
    entry = files.entry(str(path))
    assert entry is not None
    return Source(number=0, path=entry.path, form=Form.ROWS, bytes=entry.bytes, stamp=entry.stamp)


def read(path: Path) -> tuple[list[Row], list[str], Notes]:
    """Rows, sentences, notes; damage is one of the sentences."""
    notes = Notes(str(path))
    found = []
    try:
        for row in streaming.rows(source(path), notes):
            found.append(row)  # noqa: PERF402  # those before the damage count
    except DamagedError as error:
        notes.lost(error)
    return found, [item.sentence for item in notes.refused()], notes


def jsonl(path: Path, rows: Sequence[Any]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def same_as_tables(path: Path, found: Sequence[Row]) -> None:
    """What `tables` reads of a file is read here too."""
    table = tables.read(path)
    assert [row.text for row in found] == list(table.texts)
    assert [row.unit for row in found] == [str(unit) for unit in table.ids]
    assert [row.doc for row in found] == list(table.docs)
    assert [row.context for row in found] == list(table.contexts)


@given(rows=ROWS)
def test_a_stream_of_json_reads_as_a_table_does(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    path = jsonl(tmp_path_factory.mktemp("t") / "a.jsonl", rows)
    found, said, notes = read(path)
    assert said == []
    assert notes.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    same_as_tables(path, found)
    packed = path.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read(packed)[0] == found


TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=9), min_size=1)


@given(texts=TEXTS)
def test_a_stream_of_parquet_reads_as_a_table_does(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("t") / "a.parquet"
    rows = [{"other": i, "text": text, "doc": text[:1], "id": i % 3} for i, text in enumerate(texts)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path, row_group_size=2)
    found, said, notes = read(path)
    assert said == []
    assert notes.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    same_as_tables(path, found)


@given(texts=TEXTS, ending=st.sampled_from([".csv", ".csv.gz"]))
def test_a_stream_of_csv_reads_as_a_table_does(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], ending: str
) -> None:
    plain = tmp_path_factory.mktemp("t") / "a.csv"
    tables.write(plain, [{"doc": "d,1", "text": text, "context": f"a\nb{i}"} for i, text in enumerate(texts)])
    path = plain.with_name(f"b{ending}")
    path.write_bytes(gzip.compress(plain.read_bytes()) if ending.endswith("gz") else plain.read_bytes())
    found, said, _ = read(path)
    assert said == []
    same_as_tables(plain, found)


def test_any_cell_becomes_text_and_texts_are_normalised(tmp_path: Path) -> None:
    rows = [
        {"text": 5, "id": 7, "doc": 1.5},
        {"text": True, "doc": ["a"]},
        {"id": "x", "text": "e\u0301\r\n\x07"},
        {"speaker": "P"},
    ]
    found, said, _ = read(jsonl(tmp_path / "a.jsonl", rows))
    assert said == []
    assert found == [
        Row("1.5", "7", "", "5", ""),
        Row("['a']", "1", "", "True", ""),
        Row("", "x", "", "é\n", ""),
        Row("", "3", "P", "", ""),
    ]


def test_a_list_or_an_object_is_no_text(tmp_path: Path) -> None:
    rows = [{"text": ["a", "b"]}, {"text": "c"}, {"text": {"de": "d"}}]
    found, said, _ = read(jsonl(tmp_path / "a.jsonl", rows))
    assert [(row.unit, row.text) for row in found] == [("1", "c")]
    why = "has a list or an object as its text. Write it as one text."
    assert said == [f"a.jsonl, row 1, {why}", f"a.jsonl, row 3, {why}"]
    pyarrow.parquet.write_table(pyarrow.table({"text": [["a"], None]}), tmp_path / "b.parquet")
    found, said, _ = read(tmp_path / "b.parquet")
    assert [(row.unit, row.text) for row in found] == [("1", "")]
    assert said == [f"b.parquet, row 1, {why}"]


@pytest.mark.parametrize(
    ("ids", "shown"),
    [
        (pyarrow.array([9 * 10**15, None], pyarrow.timestamp("ms")), "<value out of range: 9000000000000000>"),
        (pyarrow.array([2**30, None], pyarrow.date32()), "<value out of range: 1073741824>"),
        (pyarrow.array([2**62, None], pyarrow.duration("s")), str(2**62)),
        (pyarrow.array([5, None], pyarrow.timestamp("s", "Nowhere/None")), "5000"),
    ],
)
def test_times_that_python_cannot_hold_become_text(tmp_path: Path, ids: pyarrow.Array, shown: str) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"text": ["a", "b"], "id": ids}), path)
    found, said, _ = read(path)
    assert said == []
    assert [row.text for row in found] == ["a", "b"]
    assert [row.unit for row in found] == [shown, "1"]
    same_as_tables(path, found)


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ('id;"How, in your view, and why, did it go?";text', "1;fine;We had, no, money"),
        ('"a; b; c",text,id', 'x,"We had, no, money",1'),
        ("\n \ntext\tid", "We had, no, money\t1"),
        ("sep=;\nid,a,b;text", "1;We had, no, money"),
        ("\nsep=|\ntext|id", "We had, no, money|1"),
    ],
)
def test_what_stands_between_cells_is_seen(tmp_path: Path, head: str, cells: str) -> None:
    (tmp_path / "a.csv").write_text(f"{head}\n{cells}\n", "utf-8")
    found, said, _ = read(tmp_path / "a.csv")
    assert said == []
    assert [row.text for row in found] == ["We had, no, money"]


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_two_columns_of_one_name_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.csv").write_text("text,doc,text\none,d,two\n", "utf-8")
    table = pyarrow.Table.from_arrays([pyarrow.array(["one"]), pyarrow.array(["two"])], names=["text", "text"])
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    found, said, _ = read(tmp_path / name)
    assert (found, said) == ([], [f"{name} has two columns “text”. Rename one of them."])


def test_half_a_character_can_be_stored(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(r'{"text": "a\ud83d", "speaker": "\ud83d", "doc": "\ud83d\ude00"}')
    found, _, _ = read(tmp_path / "a.jsonl")
    assert found == [Row("\U0001f600", "0", "", "a", "")]


def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = [
        b'\xef\xbb\xbf{"text": "a"}', b"{not json", b"", b"[1]", b'{"text": "\xff"}', b"[" * 100_000,
        b'{"text": ' + b"9" * 5000 + b"}", b'{"text": "b"}',
    ]  # fmt: skip
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    found, said, _ = read(tmp_path / "a.jsonl")
    assert [(row.unit, row.text) for row in found] == [("0", "a"), ("6", "b")]
    assert [sentence.partition(":")[0] for sentence in said] == [
        "a.jsonl, line 2, is no JSON",
        "a.jsonl, line 4, is no object. Each line is {…}.",
        "a.jsonl, line 5, is not UTF-8. Save the table as UTF-8.",
        "a.jsonl, line 6, is no JSON that can be read. Mend it.",
        "a.jsonl, line 7, is no JSON that can be read. Mend it.",
    ]


def test_very_many_bad_lines_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n' + "x\n" * 1500)
    _, said, _ = read(tmp_path / "a.jsonl")
    assert len(said) == 21
    assert said[-1] == "a.jsonl: 1,480 more rows cannot be read."


def test_an_endless_line_needs_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "LONGEST", 64)
    long = json.dumps({"text": "x" * 500})
    (tmp_path / "a.jsonl").write_text(f'{{"text": "a"}}\n{long}\n{{"text": "b"}}\n{long}')
    found, said, _ = read(tmp_path / "a.jsonl")
    assert [row.text for row in found] == ["a", "b"]
    assert [sentence[:28] for sentence in said] == ["a.jsonl, line 2, is longer t", "a.jsonl, line 4, is longer t"]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.jsonl", b"", "a.jsonl has no rows."),
        ("a.jsonl", b"\n\n", "a.jsonl has no rows."),
        ("a.jsonl", b'{"body": 1}\n{"x": 2}', "a.jsonl has no column “text”; it has: body."),
        ("a.jsonl", b"x\ny", "a.jsonl has no row that can be read."),
        ("a.jsonl", '{"text": "a"}'.encode("utf-16"), "a.jsonl is not UTF-8."),
        ("a.jsonl.gz", b'{"text": "a"}', "a.jsonl.gz cannot be read: the packing (gzip) is damaged."),
        ("a.jsonl.gz", b"", "a.jsonl.gz has no rows."),
        ("a.parquet", b"", "a.parquet cannot be read: it is no readable Parquet."),
        ("a.parquet", b"PAR1" + b"x" * 50 + b"PAR1", "a.parquet cannot be read: it is no readable Parquet."),
        ("a.csv", b"", "a.csv has no rows."),
        ("a.csv", b"text\n", "a.csv has no rows."),
        ("a.csv", b"Text,b\n1,2\n", "a.csv has no column “text”; it has: Text, b."),
        ("a.csv", b"gr\xf6\xdfe,b\n1,2\n", "a.csv has no column “text”; it has: gr??e, b."),
        ("a.jsonl", b'{"\\ud800": 1}', "a.jsonl has no column “text”; it has: ?."),
        ("a.tsv", b"\n\n", "a.tsv has no rows."),
    ],
)  # fmt: skip
def test_a_table_that_is_none_is_one_sentence(tmp_path: Path, name: str, data: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(data)
    found, said, _ = read(tmp_path / name)
    assert found == []
    assert said[-1].startswith(sentence)


def test_a_parquet_table_without_texts_or_rows_says_so(tmp_path: Path) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"body": ["x"]}), tmp_path / "a.parquet")
    pyarrow.parquet.write_table(pyarrow.table({"text": pyarrow.array([], pyarrow.string())}), tmp_path / "b.parquet")
    assert read(tmp_path / "a.parquet")[1][0].startswith("a.parquet has no column “text”; it has: body.")
    assert read(tmp_path / "b.parquet")[1][0].startswith("b.parquet has no rows.")


def test_a_packing_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    whole = jsonl(
        tmp_path / "a.jsonl",
        [{"text": f"{hashlib.sha256(bytes([i % 256, i // 256])).hexdigest()}"} for i in range(2000)],
    )
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(whole.read_bytes())[:-20_000])
    found, said, notes = read(tmp_path / "a.jsonl.gz")
    assert 100 < len(found) < 2000
    assert found == read(whole)[0][: len(found)]
    assert said[0].startswith(f"a.jsonl.gz cannot be read after row {len(found):,}: the packing (gzip) is damaged.")
    assert notes.sha256 == hashlib.sha256((tmp_path / "a.jsonl.gz").read_bytes()).hexdigest()


def test_a_parquet_file_that_is_damaged_within_gives_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = [hashlib.sha256(str(i).encode()).hexdigest() for i in range(20_000)]
    pyarrow.parquet.write_table(pyarrow.table({"text": texts}), path, row_group_size=5000, use_dictionary=False)
    place = pyarrow.parquet.ParquetFile(path).metadata.row_group(2).column(0).data_page_offset
    data = bytearray(path.read_bytes())
    data[place : place + 3000] = b"\xff" * 3000
    path.write_bytes(data)
    found, said, _ = read(path)
    assert [row.text for row in found] == texts[: len(found)]
    assert 5000 <= len(found) <= 10_000
    assert said[0].startswith(f"a.parquet cannot be read after row {len(found):,}:")


def test_a_parquet_text_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    bad = pyarrow.array([b"a", b"\xff", b"c"], pyarrow.binary())
    text = pyarrow.StringArray.from_buffers(3, bad.buffers()[1], bad.buffers()[2])
    pyarrow.parquet.write_table(pyarrow.table({"text": text, "id": [1, 2, 3]}), tmp_path / "a.parquet")
    found, said, _ = read(tmp_path / "a.parquet")
    assert [(row.unit, row.text) for row in found] == [("1", "a"), ("3", "c")]
    assert said == ["a.parquet, row 2, is not UTF-8. Write the table as UTF-8."]


def test_a_bad_row_of_csv_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'id;text\n1;a\n2;"b"x\n3;c;more\n\n4;\xff\n5\n6;"d\ne"\n')
    found, said, _ = read(tmp_path / "a.csv")
    assert [(row.unit, row.text) for row in found] == [("1", "a"), ("5", ""), ("6", "d\ne")]
    assert [sentence[:23] for sentence in said] == [
        "a.csv, line 3, cannot b", "a.csv, line 4, has more", "a.csv, line 6, is not U",
    ]  # fmt: skip


def test_an_open_quotation_mark_is_named_with_the_lines_it_swallowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "LONGEST", 40)
    rows = "".join(f"text {i} of some length\n" for i in range(4))
    (tmp_path / "a.csv").write_text(f'text\na\n"b\n{rows}c\n')
    found, said, _ = read(tmp_path / "a.csv")
    assert found[0].text == "a"
    assert found[-1].text == "c"
    assert said[0].startswith("a.csv, lines 3 to 5, cannot be read: field larger")


def test_a_table_in_utf16_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_bytes("id\ttext\r\n1\tæ, ø\r\n".encode("utf-16"))
    assert read(tmp_path / "a.tsv")[0] == [Row("", "1", "", "æ, ø", "")]


def test_a_table_that_is_gone_is_no_damage(tmp_path: Path) -> None:
    there = source(jsonl(tmp_path / "a.jsonl", [{"text": "a"}]))
    (tmp_path / "a.jsonl").unlink()
    with pytest.raises(FileProblemError, match=r"a\.jsonl does not exist") as caught:
        list(streaming.rows(there, Notes(there.path)))
    assert not isinstance(caught.value, DamagedError)


def test_a_refused_row_counts_where_rows_are_numbered(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('text\na\n"b"x\nc\n')
    assert [(row.unit, row.text) for row in read(tmp_path / "a.csv")[0]] == [("0", "a"), ("2", "c")]
