"""Finding plug-ins: three failures are told apart."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints
from types import SimpleNamespace
from typing import Any

import pytest

from themescout import plugins
from themescout.errors import PluginError


def point(value: str, owner: str | None = "ours", name: str = "pca") -> EntryPoint:
    made = EntryPoint(name=name, value=value, group="themescout.reducers")
    vars(made)["dist"] = SimpleNamespace(name=owner) if owner else None
    return made


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Any:
    def register(*points: EntryPoint) -> None:
        monkeypatch.setattr(plugins, "entry_points", lambda **given: EntryPoints(points).select(**given))

    return register


def test_ours_are_found_like_anyones() -> None:
    assert plugins.names("reducers") == ("pca", "umap")
    assert plugins.load("reducers", "pca").__name__ == "PcaReducer"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(PluginError, match="no reducer called “tsne”") as caught:
        plugins.load("reducers", "tsne")
    assert caught.value.hint == "Known: pca, umap."


def test_two_packages_with_one_name_are_both_named(register: Any) -> None:
    register(point("json:loads", "one"), point("json:dumps", "two"))
    with pytest.raises(PluginError, match="2 packages: one, two"):
        plugins.load("reducers", "pca")


def test_one_package_seen_twice_is_no_quarrel(register: Any) -> None:
    register(point("json:loads", "one"), point("json:loads", "one"))
    assert plugins.names("reducers") == ("pca",)
    assert callable(plugins.load("reducers", "pca"))


def test_a_missing_package_is_named_with_what_to_install(register: Any) -> None:
    register(point("no_such_package_here:thing"))
    with pytest.raises(PluginError, match="no_such_package_here") as caught:
        plugins.load("reducers", "pca")
    assert caught.value.hint == "Try: pip install no_such_package_here"


def test_a_group_without_plugins_says_so(register: Any) -> None:
    register()
    with pytest.raises(PluginError) as caught:
        plugins.load("exporters", "x")
    assert caught.value.hint == "Known: none."
