"""`agreement`: how far do coders agree?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from themescout import project
from themescout.cli import options, show
from themescout.pipeline import stages
from themescout.report.agreements import bases, named
from themescout.review.coders import agreeing
from themescout.review.coders.agreeing import Basis, Level

if TYPE_CHECKING:
    from pathlib import Path

    from themescout.agreement import Figure
    from themescout.review.coders.agreeing import Compared, Row

_SAID = {
    Basis.INDEPENDENT: "decided independently",
    Basis.FIRST: "all, as first given",
    Basis.NOW: "all, as they stand now",
}


@click.command(short_help="Say how far coders agree, code by code.")
@options.study_argument
@click.option("--level", type=click.Choice([level.value for level in Level]), default="code", show_default=True,
              help="Compare codes, their categories or kinds.")  # fmt: skip
@click.option("--basis", type=click.Choice([basis.value for basis in Basis]), default="independent", show_default=True,
              help="Decisions made without suggestions; all as first given; all as they stand now.")  # fmt: skip
@options.json_option
def agreement(study: Path, level: str, basis: str, as_json: bool) -> None:
    """Say how far the coders of STUDY agree, and how far each agrees with suggestions that were kept back from them."""
    with project.open_study(study) as opened:
        found = agreeing.coding(opened, stages.load_codebook(opened), opened.store.decisions.all())
    compared = [
        agreeing.compared(found, Level(level), Basis(basis), coders)
        for coders in agreeing.groups(found)
        if Basis(basis) in bases(coders)
    ]
    if as_json:
        show.data(compared)
        return
    if not compared:
        show.say("Nobody can be compared yet: two coders have to decide the same segments.")
    for one in compared:
        _print(one)


def _print(one: Compared) -> None:
    whole = one.whole
    click.echo(
        f"{named(one.coders)}, {_SAID[one.basis]}: {show.counted(whole.segments, 'segment')} of "
        f"{show.counted(whole.informants, 'informant')}"
    )
    figures = (("the very same", whole.identical), ("alpha with MASI", whole.masi), ("with Jaccard", whole.jaccard))
    click.echo(f"  all labels at once: {', '.join(_figure(name, figure) for name, figure in figures)}")
    for row in one.rows:
        click.echo(f"  {row.value}: {_counts(row, one.coders)}; {_figures(row)}")


def _counts(row: Row, coders: tuple[str, ...]) -> str:
    found = row.found
    if found.both is None:
        return f"given by anybody {found.positives}, by all {found.unanimous}, of {found.segments}"
    first, second = named(coders[:1]), named(coders[1:])
    return f"both {found.both}, only {first} {found.first}, only {second} {found.second}, neither {found.neither}"


def _figures(row: Row) -> str:
    found = row.found
    if found.alpha.value is None and found.percent.value is None:
        return found.alpha.why
    figures = [("agreement", found.percent), ("positive", found.positive), ("negative", found.negative)]
    figures += [("kappa", found.kappa), ("AC1", found.ac1)] if found.both is not None else []
    return ", ".join(_figure(name, figure) for name, figure in (*figures, ("alpha", found.alpha)))


def _figure(name: str, figure: Figure) -> str:
    if figure.value is None:
        return f"{name} –"
    interval = "" if figure.low is None else f" ({figure.low:.2f} to {figure.high:.2f})"
    return f"{name} {figure.value:.2f}{interval}"
