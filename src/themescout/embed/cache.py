"""The user's cache: what can be made again from what comes with themescout. Nothing of an interview is in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from themescout.errors import ModelError


def folder(what: str) -> Path:
    """Where `what` is kept: in $THEMESCOUT_CACHE, else in the system's place for such files. It may not be there.

    Raises:
        ModelError: whoever runs this has no home folder.
    """
    own = os.environ.get("THEMESCOUT_CACHE")
    try:
        return Path(own).expanduser() / what if own else _base() / "themescout" / what
    except RuntimeError as error:
        missing = f"{own}, as THEMESCOUT_CACHE says, does not exist" if own else "There is no home folder"
        raise ModelError(
            f"{missing}, in which prepared models could be kept.", "Set THEMESCOUT_CACHE to a folder."
        ) from error


def _base() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
