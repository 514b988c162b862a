"""Files: what they are called, whether they are still the same, and how they are got from elsewhere."""

from __future__ import annotations

import os
import sys
import types
import zipfile
from typing import TYPE_CHECKING

import fsspec
import pytest

from themescout.batch import files
from themescout.errors import FileProblemError

if TYPE_CHECKING:
    from pathlib import Path


def test_errors_of_other_libraries_count_as_troubles(monkeypatch: pytest.MonkeyPatch) -> None:
    class ClientError(Exception):
        pass

    assert files.troubles() == (OSError, *files.troubles()[1:])
    module = types.ModuleType("aiohttp")
    module.ClientError = ClientError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "aiohttp", module)
    assert ClientError in files.troubles()


def test_the_stamp_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1")
    before = files.entry(str(path))
    assert before is not None
    files.check_state(str(path), before.stamp)
    path.write_bytes(b"12")
    with pytest.raises(FileProblemError, match="a has changed"):
        files.check_state(str(path), before.stamp)
    path.unlink()
    with pytest.raises(FileProblemError, match="a does not exist"):
        files.check_state(str(path), before.stamp)


def test_a_remote_file_has_a_stamp_too() -> None:
    system = fsspec.filesystem("memory")
    system.pipe_file("/stamp/a", b"1")
    before = files.entry("memory://stamp/a")
    system.pipe_file("/stamp/a", b"2")
    after = files.entry("memory://stamp/a")
    assert before is not None
    assert after is not None
    assert before.bytes == after.bytes == 1
    assert before.stamp != after.stamp


def test_a_remote_file_is_here_for_as_long_as_it_is_read() -> None:
    fsspec.filesystem("memory").pipe_file("/far/int 1.md", b"hello")
    with files.here("memory://far/int 1.md") as path:
        assert path.name == "int 1.md"
        assert path.read_bytes() == b"hello"
    assert not path.exists()


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(FileProblemError, match=r"pipe\.jsonl is no ordinary file"):
        files.entry(str(tmp_path / "pipe.jsonl"))


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
    assert files._address(url, inner, path) == address


def test_files_in_an_archive_are_listed_and_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/int1.md", "hello")
    url = f"zip://in::file://{tmp_path}/a.zip"
    (found,) = files.remote_files(url)
    assert files.remote_matches(f"zip://in/*.md::file://{tmp_path}/a.zip") == [found.path]
    assert files.name_of(found.path) == "int1.md"
    with files.opened(found.path) as file:
        assert file.read() == b"hello"
