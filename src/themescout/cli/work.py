"""`run`, `discover`, `suggest`, `embed` and `report`."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from themescout import project, settings
from themescout.cli import options, show, theme_text
from themescout.pipeline import curating, stages, tabular
from themescout.pipeline import run as pipeline_run
from themescout.report import service as report_service

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from themescout.pipeline.stages import StageResult

_DETAIL = {"finer": 2.0, "coarser": 0.5}
_MOST = 10_000  # themes that anybody could look at
OUT = click.option("-o", "--output", type=options.PATH, help="File to write; by the input's name if left out.")


@click.command(short_help="Segments, vectors, themes, suggestions and report, in one go.")
@options.study_argument
@options.seed_option
@options.model_option
@options.json_option
def run(study: Path, seed: int | None, model: str | None, as_json: bool) -> None:
    """Do everything that STUDY needs, up to the report. What is fresh is skipped; a stopped run goes on."""
    with project.open_study(study) as opened, show.progress_bars() as bars:
        results, report_result = pipeline_run.run(_adjusted(opened, seed, model), progress=bars)
    _tell(results, as_json)
    if as_json:
        show.data({"stages": results, "report": report_result.html})
    show.say(f"{'fresh' if report_result.fresh else 'done':>7}  report: {report_result.html}")


@click.command(short_help="Find candidate themes, in a study or a table.")
@click.argument("source", metavar="STUDY|TABLE", type=options.PATH)
@OUT
@click.option("--themes", metavar="N|finer|coarser", help="Wished number; or twice or half as many as are chosen.")
@click.option("--vectors", type=options.PATH, help="Vectors of a TABLE, from `embed`, instead of embedding it.")
@options.seed_option
@options.model_option
@options.json_option
def discover(  # one parameter for each option of the command
    source: Path,
    output: Path | None,
    themes: str | None,
    vectors: Path | None,
    seed: int | None,
    model: str | None,
    as_json: bool,
) -> None:
    """Find candidate themes in a STUDY (a folder) or a TABLE with a column `text`."""
    if not _is_study(source, output):
        made = _detailed(_table_settings(seed, model), themes)
        with show.progress_bars() as bars:
            summary = tabular.discover(source, output, made, given=vectors, progress=bars)
        _table_done(summary, as_json)
        return
    if vectors:
        raise click.UsageError("--vectors is for tables; a study keeps its own vectors.")
    with project.open_study(source) as opened, show.progress_bars() as bars:
        adjusted = _adjusted(opened, seed, model)
        made = _detailed(adjusted.settings, themes)
        results = pipeline_run.up_to_themes(replace(adjusted, settings=made), progress=bars)
        found = curating.themes(opened)
    _tell(results, as_json)
    if as_json:
        show.data([theme_text.plain(theme) for theme in found])
        return
    for line in theme_text.table(found):
        click.echo(line)


@click.command(short_help="Suggest codes, in a study or a table.")
@click.argument("source", metavar="STUDY|TABLE", type=options.PATH)
@OUT
@click.option("--codebook", default=None, help="scale-up, scale-up-long, or a file (YAML, CSV, JSON). For a table.")
@click.option("--learn-from", type=options.PATH, help="A coded table (columns text and codes) to learn from.")
@click.option("--new-codes", is_flag=True, help="Add codes of that table that the codebook lacks.")
@options.seed_option
@options.model_option
@options.json_option
def suggest(  # noqa: PLR0913, PLR0917  # one parameter for each option of the command
    source: Path,
    output: Path | None,
    codebook: str | None,
    learn_from: Path | None,
    new_codes: bool,
    seed: int | None,
    model: str | None,
    as_json: bool,
) -> None:
    """Suggest codes for a STUDY (a folder) or a TABLE with a column `text`."""
    if not _is_study(source, output):
        with show.progress_bars() as bars:
            summary = tabular.suggest(
                source,
                output,
                _table_settings(seed, model),
                codebook or "scale-up",
                learn_from,
                new_codes=new_codes,
                progress=bars,
            )
        _table_done(summary, as_json)
        return
    if codebook or learn_from or new_codes:
        raise click.UsageError(
            "--codebook, --learn-from and --new-codes are for tables; a study has its own codebook and decisions."
        )
    with project.open_study(source) as opened, show.progress_bars() as bars:
        results = pipeline_run.up_to_suggestions(_adjusted(opened, seed, model), progress=bars)
        found = opened.store.suggestions.all()
    _tell(results, as_json)
    if as_json:
        show.data(list(found.values()))


@click.command(short_help="Turn the texts of a table into vectors.")
@click.argument("table", type=options.PATH)
@OUT
@options.model_option
@options.json_option
def embed(table: Path, output: Path | None, model: str | None, as_json: bool) -> None:
    """Turn the column `text` of TABLE into vectors: a .npy file, float32, one row for each row of the table."""
    with show.progress_bars() as bars:
        summary = tabular.embed(table, output, _table_settings(None, model), progress=bars)
    _table_done(summary, as_json)


@click.command(short_help="Write the tables, as HTML, XLSX and CSV.")
@options.study_argument
@options.json_option
def report(study: Path, as_json: bool) -> None:
    """Write the tables of STUDY as they stand: HTML, XLSX and CSV, in STUDY/reports."""
    with project.open_study(study) as opened, show.progress_bars() as bars:
        stages.require_suggestions(opened)
        result = report_service.write(opened, progress=bars)
    if as_json:
        show.data(result)
    else:
        click.echo(result.html)


def _is_study(source: Path, output: Path | None) -> bool:
    """Whether `source` is a folder; only a table's outcome goes to a file."""
    found = os.path.isdir(source)  # noqa: PTH112  # `Path.is_dir` raises where a folder above may not be read
    if found and output:
        raise click.UsageError("-o is for tables; what is found in a study stays in it. Write it out with: report")
    return found


def _detailed(made: settings.Settings, themes: str | None) -> settings.Settings:
    """Settings with the wished number of themes, or with more or fewer than the number that is chosen."""
    if themes is None:
        return made
    if themes in _DETAIL:
        return settings.changed(made, "discover", themes=0, detail=_DETAIL[themes])
    if not themes.isdecimal() or int(themes) > _MOST:
        raise click.BadParameter(f"{themes!r} is no number, and neither “finer” nor “coarser”.", param_hint="--themes")
    return settings.changed(made, "discover", themes=int(themes))


def _adjusted(study: project.Study, seed: int | None, model: str | None) -> project.Study:
    return project.with_model(replace(study, settings=options.seeded(study.settings, seed)), model)


def _table_settings(seed: int | None, model: str | None) -> settings.Settings:
    made: settings.Settings = options.seeded(settings.read_defaults(), seed)
    return settings.changed(made, "embed", model=model)


def _table_done(summary: tabular.Summary, as_json: bool) -> None:
    for remark in summary.remarks:
        show.say(f"· {remark}")
    show.say(f"{summary.rows} rows → {', '.join(str(file) for file in summary.files)}")
    if as_json:
        show.data(summary)


def _tell(results: Sequence[StageResult], as_json: bool) -> None:
    for result in results:
        if not as_json or not result.fresh:
            show.say(f"{'fresh' if result.fresh else 'done':>7}  {result.stage}: {result.sentence}")
