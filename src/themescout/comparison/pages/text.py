"""A comparison in a few plain lines for a terminal: what few informants could show first, then what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.comparison.model import Outcome
from themescout.comparison.pages import words
from themescout.report.themes import number
from themescout.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from themescout.comparison.model import Candidate, Comparison, Row

WIDTH = 110  # characters of a line
_FEW, _LISTED = 3, 6  # sentences of the resolution and of notes; items of a list
_GROUPS = (
    ("Heard again", (Outcome.RETAINED,)),
    ("Only when asked, or from few", (Outcome.PROMPTED, Outcome.FEW)),
    ("Not heard in the new interviews", (Outcome.NOT_HEARD,)),
    ("Unclear: to be read", (Outcome.UNCLEAR,)),
    ("New, not heard in the earlier interviews", (Outcome.NEW, Outcome.NEW_FEW)),
)  # fmt: skip


def lines(found: Comparison) -> tuple[str, ...]:
    """The lines, each of at most `WIDTH` characters but for single long words; about forty at most."""
    made = [f"{found.study}: {found.new.title} compared with {words.earlier(found)}", *_waves(found)]
    made += ["", "What so few informants could show", *_bullets(found.resolution, _FEW)]
    if not found.new.decided:
        made += ["", words.DRAFT]
    made += ["", "New", *_new(found)]
    for level, noun in (("code", "codes"), ("theme", "themes")):
        made += _rows([row for row in found.rows if row.level == level], noun)
    made += _baseline(found)
    made += _changed(found)
    if found.refused:
        made += ["", "Not done", *_bullets(found.refused, len(found.refused))]
    return tuple(part for line in made for part in _wrapped(line))


def _waves(found: Comparison) -> Iterable[str]:
    for wave in (found.old, found.new):
        if wave is not None:
            people = words.plural(len(wave.informants), "informant")
            decided = f"{wave.decided:,} decided by a person"
            yield f"  {wave.title}: {people}, {words.plural(wave.segments, 'segment')}, {decided}"


def _bullets(sentences: Sequence[str], limit: int) -> Iterable[str]:
    for sentence in sentences[:limit]:
        yield f"  {sentence}"
    if len(sentences) > limit:
        yield f"  ({len(sentences) - limit} more on the page)"


def _new(found: Comparison) -> Iterable[str]:
    if found.candidates:
        for item in found.candidates[:_LISTED]:
            yield f"  {words.called(item)}: {_candidate(item)}"
        if len(found.candidates) > _LISTED:
            yield f"  and {len(found.candidates) - _LISTED} more"
    else:
        yield "  No candidate new theme was found."
    yield f"  {len(found.novel):,} of {words.plural(len(found.placed), 'new segment')} unlike the earlier interviews"


def _candidate(item: Candidate) -> str:
    said = f"{item.outcome}, {words.count(item.share)} informants, {words.plural(len(item.settings), 'setting')}"
    held = "" if item.holding is None or item.holding.holds else f"; {words.holding(item.holding)[:-1].lower()}"
    if item.holding is not None and item.holding.breakers and not item.holding.holds:
        held = f"; does not stand without {words.listed(item.holding.breakers)}"
    return said + held


def _rows(rows: Sequence[Row], noun: str) -> Iterable[str]:
    """One line for each outcome that there is, with the names."""
    for title, outcomes in _GROUPS:
        names = [_row(row) for row in rows if row.outcome in outcomes]
        if names:
            yield ""
            yield f"{title}: {words.plural(len(names), noun[:-1])}"
            yield f"  {words.listed(names, _LISTED)}"


def _row(row: Row) -> str:
    tag = f"{number(int(row.id))} " if row.level == "theme" and row.id.isdecimal() else ""
    kind = f", {words.KINDS[row.kind].lower()}" if row.kind else ""
    return f"{tag}{shortened(row.title, 40)} ({row.new.count}/{row.new.total}{kind})"


def _baseline(found: Comparison) -> Iterable[str]:
    if found.baseline:
        yield ""
        yield "Against what the earlier study names"
        for outcome, times in words.tally([item.outcome for item in found.baseline]):
            names = [shortened(item.theme, 40) for item in found.baseline if item.outcome is outcome]
            yield f"  {outcome}, {times}: {words.listed(names, _LISTED)}"


def _changed(found: Comparison) -> Iterable[str]:
    beyond = [item for item in found.meanings if item.high is not None and item.drift > item.high]
    if found.meanings:
        yield ""
        yield "Meaning"
        for item in beyond[:_LISTED]:
            yield f"  {number(item.theme)} {shortened(item.title, 40)}: {words.drifted(item)}"
        rest = len(found.meanings) - len(beyond[:_LISTED])
        if rest:
            yield f"  {words.plural(rest, 'theme')} heard in both waves, drift within what is usual or not known"


def _wrapped(line: str) -> Iterable[str]:
    """The line in pieces that fit, those after the first set in."""
    inner = line[: len(line) - len(line.lstrip())]
    kept = ""
    for word in line.split():
        if kept and len(kept) + 1 + len(word) > WIDTH:
            yield kept
            kept = f"{inner}  {word}"
        else:
            kept = f"{kept} {word}" if kept else f"{inner}{word}"
    yield kept
