"""A comparison in a few plain lines for a terminal: what few informants could show first, then what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.comparison.model import Outcome
from themescout.comparison.pages import words
from themescout.comparison.pages.panels import panels
from themescout.report.themes import number
from themescout.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from themescout.comparison.model import Candidate, Comparison, Row

WIDTH = 110  # characters of a line
_FEW, _LISTED = 3, 5  # sentences of the resolution; candidates and drifts
_NAME = 34  # characters of a name
_ORDER = (
    Outcome.RETAINED, Outcome.PROMPTED, Outcome.FEW, Outcome.NOT_HEARD, Outcome.UNCLEAR, Outcome.NEW, Outcome.NEW_FEW,
)  # fmt: skip


def lines(found: Comparison) -> tuple[str, ...]:
    """The lines, each of at most `WIDTH` characters but for single long words; about forty at most."""
    made = [f"{found.study}: {words.heading(found)}", *_waves(found)]
    made += ["", "What so few informants could show", *_bullets(found.resolution, _FEW)]
    if not found.new.decided:
        made += ["", words.DRAFT]
    made += ["", "New", *_new(found)]
    made += _rows(found)
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
    elif found.old and found.placed:
        yield "  No candidate new theme was found."
    if not (found.old and found.placed):
        yield f"  {words.NOT_HELD}"
        return
    yield f"  {len(found.novel):,} of {words.plural(len(found.placed), 'new segment')} unlike the earlier interviews"


def _candidate(item: Candidate) -> str:
    where = words.plural(len(item.settings), "setting") if item.settings else "settings not filled in"
    said = f"{item.outcome}, {words.count(item.share)} informants, {where}"
    if item.holding is None or item.holding.holds:
        return said
    return f"{said}; does not stand without {words.listed(item.holding.breakers) or 'somebody'}"


def _rows(found: Comparison) -> Iterable[str]:
    """One line for each outcome that a panel has."""
    for panel in panels(found):
        rows = [line.row for line in panel.told if line.row.level != "category"]
        told = [(row.outcome, _named(row)) for row in rows if row.outcome in _ORDER]
        if told:
            yield from ("", f"{panel.title} (k of n in the new interviews)", *_grouped(told))


def _named(row: Row) -> str:
    tag = f"{number(int(row.id))} " if row.level == "theme" and row.id.isdecimal() else ""
    return f"{tag}{shortened(row.title, _NAME)} {row.new.count}/{row.new.total}"


def _baseline(found: Comparison) -> Iterable[str]:
    told = [(one.outcome, f"{shortened(one.theme, _NAME)} {one.new.count}/{one.new.total}") for one in found.baseline]
    if told:
        yield from ("", "Against what the earlier study names", *_grouped(told))


def _grouped(told: Sequence[tuple[Outcome, str]]) -> Iterable[str]:
    for outcome in _ORDER:
        names = [name for one, name in told if one is outcome]
        if names:
            start = f"  {outcome} ({len(names):,}): "
            yield start + _fitting(names, WIDTH - len(start) - len(" and 99 more"))


def _fitting(names: Sequence[str], width: int) -> str:
    """As many names as fit, the first in any case; the rest is counted."""
    kept = [names[0]]
    for name in names[1:]:
        if len(", ".join((*kept, name))) > width:
            break
        kept.append(name)
    rest = len(names) - len(kept)
    return ", ".join(kept) + (f" and {rest:,} more" if rest else "")


def _changed(found: Comparison) -> Iterable[str]:
    beyond = [item for item in found.meanings if item.high is not None and item.drift > item.high]
    if found.meanings:
        yield ""
        yield "Meaning"
        for item in beyond[:_LISTED]:
            yield f"  {number(item.theme)} {shortened(item.title, _NAME)}: {words.drifted(item)}"
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
