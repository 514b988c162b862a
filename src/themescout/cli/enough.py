"""`enough`: may I stop?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from themescout import project
from themescout.cli import options, show
from themescout.pipeline import stopping

if TYPE_CHECKING:
    from pathlib import Path

SHARE = click.FloatRange(0, 1, min_open=True, max_open=False)
SURE = click.FloatRange(0, 1, min_open=True, max_open=True)


@click.command(short_help="Say for each code whether enough was read.")
@options.study_argument
@click.option("--code", default=None, help="Only this code, or a category with all below it.")
@click.option("--recall", type=SHARE, default=0.95, show_default=True, help="Share of a code's segments to be found.")
@click.option("--confidence", type=SURE, default=0.95, show_default=True, help="With which that is to be said.")
@options.json_option
def enough(study: Path, code: str | None, recall: float, confidence: float, as_json: bool) -> None:
    """Say for each code of STUDY whether at least 95 % of its segments have been found.

    It takes a random sample of the segments without a suggestion: themescout review STUDY --order sample
    """
    with project.open_study(study) as opened:
        found = stopping.enough(opened, code=code, recall=recall, confidence=confidence)
    if as_json:
        show.data(found)
        return
    show.say(f"{found.decided} of {found.segments} segments decided; {found.read} of {found.frame} read at random.")
    for remark in found.remarks:
        show.say(f"· {remark}")
    for statement in found.codes:
        click.echo(f"{statement.code}: {statement.sentence}")
