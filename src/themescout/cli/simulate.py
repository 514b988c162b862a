"""`simulate`: what suggestions would have saved."""

from __future__ import annotations

import os
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING, Any

import click

from themescout import project, settings
from themescout.cli import options, show
from themescout.pipeline import simulating
from themescout.suggest.simulate import MARKS, Way

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from themescout.suggest.screening import Screened
    from themescout.suggest.simulate import Replay


@click.command(short_help="Replay a coded study: what would suggestions have saved?")
@click.argument("source", metavar="STUDY|TABLE", type=options.PATH)
@click.option("--codebook", default=None, help="scale-up, scale-up-long, or a file (YAML, CSV, JSON). For a table.")
@click.option(
    "--order", "orders", multiple=True, type=click.Choice([way.value for way in Way]), help="Only this; may recur."
)
@click.option("--each-code", is_flag=True, help="Search for each code by itself: how much is read to find 95 % of it?")
@options.seed_option
@options.model_option
@options.json_option
def simulate(
    source: Path,
    codebook: str | None,
    orders: tuple[str, ...],
    each_code: bool,
    seed: int | None,
    model: str | None,
    as_json: bool,
) -> None:
    """Replay a coded STUDY or TABLE as if it were being coded, in several orders of work or code by code."""
    if each_code and orders:
        raise click.UsageError("--each-code searches for each code by itself; there is no --order in it.")
    ways = [Way(order) for order in orders] or list(Way)
    run = simulating.each_code if each_code else partial(simulating.replayed, ways=ways)
    if os.path.isdir(source):  # noqa: PTH112  # `Path.is_dir` raises where a folder above may not be read
        if codebook:
            raise click.UsageError("--codebook is for tables; a study has its own codebook.")
        with project.open_study(source) as opened:
            found: Sequence[Any] = run(simulating.study(opened))
    else:
        made = settings.changed(options.seeded(settings.read_defaults(), seed), "embed", model=model)
        found = run(simulating.table(source, codebook or "scale-up", made))
    if as_json:
        show.data(list(found))
        return
    for line in (_codes if each_code else _table)(found):
        click.echo(line)


def _table(found: Sequence[Replay]) -> list[str]:
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


def _codes(found: Sequence[Screened]) -> list[str]:
    width = max(len(item.code) for item in found)
    return [
        f"{'code':<{width}}{'uses':>7}{'read':>8}{'WSS@95':>9}",
        *(f"{item.code:<{width}}{item.uses:>7}{item.read:>8.0f}{item.saved:>9.2f}" for item in found),
        "",
        f"WSS@95, mean over {len(found)} codes: {fmean(item.saved for item in found):.3f}",
        "read: until 95 % of the code's segments are found, the likeliest first; mean of two searches, each begun with",
        "a segment that has the code and one that lacks it.",
    ]
