"""Guards that every reader uses: what is too large, packed to explode, locked or no file at all."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from typing import IO, TYPE_CHECKING

from themescout.errors import FileProblemError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from themescout.types import Line

MEGABYTE = 1_000_000
FILE_LIMIT = 500 * MEGABYTE  # bytes on disk
UNPACKED_LIMIT = 300 * MEGABYTE  # bytes of all members of a zipped document together
RATIO_LIMIT = 200  # unpacked to packed bytes; a transcript's XML packs to about a tenth
RATIO_FROM = 10 * MEGABYTE  # unpacked bytes; smaller members may be packed as tightly as they like
LINE_LIMIT = 2_000_000  # code points of one paragraph; a day of speech has about half of that

OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = 0x1  # first flag bit of a zip member
_CHUNK = 1 << 20

# Each packing speaks of damage in its own words; an unknown packing is NotImplementedError,
# a member's place outside the file ValueError or OSError.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
)


def read_bytes(path: Path, *, limit: int = FILE_LIMIT) -> bytes:
    """The bytes of `path`, never empty and at most `limit` of them.

    Raises:
        FileProblemError: missing, a folder, not readable, empty or larger than `limit`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError as error:
        raise FileProblemError(f"{path.name} does not exist.", "Check the spelling and the folder.") from error
    except IsADirectoryError as error:
        raise FileProblemError(f"{path.name} is a folder, not a file.", "Name a file in it.") from error
    except PermissionError as error:
        raise FileProblemError(
            f"{path.name} may not be read by you.", "Ask its owner for the right to read it, or copy it."
        ) from error
    except OSError as error:
        raise FileProblemError(
            f"{path.name} cannot be read: {error.strerror or error}.",
            "Copy it to this computer and try again.",
        ) from error
    if not data:
        raise FileProblemError(f"{path.name} is empty.", "Export or copy it again.")
    if len(data) > limit:
        raise FileProblemError(
            f"{path.name} is larger than {limit // MEGABYTE} MB.",
            "A transcript is text only: take pictures and recordings out, or split the file.",
        )
    return data


def check_zip(path: Path) -> None:
    """Read every member of a zipped document once, without keeping it.

    What passes has been unpacked completely, so the library that comes after meets no damaged member.

    Raises:
        FileProblemError: locked, no zip file, damaged, or unpacking to far more than a transcript can hold.
    """
    _check_opening(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(path.name, archive)
    except _DAMAGE as error:
        raise damaged(path) from error


def damaged(path: Path) -> FileProblemError:
    """The error for a file that is not what its ending says; to be raised."""
    return FileProblemError(
        f"{path.name} is damaged, or is no {path.suffix.lower()} file.",
        f"Open it in the program it was made with and save it as {path.suffix.lower()} again.",
    )


def locked(path: Path) -> FileProblemError:
    """The error for a file that needs a password; to be raised."""
    return FileProblemError(
        f"{path.name} is password-protected.",
        f"Open it with the password and save it without one as {path.suffix.lower()}.",
    )


def check_lines(lines: Iterable[Line], name: str) -> None:
    """Refuse a paragraph that no one can have said.

    Raises:
        FileProblemError: a paragraph is longer than `LINE_LIMIT`; `name` is the file's.
    """
    for number, line in enumerate(lines, start=1):
        if len(line.text) > LINE_LIMIT:
            raise FileProblemError(
                f"{name} has a paragraph of {len(line.text):,} characters (paragraph {number}).",
                "That is no transcript, or its line breaks were lost; export it again.",
            )


def _check_opening(path: Path) -> None:
    read_bytes(path)
    with path.open("rb") as file:
        opening = file.read(len(OLE_MAGIC))
    if opening == OLE_MAGIC:
        raise FileProblemError(
            f"{path.name} is password-protected (or an old .doc or .xls file).",
            f"Open it and save it without a password as {path.suffix.lower()}.",
        )


def _check_members(name: str, archive: zipfile.ZipFile) -> None:
    left = UNPACKED_LIMIT
    for member in archive.infolist():
        if member.flag_bits & _ENCRYPTED:
            raise FileProblemError(f"{name} is password-protected.", "Save it without a password.")
        packed_too_well = member.file_size > max(RATIO_FROM, RATIO_LIMIT * member.compress_size)
        if packed_too_well or member.file_size > left:
            raise _explosive(name)
        with archive.open(member) as stream:
            left -= _unpacked(stream, left, name)


def _unpacked(stream: IO[bytes], limit: int, name: str) -> int:
    """Number of bytes in `stream`; what a member declares is not trusted."""
    size = 0
    while chunk := stream.read(_CHUNK):
        # Entities are how a small XML file grows into a large one; no office program writes them.
        if size == 0 and b"<!ENTITY" in chunk:
            raise _explosive(name)
        size += len(chunk)
        if size > limit:
            raise _explosive(name)
    return size


def _explosive(name: str) -> FileProblemError:
    return FileProblemError(
        f"{name} would unpack to more than a transcript can hold.",
        "Open it in the program it was made with, take out pictures and recordings, and save it again.",
    )
