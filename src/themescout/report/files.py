"""Writing a file whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from themescout.errors import FileProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A place beside `path` to write to; it becomes `path` at the end, and is gone if that fails.

    Raises:
        FileProblemError: the file or its folder cannot be written.
    """
    half = path.with_name(f"{path.name}.half")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield half
        half.replace(path)
    except OSError as error:
        raise FileProblemError(
            f"{path.name} cannot be written in {path.parent} ({error.strerror or error}).",
            "Close it if another program has it open, and look at the space and the rights of the folder.",
        ) from error
    finally:
        # Where the folder is no folder there is nothing to take away, and the first problem is the one to report.
        with suppress(OSError):
            half.unlink(missing_ok=True)
