"""Places: whole files or none, here and elsewhere, and one sentence for whatever goes wrong."""

from __future__ import annotations

import errno
import os
import pickle
import sys
import types
import zipfile
from typing import TYPE_CHECKING

import fsspec
import pytest

from themescout.batch import places
from themescout.batch.places import Place
from themescout.errors import BatchError, FileProblemError

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


def test_errors_of_other_libraries_count_as_troubles(monkeypatch: pytest.MonkeyPatch) -> None:
    class ClientError(Exception):
        pass

    assert places.troubles() == (OSError, *places.troubles()[1:])
    module = types.ModuleType("aiohttp")
    module.ClientError = ClientError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "aiohttp", module)
    assert ClientError in places.troubles()


def test_the_stamp_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1")
    before = places.entry(str(path))
    assert before is not None
    places.check_state(str(path), before.stamp)
    path.write_bytes(b"12")
    with pytest.raises(FileProblemError, match="a has changed"):
        places.check_state(str(path), before.stamp)
    path.unlink()
    with pytest.raises(FileProblemError, match="a does not exist"):
        places.check_state(str(path), before.stamp)


def test_a_remote_file_has_a_stamp_too() -> None:
    system = fsspec.filesystem("memory")
    system.pipe_file("/stamp/a", b"1")
    before = places.entry("memory://stamp/a")
    system.pipe_file("/stamp/a", b"2")
    after = places.entry("memory://stamp/a")
    assert before is not None
    assert after is not None
    assert before.bytes == after.bytes == 1
    assert before.stamp != after.stamp


def test_a_remote_file_is_here_for_as_long_as_it_is_read() -> None:
    fsspec.filesystem("memory").pipe_file("/far/int 1.md", b"hello")
    with places.here("memory://far/int 1.md") as path:
        assert path.name == "int 1.md"
        assert path.read_bytes() == b"hello"
    assert not path.exists()


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(FileProblemError, match=r"pipe\.jsonl is no ordinary file"):
        places.entry(str(tmp_path / "pipe.jsonl"))


@pytest.mark.parametrize(
    ("url", "inner", "path", "address"),
    [
        ("memory://in/", "/in", "/in/a.md", "memory://in/a.md"),
        ("s3://bucket/k*", "bucket/k*", "bucket/kin/a.md", "s3://bucket/kin/a.md"),
        ("sftp://me@host/in", "/in", "/in/a.md", "sftp://me@host/in/a.md"),
        ("abfs://box@me.net/in", "box/in", "box/in/a.md", "abfs://box@me.net/in/a.md"),
        ("simplecache::s3://b/in", "b/in", "b/in/a.md", "simplecache::s3://b/in/a.md"),
        ("zip://in/*.md::s3://b/a.zip", "in/*.md", "in/a.md", "zip://in/a.md::s3://b/a.zip"),
        ("https://host/in/", "https://host/in/", "https://host/in/a.md", "https://host/in/a.md"),
    ],
)
def test_an_address_keeps_user_host_and_chain(url: str, inner: str, path: str, address: str) -> None:
    assert places._address(url, inner, path) == address


def test_files_in_an_archive_are_listed_and_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/int1.md", "hello")
    url = f"zip://in::file://{tmp_path}/a.zip"
    (found,) = places.remote_files(url)
    assert places.remote_matches(f"zip://in/*.md::file://{tmp_path}/a.zip") == [found.path]
    assert places.name_of(found.path) == "int1.md"
    with places.opened(found.path) as file:
        assert file.read() == b"hello"
