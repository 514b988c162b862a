"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

# What is wrong with a path is said by the service that reads it, in words and file by file.
PATH = click.Path(path_type=Path, readable=False)

study_argument = click.argument("study", type=PATH)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on stdout.")
seed_option = click.option("--seed", type=click.IntRange(0), help="Seed of everything random (fixed by default).")
model_option = click.option(
    "--model", help="default, ngrams (no model, any language, weaker), or a sentence-transformers folder."
)
wave_option = click.option("--wave", default="", help="Name of the wave these interviews belong to.")
interviewer_option = click.option(
    "--interviewer",
    "interviewers",
    multiple=True,
    help="Label of an interviewer; may be given several times.",
)


def seeded(settings: Any, seed: int | None) -> Any:
    """Settings with another seed where one was given."""
    import dataclasses  # noqa: PLC0415  # loaded anyway; kept beside its only use

    return settings if seed is None else dataclasses.replace(settings, seed=seed)
