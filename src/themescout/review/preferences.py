"""What a coder chose for themselves: keys, and whether to code independently. Kept in the study's folder."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "review.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Of one coder.

    Attributes:
        keys: action to key, where it is not the usual one.
        independent: others' decisions and suggestions are hidden.
        single_keys: False where single letters do nothing (for speech input and screen readers).
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    independent: bool = False
    single_keys: bool = True


def read(folder: Path, coder: str) -> Preferences:
    """What `coder` chose; the usual things where the file is missing or cannot be understood."""
    found = _all(folder).get(coder)
    if not isinstance(found, dict):
        return Preferences()
    keys = found.get("keys")
    return Preferences(
        keys={str(k): str(v) for k, v in keys.items()} if isinstance(keys, dict) else {},
        independent=found.get("independent") is True,
        single_keys=found.get("single_keys") is not False,
    )


def coders(folder: Path) -> tuple[str, ...]:
    """Everybody who chose something."""
    return tuple(_all(folder))


def write(folder: Path, coder: str, chosen: Preferences) -> None:
    """Keep what `coder` chose; the file is replaced as a whole."""
    everybody = {**_all(folder), coder: asdict(chosen)}
    half = folder / f"{FILE}.half"
    half.write_text(json.dumps(everybody, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")
    os.replace(half, folder / FILE)  # noqa: PTH105  # atomic, which `Path.replace` says no better


def _all(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
