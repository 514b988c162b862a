"""The group of all commands. A command's module is imported only when that command is called."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from importlib import import_module
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

import click

from themescout import __version__
from themescout.errors import ThemescoutError

if TYPE_CHECKING:
    from collections.abc import Iterator

# name: (module:attribute, help). The help stands here so that `--help` imports none of them; a test compares.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo:demo", "Make the invented example study, start to report."),
    "new": ("study:new", "Make a new study."),
    "add": ("study:add", "Import transcripts into a study."),
    "run": ("work:run", "Segments, vectors, themes, suggestions and report, in one go."),
    "discover": ("work:discover", "Find candidate themes, in a study or a table."),
    "themes": ("themes:themes", "Name, merge, split, move, keep, discard and promote candidate themes."),
    "suggest": ("work:suggest", "Suggest codes, in a study or a table."),
    "embed": ("work:embed", "Turn the texts of a table into vectors."),
    "review": ("review:review", "Confirm, change or reject what was suggested."),
    "merge": ("merge:merge", "Bring what a copy of a study has into the study."),
    "enough": ("enough:enough", "Say for each code whether enough was read."),
    "progress": ("progress:progress", "Say how far the coding is, what is new, and what suggestions do."),
    "agreement": ("agreement:agreement", "Say how far coders agree, code by code."),
    "simulate": ("simulate:simulate", "Replay a coded study: what would suggestions have saved?"),
    "report": ("work:report", "Write the tables, as HTML, XLSX and CSV."),
    "batch": ("batch:batch", "Apply a study's themes and codes to any number of transcripts or tables."),
    "compare": ("compare:compare", "Compare new interviews with the original themes."),
    "status": ("status:status", "Say what is in a study and what is to do next."),
    "codebook": ("codebook:codebook", "Check or show a codebook."),
    "settings": ("status:settings", "Show a study's settings as they apply."),
    "doctor": ("doctor:doctor", "Say what is installed and whether everything works offline."),
}


class Group(click.Group):
    """A group that loads commands when they are needed and turns our errors into click's, in one place."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which a study needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(f"themescout.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a problem of the user's becomes one sentence and exit code 1."""
        try:
            with _stoppable():
                return super().invoke(ctx)
        except ThemescoutError as error:
            raise click.ClickException(error.sentence()) from error
        except KeyboardInterrupt as error:
            raise click.ClickException(
                "Stopped. What was done is kept; the same command goes on from there."
            ) from error


@contextmanager
def _stoppable() -> Iterator[None]:
    """Being asked to end by another program, or by a terminal that is closed, is like Ctrl-C: what is open is closed.

    So copies of interviews do not stay behind in the temporary folder. Who ignores such a signal (nohup) goes on to.
    """
    found = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    ours = [one for one in found if signal.getsignal(one) is signal.SIG_DFL]
    if current_thread() is not main_thread():
        ours = []

    def stop(*_: object) -> None:
        for one in ours:  # once is enough: a second would come into the closing
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    for one in ours:
        signal.signal(one, stop)
    try:
        yield
    finally:
        for one in ours:
            signal.signal(one, signal.SIG_DFL)


@click.command(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="themescout")
def main() -> None:
    """Suggest codes for interview transcripts, on your own computer. The machine suggests; you decide.

    A first look: themescout demo
    """
