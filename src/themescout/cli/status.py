"""`status` and `settings`: quick, so nothing heavy is imported here."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from themescout import decisions, project
from themescout import settings as settings_module
from themescout.cli import options, show

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is in a study: counts (`waves` are interviews by the wave they were added with), and what to do next."""

    title: str
    codebook: str
    model: str
    transcripts: int
    files: int
    segments: int
    themes: int
    suggestions: int
    decisions: int
    decided: int
    confirmed: int
    waves: dict[str, int]
    next: str


def status_of(study: project.Study) -> Status:
    """Counts from the database; nothing is computed or written."""
    store = study.store
    log = store.decisions.all()
    labels = decisions.labels(log)
    return Status(
        title=study.title,
        codebook=study.settings.study.codebook,
        model=study.settings.embed.model,
        transcripts=len(store.transcripts.hashes()),
        files=len(store.transcripts.files()),
        segments=store.segments.count(),
        themes=store.themes.count(),
        suggestions=store.suggestions.count(),
        decisions=len(log),
        decided=len({decision.segment for decision in decisions.standing(log)}),
        confirmed=len({label.segment for label in labels if label.kind != "neither"}),
        waves=dict(Counter(store.transcripts.waves().values())),
        next=_next(study),
    )


def _next(study: project.Study) -> str:
    if not study.store.transcripts.hashes():
        return f"themescout add {study.folder} FILES"
    if not study.store.suggestions.count():
        return f"themescout run {study.folder}"
    return f"themescout review {study.folder}"


@click.command(short_help="Say what is in a study and what is to do next.")
@options.study_argument
@options.json_option
def status(study: Path, as_json: bool) -> None:
    """Say what is in STUDY and what is to do next."""
    with project.open_study(study) as opened:
        found = status_of(opened)
    if as_json:
        show.data(found)
        return
    click.echo(f"{found.title}: {found.transcripts} transcripts from {found.files} files, {found.segments} segments")
    if len(found.waves) > 1:
        told = ", ".join(f"{name or 'no wave'} ({count})" for name, count in found.waves.items())
        click.echo(f"waves: {told}; compare one with the rest: themescout compare {study} WAVE")
    click.echo(f"codebook {found.codebook}, model {found.model}")
    click.echo(f"{found.themes} candidate themes, {found.suggestions} segments with suggestions")
    click.echo(
        f"{found.decided} segments decided, {found.confirmed} of them coded ({found.decisions} entries in the log)"
    )
    click.echo(f"Next: {found.next}")


@click.command(short_help="Show a study's settings as they apply.")
@options.study_argument
@options.json_option
def settings(study: Path, as_json: bool) -> None:
    """Show the settings of STUDY as they apply, environment included. Edit them in STUDY/themescout.toml."""
    with project.open_study(study) as opened:
        resolved = opened.settings
    if as_json:
        show.data(asdict(resolved))
    else:
        click.echo(settings_module.as_toml(resolved), nl=False)
