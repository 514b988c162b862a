"""The folder of a run: on this computer, or at an address that fsspec knows (s3://…, memory://…).

What goes wrong here stops the run, in one sentence, as a `BatchError`: nothing that is done is lost.
"""

from __future__ import annotations

import errno
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from themescout.batch import files
from themescout.batch.files import is_local, local_path
from themescout.errors import BatchError

__all__ = ["Place", "is_local", "local_path"]

_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_RIGHT = (errno.EACCES, errno.EPERM, errno.EROFS)
_HALF = ".half"


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
            with files.opened(self._path(name)) as file:
                return file.read()
        except FileNotFoundError as error:
            raise BatchError(f"{self._path(name)} is not there.", "Run the same command again.") from error
        except files.troubles() as error:
            raise BatchError(f"{self._path(name)} cannot be read: {files.why(error)}.", "Check the place.") from error

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
        except files.troubles() as error:
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
            system, inner = files.system(path)
            return bool(system.exists(inner))
        except files.troubles() as error:
            raise BatchError(f"{path} cannot be read: {files.why(error)}.", "Check the place.") from error

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
                system, inner = files.system(path)
                system.invalidate_cache(inner)
                found = [item.rstrip("/").rpartition("/")[2] for item in system.ls(inner, detail=False)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except files.troubles() as error:
            raise BatchError(f"{path} cannot be read: {files.why(error)}.", "Check the place.") from error
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
                system, inner = files.system(path)
                if system.exists(inner):
                    system.rm(inner, recursive=True)
        except FileNotFoundError:
            return
        except files.troubles() as error:
            raise BatchError(f"{path} cannot be removed: {files.why(error)}.", "Check its rights.") from error

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
            raise BatchError(f"{path} cannot be tidied: {files.why(error)}.", "Check its rights.") from error

    def _path(self, name: str) -> str:
        return f"{self.url.rstrip('/')}/{name}".rstrip("/") if name else self.url


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
    system, inner = files.system(url)
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
        return BatchError(f"{path} may not be written by you: {files.why(error)}.", "Name another place with -o.")
    return BatchError(f"{path} cannot be written: {files.why(error)}.", "Name another place with -o.")
