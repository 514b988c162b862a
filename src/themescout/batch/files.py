"""Files wherever they lie: on this computer, or at an address that fsspec knows (s3://…, memory://…).

A path without `://` is local, whatever characters it has. What goes wrong with an input is said in one sentence with
its name, as a `FileProblemError`, and the rest goes on.
"""

from __future__ import annotations

import os
import stat as file_kinds
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from themescout.errors import BatchError, FileProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCAL = ("file://", "local://")
_CHUNK = 1 << 20  # bytes
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


class UnreachableError(FileProblemError):
    """A file that cannot be reached or read at this time, whatever it holds; another run may be able to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file that was found: its path as fsspec knows it, its size in bytes, and a stamp of its present state."""

    path: str
    bytes: int
    stamp: str


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
        # An archive closes its file when nobody holds its file system any longer: it is held until the end.
        found, inner = system(path)
        with found.open(inner, "rb") as file:
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
    found, inner = system(path)
    found.invalidate_cache(inner)
    info = found.info(inner)
    return None if info["type"] == "directory" else _remote_entry(path, info)


def check_state(path: str, stamp: str) -> None:
    """See whether the file is still the one that was listed.

    Raises:
        UnreachableError: it is gone, or cannot be read.
        FileProblemError: it is another one now.
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
    found, inner = system(url)
    found.invalidate_cache(inner)
    below = inner.rstrip("/") + "/"
    return [
        _remote_entry(_address(url, inner, path), info)
        for path, info in sorted(found.find(inner, detail=True).items())
        if not any(part.startswith((".", "~$")) for part in path.removeprefix(below).split("/"))
    ]


def remote_matches(url: str) -> list[str]:
    """Addresses of the files and folders that a pattern matches elsewhere, sorted."""
    found, inner = system(url)
    return sorted(_address(url, inner, path) for path in found.glob(inner))


def troubles() -> tuple[type[Exception], ...]:
    """What file systems raise where something is the matter with a file or the way to it."""
    found = [getattr(sys.modules.get(module), name, None) for module, name in _FOREIGN]
    return (OSError, *(item for item in found if isinstance(item, type) and issubclass(item, Exception)))


def why(error: Exception) -> str:
    """The reason in an error of a file system, without its class and without a full stop."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(said.split())[:200].rstrip(". ") or type(error).__name__


def refused(path: str, error: Exception) -> UnreachableError:
    """One of `troubles()` about an input, as a sentence with its name; to be raised or shown."""
    name = name_of(path)
    if isinstance(error, FileNotFoundError):
        return UnreachableError(f"{name} does not exist.", "Check the spelling and the folder.")
    if isinstance(error, PermissionError):
        return UnreachableError(f"{name} may not be read by you.", "Ask its owner for the right to.")
    return UnreachableError(f"{name} cannot be read: {why(error)}.", "Check the file and the way to it.")


def system(url: str) -> tuple[Any, str]:
    """The file system of an address and the path in it.

    Raises:
        BatchError: the protocol is unknown, its package is missing, or it cannot be reached.
    """
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
    pairs = zip(reversed(first), reversed(inner), strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))  # characters that both end with
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
