"""`review`: the person's part."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

from themescout import project
from themescout.cli import options
from themescout.cli.terminal.session import review_in_terminal
from themescout.pipeline import stages
from themescout.review.service import Order

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Confirm, change or reject what was suggested.")
@options.study_argument
@click.option("--terminal", is_flag=True, expose_value=False, help="In the terminal, which is the only way so far.")
@click.option("--coder", envvar="THEMESCOUT_CODER", default=None, help="Who decides; your user name if left out.")
@click.option(
    "--order",
    type=click.Choice([order.value for order in Order]),
    default=Order.THEME.value,
    show_default=True,
    help="By theme, interview or suggested code; those first from which most is learned; the surest; a random sample.",
)
def review(study: Path, coder: str | None, order: str) -> None:
    """Look at segments one by one: accept, change or reject what was suggested. Each decision is stored at once."""
    with project.open_study(study) as opened:
        stages.require_suggestions(opened)
        book = stages.load_codebook(opened)
        review_in_terminal(opened, book, coder=coder or _user(), order=Order(order))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:  # a container without names for its users
        raise click.UsageError("Say who decides: --coder NAME.") from error
