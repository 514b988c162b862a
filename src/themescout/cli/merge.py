"""`merge`: two copies of a study become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from themescout.cli import options, show
from themescout.pipeline import merging
from themescout.pipeline.adding import OnChange
from themescout.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from themescout.pipeline.merging import Conflict, Difference, MergeResult

_QUOTE = 70  # code points of a quote on a line
_CHOICES = [choice.value for choice in OnChange if choice is not OnChange.ASK]


@click.command(short_help="Bring what a copy of a study has into the study.")
@options.study_argument
@click.argument("other", type=options.PATH)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--anyway", is_flag=True, help="Also where the two have nothing in common.")
@click.option(
    "--on-change",
    type=click.Choice(_CHOICES),
    default=OnChange.KEEP_BOTH.value,
    show_default=True,
    help="An interview whose words differ: replace those of STUDY, keep both, or skip those of OTHER.",
)
@options.json_option
def merge(study: Path, other: Path, dry_run: bool, anyway: bool, on_change: str, as_json: bool) -> None:
    """Bring into STUDY whatever OTHER has: a copy of the same study, coded on another computer.

    OTHER is only read. Merging again adds nothing. Where one person decided in two ways, the later decision holds, and
    both are listed.
    """
    result = merging.merge(study, other, dry_run=dry_run, anyway=anyway, on_change=OnChange(on_change))
    if as_json:
        show.data(result)
    else:
        for line in lines(result):
            click.echo(line)
    if result.backup:
        show.say(f"As it was before: {result.backup}. Next: themescout run {study}")
    elif result.changed:
        show.say("Nothing was written.")


def lines(result: MergeResult) -> Iterator[str]:
    """The result in words."""
    came = list(_came(result))
    where = f"From {result.other} into {result.study}"
    yield f"{where}{', were it done' if result.dry_run else ''}:" if came else f"{where}: nothing that is not there."
    yield from (f"{'new':>10}  {line}" for line in came)
    yield from (f"{'interview':>10}  {one.sentence}" for one in result.interviews)
    yield from (f"{'two ways':>10}  {_against(one)}" for one in result.conflicts)
    yield from (f"{'differs':>10}  {_differing(one)}" for one in result.differences)
    yield from (f"{'note':>10}  {note}" for note in result.notes)


def _came(result: MergeResult) -> Iterator[str]:
    yield from _by(result.decisions, "decision")
    yield from _by(result.theme_decisions, "decision", " about themes")
    yield from _by(result.summaries, "summary", plural="summaries")
    added = sum(one.added for one in result.interviews)
    if added:
        yield show.counted(added, "interview")
    if result.participants:
        yield f"{show.counted(result.participants, 'row')} of participants.csv"
    if result.books:
        yield f"{show.counted(result.books, 'text')} of the codebook, recorded"
    if result.preferences:
        yield f"keys and ways of working of {', '.join(result.preferences)}"
    if result.vectors:
        yield f"{show.counted(result.vectors, 'vector')} that need not be computed again"


def _by(counts: Mapping[str, int], thing: str, more: str = "", plural: str = "") -> Iterator[str]:
    for coder, count in counts.items():
        what = f"{count:,} {plural}" if plural and count != 1 else show.counted(count, thing)
        yield f"{what}{more} by {coder}"


def _against(one: Conflict) -> str:
    what = f"{one.where} “{shortened(one.quote, _QUOTE)}”" if one.about == "segment" else one.what
    here, there = shortened(one.here, _QUOTE), shortened(one.there, _QUOTE)
    return (
        f"{what} ({one.coder}): {here} here ({_when(one.here_at)}), {there} there ({_when(one.there_at)}); "
        f"what was decided {one.holds} holds, being later."
    )


def _when(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _differing(one: Difference) -> str:
    return f"{one.where} {one.what}: “{one.here}” here, “{one.there}” there; it stays as it is here."
