"""Agreement between coders as tables of cells, for a spreadsheet: every level, every basis, everybody compared."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from themescout.report.grids import Grid
from themescout.report.sheets import fitted
from themescout.review.coders import agreeing
from themescout.review.coders.agreeing import MACHINE, Basis, Level
from themescout.review.coders.effort import efforts
from themescout.tables import guarded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from themescout.agreement import Figure
    from themescout.report.grids import Cell
    from themescout.review.coders.agreeing import Coding, Compared
    from themescout.types import Decision

THE_MACHINE = "the machine"
_FIGURES = ("percent", "positive", "negative", "kappa", "ac1", "alpha")
_SETS = ("identical", "masi", "jaccard")
_COUNTS = ("segments", "informants", "positives", "unanimous", "both", "first", "second", "neither")


def named(coders: Sequence[str]) -> str:
    """Who is compared, in words."""
    names = [coder if coder != MACHINE else THE_MACHINE for coder in coders]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def bases(coders: Sequence[str]) -> tuple[Basis, ...]:
    """On which decisions some coders can be compared; with the machine only on those made without it."""
    return (Basis.INDEPENDENT,) if MACHINE in coders else tuple(Basis)


def grids(found: Coding, log: Sequence[Decision]) -> tuple[Grid, ...]:
    """The tables: by code, over whole sets of labels, and who coded how much."""
    everything = tuple(_everything(found))
    spread = [part for name in _FIGURES for part in (name, f"{name}_low", f"{name}_high")]
    wide = [part for name in _SETS for part in (name, f"{name}_low", f"{name}_high")]
    about = ("level", "basis", "coders")
    return (
        Grid(
            sheet="Agreement",
            file="agreement.csv",
            columns=(*about, "id", "name", "category", *_COUNTS, "prevalence", *spread, "remark"),
            rows=tuple(row for one in everything for row in _rows(one)),
        ),
        Grid(
            sheet="Sets of labels",
            file="agreement_sets.csv",
            columns=(*about, "segments", "informants", *wide, "remark"),
            rows=tuple(_whole(one) for one in everything),
        ),
        Grid(
            sheet="Coders",
            file="coders.csv",
            columns=(
                "coder", "decisions", "segments", "unsure", "decided_by_others_too", "blind", "changed", "settled",
                "hours", "timed_decisions",
            ),
            rows=tuple(
                (
                    e.coder, e.decisions, e.segments, e.unsure, e.double, e.blind, e.changed, e.settled,
                    "" if e.hours is None else round(e.hours, 3), e.timed,
                )
                for e in efforts(found, log)
            ),
        ),
    )  # fmt: skip


def as_csv(grid: Grid) -> bytes:
    """One table, UTF-8 with a byte order mark; no cell can be taken for a formula."""
    text = io.StringIO(newline="")
    out = csv.writer(text)
    out.writerow(grid.columns)
    out.writerows(guarded(row) for row in grid.rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def as_xlsx(tables: Sequence[Grid]) -> bytes:
    """One workbook with a sheet for each table; words are stored as words, never as formulas or links."""
    import xlsxwriter  # noqa: PLC0415  # only a download needs it

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        bold = workbook.add_format({"bold": True, "bottom": 1})
        for grid in tables:
            sheet = workbook.add_worksheet(grid.sheet)
            sheet.freeze_panes(1, 0)
            for i, name in enumerate(grid.columns):
                sheet.write_string(0, i, name, bold)
            for r, row in enumerate(grid.rows, start=1):
                for i, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(r, i, fitted(cell))
                    else:
                        sheet.write_number(r, i, cell)
            if grid.rows:
                sheet.autofilter(0, 0, len(grid.rows), len(grid.columns) - 1)
    return target.getvalue()


def _everything(found: Coding) -> Iterator[Compared]:
    for coders in agreeing.groups(found):
        for basis in bases(coders):
            for level in Level:
                yield agreeing.compared(found, level, basis, coders)


def _rows(one: Compared) -> Iterator[tuple[Cell, ...]]:
    for row in one.rows:
        counts = [getattr(row.found, name) for name in _COUNTS]
        figures = [getattr(row.found, name) for name in _FIGURES]
        yield (
            one.level.value, one.basis.value, named(one.coders), row.value, row.name, row.category,
            *("" if count is None else count for count in counts), _rounded(row.found.prevalence),
            *_spread(figures), _remark(figures),
        )  # fmt: skip


def _whole(one: Compared) -> tuple[Cell, ...]:
    figures = [getattr(one.whole, name) for name in _SETS]
    return (
        one.level.value, one.basis.value, named(one.coders), one.whole.segments, one.whole.informants,
        *_spread(figures), _remark(figures),
    )  # fmt: skip


def _spread(figures: Sequence[Figure]) -> list[Cell]:
    return [_rounded(number) for figure in figures for number in (figure.value, figure.low, figure.high)]


def _rounded(number: float | None) -> Cell:
    return "" if number is None else round(number, 4)


def _remark(figures: Sequence[Figure]) -> str:
    return " ".join(dict.fromkeys(figure.why for figure in figures if figure.why))
