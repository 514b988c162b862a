"""`progress`: how far, what is new, and what suggestions do to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from themescout import project
from themescout.cli import options, show
from themescout.pipeline import stages
from themescout.review.progress import overview as service
from themescout.review.progress.heard import Rule
from themescout.review.progress.influence import CAUTION
from themescout.review.progress.material import gather

if TYPE_CHECKING:
    from pathlib import Path

    from themescout.review.progress.influence import Influence
    from themescout.review.progress.overview import Progress


@click.command(short_help="Say how far the coding is, what is new, and what suggestions do.")
@options.study_argument
@click.option("--coder", default="", help="Count only this coder's decisions.")
@click.option("--base", type=click.IntRange(1, 100), default=4, show_default=True, help="Interviews in the base.")
@click.option("--run", type=click.IntRange(1, 100), default=2, show_default=True, help="Interviews in a run.")
@click.option(
    "--threshold", type=click.FloatRange(0, 1), default=0.05, show_default=True, help="Largest share of new codes."
)
@options.json_option
def progress(study: Path, coder: str, base: int, run: int, threshold: float, as_json: bool) -> None:
    """Say how far the coding of STUDY is, whether interviews still bring new codes, and what suggestions do.

    Base, run and threshold are those of Guest, Namey and Chen 2020 for saturation.
    """
    with project.open_study(study) as opened:
        material = gather(opened, stages.load_codebook(opened))
        stops = service.may_stop(opened, material.names)
        found = service.progress(material, Rule(base=base, run=run, threshold=threshold), coder=coder, stops=stops)
    if as_json:
        show.data(found)
        return
    _tell(found)


def _tell(found: Progress) -> None:
    share = found.decided / found.segments if found.segments else 0
    click.echo(
        f"{found.decided} of {show.counted(found.segments, 'segment')} decided ({share:.0%}). {found.left.sentence}"
    )
    for row in found.coders:
        click.echo(f"  {row.coder}: {row.decided} ({row.share:.0%}), last on {row.last[:10]}")
    if found.stops:
        click.echo(
            f"You may stop for {found.stops.may_stop} of {len(found.stops.codes)} codes: themescout enough STUDY"
        )
    growth = found.growth
    click.echo(f"New codes: {growth.counted} of {show.counted(growth.total, 'interview')} count.")
    for series in growth.series if growth.counted else ():
        curve = " ".join(str(one.until) for one in series.interviews)
        click.echo(f"  {series.name}: {curve}. {series.result.sentence}")
    for one in growth.never:
        click.echo(f"  A view held by {one.share:.0%} of such people is heard from none of them with {one.chance:.0%}.")
    for warning in growth.warnings if growth.counted else ():
        show.say(f"· {warning}")
    if found.influence:
        _influence(found.influence)
    if found.timing:
        click.echo(found.timing.sentence)


def _influence(found: Influence) -> None:
    for one in found.agreements:
        click.echo(one.sentence)
    done = found.reactions
    click.echo(
        f"Of suggestions seen, {done.accepted} accepted, {done.changed} changed, {done.rejected} rejected, "
        f"{done.unsure} unsure; {done.added} codes added; {found.too_fast} accepted too fast to be read."
    )
    for sentence in (CAUTION, *found.warnings):
        show.say(f"· {sentence}")
