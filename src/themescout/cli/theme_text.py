"""Themes as lines of text, and as plain values for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from themescout.candidates import ThemeStatus
from themescout.cli import show
from themescout.curation import tag, words
from themescout.text import shortened, squashed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from themescout.candidates import Theme, ThemeDecision
    from themescout.types import Segment

_TITLE = 44  # columns
_QUOTE = 400  # code points of a quote on a sheet
_LINE = 90  # code points of a segment in a list
_FITS = 2
_HEAD = ("", "title", "informants", "segments", "found in", "fits", "status", "")


def plain(theme: Theme) -> dict[str, Any]:
    """The theme as plain values, with what it is called, its title, and whether it is one voice."""
    return {"theme": tag(theme.id), "title": theme.title, **asdict(theme), "one_voice": theme.one_voice}


def table(themes: Sequence[Theme]) -> Iterator[str]:
    """A head and one line for each theme; nothing where there is none."""
    rows = [_HEAD, *(_row(theme) for theme in themes)] if themes else []
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))] if rows else []
    for row in rows:
        cells = [
            cell.rjust(width) if column in {2, 3, 4} else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def sheet(theme: Theme, items: Mapping[str, Segment], log: Sequence[ThemeDecision], *, every: bool) -> Iterator[str]:
    """Everything about one theme; with `every`, each of its segments with its id instead of its quotes."""
    yield f"{tag(theme.id)}  {theme.title}"
    yield from (f"    {label:<11}{text}" for label, text in _facts(theme) if text)
    for number, part in enumerate(theme.subthemes, start=1):
        yield f"    part {number:<6}{part.label} ({len(part.members)} segments)"
    yield ""
    shown = theme.members if every else theme.exemplars
    for item in (items[name] for name in shown if name in items):
        words_of = f"{item.transcript}, {item.speaker}"
        yield (
            f"  {item.id}  {words_of}: {shortened(item.text, _LINE)}"
            if every
            else (f"  “{shortened(item.text, _QUOTE)}”\n      {words_of}")
        )
    for decision in log:
        memo = f": {squashed(decision.memo)}" if decision.memo else ""
        yield f"  {decision.decided_at[:10]}  {decision.coder}  {words(decision)}{memo}"


def _row(theme: Theme) -> tuple[str, ...]:
    status = "" if theme.status is ThemeStatus.CANDIDATE else str(theme.status)
    return (
        tag(theme.id), shortened(theme.title, _TITLE), str(theme.informants), str(len(theme.members)), _runs(theme),
        _codes(theme), status, "one voice" if theme.one_voice else "",
    )  # fmt: skip


def _facts(theme: Theme) -> Iterator[tuple[str, str]]:
    yield "words", ", ".join(theme.keywords)
    yield "label", theme.label if theme.name else ""
    people, talks = show.counted(theme.informants, "informant"), show.counted(theme.interviews, "interview")
    yield "said by", f"{people} in {talks}, {show.counted(len(theme.members), 'segment')}"
    yield "one voice", f"{theme.loudest:.0%} of it is one informant" if theme.one_voice else ""
    yield "found in", _runs(theme)
    yield "fits", ", ".join(f"{fit.code} ({fit.share:.0%} of it)" for fit in theme.fits)
    yield "tied to", theme.tied
    yield "status", "" if theme.status is ThemeStatus.CANDIDATE else str(theme.status)
    yield "took in", ", ".join(tag(number) for number in theme.merged)


def _runs(theme: Theme) -> str:
    return "by hand" if theme.made else f"{theme.found_in} of {theme.runs}"


def _codes(theme: Theme) -> str:
    if theme.tied:
        return f"= {theme.tied}"
    return ", ".join(f"{fit.code} {fit.share:.0%}" for fit in theme.fits[:_FITS]) or "–"
