"""The user's cache: what can be made again from what comes with themescout. Nothing of an interview is in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def folder(what: str) -> Path:
    """Where `what` is kept: in $THEMESCOUT_CACHE, else in the system's place for such files. It may not be there."""
    if own := os.environ.get("THEMESCOUT_CACHE"):
        return Path(own).expanduser() / what
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "themescout" / what
