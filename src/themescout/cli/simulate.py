"""`simulate`: what suggestions would have saved."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from themescout import project, settings
from themescout.cli import options, show
from themescout.pipeline import simulating
from themescout.suggest.simulate import MARKS, Way

if TYPE_CHECKING:
    from pathlib import Path

    from themescout.suggest.simulate import Replay


@click.command(short_help="Replay a coded study: what would suggestions have saved?")
@click.argument("source", metavar="STUDY|TABLE", type=options.PATH)
@click.option("--codebook", default=None, help="scale-up, scale-up-long, or a file (YAML, CSV, JSON). For a table.")
@click.option(
    "--order", "orders", multiple=True, type=click.Choice([way.value for way in Way]), help="Only this; may recur."
)
@options.seed_option
@options.model_option
@options.json_option
def simulate(
    source: Path, codebook: str | None, orders: tuple[str, ...], seed: int | None, model: str | None, as_json: bool
) -> None:
    """Replay a coded STUDY or TABLE as if it were being coded, in several orders of work."""
    ways = [Way(order) for order in orders] or list(Way)
    if os.path.isdir(source):  # noqa: PTH112  # `Path.is_dir` raises where a folder above may not be read
        if codebook:
            raise click.UsageError("--codebook is for tables; a study has its own codebook.")
        with project.open_study(source) as opened:
            found = simulating.study(opened, ways)
    else:
        made = settings.changed(options.seeded(settings.read_defaults(), seed), "embed", model=model)
        found = simulating.table(source, codebook or "scale-up", ways, made)
    if as_json:
        show.data(list(found))
        return
    for line in _table(found):
        click.echo(line)


def _table(found: tuple[Replay, ...]) -> list[str]:
    marks = "".join(f"{mark:>6.0%}" for mark in MARKS)
    lines = [
        f"{'':<52}share found when so much is read:",
        f"{'order':<12}{'decisions':>10}{'keys':>7}{'typing':>8}{'first right':>13}  {marks}{'WSS@95':>9}",
    ]
    for item in found:
        shares = "".join(f"{share:>6.0%}" for share in item.found)
        counts = f"{item.decisions:>10}{item.keys:>7}{item.typed:>8}{item.first:>13.0%}"
        lines.append(f"{item.order:<12}{counts}  {shares}{item.saved:>9.2f}")
    return [
        *lines,
        "",
        "keys: of a coder who never errs; typing: the same without suggestions. With the order “code”, the replay",
        "knows when a code is done; a person asks `themescout enough`.",
    ]
