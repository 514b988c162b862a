"""Which engine is chosen, and the reason that is given."""

from __future__ import annotations

import importlib.util
import os
import platform
import threading
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from themescout import embed, settings
from themescout.embed import engine
from themescout.embed.engine import _graphics_card, choose  # as they are before `conftest.py` touches them
from themescout.embed.fast import runtime
from themescout.embed.static import StaticEmbedder
from themescout.embed.transformer import TransformerEmbedder, _device
from themescout.embed.tuned import TunedEmbedder
from themescout.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = Path(engine.__file__).parents[2]

# Says what is chosen for our model on a computer for which it could be the fast engine.
CHOOSE = """
import platform
from themescout.embed import engine
platform.machine, engine._graphics_card = lambda: "x86_64", lambda: False
chosen = engine.choose("default")
print(chosen.engine, "|", chosen.reason)
"""


def test_the_settings_know_the_same_engines() -> None:
    assert settings._CHOICES["engine"] == engine.ENGINES


@pytest.mark.parametrize("name", ["torch", "int8", "static"])
def test_what_the_settings_say_is_done(name: str) -> None:
    assert choose("default", name) == engine.Choice(engine=name, reason="the settings say so")


def test_on_a_fast_computer_it_is_int8(fast_computer: None) -> None:
    for model in ("default", "scale-up"):
        assert choose(model).engine == "int8"
        assert "the fastest here" in choose(model).reason


def test_a_folder_that_is_called_like_our_model_is_not_looked_at(
    fast_computer: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "default").mkdir()
    monkeypatch.chdir(tmp_path)
    assert choose("default").engine == "int8"


def test_with_a_graphics_card_it_is_torch(fast_computer: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_graphics_card", lambda: True)
    assert (choose("default").engine, "graphics card" in choose("default").reason) == ("torch", True)


def test_without_openvino_it_is_torch(fast_computer: None, monkeypatch: pytest.MonkeyPatch) -> None:
    really = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "openvino" else really(name, *rest)
    )
    assert choose("default") == engine.Choice(engine="torch", reason="the package openvino is missing")


def test_where_openvino_cannot_be_loaded_it_is_torch(tmp_path: Path, child: Callable[..., str]) -> None:
    (tmp_path / "openvino").mkdir()
    (tmp_path / "openvino" / "__init__.py").write_text("raise ImportError('libtbb.so.12 is not there')", "utf-8")
    told = child(CHOOSE, PYTHONPATH=os.pathsep.join(map(str, (tmp_path, SOURCE))))
    assert told.startswith("torch | openvino cannot be used: ")
    assert "libtbb.so.12" in told


def test_where_integers_are_cut_off_it_is_torch(
    fast_computer: None, tiny_bert: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "saturates", lambda: True)
    for model in ("default", "scale-up", str(tiny_bert)):
        assert choose(model).engine == "torch"
        assert "it has no VNNI instructions" in choose(model).reason
    assert choose("default", "int8").engine == "int8", "the settings say so"


def test_models_are_loaded_side_by_side_and_what_is_wrong_is_said() -> None:
    meeting = threading.Barrier(2, timeout=20)

    class Loading:
        load = meeting.wait

    class Wrong:
        def load(self) -> None:
            raise ModelError("The weights are not the official ones.", "")

    embed.load([Loading(), object(), Loading()])  # type: ignore[list-item]  # what is looked for is there
    embed.load([])
    with pytest.raises(ModelError, match="official"):
        embed.load([Wrong()])  # type: ignore[list-item]  # the same


@pytest.mark.parametrize(("processor", "chosen"), [("arm64", "torch"), ("aarch64", "torch"), ("AMD64", "int8")])
def test_the_processor_matters(
    fast_computer: None, monkeypatch: pytest.MonkeyPatch, processor: str, chosen: str
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: processor)
    assert choose("default").engine == chosen
    assert ("Intel's and AMD's" in choose("default").reason) == (chosen == "torch")


def test_a_folder_is_looked_into(fast_computer: None, tmp_path: Path, tiny_bert: Path) -> None:
    assert choose(str(tiny_bert)).engine == "int8"
    assert choose(str(tmp_path)).reason.endswith("models of the family “None” are not known to it")
    assert choose(str(tmp_path / "none")).reason.endswith("it is no folder")
    assert choose(str(tmp_path / "none")).engine == "torch"


CARD = "/dev/nvidiactl"


@pytest.mark.parametrize(
    ("device", "visible", "version", "found"),
    [
        (True, None, "2.7.0", True),
        (True, "0,1", "2.7.0+cu128", True),
        (True, None, "2.7.0+cpu", False),
        (True, "", "2.7.0", False),
        (True, "-1", "2.7.0", False),
        (True, None, None, False),
        (False, None, "2.7.0", False),
    ],
)
def test_a_graphics_card_counts_where_torch_will_use_it(
    monkeypatch: pytest.MonkeyPatch, device: bool, visible: str | None, version: str | None, found: bool
) -> None:
    really = Path.exists

    def installed(name: str) -> str:
        if version is None:
            raise metadata.PackageNotFoundError(name)
        return version

    monkeypatch.setattr(Path, "exists", lambda self: device if str(self) == CARD else really(self))
    monkeypatch.setattr(metadata, "version", installed)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert _graphics_card() is found


@pytest.mark.parametrize(("available", "device"), [(True, "cuda"), (False, "cpu")])
def test_torch_uses_the_card_that_it_finds(monkeypatch: pytest.MonkeyPatch, available: bool, device: str) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: available)
    assert _device() == device


def test_each_engine_has_its_embedder_and_its_key(tiny_bert: Path) -> None:
    from themescout.embed.fast.int8 import Int8Embedder

    kinds: dict[tuple[str, str], type[Any]] = {
        ("default", "torch"): TransformerEmbedder, ("scale-up", "torch"): TunedEmbedder,
        (str(tiny_bert), "torch"): TransformerEmbedder, ("default", "int8"): Int8Embedder,
        ("scale-up", "int8"): Int8Embedder, (str(tiny_bert), "int8"): Int8Embedder,
        ("default", "static"): StaticEmbedder,
    }  # fmt: skip
    made = {key: embed.make(*key) for key in kinds}
    assert all(isinstance(made[key], kind) for key, kind in kinds.items())
    assert len({embedder.key for embedder in made.values()}) == len(kinds)


def test_models_without_layers_have_no_choice() -> None:
    assert embed.settled("ngrams", "int8") == ""
    assert embed.make("ngrams", "int8").key == embed.make("ngrams").key
    assert embed.settled("default") == "torch"
    assert embed.settled("default", "int8") == "int8"


def test_making_an_embedder_reads_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("THEMESCOUT_CACHE", str(tmp_path / "cache"))
    assert embed.make("default", "int8").embed(["", " \n"]).tolist() == [[0.0] * 384] * 2
    assert not (tmp_path / "cache").exists()
