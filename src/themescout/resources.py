"""Where the files that come with themescout lie, installed or in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOTS = (_PACKAGE / "_files", _PACKAGE.parent.parent)  # installed wheel; editable checkout


def resource(*parts: str) -> Path:
    """Path of a file or folder that comes with themescout: `resource("data", "codebooks", "scale-up.yaml")`.

    Raises:
        FileNotFoundError: it is in neither place, which is a bug of ours.
    """
    for root in _ROOTS:
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"{'/'.join(parts)} did not come with this installation of themescout")
