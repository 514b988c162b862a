"""A comparison as rows of plain cells: what both the workbook and the CSV files hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from themescout.comparison.model import AID
from themescout.comparison.pages import words
from themescout.report.grids import Grid
from themescout.report.themes import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from themescout.comparison.model import Candidate, Comparison, Holding, Meaning, Named, Placed, Row, Share
    from themescout.report.grids import Cell
    from themescout.report.quotes import Quote

_NARROW, _MIDDLE, _WIDE = 11, 26, 80  # characters
_SHARE = ("informants", "only_when_asked", "of", "share", "low", "high", "exact_low", "exact_high", "basis", "who")
_PLACE = ("participant", "transcript", "turn", "start", "end", "segment")
ROW_COLUMNS = (
    "level", "id", "title", "parent", "kind", "outcome", "sentence",
    *(f"old_{name}" for name in _SHARE), *(f"new_{name}" for name in _SHARE),
    "difference", "difference_low", "difference_high", "chance_that_it_rose", "p", "p_after_holm", "stands",
    "not_without",
)  # fmt: skip
CANDIDATE_COLUMNS = (
    "theme", "title", "keywords", "status", "outcome", "sentence", "segments", "novel_segments",
    *(f"new_{name}" for name in _SHARE), "settings", "alike_in_old", "alike_in_old_of", "stands", "not_without",
    "codes_all_the_same",
)  # fmt: skip
SEGMENT_COLUMNS = (
    "participant", "setting", "transcript", "turn", "start", "end", "text", "theme", "strength", "code",
    "code_probability", "codes", "p", "p_after_correction", "novel", "candidate", "decided", "segment",
)  # fmt: skip
BASELINE_COLUMNS = (
    "named", "printed", "kind", "code", "outcome", "sentence", *(f"new_{name}" for name in _SHARE), "stands",
    "not_without",
)  # fmt: skip
MEANING_COLUMNS = ("theme", "title", "drift", "usual", "usual_below", "p", "sentence")
QUOTE_COLUMNS = ("table", "of", "title", "kind", "wave", "why", "probability", "text", *_PLACE)
_WIDTHS = {
    "title": 34, "named": 34, "sentence": _WIDE, "text": _WIDE, "value": 100, "what": 40, "keywords": 34, "codes": 40,
    "codes_all_the_same": 40, "settings": 40, "setting": 34, "code": 28, "segment": 22, "transcript": 18,
    "old_who": _MIDDLE, "new_who": _MIDDLE, "old_basis": 16, "new_basis": 16, "outcome": 18, "not_without": 18,
    "why": 18, "kind": 17, "parent": 14, "id": 14, "of": 14,
}  # fmt: skip


def grids(found: Comparison, base: str) -> tuple[Grid, ...]:
    """What was found, in tables: about it first, then rows, candidates, segments, baseline, meanings, quotes.

    `base` is what the names of their files begin with.
    """
    made = (
        _grid("About", "about", ("what", "value"), _about(found)),
        _grid("Old and new", "rows", ROW_COLUMNS, (_row(row) for row in found.rows)),
        _grid("Candidates", "candidates", CANDIDATE_COLUMNS, (_candidate(item, found) for item in found.candidates)),
        _grid("New segments", "segments", SEGMENT_COLUMNS, (_segment(item, found) for item in found.placed)),
        _grid("Baseline", "baseline", BASELINE_COLUMNS, (_named(item) for item in found.baseline)),
        _grid("Meaning", "meaning", MEANING_COLUMNS, (_meaning(item) for item in found.meanings)),
        _grid("Quotes", "quotes", QUOTE_COLUMNS, _quotes(found)),
    )
    return tuple(replace(grid, file=f"{base}-{grid.file}") for grid in made)


def _grid(sheet: str, file: str, columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> Grid:
    return Grid(
        sheet=sheet,
        file=f"{file}.csv",
        columns=columns,
        rows=tuple(rows),
        headers=tuple(name.replace("_", " ").capitalize() for name in columns),
        widths=tuple(_WIDTHS.get(name, _NARROW) for name in columns),
    )


def _about(found: Comparison) -> Iterator[tuple[str, str]]:
    yield "Study", found.study
    for name, wave in (("Old", found.old), ("New", found.new)):
        if wave is not None:
            people = f"{words.plural(len(wave.informants), 'informant')}: {', '.join(wave.informants)}"
            yield f"{name} wave", f"{wave.title} ({words.plural(wave.interviews, 'interview')}; {people})"
            yield f"{name} wave, segments", f"{wave.segments:,}, {wave.decided:,} decided by a person"
            yield f"{name} wave, settings", "; ".join(wave.settings) or "not filled in"
    yield from (("What so few informants could show", sentence) for sentence in (*found.resolution, AID))
    yield from (("Plan", sentence) for sentence in found.plan)
    yield from (("Not done", sentence) for sentence in found.refused)
    if found.baseline:
        yield "Baseline from", found.baseline_source or "not said"
    yield "Number of comparisons", f"{found.comparisons:,}"
    if found.profile is not None:
        yield from (("The whole", sentence) for sentence in words.whole(found.profile))
        yield "Heard only in the old wave", words.called_codes(found, found.profile.only_old) or "none"
        yield "Heard only in the new wave", words.called_codes(found, found.profile.only_new) or "none"
    yield from (("Note", sentence) for sentence in found.notes)
    yield from words.METHOD


def _row(row: Row) -> tuple[Cell, ...]:
    return (
        row.level, _identity(row), row.title, row.parent, row.kind or "", row.outcome.value, row.sentence,
        *_share(row.old), *_share(row.new), _number(row.difference), _number(row.low), _number(row.high),
        _number(row.rose), _number(row.p), _number(row.adjusted), *_held(row.holding),
    )  # fmt: skip


def _identity(row: Row) -> str:
    return number(int(row.id)) if row.level == "theme" and row.id.isdecimal() else row.id


def _candidate(item: Candidate, found: Comparison) -> tuple[Cell, ...]:
    codes = "; ".join(f"{found.names.get(code, code)} ({times})" for code, times in item.codes)
    return (
        number(item.theme), item.title, "; ".join(item.keywords), item.status.value, item.outcome.value,
        item.sentence, item.segments, item.novel, *_share(item.share), "; ".join(item.settings), item.alike.count,
        item.alike.total, *_held(item.holding), codes,
    )  # fmt: skip


def _segment(item: Placed, found: Comparison) -> tuple[Cell, ...]:
    quote = item.quote
    code, p = item.codes[0] if item.codes else ("", None)
    codes = "; ".join(f"{found.names.get(one, one)} ({chance:.2f})" for one, chance in item.codes)
    return (
        quote.participant, item.setting, quote.transcript, quote.turn, quote.start, quote.end, quote.text,
        number(item.theme), _number(item.strength), code, _number(p), codes, _number(item.p), _number(item.q),
        _yes(item.novel), number(item.candidate), _yes(item.decided), quote.segment,
    )  # fmt: skip


def _named(item: Named) -> tuple[Cell, ...]:
    return (
        item.theme, item.printed, item.kind, item.code, item.outcome.value, item.sentence, *_share(item.new),
        *_held(item.holding),
    )  # fmt: skip


def _meaning(item: Meaning) -> tuple[Cell, ...]:
    return (
        number(item.theme), item.title, _number(item.drift), _number(item.usual), _number(item.high), _number(item.p),
        item.sentence,
    )  # fmt: skip


def _quotes(found: Comparison) -> Iterator[tuple[Cell, ...]]:
    """Each quote that the page shows, with its exact place; segments that only stand in their own table are there."""
    for row in found.rows:
        about = (row.level, _identity(row), row.title, row.kind or "")
        yield from _said(about, "old", row.old_quotes)
        yield from _said(about, "new", row.new_quotes)
        yield from _looked(about, row.looked_at)
    for item in found.candidates:
        about = ("candidate", number(item.theme), item.title, "")
        yield from _said(about, "new", item.quotes)
        yield from _said(about, "old", item.old_quotes, "nearest")
    for one in found.baseline:
        about = ("baseline", one.code, one.theme, one.kind)
        yield from _said(about, "new", one.quotes)
        yield from _looked(about, one.looked_at)
    for theme in found.meanings:
        about = ("meaning", number(theme.theme), theme.title, "")
        yield from _said(about, "old", theme.old_quotes)
        yield from _said(about, "new", theme.new_quotes)


def _said(
    about: tuple[Cell, ...], wave: str, quotes: Sequence[Quote], why: str = "says it"
) -> Iterator[tuple[Cell, ...]]:
    return ((*about, wave, why, "", quote.text, *_place(quote)) for quote in quotes)


def _looked(about: tuple[Cell, ...], items: Sequence[tuple[Quote, float]]) -> Iterator[tuple[Cell, ...]]:
    return ((*about, "new", "looked at", _number(p), quote.text, *_place(quote)) for quote, p in items)


def _place(quote: Quote) -> tuple[Cell, ...]:
    return (quote.participant, quote.transcript, quote.turn, quote.start, quote.end, quote.segment)


def _share(share: Share) -> tuple[Cell, ...]:
    if not share.total:
        return ("",) * len(_SHARE)
    return (
        share.count, share.prompted, share.total, _number(share.value), _number(share.low), _number(share.high),
        _number(share.exact[0]), _number(share.exact[1]), share.basis.value, "; ".join(share.who),
    )  # fmt: skip


def _held(found: Holding | None) -> tuple[Cell, ...]:
    return ("", "") if found is None else (_yes(found.holds), "; ".join(found.breakers))


def _number(value: float | None) -> Cell:
    """Six places are more than any of these numbers holds."""
    return "" if value is None else round(float(value), 6)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
