"""`demo`: the invented example study, start to report."""

from __future__ import annotations

from pathlib import Path

import click

from themescout.cli import options, show
from themescout.cli.compare import compared, tell, written
from themescout.codebook import baseline as baselines
from themescout.pipeline import demo as pipeline_demo
from themescout.pipeline import stages


@click.command(short_help="Make the invented example study, start to report.")
@click.argument("folder", type=options.PATH, default=Path("demo-study"))
@click.option(
    "--compare", "compares", is_flag=True, help="Also add four later interviews, and compare them with these."
)
@options.model_option
def demo(folder: Path, compares: bool, model: str | None) -> None:
    """Make the example study in FOLDER: fourteen invented interviews, from import to report.

    Run again, it goes on where it stopped.
    """
    with show.progress_bars() as bars:
        done = pipeline_demo.make(folder, model=model, progress=bars)
    show.import_report(done.imported)
    for stage in done.stages:
        show.say(f"{'fresh' if stage.fresh else 'done':>7}  {stage.stage}: {stage.sentence}")
    show.say(f"\nNow decide: themescout review {folder}")
    if not compares:
        show.say(f"Or compare four later interviews with these: themescout demo {folder} --compare")
    show.say("The report (nothing is confirmed yet, so it is a draft):")
    click.echo(done.report.resolve())
    if compares:
        _compare(folder, model)


def _compare(folder: Path, model: str | None) -> None:
    """The second wave against the first, with the themes that the codebook names."""
    with pipeline_demo.opened(folder, model=model) as study, show.progress_bars() as bars:
        show.import_report(pipeline_demo.add_second_wave(study, progress=bars))
        named = baselines.of_codebook(stages.load_codebook(study))
        found = compared(study, pipeline_demo.SECOND, against=pipeline_demo.FIRST, baseline=named, progress=bars)
        files = written(found, study.reports_folder)
    tell(found, files)
