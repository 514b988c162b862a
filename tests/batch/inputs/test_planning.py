"""The plan: it only grows, it is the same whoever makes it and however often it is killed."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import fsspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout.batch import files, places
from themescout.batch.inputs import listing, middle, planning, streaming
from themescout.batch.model import Form, Source
from themescout.batch.places import Place
from themescout.errors import BatchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.batch.inputs.rows import Notes, Row
    from themescout.batch.model import Partition


def table(path: Path, rows: int, per_doc: int = 3) -> Path:
    lines = [json.dumps({"text": f"text {i}", "doc": f"d{i // per_doc}"}) for i in range(rows)]
    path.write_text("\n".join(lines), "utf-8")
    return path


def listed(place: Place, *inputs: object) -> tuple[Source, ...]:
    return listing.sources([str(item) for item in inputs], rows=False, known=planning.known(place)).sources


def rows_in(place: Place, partitions: Sequence[Partition]) -> list[Row]:
    return [row for item in partitions for row in middle.unpacked(place.read(item.middle), item.middle)]


def found_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(str(tmp_path / "out"))


def test_a_table_becomes_stretches_and_a_receipt(tmp_path: Path, place: Place) -> None:
    sources = listed(place, table(tmp_path / "a.jsonl", 20))
    made = list(planning.partitions(place, sources, size=6))
    assert [item.name for item in made] == ["0000000-000000", "0000000-000001", "0000000-000002", "0000000-000003"]
    assert [row.unit for row in rows_in(place, made)] == [str(i) for i in range(20)]
    (receipt,) = planning.split_receipts(place, sources)
    assert (receipt.rows, receipt.stretches, receipt.refused, receipt.again) == (20, 4, (), False)
    assert receipt.source == str(tmp_path / "a.jsonl")
    assert len(receipt.sha256) == 64


def test_names_sort_in_the_order_of_the_inputs(tmp_path: Path, place: Place) -> None:
    for name in ("a.md", "b.md", "d.md"):
        (tmp_path / name).write_text("x")
    table(tmp_path / "c.jsonl", 20)
    made = list(planning.partitions(place, listed(place, tmp_path), size=6))
    assert [item.name for item in made] == sorted(item.name for item in made)
    assert [[Path(source.path).name for source in item.sources] for item in made] == [
        ["a.md", "b.md"], *[["c.jsonl"]] * 4, ["d.md"],
    ]  # fmt: skip


SOURCES = st.lists(st.tuples(st.sampled_from([Form.ROWS, *[Form.INTERVIEWS] * 9]), st.integers(0, 3_000_000)))


@given(given=SOURCES, known=st.integers(0, 20))
def test_every_file_is_in_one_pack_of_bounded_size(given: list[tuple[Form, int]], known: int) -> None:
    sources = [Source(number=i, path=str(i), form=f, bytes=b, stamp="") for i, (f, b) in enumerate(given)]
    packs = planning._packs(sources[:known]) + planning._packs(sources[known:])
    assert [i for pack in packs for i in pack] == [s.number for s in sources if s.form is Form.INTERVIEWS]
    for pack in packs:
        assert list(pack) == list(range(pack[0], pack[-1] + 1))
        assert len(pack) <= 64
        assert len(pack) == 1 or sum(sources[i].bytes for i in pack) <= 4_000_000


def test_the_plan_only_grows(tmp_path: Path, place: Place) -> None:
    (tmp_path / "m.md").write_text("x")
    table(tmp_path / "n.jsonl", 20)
    first = list(planning.partitions(place, listed(place, tmp_path / "m.md", tmp_path / "n.jsonl"), size=6))
    (tmp_path / "a.md").write_text("x")
    (tmp_path / "b.md").write_text("x")
    again = list(planning.partitions(place, listed(place, tmp_path / "a.md", tmp_path / "b.md"), size=6))
    assert again[: len(first)] == first
    assert [[Path(source.path).name for source in item.sources] for item in again[len(first) :]] == [["a.md", "b.md"]]
    assert list(planning.partitions(place, listed(place, tmp_path / "b.md"), size=6)) == again


def test_files_that_come_later_are_packed_apart(tmp_path: Path, place: Place) -> None:
    (tmp_path / "m.md").write_text("x")
    first = list(planning.partitions(place, listed(place, tmp_path), size=6))
    (tmp_path / "n.md").write_text("x")
    again = list(planning.partitions(place, listed(place, tmp_path), size=6))
    assert again[0] == first[0]
    assert [item.name for item in again] == ["0000000-000000", "0000001-000000"]


def test_the_plan_is_there_before_the_first_partition_is_drawn(tmp_path: Path, place: Place) -> None:
    sources = listed(place, table(tmp_path / "a.jsonl", 20))
    planning.partitions(place, sources, size=6)
    assert planning.known(place) == sources


def test_other_sources_than_the_known_ones_stop_the_run(tmp_path: Path, place: Place) -> None:
    planning.partitions(place, listed(place, table(tmp_path / "a.jsonl", 20)), size=6)
    other = listing.sources([str(table(tmp_path / "b.jsonl", 20))], rows=False).sources
    with pytest.raises(BatchError, match=r"inputs of earlier runs .* have changed"):
        planning.partitions(place, other, size=6)


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"format": 2}', b'{"format": 1, "sources": [{}], "packs": []}'])
def test_a_damaged_plan_is_a_sentence(place: Place, data: bytes) -> None:
    place.write("plan.json", data)
    with pytest.raises(BatchError, match=r"plan\.json is damaged"):
        planning.known(place)


def test_a_partition_has_at_least_one_text(place: Place) -> None:
    with pytest.raises(BatchError, match="A partition of 0 texts"):
        planning.partitions(place, (), size=0)


@pytest.mark.parametrize("drawn", [0, 1, 3])
def test_splitting_that_was_killed_gives_the_same_bytes(tmp_path: Path, drawn: int) -> None:
    path = table(tmp_path / "a.jsonl", 40)
    whole, killed = Place(str(tmp_path / "whole")), Place(str(tmp_path / "killed"))
    list(planning.partitions(whole, listed(whole, path), size=6))
    stream = planning.partitions(killed, listed(killed, path), size=6)
    for _ in range(drawn):
        next(stream)
    stream.close()  # type: ignore[attr-defined]  # a generator
    assert planning.split_receipts(killed, listed(killed, path)) == ()
    list(planning.partitions(killed, listed(killed, path), size=6))
    assert found_in(tmp_path / "killed") == found_in(tmp_path / "whole")


_KILLED = """
import os, sys
from themescout.batch.inputs import listing, planning
from themescout.batch.places import Place
real, left = os.fsync, [4]
def fsync(number):
    left[0] -= 1
    if not left[0]:
        os._exit(9)  # as a kill: nothing is tidied up
    real(number)
os.fsync = fsync
list(planning.partitions(Place(sys.argv[2]), listing.sources([sys.argv[1]], rows=False).sources, size=6))
"""


def test_a_process_that_is_killed_while_it_writes_leaves_nothing_that_counts(tmp_path: Path) -> None:
    path = table(tmp_path / "a.jsonl", 40)
    whole, killed = Place(str(tmp_path / "whole")), Place(str(tmp_path / "killed"))
    list(planning.partitions(whole, listed(whole, path), size=6))
    ended = subprocess.run([sys.executable, "-c", _KILLED, str(path), killed.url], check=False)
    assert ended.returncode == 9
    assert len(killed.names("middle/0000000")) == 2
    assert any(name.endswith(".half") for name in found_in(tmp_path / "killed"))
    list(planning.partitions(killed, listed(killed, path), size=6))
    killed.sweep("middle/0000000")
    assert found_in(tmp_path / "killed") == found_in(tmp_path / "whole")


def test_a_table_that_is_split_is_not_read_again(tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = listed(place, table(tmp_path / "a.jsonl", 40))
    made = list(planning.partitions(place, sources, size=6))
    monkeypatch.setattr(streaming, "rows", None)
    assert list(planning.partitions(place, sources, size=6)) == made


def test_after_the_middle_is_removed_only_an_unfinished_table_is_read_again(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = listed(place, table(tmp_path / "a.jsonl", 40))
    made = list(planning.partitions(place, sources, size=6))
    before = found_in(tmp_path / "out")
    place.remove("middle")
    for item in made[1:]:
        place.write(f"texts/{item.name}.parquet", b"")
    assert list(planning.partitions(place, sources, size=6)) == made
    place.remove("texts")
    assert found_in(tmp_path / "out") == before
    for item in made:
        place.write(f"texts/{item.name}.parquet", b"")
    place.remove("middle")
    monkeypatch.setattr(streaming, "rows", None)
    assert list(planning.partitions(place, sources, size=6)) == made


def test_what_comes_before_the_damage_is_split_and_the_damage_named(tmp_path: Path, place: Place) -> None:
    data = gzip.compress(table(tmp_path / "a.jsonl", 5000).read_bytes())
    (tmp_path / "b.jsonl.gz").write_bytes(data[:-3000])
    sources = listed(place, tmp_path / "b.jsonl.gz")
    made = list(planning.partitions(place, sources, size=100))
    (receipt,) = planning.split_receipts(place, sources)
    assert receipt.rows == len(rows_in(place, made)) > 100
    (broken,) = receipt.refused
    assert broken.sentence.startswith(f"b.jsonl.gz cannot be read after row {receipt.rows:,}:")
    assert not receipt.again
    assert list(planning.partitions(place, sources, size=100)) == made


def test_a_bug_met_in_one_table_costs_the_rest_of_that_table(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = listed(place, table(tmp_path / "a.jsonl", 40), table(tmp_path / "b.jsonl", 40))
    real = streaming.rows

    def failing(source: Source, notes: Notes) -> object:
        for i, row in enumerate(real(source, notes)):
            if i == 20 and source.number == 0:
                raise KeyError("what")
            yield row

    monkeypatch.setattr(streaming, "rows", failing)
    made = list(planning.partitions(place, sources, size=6))
    first, second = planning.split_receipts(place, sources)
    (said,) = (item.sentence for item in first.refused)
    assert said.startswith("a.jsonl met an error of the program (KeyError: 'what', test_planning.py line ")
    assert said.endswith(f"); all but its first {first.rows} rows was left out. Please report it.")
    assert 0 < first.rows <= 20
    assert (second.rows, second.refused) == (40, ())
    assert len(rows_in(place, made)) == first.rows + 40


def test_a_table_that_cannot_be_reached_is_tried_again_with_the_same_stretches(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table(tmp_path / "a.jsonl", 40)
    sources = listed(place, path)
    real = streaming.rows

    def breaking(source: Source, notes: Notes) -> object:
        for i, row in enumerate(real(source, notes)):
            if i == 20:
                raise files.refused(source.path, OSError(5, "Input/output error"))
            yield row

    with monkeypatch.context() as patched:
        patched.setattr(streaming, "rows", breaking)
        made = list(planning.partitions(place, sources, size=6))
    (receipt,) = planning.split_receipts(place, sources)
    assert receipt.again
    assert [item.sentence for item in receipt.refused] == [
        "a.jsonl cannot be read: Input/output error. Check the file and the way to it."
    ]
    before = {item.middle: place.read(item.middle) for item in made}
    again = list(planning.partitions(place, sources, size=6))
    assert again[: len(made)] == made
    assert {item.middle: place.read(item.middle) for item in again[: len(made)]} == before
    assert len(rows_in(place, again)) == 40
    assert planning.split_receipts(place, sources)[0].refused == ()


def test_what_was_done_of_a_table_that_is_gone_stays_done(tmp_path: Path, place: Place) -> None:
    sources = listed(place, table(tmp_path / "a.jsonl", 40))
    made = list(planning.partitions(place, sources, size=6))
    assert len(made) > 4
    for item in made[:3]:
        place.write(f"texts/{item.name}.parquet", b"")
    place.write(f"aside/{made[3].name}.refused.json", b"[]")
    place.remove("middle")
    (tmp_path / "a.jsonl").rename(tmp_path / "away")
    assert list(planning.partitions(place, sources, size=6)) == made[:4]
    (receipt,) = planning.split_receipts(place, sources)
    assert (receipt.stretches, receipt.again) == (4, True)
    (tmp_path / "away").rename(tmp_path / "a.jsonl")
    assert list(planning.partitions(place, sources, size=6)) == made


def test_a_table_with_a_refused_stretch_is_not_split_again(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = listed(place, table(tmp_path / "a.jsonl", 40))
    made = list(planning.partitions(place, sources, size=6))
    place.write(f"aside/{made[0].name}.refused.json", b"[]")
    for item in made[1:]:
        place.write(f"texts/{item.name}.parquet", b"")
    place.remove("middle")
    monkeypatch.setattr(streaming, "rows", None)
    assert list(planning.partitions(place, sources, size=6)) == made


def test_a_table_that_is_gone_is_refused_and_the_others_are_split(tmp_path: Path, place: Place) -> None:
    sources = listed(place, table(tmp_path / "a.jsonl", 4), table(tmp_path / "b.jsonl", 4))
    (tmp_path / "a.jsonl").unlink()
    assert [item.name for item in planning.partitions(place, sources, size=6)] == ["0000001-000000"]
    first, second = planning.split_receipts(place, sources)
    assert [item.sentence for item in first.refused] == ["a.jsonl does not exist. Check the spelling and the folder."]
    assert second.refused == ()


def test_a_run_may_lie_and_read_elsewhere() -> None:
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pipe_file("/in/a.jsonl.gz", gzip.compress(b'{"text": "a", "id": "x"}\n{"text": "b"}'))
    place = Place("memory://out")
    sources = listed(place, "memory://in")
    made = list(planning.partitions(place, sources, size=1))
    assert [(row.unit, row.text) for row in rows_in(place, made)] == [("x", "a"), ("1", "b")]
    assert listed(place, "memory://in") == sources
    assert list(planning.partitions(place, sources, size=1)) == made


def test_a_full_disk_stops_the_splitting_in_words(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = planning.partitions(place, listed(place, table(tmp_path / "a.jsonl", 40)), size=6)

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(places, "_write_local", full)
    with pytest.raises(BatchError, match="The disk is full"):
        next(stream)
