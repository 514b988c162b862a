"""The report's tables as rows of plain cells: what both the workbook and the CSV files hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.report import contents as wording
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.report.contents import Contents
    from themescout.report.quotes import Quote
    from themescout.report.tables import Category, Row, Table

Cell = str | int | float

CODE_COLUMNS = (
    "status", "category", "code", "informants", "informants_of", "segments", "in_their_words", "code_id",
)  # fmt: skip
QUOTE_COLUMNS = (
    "status", "kind", "category", "code", "participant", "transcript", "turn", "start", "end", "text",
    "code_id", "segment",
)  # fmt: skip
THEME_COLUMNS = (
    "status", "theme", "label", "keywords", "informants", "informants_of", "segments", "note", "found_in_runs",
    "runs", "codes", "in_their_words",
)  # fmt: skip
TRANSCRIPT_COLUMNS = (
    "transcript", "wave", "format", "turns", "words", "interviewer_share", "informants", "segments", "problems",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of cells under named columns; `sheet` names it in the workbook, `file` in the folder csv."""

    sheet: str
    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def code_grids(contents: Contents) -> tuple[Grid, ...]:
    """One grid for each table, the confirmed ones first. The two statuses never share a grid."""
    findings = contents.findings
    return tuple(
        Grid(
            sheet=_sheet(table, kinds=contents.kinds),
            file=_file(table.kind, kinds=contents.kinds),
            columns=CODE_COLUMNS,
            rows=tuple(_code_rows(table, contents)),
        )
        for table in (*findings.confirmed, *findings.suggested)
    )


def quotes(contents: Contents) -> Grid:
    """Every quote of every table, one row each; a segment with two codes has two rows."""
    return Grid(
        sheet="Quotes",
        file="quotes.csv",
        columns=QUOTE_COLUMNS,
        rows=tuple(
            _quote_row(table, category, row, quote)
            for table in (*contents.findings.confirmed, *contents.findings.suggested)
            for category in table.categories
            for row in category.rows
            for quote in row.everything
        ),
    )


def themes(contents: Contents) -> Grid:
    """Every candidate theme. All are the machine's, so all are suggested."""
    return Grid(
        sheet="Themes",
        file="themes.csv",
        columns=THEME_COLUMNS,
        rows=tuple(
            (
                wording.SUGGESTED,
                view.theme.id + 1,
                view.theme.label,
                ", ".join(view.theme.keywords),
                view.informants,
                contents.findings.informants,
                view.segments,
                wording.voices(view),
                view.theme.found_in,
                view.theme.runs,
                wording.codes(view),
                in_their_words(view.quotes),
            )
            for view in contents.themes
        ),
    )


def transcripts(contents: Contents) -> Grid:
    """Every imported transcript."""
    return Grid(
        sheet="Transcripts",
        file="transcripts.csv",
        columns=TRANSCRIPT_COLUMNS,
        rows=tuple(
            (
                item.transcript,
                item.wave,
                item.format,
                item.turns,
                item.words,
                round(item.interviewer_share, 3),
                ", ".join(item.informants),
                item.segments,
                "\n".join(item.problems),
            )
            for item in contents.transcripts
        ),
    )


def in_their_words(chosen: Sequence[Quote]) -> str:
    """Quotes for one cell: each in quotation marks with its place, a line each."""
    return "\n".join(f"“{quote.text}” ({wording.place(quote)})" for quote in chosen)


def _code_rows(table: Table, contents: Contents) -> list[tuple[Cell, ...]]:
    status, of = wording.status(table), contents.findings.informants
    made: list[tuple[Cell, ...]] = []
    for category in table.categories:
        if not category.rows:
            said = wording.silence(table, contents.findings.coverage)
            made.append((status, category.name, "", 0, of, 0, said, category.code))
        made += [
            (status, category.name, row.name, row.informants, of, row.segments, in_their_words(row.quotes), row.code)
            for row in category.rows
        ]  # fmt: skip
    return made


def _quote_row(table: Table, category: Category, row: Row, quote: Quote) -> tuple[Cell, ...]:
    return (
        wording.status(table),
        table.kind or "",
        category.name,
        row.name,
        quote.participant,
        quote.transcript,
        quote.turn or "",
        quote.start,
        quote.end,
        quote.text,
        row.code,
        quote.segment,
    )


def _sheet(table: Table, *, kinds: bool) -> str:
    name = {Kind.BARRIER: "barriers", Kind.RESEARCH_QUESTION: "research questions"}.get(
        table.kind or Kind.NEITHER, "without a kind" if kinds else "codes"
    )
    if table.confirmed:
        return name.capitalize()
    return f"Suggested {'questions' if table.kind is Kind.RESEARCH_QUESTION else name}"


def _file(kind: Kind | None, *, kinds: bool) -> str:
    named = {Kind.BARRIER: "barriers.csv", Kind.RESEARCH_QUESTION: "research_questions.csv"}
    return named.get(kind or Kind.NEITHER, "without_a_kind.csv" if kinds else "codes.csv")
