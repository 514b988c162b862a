"""`themes`: the person's part in candidate themes."""

from __future__ import annotations

import getpass
import re
from typing import TYPE_CHECKING

import click

from themescout import curation, project
from themescout.candidates import NO_THEME, ThemeStatus
from themescout.cli import options, show, theme_text
from themescout.pipeline import curating
from themescout.pipeline.promoting import Wished

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _number(_ctx: click.Context, _param: click.Parameter, value: str) -> int:
    """A theme as people write it (T3, t3 or 3) as its number from 0."""
    found = re.fullmatch(r"[Tt]?([1-9][0-9]{0,8})", value)
    if not found:
        raise click.BadParameter(f"“{value}” is no theme; write T3, for example.")
    return int(found[1]) - 1


def _numbers(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(_number(ctx, param, value) for value in values)


def _number_or_none(ctx: click.Context, param: click.Parameter, value: str) -> int:
    return NO_THEME if value.lower() == "none" else _number(ctx, param, value)


theme_argument = click.argument("theme", callback=_number)


def _deciding(command: Callable[..., None]) -> Callable[..., None]:
    """The study, who decides, and a memo."""
    coder = click.option(
        "--coder",
        envvar="THEMESCOUT_CODER",
        default=None,
        callback=_coder,
        help="Who decides; your user name if left out.",
    )
    memo = click.option("--memo", default="", help="Why, in your own words; kept with the decision.")
    return options.study_argument(coder(memo(command)))


def _coder(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str:
    try:
        return value if value is not None else getpass.getuser()
    except (KeyError, OSError) as error:  # a container without names for its users
        raise click.UsageError("Say who decides: --coder NAME.") from error


def _done(outcome: curating.Outcome) -> None:
    show.say(outcome.sentence)


@click.group(short_help="Name, merge, split, move, keep, discard and promote candidate themes.")
def themes() -> None:
    """Work on candidate themes. Every decision is kept, can be undone, and holds when themes are found again.

    Themes are called T1, T2, … for good: a number is never given to another theme.
    """


@themes.command("list", short_help="List the themes.")
@options.study_argument
@click.option("--all", "everything", is_flag=True, help="Discarded themes too.")
@options.json_option
def list_themes(study: Path, everything: bool, as_json: bool) -> None:
    """List the themes of STUDY, largest first, with the number of segments in no theme."""
    with project.open_study(study) as opened:
        found = [t for t in curating.themes(opened) if everything or t.status is not ThemeStatus.DISCARDED]
        loose, notes = curating.outside(opened), curating.notes(opened)
    if as_json:
        show.data({"themes": [theme_text.plain(theme) for theme in found], "loose": loose, "notes": notes})
        return
    for line in theme_text.table(found):
        click.echo(line)
    for sentence in (f"{show.counted(loose, 'segment')} in no theme", *notes):
        show.say(sentence)


@themes.command("show", short_help="Show one theme with its quotes.")
@options.study_argument
@theme_argument
@click.option("--segments", is_flag=True, help="All its segments with their ids, to split or move them.")
@options.json_option
def show_theme(study: Path, theme: int, segments: bool, as_json: bool) -> None:
    """Show THEME of STUDY: its words, quotes, sub-themes, codes, and what was decided about it."""
    with project.open_study(study) as opened:
        found = curating.get(opened, theme)
        items = {item.id: item for item in opened.store.segments.all() if item.id in found.members}
        log = [d for d in curation.standing(opened.store.theme_log.all()) if theme in {d.theme, d.into}]
    if as_json:
        show.data(theme_text.plain(found) | {"decisions": log, "segments": [items[name] for name in found.members]})
        return
    for line in theme_text.sheet(found, items, log, every=segments):
        click.echo(line)


@themes.command(short_help="Give a theme a name.")
@_deciding
@theme_argument
@click.argument("text", metavar="NAME")
def name(study: Path, theme: int, text: str, coder: str, memo: str) -> None:
    """Call THEME by a NAME of yours; quote it where it has blanks."""
    with project.open_study(study) as opened:
        _done(curating.name(opened, theme, text, coder=coder, memo=memo))


@themes.command(short_help="Let a theme take in others.")
@_deciding
@theme_argument
@click.argument("others", callback=_numbers, nargs=-1, required=True)
def merge(study: Path, theme: int, others: tuple[int, ...], coder: str, memo: str) -> None:
    """Let THEME take in the OTHERS. It keeps its number, and its name where it has one."""
    with project.open_study(study) as opened:
        _done(curating.merge(opened, theme, others, coder=coder, memo=memo))


@themes.command(short_help="Make a new theme of a part of one.")
@_deciding
@theme_argument
@click.option("--part", type=click.IntRange(1), help="Number of the sub-theme that becomes a theme.")
@click.option("--segments", help="Or ids of segments, with commas between them.")
def split(study: Path, theme: int, part: int | None, segments: str | None, coder: str, memo: str) -> None:
    """Make a new theme of a sub-theme of THEME, or of some of its segments."""
    if (part is None) == (segments is None):
        raise click.UsageError("Say what becomes the new theme: --part NUMBER or --segments ID,ID,…")
    with project.open_study(study) as opened:
        if part is not None:
            _done(curating.split_part(opened, theme, part, coder=coder, memo=memo))
        else:
            _done(curating.split(opened, theme, _ids((segments or "",)), coder=coder, memo=memo))


@themes.command(short_help="Move segments to a theme, or out of any.")
@_deciding
@click.argument("theme", callback=_number_or_none, metavar="THEME|none")
@click.argument("segments", nargs=-1, required=True)
def move(study: Path, theme: int, segments: tuple[str, ...], coder: str, memo: str) -> None:
    """Move SEGMENTS (ids, as `themes show --segments` prints them) to THEME; `none` takes them out of any."""
    with project.open_study(study) as opened:
        _done(curating.move(opened, theme, _ids(segments), coder=coder, memo=memo))


@themes.command(short_help="Mark a theme as kept.")
@_deciding
@theme_argument
def keep(study: Path, theme: int, coder: str, memo: str) -> None:
    """Mark THEME as kept. A discarded theme comes back."""
    with project.open_study(study) as opened:
        _done(curating.keep(opened, theme, coder=coder, memo=memo))


@themes.command(short_help="Discard a theme.")
@_deciding
@theme_argument
def discard(study: Path, theme: int, coder: str, memo: str) -> None:
    """Discard THEME. It is not lost: `themes list --all` shows it, `themes keep` brings it back."""
    with project.open_study(study) as opened:
        _done(curating.discard(opened, theme, coder=coder, memo=memo))


@themes.command(short_help="Make a code of a theme.")
@_deciding
@theme_argument
@click.option("--name", "called", default="", help="Name of the code; the theme's own if left out.")
@click.option("--definition", default="", help="One or two sentences: what counts.")
@click.option("--under", default="", help="Category it belongs to; what the theme is tied to if left out.")
@click.option("--id", "code", default="", help="Id of the code; made of the name if left out.")
def promote(  # noqa: PLR0913  # one parameter for each option of the command
    study: Path, theme: int, *, called: str, definition: str, under: str, code: str, coder: str, memo: str
) -> None:
    """Make a code of THEME, with two of its quotes as examples, in the study's codebook file."""
    wished = Wished(name=called, definition=definition, under=under, id=code)
    with project.open_study(study) as opened:
        _done(curating.promote(opened, theme, wished, coder=coder, memo=memo))
    show.say(f"Suggest with it: themescout run {study}")


@themes.command(short_help="Tie a theme to a code.")
@_deciding
@theme_argument
@click.argument("code")
def tie(study: Path, theme: int, code: str, coder: str, memo: str) -> None:
    """Tie THEME to a category or CODE of the codebook; `none` unties it."""
    with project.open_study(study) as opened:
        _done(curating.tie(opened, theme, "" if code.lower() == "none" else code, coder=coder, memo=memo))


@themes.command(short_help="Take your last decision back.")
@_deciding
def undo(study: Path, coder: str, memo: str) -> None:
    """Take back your newest decision about themes; again, and the one before it."""
    with project.open_study(study) as opened:
        _done(curating.undo(opened, coder=coder, memo=memo))


@themes.command(short_help="Take your last undo back.")
@_deciding
def redo(study: Path, coder: str, memo: str) -> None:
    """Take back your newest undo, unless you decided something since."""
    with project.open_study(study) as opened:
        _done(curating.redo(opened, coder=coder, memo=memo))


def _ids(given: tuple[str, ...]) -> tuple[str, ...]:
    """Ids with blanks or commas between them."""
    return tuple(part for text in given for part in re.split(r"[\s,;]+", text) if part)
