"""`batch`: a study's themes and codes applied to whatever there is, far beyond what a person reads."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from themescout.batch import config, service
from themescout.batch.events import Done, Failed, Options, Preparing, Refused, Remark, Started, Summary
from themescout.batch.workers import engines
from themescout.cli import batch_text, options, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from themescout.batch.config import Outcome
    from themescout.batch.events import Event, Survey

_OF_A_RUN = (
    "inputs",
    "study",
    "discover",
    "sample",
    "folder",
    "rows",
    "partition",
    "vectors",
)  # what --config says for each run


@click.command(short_help="Apply a study's themes and codes to any number of transcripts or tables.")
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--study", type=options.PATH, help="The study whose themes and codes are applied; it is only read.")
@click.option("--discover", is_flag=True, help="Without a study: find themes in a sample, apply them to all texts.")
@click.option(
    "--sample",
    type=click.IntRange(config.LEAST_SAMPLE),
    default=20_000,
    show_default=True,
    help="Texts to find them in.",
)
@click.option("-o", "--output", "folder", help="Folder for the outcome; new, empty, or of the same run.")
@click.option("--rows", is_flag=True, help="Read .csv and .tsv as tables with one text in each row.")
@click.option(
    "--partition", type=click.IntRange(1), default=4096, show_default=True, help="Texts in a part of a table."
)
@click.option("--workers", type=click.IntRange(1), help="Number of processes; one for each core if left out.")
@click.option("--vectors", is_flag=True, help="Write the texts' vectors too.")
@click.option("--engine", type=click.Choice(engines.ENGINES), default="local", help="Who works. Default: local.")
@click.option("--scheduler", default="", metavar="ADDRESS", help="A Dask scheduler that runs: tcp://host:8786.")
@click.option("--config", "file", type=options.PATH, help="A TOML file with many runs instead of one.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Say on stdout what happens, a line of JSON each time.")
@click.pass_context
def batch(  # noqa: PLR0913, PLR0917  # one parameter for each option of the command
    context: click.Context,
    inputs: tuple[str, ...],
    study: Path | None,
    discover: bool,
    sample: int,
    folder: str | None,
    rows: bool,
    partition: int,
    workers: int | None,
    vectors: bool,
    engine: str,
    scheduler: str,
    file: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Apply the themes and codes of a finished study to every INPUT: files, folders, patterns, addresses.

    Transcripts are read and cut as in a study; .jsonl, .jsonl.gz and .parquet are tables with a column `text`. What was
    done is not done again: the same command goes on where it was stopped, or, with a study, does what has been added.
    """
    made = Options(
        rows=rows, partition=partition, workers=workers or 0, vectors=vectors, engine=engine, scheduler=scheduler,
        sample=sample,
    )  # fmt: skip
    if file:
        _require_none_of_a_run(context)
        sys.exit(_many(file, made, dry_run=dry_run, as_json=as_json))
    _require_one_source(context, study, discover=discover)
    if not inputs or not folder:
        raise click.UsageError("Name what to read, and say -o DIR; or --config FILE.")
    if dry_run:
        _tell_survey("", service.survey(inputs, study, folder, made), as_json)
        return
    with _told(as_json) as tell:
        summary = service.run(inputs, study, folder, made, lambda event: tell("", event))
    if not as_json:
        batch_text.summary(summary)
    sys.exit(batch_text.exit_code(summary))


def _require_none_of_a_run(context: click.Context) -> None:
    given = [name for name in _OF_A_RUN if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE]
    if given:
        raise click.UsageError("--config says what to read, which study, where to write, and how each run is made.")


def _require_one_source(context: click.Context, study: Path | None, *, discover: bool) -> None:
    if discover == bool(study):
        raise click.UsageError("Say --study STUDY, or --discover; one of them.")
    if not discover and context.get_parameter_source("sample") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--sample goes with --discover.")


def _many(file: Path, made: Options, *, dry_run: bool, as_json: bool) -> int:
    jobs = config.read(file, made)
    if dry_run:
        return 0 if config.survey_all(jobs, lambda name, found: _tell_survey(name, found, as_json)) else 1
    with _told(as_json) as tell:
        outcomes = config.run_all(jobs, tell)
    if as_json:
        show.line({"event": "all", "runs": [batch_text.short(item) for item in outcomes]})
    else:
        batch_text.outcomes(outcomes)
    return _worst(outcomes)


def _worst(outcomes: tuple[Outcome, ...]) -> int:
    codes = {batch_text.exit_code(item.summary) if item.summary else 1 for item in outcomes}
    return 1 if 1 in codes else max(codes)


@contextmanager
def _told(as_json: bool) -> Iterator[Callable[[str, Event], None]]:
    """Tell what happens: as lines of JSON, or as talk with a bar on a terminal. The first argument names the run."""
    if as_json:
        yield lambda name, event: show.line(event, **({"run": name} if name else {}))
        return
    with show.progress_bars() as bars:
        yield lambda name, event: _say(name, event, bars)


def _say(name: str, event: Event, bars: show.Bars) -> None:
    match event:
        case Started():
            batch_text.started(name, event)
        case Done():
            bars(name or ("so far" if event.unsplit else "partitions"), event.done, event.known)
        case Preparing():
            bars(event.what, event.done, event.total)
        case Refused():
            show.say(f"{'refused':>13}  {event.sentence}")
        case Remark():
            show.say(f"{'':>13}  · {event.sentence}")
        case Failed():
            show.say(f"{'failed':>13}  {name}: {event.sentence}")
        case Summary():
            pass  # shown at the end, when the bars are gone


def _tell_survey(name: str, found: Survey | Failed, as_json: bool) -> None:
    if as_json:
        show.line(found, **({"run": name} if name else {}))
    elif isinstance(found, Failed):
        show.say(f"{'failed':>13}  {name}: {found.sentence}")
    else:
        batch_text.survey(name, found)
