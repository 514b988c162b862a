"""`new` and `add`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from themescout import codebook as codebooks
from themescout import project, settings
from themescout.cli import options, show
from themescout.pipeline import adding
from themescout.pipeline.adding import OnChange, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


on_change_option = click.option(
    "--on-change",
    type=click.Choice([choice.value for choice in OnChange]),
    default=OnChange.ASK.value,
    help="A transcript that is there with other words: ask, replace it, keep both, or skip the new one.",
)


@click.command(short_help="Make a new study.")
@options.study_argument
@click.option(
    "--codebook", default="scale-up", help="scale-up, scale-up-long, or a file of your own (YAML, CSV, JSON)."
)
@click.option("--title", default="", help="Title for the report; the folder's name by default.")
@options.model_option
@options.interviewer_option
def new(study: Path, codebook: str, title: str, model: str | None, interviewers: tuple[str, ...]) -> None:
    """Make a new study in the folder STUDY, which must be new or empty."""
    file = codebooks.own_file(codebook)
    codebooks.load(codebook)
    made = settings.changed(
        settings.Settings(),
        "study",
        codebook=file.name if file else codebook,
        title=title,
        interviewers=interviewers,
    )
    with project.create(study, settings.changed(made, "embed", model=model), codebook_file=file):
        show.say(f"Made the study {study}. Next: themescout add {study} FILES")


@click.command(short_help="Import transcripts into a study.")
@options.study_argument
@click.argument("files", nargs=-1, required=True, type=options.PATH)
@options.wave_option
@options.interviewer_option
@on_change_option
@options.json_option
def add(  # one parameter for each option of the command
    study: Path,
    files: tuple[Path, ...],
    wave: str,
    interviewers: tuple[str, ...],
    on_change: str,
    as_json: bool,
) -> None:
    """Import FILES (or folders of them) into STUDY.

    Reads .txt .md .docx .odt .rtf .pdf .vtt .srt .csv .xlsx and Whisper .json. Originals are copied, never changed.
    """
    with project.open_study(study) as opened, show.progress_bars() as bars:
        reports = adding.add(
            opened,
            files,
            wave=wave,
            on_change=OnChange(on_change),
            ask=asking(as_json, bars),
            interviewers=interviewers,
            progress=lambda done, total: bars("files", done, total),
        )
    show.import_report(reports)
    if as_json:
        show.data(reports)
    finish(reports, study)


def finish(reports: Sequence[adding.FileReport], study: Path) -> None:
    """Say how an import ended; exit with 3 if some files were refused, with 1 if nothing could be done."""
    code = summed(reports)
    if code:
        sys.exit(code)
    if any(item.outcome is Outcome.ADDED for report in reports for item in report.transcripts):
        show.say(f"Fill in {study / project.PARTICIPANTS} if you like. Next: themescout run {study}")


def summed(reports: Sequence[adding.FileReport]) -> int:
    """Say how many were added and refused; the exit code: 0, 3 where some files were refused, 1 where all were."""
    refused = sum(report.outcome is Outcome.REFUSED for report in reports)
    taken = sum(item.outcome is Outcome.ADDED for report in reports for item in report.transcripts)
    show.say(f"{show.counted(taken, 'transcript')} added, {show.counted(refused, 'file')} refused.")
    if not refused:
        return 0
    some = any(report.outcome in {Outcome.ADDED, Outcome.KNOWN} for report in reports)
    return show.SOME_REFUSED if some else 1


def asking(as_json: bool, bars: show.Bars) -> Callable[[str, str], OnChange] | None:
    """A question on a terminal; without one the file is refused with a sentence that says how to decide."""
    if as_json or not sys.stdin.isatty():
        return None

    def ask(transcript: str, file: str) -> OnChange:
        with bars.paused():
            choice = click.prompt(
                f"{file}: the study has “{transcript}” with other words. Replace it, keep both, or skip the new one?",
                type=click.Choice([OnChange.REPLACE.value, OnChange.KEEP_BOTH.value, OnChange.SKIP.value]),
                err=True,
            )
        return OnChange(choice)

    return ask
