"""`codebook check` and `codebook show`."""

from __future__ import annotations

import sys

import click

from themescout import codebook as codebooks
from themescout.cli import options, show


@click.group(short_help="Check or show a codebook.")
def codebook() -> None:
    """Check or show a codebook: a built-in name (scale-up, scale-up-long) or a file (YAML, CSV, JSON)."""


@codebook.command(short_help="Look for missing definitions, duplicate ids, dangling references.")
@click.argument("name")
@options.json_option
def check(name: str, as_json: bool) -> None:
    """Look for missing definitions, duplicate ids and dangling `goes_to` in the codebook NAME."""
    problems = codebooks.check(codebooks.parse_file(name))
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        show.data(problems)
    else:
        for problem in problems:
            click.echo(f"{problem.severity:>8}  {problem.sentence}")
    show.say(f"{errors} errors, {len(problems) - errors} warnings")
    sys.exit(1 if errors else 0)


@codebook.command("show", short_help="Print a codebook.")
@click.argument("name", default="scale-up")
@click.option("--format", "form", type=click.Choice(["tree", "yaml", "csv"]), default="tree")
@options.json_option
def show_codebook(name: str, form: str, as_json: bool) -> None:
    """Print the codebook NAME: as a tree of codes, or as a file to edit (yaml, csv)."""
    book = codebooks.load(name)
    if as_json:
        show.data(book.codes)
    elif form == "yaml":
        click.echo(codebooks.as_yaml(book), nl=False)
    elif form == "csv":
        click.echo(codebooks.as_csv(book), nl=False)
    else:
        _tree(book, None, "")


def _tree(book: codebooks.Codebook, parent: str | None, indent: str) -> None:
    for code in book.codes:
        if code.parent == parent:
            click.echo(f"{indent}{code.id}  {code.name}" + (f" – {code.brief}" if code.brief else ""))
            _tree(book, code.id, indent + "    ")
