"""What `batch` says to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from themescout.cli import show
from themescout.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from themescout.batch.config import Outcome
    from themescout.batch.events import Share, Started, Summary, Survey

_LARGEST = 5  # themes and codes that are shown; the tables have all
_NAME = 60  # code points of a name
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def exit_code(summary: Summary) -> int:
    """0; 3 where some inputs were refused; 1 where nothing could be done."""
    if not summary.refused:
        return 0
    return show.SOME_REFUSED if summary.texts else 1


def started(name: str, event: Started) -> None:
    """What is to be done, and what was done before."""
    show.say(f"{f'{name}: ' if name else ''}{_inputs(event)} → {event.folder}")
    if event.before:
        show.say(_before(event))


def survey(name: str, found: Survey) -> None:
    """What would be done, on stdout: that is what was asked for."""
    event = found.started
    click.echo(f"{f'{name}: ' if name else ''}{_inputs(event)} → {event.folder}")
    if event.unsplit:
        click.echo(f"{show.counted(event.unsplit, 'table')} will be cut into more partitions while they are read.")
    if (waiting := event.known - event.before) or not event.unsplit:
        click.echo(f"{show.counted(waiting, 'partition')} to do as far as is known by now.")
    if event.before:
        click.echo(_before(event))
    if found.passed_over:
        click.echo(f"{found.passed_over:,} would be passed over, as of other kinds or made by themescout.")
    for item in found.refused:
        click.echo(f"{'refused':>13}  {item.sentence}")
    click.echo("Nothing was written.")


def summary(made: Summary) -> None:
    """What came of a run, and the largest themes and codes."""
    documents = f" in {show.counted(made.documents, 'document')}" if made.documents else ""
    click.echo(
        f"{show.counted(made.texts, 'text')}, {show.counted(made.words, 'word')}{documents} "
        f"from {show.counted(made.inputs, 'input')} → {made.folder}"
    )
    if made.refused:
        click.echo(f"{len(made.refused):,} refused; manifest.json names them.")
    if made.passed_over:
        click.echo(
            f"{made.passed_over:,} passed over, as of other kinds or made by themescout; manifest.json names them."
        )
    for line in (*_table("theme", made.themes, "in no theme"), *_table("code", made.codes, "nothing suggested")):
        click.echo(line)
    if made.sample:
        click.echo("")
    for sentence in made.sample:
        click.echo(sentence)


def outcomes(made: Sequence[Outcome]) -> None:
    """One line for each of several runs."""
    for item in made:
        if item.summary:
            refused = f", {len(item.summary.refused):,} refused" if item.summary.refused else ""
            texts = show.counted(item.summary.texts, "text")
            click.echo(f"{'done':>7}  {item.name}: {texts}{refused} → {item.summary.folder}")
        else:
            click.echo(f"{'failed':>7}  {item.name}: {item.sentence}")


def short(item: Outcome) -> dict[str, Any]:
    """One of several runs for machines: its name and exit code, and what it came to or why it failed."""
    if not item.summary:
        return {"run": item.name, "exit_code": 1, "sentence": item.sentence}
    made = item.summary
    return {
        "run": item.name,
        "exit_code": exit_code(made),
        "folder": made.folder,
        "texts": made.texts,
        "refused": len(made.refused),
    }


def _inputs(event: Started) -> str:
    parts = [f"{show.counted(item.files, _WHAT[item.form])} ({_size(item.bytes)})" for item in event.inputs]
    return ", ".join(parts)


_WHAT = {"rows": "table", "interviews": "interview file"}


def _before(event: Started) -> str:
    of = "" if event.unsplit else f" of {event.known:,}"
    partitions = "partition was" if event.before == 1 and not of else "partitions were"
    return f"{event.before:,}{of} {partitions} done before."


def _table(what: str, shares: Sequence[Share], none: str) -> Iterator[str]:
    """The largest by share; what is in none or has no suggestion comes last."""
    named = [item for item in shares if item.key not in {-1, ""} and item.texts]
    largest = sorted(named, key=lambda item: -item.texts)[:_LARGEST]
    if not largest:
        return
    yield ""
    yield f"{'share':>7} {'texts':>11} {'documents':>11}  {what}"
    for item in (*largest, *(item for item in shares if item.key in {-1, ""})):
        name = none if item.key in {-1, ""} else f"{item.key}  {item.name}"
        yield f"{item.share:>7.1%} {item.texts:>11,} {item.documents:>11,}  {shortened(name, _NAME)}"


def _size(size: float) -> str:
    unit = 0
    while size >= 999.5 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {_UNITS[unit]}" if unit == 0 or size >= 9.95 else f"{size:.1f} {_UNITS[unit]}"
