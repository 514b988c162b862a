"""The group: every command is listed with its own help, and a person's mistake is one sentence without a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from themescout import __version__
from themescout.cli.main import COMMANDS, Group, main
from themescout.errors import StudyError

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Cli  # pytest finds it; only for the type


def commands() -> dict[str, click.Command]:
    context = click.Context(main)
    return {name: found for name in COMMANDS if (found := main.get_command(context, name))}


def parameters(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_all_is_the_help_of_each(name: str) -> None:
    command = commands()[name]
    assert command.get_short_help_str(1000).rstrip(".") == COMMANDS[name][1].rstrip(".")
    assert command.short_help == COMMANDS[name][1]
    assert command.name == name


def test_the_list_has_every_command_in_the_order_of_work(cli: Cli) -> None:
    listed = cli("--help").stdout.split("Commands:")[1].splitlines()
    assert [line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "] == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(cli: Cli, name: str) -> None:
    assert cli(name, "--help").stdout.startswith("Usage: main " + name)
    command = commands()[name]
    subcommands = list(command.commands.values()) if isinstance(command, click.Group) else [command]
    for item in subcommands:
        assert item.help
        unexplained = [
            p.name for p in item.params if isinstance(p, click.Option) and not (p.help or p.type.name == "choice")
        ]
        assert unexplained == []


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("new", {"--codebook"}),
        ("add", {"--wave", "--json", "--on-change", "--interviewer"}),
        ("run", {"--seed", "--model", "--json"}),
        ("discover", {"--seed", "--model", "--json", "-o"}),
        ("suggest", {"--seed", "--codebook", "--learn-from", "--json", "-o"}),
        ("embed", {"--model", "--json", "-o"}),
        ("review", {"--terminal", "--coder"}),
        ("report", {"--json"}),
        ("status", {"--json"}),
        ("settings", {"--json"}),
        ("doctor", {"--json"}),
    ],
)
def test_commands_have_the_options_that_the_design_promises(name: str, options: set[str]) -> None:
    assert options <= parameters(commands()[name])


def test_the_version_is_told(cli: Cli) -> None:
    assert cli("--version").stdout == f"themescout, version {__version__}\n"


def test_wrong_use_is_2_and_names_what_is_wrong(cli: Cli) -> None:
    assert "frobnicate" in cli("frobnicate", exits=2).stderr
    assert "--colour" in cli("status", "--colour", exits=2).stderr
    assert "STUDY" in cli("status", exits=2).stderr
    assert "--seed" in cli("run", "s", "--seed", "-1", exits=2).stderr


@pytest.mark.parametrize(
    ("raised", "sentence"),
    [
        (StudyError("The folder is no study.", "Name another."), "Error: The folder is no study. Name another.\n"),
        (KeyboardInterrupt(), "Error: Stopped. What was done is kept; the same command goes on from there.\n"),
    ],
)
def test_what_a_person_causes_is_one_sentence_on_stderr(
    monkeypatch: pytest.MonkeyPatch, cli: Cli, raised: BaseException, sentence: str
) -> None:
    @click.command()
    def failing() -> None:
        raise raised

    monkeypatch.setattr(Group, "get_command", lambda *_: failing)
    result = cli("status", exits=1)
    assert (result.stdout, result.stderr) == ("", sentence)


UNIX = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no such signals")
WAITING = """
import os, signal, sys, tempfile, time
import click
from themescout.cli.main import Group
for name in ("SIGTERM", "SIGHUP"):  # whoever runs the tests may ignore them
    signal.signal(getattr(signal, name), signal.SIG_DFL)
@click.command()
def waiting():
    with tempfile.TemporaryDirectory(dir=sys.argv[1]):
        print("waiting", flush=True)
        try:
            time.sleep(60)
        finally:  # asked a second time, while it is closed
            os.kill(os.getpid(), signal.SIGTERM)
Group.get_command = lambda *_: waiting
Group("group")(["waiting"])
"""


@UNIX
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_being_asked_to_end_leaves_nothing_in_the_temporary_folder(tmp_path: Path, name: str) -> None:
    command = [sys.executable, "-c", WAITING, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "waiting\n"
        assert len(list(tmp_path.iterdir())) == 1
        os.kill(process.pid, getattr(signal, name))
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said.startswith("Error: Stopped.")) == (1, True)
    assert list(tmp_path.iterdir()) == []


@UNIX
def test_who_ignores_a_closed_terminal_goes_on_to(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def looking() -> None:
        click.echo(f"{signal.getsignal(signal.SIGHUP)} {signal.getsignal(signal.SIGTERM)}")

    monkeypatch.setattr(Group, "get_command", lambda *_: looking)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        result = CliRunner().invoke(main, ["status"])
    finally:
        signal.signal(signal.SIGHUP, before)
    assert result.output.startswith(f"{signal.SIG_IGN} <function")
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def failing() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Group, "get_command", lambda *_: failing)
    with pytest.raises(ZeroDivisionError):
        main(["status"], standalone_mode=False)
