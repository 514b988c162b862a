"""`review`: the person's part."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

from themescout import project
from themescout.cli import options
from themescout.pipeline import stages
from themescout.review.arranging import Order

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Confirm, change or reject what was suggested.")
@options.study_argument
@click.option("--terminal", is_flag=True, help="In the terminal instead of the browser.")
@click.option(
    "--coder",
    "coders",
    envvar="THEMESCOUT_CODER",
    multiple=True,
    help="Who decides; your user name if left out. In the browser, given several times, each has an own address.",
)
@click.option(
    "--order",
    type=click.Choice([order.value for order in Order]),
    default=Order.THEME.value,
    show_default=True,
    help="By theme, interview or suggested code; those first from which most is learned; the surest; a random sample.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="8765, or the first free one after it.")
@click.option("--host", default="127.0.0.1", show_default=True, help="This computer's address, for a team.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--read-only", is_flag=True, help="To look at; nothing can be decided.")
def review(study: Path, terminal: bool, coders: tuple[str, ...], order: str, **how: object) -> None:
    """Look at segments one by one: accept, change or reject what was suggested. Each decision is stored at once.

    It opens in the browser, on this computer alone.
    """
    names = tuple(dict.fromkeys(name.strip() for name in coders if name.strip())) or (_user(),)
    if terminal:
        _in_terminal(study, names, Order(order))
        return
    from themescout.web.server import Plan, serve  # noqa: PLC0415  # heavy

    plan = Plan(
        coders=names, host=str(how["host"]), port=how["port"], browser=not how["no_browser"],  # type: ignore[arg-type]
        read_only=bool(how["read_only"]), order=Order(order),
    )  # fmt: skip
    serve(study, plan, click.echo)


def _in_terminal(study: Path, names: tuple[str, ...], order: Order) -> None:
    from themescout.cli.terminal.session import review_in_terminal  # noqa: PLC0415  # only one of both is needed

    if len(names) > 1:
        raise click.UsageError("In the terminal one person decides: give --coder once.")
    with project.open_study(study) as opened:
        stages.require_suggestions(opened)
        review_in_terminal(opened, stages.load_codebook(opened), coder=names[0], order=order)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:  # a container without names for its users
        raise click.UsageError("Say who decides: --coder NAME.") from error
