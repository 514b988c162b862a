"""`doctor`: one screen, and exit code 1 where something must be mended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from themescout import health
from themescout.health import Finding

if TYPE_CHECKING:
    from conftest import Cli


@pytest.mark.real
def test_a_sound_installation_is_told_on_one_screen(cli: Cli) -> None:
    result = cli("doctor")
    lines = result.stdout.splitlines()
    assert 10 <= len(lines) <= 24
    assert all(line.startswith("✓ ") for line in lines)
    assert "SHA-256" in result.stdout
    assert "network: not needed" in result.stdout


def test_json_has_the_same_findings(cli: Cli) -> None:
    found = json.loads(cli("doctor", "--model", "ngrams", "--json").stdout)
    assert {item["state"] for item in found} == {"ok"}
    assert all(set(item) == {"what", "found", "state", "todo"} for item in found)


def test_what_must_be_mended_comes_with_what_to_do(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Finding(what="torch", found="missing", state="bad", todo="pip install torch")
    monkeypatch.setattr(health, "examine", lambda model, engine: (missing,))
    assert cli("doctor", exits=1).stdout == "✗ torch: missing\n    → pip install torch\n"


def test_a_model_that_is_not_there_is_bad(cli: Cli) -> None:
    assert "✗ engine: “no-such-folder” is no model" in cli("doctor", "--model", "no-such-folder", exits=1).stdout


def test_the_engine_of_the_settings_is_tried(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THEMESCOUT_EMBED_ENGINE", "static")
    told = cli("doctor").stdout
    assert "✓ engine: static: the settings say so\n" in told
    assert "✓ vectors: wordllama-256@" in told
