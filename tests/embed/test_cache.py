"""The cache is where the system keeps such files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from themescout.embed import cache

if TYPE_CHECKING:
    import pytest


def test_the_cache_is_where_the_system_keeps_such_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THEMESCOUT_CACHE", str(tmp_path / "cache"))
    assert cache.folder("engines") == tmp_path / "cache" / "engines"
    monkeypatch.delenv("THEMESCOUT_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    monkeypatch.setenv("LOCALAPPDATA", "/local")
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))
    for system, folder in (("linux", "/xdg"), ("darwin", "/home/me/Library/Caches"), ("win32", "/local")):
        monkeypatch.setattr(cache.sys, "platform", system)
        assert cache.folder("vectors") == Path(folder) / "themescout" / "vectors"
