"""What `python -X importtime` says, added up by package."""

from __future__ import annotations

from collections import Counter

_MARK = "import time:"


def by_package(said: str) -> Counter[str]:
    """Seconds of each package's own modules, without what they import of others."""
    found = Counter[str]()
    for line in said.splitlines():
        cells = line.removeprefix(_MARK).split("|")
        if line.startswith(_MARK) and len(cells) == 3 and cells[0].strip().isdecimal():
            found[cells[2].strip().split(".")[0]] += int(cells[0])
    return Counter({name: microseconds / 1e6 for name, microseconds in found.items()})
