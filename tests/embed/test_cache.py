"""The cache is where the system keeps such files."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from themescout.embed import cache
from themescout.errors import ModelError


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


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_without_a_home_folder_it_is_said_what_to_set(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    def homeless() -> NoReturn:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.setattr(cache.sys, "platform", system)
    for name in ("THEMESCOUT_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ModelError, match="There is no home folder") as caught:
        cache.folder("engines")
    assert caught.value.hint == "Set THEMESCOUT_CACHE to a folder."
    monkeypatch.setenv("THEMESCOUT_CACHE", "/elsewhere")
    assert cache.folder("engines") == Path("/elsewhere/engines")


def test_the_home_folder_of_nobody_is_no_place_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THEMESCOUT_CACHE", "~nobody-of-this-name/cache")
    with pytest.raises(ModelError, match="~nobody-of-this-name/cache, as THEMESCOUT_CACHE says, does not exist"):
        cache.folder("engines")
