"""What the documents say is so: commands, settings, links, examples."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import click
import pytest

from themescout import plugins, settings
from themescout.cli.main import COMMANDS, main

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text("utf-8")
USAGE = (ROOT / "docs" / "usage.md").read_text("utf-8")


def block(mark: str) -> str:
    """The one command in the README's block behind `<!-- command: mark -->`."""
    found = re.search(rf"<!-- command: {mark} -->\n```sh\n(.*?)\n```", README, flags=re.DOTALL)
    assert found, mark
    return found.group(1)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_explained_and_has_help(name: str) -> None:
    assert f"themescout {name}" in USAGE or f"`{name}`" in USAGE
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_every_setting_is_explained_with_its_default() -> None:
    missing = []
    for section in fields(settings.Settings):
        if section.name == "seed":
            continue
        defaults = getattr(settings.Settings(), section.name)
        for item in fields(defaults):
            row = re.search(rf"^\| `\[{section.name}\] {item.name}` \| (.*?) \|", USAGE, flags=re.MULTILINE)
            default = getattr(defaults, item.name)
            if row is None or (default not in ("", ()) and row.group(1) != str(default)):
                missing.append(f"[{section.name}] {item.name}")
    assert missing == []
    assert f"| `seed` | {settings.DEFAULT_SEED} |" in USAGE


def test_every_plugin_that_a_setting_can_name_is_explained() -> None:
    groups = ("embedders", "reducers", "clusterers", "matchers")
    unnamed = [name for group in groups for name in plugins.names(group) if name not in USAGE]
    assert unnamed == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (document.parent / target).exists()] == []


def test_scripts_that_documents_name_exist() -> None:
    named = {name for path in DOCUMENTS for name in re.findall(r"scripts/\w+\.py", path.read_text("utf-8"))}
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    awk = re.search(r"awk '(.*?)' README.md", script)
    assert awk
    found = subprocess.run(
        ["awk", awk.group(1), "README.md"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    assert found == block("test")
    assert re.search(r"-m pytest( -n \d+ --dist loadfile)?$", found)  # all tests, whatever runs them


def test_both_commands_install_what_is_pinned() -> None:
    assert "-c constraints.txt" in block("try")
    assert "-c constraints.txt" in block("test")
    assert "torch==" in (ROOT / "constraints.txt").read_text("utf-8")


@pytest.mark.real
def test_the_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = re.search(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert code
    interviews = tmp_path / "interviews"
    interviews.mkdir()
    for name in ("KI02.txt", "KI05.md"):
        (interviews / name).write_bytes((ROOT / "data" / "demo" / "wave1" / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(code.group(1), names)  # noqa: S102  # the example itself is what is tested
    assert len(names["suggestions"]) == len(names["segments"]) > 30  # type: ignore[arg-type]
    assert names["themes"]
