"""`demo`: the invented example study, start to report."""

from __future__ import annotations

from pathlib import Path

import click

from themescout.cli import options, show
from themescout.pipeline import demo as pipeline_demo


@click.command(short_help="Make the invented example study, start to report.")
@click.argument("folder", type=options.PATH, default=Path("demo-study"))
@options.model_option
def demo(folder: Path, model: str | None) -> None:
    """Make the example study in FOLDER: fourteen invented interviews, from import to report.

    Run again, it goes on where it stopped.
    """
    with show.progress_bars() as bars:
        done = pipeline_demo.make(folder, model=model, progress=bars)
    show.import_report(done.imported)
    for stage in done.stages:
        show.say(f"{'fresh' if stage.fresh else 'done':>7}  {stage.stage}: {stage.sentence}")
    show.say(f"\nNow decide: themescout review {folder}")
    show.say("The report (nothing is confirmed yet, so it is a draft):")
    click.echo(done.report.resolve())
