"""Where inputs lie and results go: a folder of this computer, or an address that fsspec knows (s3://…, memory://…).

A path without `://` is local, whatever characters it has. What goes wrong here is said in one sentence with the name
of the thing: as a `BatchError` where the run cannot go on (its own folder), as a `FileProblemError` where one input
is refused and the rest goes on.
"""

from __future__ import annotations

import errno
import os
import stat as file_kinds
import sys
import tempfile
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from os.path import commonpath
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from themescout.errors import BatchError, FileProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCAL = ("file://", "local://")
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_RIGHT = (errno.EACCES, errno.EPERM, errno.EROFS)
_CHUNK = 1 << 20  # bytes
_HALF = ".half"
# What file systems of others raise that is no OSError. They are looked up among the modules that are loaded already:
# what was never imported cannot have raised anything.
_FOREIGN = (
    ("aiohttp", "ClientError"),
    ("azure.core.exceptions", "AzureError"),
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("gcsfs.retry", "HttpError"),
    ("google.auth.exceptions", "GoogleAuthError"),
    ("paramiko", "SSHException"),
)
# What tells one state of a remote file from another, by the names that file systems give it; the best first, of which
# one is taken, as a listing and a question about one file do not always have the same ones.
_MARKS = (
    "ETag",
    "etag",
    "md5Hash",
    "content_md5",
    "generation",
    "LastModified",
    "last_modified",
    "mtime",
    "modified",
    "updated",
    "created",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file that was found: its path as fsspec knows it, its size in bytes, and a stamp of its present state."""

    path: str
    bytes: int
    stamp: str


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that a run reads and writes by names relative to it ("texts/00001.parquet"); picklable.

    Attributes:
        url: a local path or an address.
    """

    url: str

    def read(self, name: str) -> bytes:
        """The whole file.

        Raises:
            BatchError: it is not there, or cannot be read.
        """
        try:
            with opened(self._path(name)) as file:
                return file.read()
        except FileNotFoundError as error:
            raise BatchError(f"{self._path(name)} is not there.", "Run the same command again.") from error
        except troubles() as error:
            raise BatchError(f"{self._path(name)} cannot be read: {why(error)}.", "Check the place.") from error

    def write(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all; what was there under this name is replaced.

        Local: under a passing name in the same folder, written through, then renamed. Elsewhere: one request with all
        bytes, which object stores show whole or not at all.

        Raises:
            BatchError: the disk is full, rights are missing, or the place cannot be reached.
        """
        path = self._path(name)
        try:
            if is_local(path):
                _write_local(Path(local_path(path)), data)
            else:
                _write_remote(path, data)
        except troubles() as error:
            raise _unwritable(path, error) from error

    def exists(self, name: str) -> bool:
        """Whether there is a file or folder of this name.

        Raises:
            BatchError: the place cannot be reached.
        """
        path = self._path(name)
        try:
            if is_local(path):
                return Path(local_path(path)).exists()
            system, inner = _system(path)
            return bool(system.exists(inner))
        except troubles() as error:
            raise BatchError(f"{path} cannot be read: {why(error)}.", "Check the place.") from error

    def names(self, folder: str = "") -> list[str]:
        """Names of the files and folders directly in `folder`, sorted; [] where there is no such folder.

        Hidden ones are left out, and so is what a killed process left half-written.

        Raises:
            BatchError: the place cannot be reached.
        """
        path = self._path(folder)
        try:
            if is_local(path):
                found = [item.name for item in Path(local_path(path)).iterdir()]
            else:
                system, inner = _system(path)
                system.invalidate_cache(inner)
                found = [item.rstrip("/").rpartition("/")[2] for item in system.ls(inner, detail=False)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except troubles() as error:
            raise BatchError(f"{path} cannot be read: {why(error)}.", "Check the place.") from error
        return sorted(name for name in found if not name.startswith("."))

    def remove(self, name: str) -> None:
        """Remove a file, or a folder with all that is in it; nothing happens where there is none.

        Raises:
            BatchError: it cannot be removed.
        """
        path = self._path(name)
        try:
            if is_local(path):
                _remove_local(Path(local_path(path)))
            else:
                system, inner = _system(path)
                if system.exists(inner):
                    system.rm(inner, recursive=True)
        except FileNotFoundError:
            return
        except troubles() as error:
            raise BatchError(f"{path} cannot be removed: {why(error)}.", "Check its rights.") from error

    def sweep(self, folder: str = "") -> None:
        """Remove what killed processes left half-written in `folder`; only where nobody else is writing there.

        Raises:
            BatchError: it cannot be removed.
        """
        path = self._path(folder)
        if not is_local(path) or not self.exists(folder):
            return
        try:
            for left in Path(local_path(path)).glob(f".*{_HALF}"):
                left.unlink(missing_ok=True)
        except OSError as error:
            raise BatchError(f"{path} cannot be tidied: {why(error)}.", "Check its rights.") from error

    def _path(self, name: str) -> str:
        return f"{self.url.rstrip('/')}/{name}".rstrip("/") if name else self.url


def is_local(url: str) -> bool:
    """Whether it lies on this computer."""
    return "://" not in url or url.startswith(_LOCAL)


def local_path(url: str) -> str:
    """The plain path of a local address."""
    for protocol in _LOCAL:
        if url.startswith(protocol):
            return url.removeprefix(protocol)
    return url


def name_of(path: str) -> str:
    """The last part of a path, for sentences."""
    first = path.partition("::")[0]
    if not is_local(path) and "://" in first:  # "zip://int1.md::s3://…"
        path = first
    return path.rstrip("/").rpartition("/")[2] or path


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """A file as a stream of bytes from its beginning.

    Raises:
        OSError, or one of `troubles()`: as the file system says it.
        BatchError: the protocol is unknown, or its package is missing.
    """
    if is_local(path):
        with Path(local_path(path)).open("rb") as file:
            yield file
    else:
        # An archive closes its file when nobody holds its file system any longer: `system` is held until the end.
        system, inner = _system(path)
        with system.open(inner, "rb") as file:
            yield file


@contextmanager
def here(path: str) -> Iterator[Path]:
    """The file as one of this computer, under its own name: itself, or a passing copy of what lies elsewhere."""
    if is_local(path):
        yield Path(local_path(path))
        return
    with tempfile.TemporaryDirectory(prefix="themescout-") as folder:
        copy = Path(folder, name_of(path))
        with opened(path) as source, copy.open("wb") as target:
            while chunk := source.read(_CHUNK):
                target.write(chunk)
        yield copy


def entry(path: str) -> Entry | None:
    """The file at `path`; None where a folder is.

    Raises:
        OSError, or one of `troubles()`: missing or not readable.
        FileProblemError: it is a device, a pipe or the like.
        BatchError: the protocol is unknown, or its package is missing.
    """
    if is_local(path):
        plain = local_path(path)
        status = os.stat(plain)  # noqa: PTH116  # a path may be anything here
        if file_kinds.S_ISDIR(status.st_mode):
            return None
        if not file_kinds.S_ISREG(status.st_mode):
            raise FileProblemError(f"{name_of(plain)} is no ordinary file.", "Name a file or a folder.")
        return Entry(path=plain, bytes=status.st_size, stamp=f"{status.st_size}-{status.st_mtime_ns}")
    system, inner = _system(path)
    system.invalidate_cache(inner)
    info = system.info(inner)
    return None if info["type"] == "directory" else _remote_entry(path, info)


def check_state(path: str, stamp: str) -> None:
    """See whether the file is still the one that was listed.

    Raises:
        FileProblemError: it is another one now, is gone, or cannot be read.
        BatchError: the protocol is unknown, or its package is missing.
    """
    try:
        now = entry(path)
    except troubles() as error:
        raise refused(path, error) from error
    if now is None or now.stamp != stamp:
        raise FileProblemError(f"{name_of(path)} has changed since this run began.", "Run it into a new folder.")


def remote_files(url: str) -> list[Entry]:
    """All files below a folder that lies elsewhere, at any depth, sorted by path; hidden ones are left out."""
    system, inner = _system(url)
    system.invalidate_cache(inner)
    below = inner.rstrip("/") + "/"
    return [
        _remote_entry(_address(url, inner, path), info)
        for path, info in sorted(system.find(inner, detail=True).items())
        if not any(part.startswith((".", "~$")) for part in path.removeprefix(below).split("/"))
    ]


def remote_matches(url: str) -> list[str]:
    """Addresses of the files and folders that a pattern matches elsewhere, sorted."""
    system, inner = _system(url)
    return sorted(_address(url, inner, path) for path in system.glob(inner))


def troubles() -> tuple[type[Exception], ...]:
    """What file systems raise where something is the matter with a file or the way to it."""
    found = [getattr(sys.modules.get(module), name, None) for module, name in _FOREIGN]
    return (OSError, *(item for item in found if isinstance(item, type) and issubclass(item, Exception)))


def why(error: Exception) -> str:
    """The reason in an error of a file system, without its class and without a full stop."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(said.split())[:200].rstrip(". ") or type(error).__name__


def refused(path: str, error: Exception) -> FileProblemError:
    """One of `troubles()` about an input, as a sentence with its name; to be raised or shown."""
    name = name_of(path)
    if isinstance(error, FileNotFoundError):
        return FileProblemError(f"{name} does not exist.", "Check the spelling and the folder.")
    if isinstance(error, PermissionError):
        return FileProblemError(f"{name} may not be read by you.", "Ask its owner for the right to.")
    return FileProblemError(f"{name} cannot be read: {why(error)}.", "Check the file and the way to it.")


def _system(url: str) -> tuple[Any, str]:
    """The file system of an address and the path in it."""
    import fsspec  # noqa: PLC0415  # only for what lies elsewhere

    try:
        return cast("tuple[Any, str]", fsspec.core.url_to_fs(url))
    except ImportError as error:
        raise BatchError(f"{url} cannot be opened: {why(error)}.", "Install that package beside themescout.") from error
    except ValueError as error:
        raise BatchError(f"{url} cannot be opened: {why(error)}.", "Check what stands before ://.") from error
    except troubles() as error:
        raise BatchError(f"{url} cannot be reached: {why(error)}.", "Check the address and your login.") from error


def _address(url: str, inner: str, path: str) -> str:
    """The address of `path` in the file system of `url`, where `inner` is the path of `url` itself.

    What a path lacks (user, host, account, the archive it lies in) is taken over from `url`.
    """
    first, chain, rest = url.partition("::")
    if "://" not in first:  # "simplecache::s3://…": the path stands at the end
        first, chain, rest = url, "", ""
    first, inner = first.rstrip("/"), inner.rstrip("/")
    same = len(commonpath([first[::-1], inner[::-1]]))
    return first[: len(first) - same] + path.removeprefix(inner[: len(inner) - same]) + chain + rest


def _remote_entry(path: str, info: dict[str, Any]) -> Entry:
    size = int(info.get("size") or 0)
    mark = next((info[key] for key in _MARKS if info.get(key) is not None), "")
    return Entry(path=path, bytes=size, stamp=f"{size}-{_moment(mark)}".rstrip("-"))


def _moment(mark: object) -> str:
    """A mark as text; the same time is the same text, whether it came as a number of seconds or as a date."""
    if isinstance(mark, datetime):
        mark = mark.timestamp()
    return f"{mark:.6f}" if isinstance(mark, float) else str(mark)


def _write_local(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two workers may be at the same file (one that was taken for dead): each has a passing name of its own.
    half = path.with_name(f".{path.name}.{uuid.uuid4().hex}{_HALF}")
    try:
        with half.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _write_remote(url: str, data: bytes) -> None:
    system, inner = _system(url)
    try:
        system.pipe_file(inner, data)
    except FileNotFoundError:
        # Object stores have no folders; servers that have them want them made.
        system.makedirs(inner.rpartition("/")[0], exist_ok=True)
        system.pipe_file(inner, data)


def _remove_local(path: Path) -> None:
    import shutil  # noqa: PLC0415  # only for whole folders

    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _unwritable(path: str, error: Exception) -> BatchError:
    number = error.errno if isinstance(error, OSError) else None
    if number in _FULL:
        return BatchError(
            f"The disk is full: {path} could not be written.",
            "Make room and run the same command again; what is finished is kept.",
        )
    if number in _NO_RIGHT:
        return BatchError(f"{path} may not be written by you: {why(error)}.", "Name another place with -o.")
    return BatchError(f"{path} cannot be written: {why(error)}.", "Name another place with -o.")
