"""`compare`: new interviews against the original themes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from themescout import project
from themescout.cli import options, show
from themescout.cli.study import asking, on_change_option, summed
from themescout.codebook import baseline as baselines
from themescout.comparison import adding, pages, service
from themescout.pipeline import stages
from themescout.pipeline.adding import OnChange

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from themescout.codebook.baseline import Baseline
    from themescout.comparison.model import Comparison


@click.command(short_help="Compare new interviews with the original themes.")
@options.study_argument
@click.argument("new", metavar="WAVE|FILES...", nargs=-1, required=True)
@click.option(
    "--wave", default="", help="Name of the wave that FILES become; the folder's name, or “new”, if left out."
)
@click.option("--against", metavar="WAVE", help="Wave to compare with; all others if left out.")
@click.option("--baseline", metavar="FILE|codebook|none", help="Themes that an earlier study names (CSV, YAML, JSON, "
              "or a theme a line); those of the codebook if left out.")  # fmt: skip
@click.option("-o", "--output", type=options.PATH, help="Folder for page and tables; STUDY/reports if left out.")
@options.interviewer_option
@on_change_option
@options.model_option
@options.json_option
def compare(  # noqa: PLR0913, PLR0917  # one parameter for each option of the command
    study: Path,
    new: tuple[str, ...],
    wave: str,
    against: str | None,
    baseline: str | None,
    output: Path | None,
    interviewers: tuple[str, ...],
    on_change: str,
    model: str | None,
    as_json: bool,
) -> None:
    """Compare new interviews with the themes of STUDY: what is heard again, not heard, new, or has changed in meaning.

    WAVE is one that STUDY has. FILES (or folders of them) are added first, as a wave of their own; the work is that of
    the new interviews alone.
    """
    with project.open_study(study) as opened, show.progress_bars() as bars:
        named = baselines.chosen(baseline, stages.load_codebook(opened))
        done = adding.added(
            opened,
            new,
            wave=wave,
            on_change=OnChange(on_change),
            ask=asking(as_json, bars),
            interviewers=interviewers,
            progress=lambda done, total: bars("files", done, total),
        )
        code = _introduced(done, named)
        adjusted = project.with_model(opened, model)
        found = compared(adjusted, done.wave, against=against, baseline=named, progress=bars)
        files = written(found, output or opened.reports_folder)
    tell(found, files, as_json=as_json)
    sys.exit(code)


def compared(
    study: project.Study, wave: str, *, against: str | None, baseline: Baseline, progress: stages.Progress
) -> Comparison:
    """The comparison of the wave with the rest of the study, made or brought up to date."""
    return service.compare(study, wave, against=against, baseline=baseline, progress=progress)


def written(found: Comparison, folder: Path) -> tuple[Path, ...]:
    """Page and tables in `folder`; the files."""
    return pages.write(found, folder)


def tell(found: Comparison, files: Sequence[Path], *, as_json: bool = False) -> None:
    """Print what was found, and on the last line where the page is."""
    page = next((file for file in files if file.suffix == ".html"), files[0])
    if as_json:
        show.data(found)
        show.say(str(page.resolve()))
        return
    for line in pages.lines(found):
        click.echo(line)
    click.echo(page.resolve())


def _introduced(done: adding.Added, named: Baseline) -> int:
    """Say what was added, and what a reader should know; the exit code. Ends here where there is nothing to compare."""
    for remark in filter(None, (done.remark, *named.remarks)):
        show.say(f"· {remark}")
    if not done.reports and done.ready:
        return 0
    show.import_report(done.reports)
    code = summed(done.reports)
    if not done.ready or code == 1:
        show.say("There is nothing new to compare.")
        sys.exit(1)
    return code
