"""How many cores there are to use."""

from __future__ import annotations

import os


def available() -> int:
    """Cores that this process may run on, at least 1."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def wanted() -> int:
    """Cores that one process should use: $THEMESCOUT_THREADS where it is a number from 1 on, else all available."""
    asked = os.environ.get("THEMESCOUT_THREADS", "")
    return int(asked) if asked.isdecimal() and int(asked) > 0 else available()
