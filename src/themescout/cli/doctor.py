"""`doctor`: one screen about what is installed, the model, and the network."""

from __future__ import annotations

import sys

import click

from themescout import health, settings
from themescout.cli import options, show


@click.command(short_help="Say what is installed and whether everything works offline.")
@options.model_option
@options.json_option
def doctor(model: str | None, as_json: bool) -> None:
    """Say what is installed, which model and engine are used, and whether they work without a network.

    Exit code 1 if something must be mended.
    """
    defaults = settings.read_defaults().embed
    findings = health.examine(model or defaults.model, defaults.engine)
    if as_json:
        show.data(findings)
    else:
        for finding in findings:
            mark = {"ok": "✓", "note": "·", "bad": "✗"}[finding.state]
            click.echo(f"{mark} {finding.what}: {finding.found}")
            if finding.todo:
                click.echo(f"    → {finding.todo}")
    sys.exit(1 if any(finding.state == "bad" for finding in findings) else 0)
