"""Places: whole files or none, here and elsewhere, and one sentence for whatever goes wrong."""

from __future__ import annotations

import errno
import os
import pickle
from typing import TYPE_CHECKING

import fsspec
import pytest

from themescout.batch.places import Place
from themescout.errors import BatchError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=["local", "file", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "memory":
        fsspec.filesystem("memory").store.clear()
        return Place("memory://run/out")
    folder = f"{tmp_path}/out [1]"
    return Place(folder if request.param == "local" else f"file://{folder}")


def test_what_is_written_is_read_listed_and_removed(place: Place) -> None:
    place.write("a.json", b"1")
    place.write("texts/b.parquet", b"\x00\xff")
    place.write("texts/b.parquet", b"again")
    assert place.read("texts/b.parquet") == b"again"
    assert place.names() == ["a.json", "texts"]
    assert place.names("texts") == ["b.parquet"]
    assert place.exists("texts/b.parquet")
    place.remove("texts")
    place.remove("texts")
    place.remove("a.json")
    assert not place.exists("texts/b.parquet")
    assert place.names("texts") == []


def test_a_place_travels_to_workers(place: Place) -> None:
    place.write("a", b"1")
    assert pickle.loads(pickle.dumps(place)).read("a") == b"1"  # noqa: S301  # our own bytes


def test_a_missing_file_is_a_sentence(place: Place) -> None:
    with pytest.raises(BatchError, match=r"gone\.json is not there"):
        place.read("gone.json")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EACCES, "may not be written by you"),
        (errno.EIO, "cannot be written: Input/output error"),
    ],
)
def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    place = Place(str(tmp_path))
    place.write("a", b"old")

    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(BatchError, match=sentence):
        place.write("a", b"new")
    assert place.read("a") == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["a"]


def test_what_a_killed_process_left_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / ".a.0123.half").write_bytes(b"half")
    (tmp_path / ".lock").touch()
    place = Place(str(tmp_path))
    assert place.names() == []
    place.sweep()
    place.sweep("nowhere")
    assert [item.name for item in tmp_path.iterdir()] == [".lock"]


def test_a_file_where_the_folder_should_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(BatchError, match="cannot be written"):
        Place(str(tmp_path / "out")).write("plan.json", b"")


@pytest.mark.parametrize(
    ("url", "hint"), [("gopher://x/y", "before ://"), ("s3nope://bucket", "before ://"), ("box://b/k", "Install")]
)
def test_a_place_that_cannot_be_opened_says_what_to_do(url: str, hint: str) -> None:
    with pytest.raises(BatchError, match="cannot be opened") as caught:
        Place(url).write("a", b"")
    assert hint in caught.value.sentence()
