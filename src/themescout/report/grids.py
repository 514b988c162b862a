"""The report's tables as rows of plain cells: what both the workbook and the CSV files hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.report import contents as wording
from themescout.report import themes as about_themes
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.report.contents import Contents
    from themescout.report.matrix import Entry, Matrix
    from themescout.report.quotes import Quote
    from themescout.report.tables import Category, Findings, Row, Table
    from themescout.report.themes import ThemeView

Cell = str | int | float

CODE_COLUMNS = (
    "status", "category", "code", "informants", "informants_of", "segments", "in_their_words", "code_id",
)  # fmt: skip
QUOTE_COLUMNS = (
    "status", "kind", "category", "code", "participant", "transcript", "turn", "start", "end", "text",
    "code_id", "segment",
)  # fmt: skip
THEME_COLUMNS = (
    "status", "theme", "title", "label", "name", "keywords", "informants", "informants_of", "interviews", "segments",
    "loudest", "note", "found_in_runs", "runs", "tied", "merged", "codes", "elsewhere", "subthemes", "in_their_words",
)  # fmt: skip
MEMBER_COLUMNS = (
    "theme", "title", "subtheme", "strength", "participant", "transcript", "turn", "start", "end", "text", "segment",
)  # fmt: skip
LOOSE_COLUMNS = (
    "nearest", "nearest_title", "strength", "reason", "participant", "transcript", "turn", "start", "end", "text",
    "segment",
)  # fmt: skip
TRANSCRIPT_COLUMNS = (
    "transcript", "wave", "format", "turns", "words", "interviewer_share", "informants", "segments", "problems",
)  # fmt: skip
TRUST_COLUMNS = ("code", "name", "decisions", "came_first", "right", "found_among_three", "standing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of cells under named columns; `sheet` names it in the workbook, `file` in the folder csv.

    `headers` are the columns' names for people, where they are not made of the columns; `widths` are their widths in
    characters, where those are not made of the columns either.
    """

    sheet: str
    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    headers: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()


def code_grids(contents: Contents) -> tuple[Grid, ...]:
    """One grid for each table, the confirmed ones first. The two statuses never share a grid."""
    findings = contents.findings
    tables = (*findings.confirmed, *findings.suggested)
    return tuple(code_grid(table, findings, kinds=contents.kinds) for table in tables)


def code_grid(table: Table, findings: Findings, *, kinds: bool) -> Grid:
    """One table of `findings`; `kinds` says whether the codebook has any."""
    return Grid(
        sheet=_sheet(table, kinds=kinds),
        file=file_name(table.kind, kinds=kinds),
        columns=CODE_COLUMNS,
        rows=tuple(_code_rows(table, findings)),
    )


def framework(found: Matrix, *, kinds: bool) -> Grid:
    """Informants × categories: for each category a person’s summary, how many passages, and their words."""
    parts = ("summary", "passages", "in their words")
    named = tuple(f"{name} – {part}" for _, name in found.categories for part in parts)
    columns = ("participant", *found.attributes, "segments_decided", "segments", *named)
    return Grid(
        sheet="Matrix" if found.kind is None else f"Matrix {wording.noun(found.kind, kinds=kinds)}",
        file=f"matrix_{file_name(found.kind, kinds=kinds)}",
        columns=columns,
        headers=("Participant", *found.attributes, "Segments decided", "Segments", *named),
        rows=tuple(
            (row.participant, *row.attributes, row.decided, row.segments, *(c for e in row.entries for c in _entry(e)))
            for row in found.rows
        ),
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
    """Every candidate theme, discarded ones at the end."""
    return Grid(
        sheet="Themes",
        file="themes.csv",
        columns=THEME_COLUMNS,
        rows=tuple(
            _theme_row(view, contents.findings.informants)
            for view in (*contents.themes.views, *contents.themes.discarded)
        ),
    )


def theme_members(contents: Contents) -> Grid:
    """Every segment of every theme that is not discarded, strongest first."""
    return Grid(
        sheet="Theme members",
        file="theme_members.csv",
        columns=MEMBER_COLUMNS,
        rows=tuple(
            (view.number, view.theme.title, subtheme, round(strength, 3), *_spoken(quote))
            for view in contents.themes.views
            for quote, strength, subtheme in view.everything
        ),
    )


def loose(contents: Contents) -> Grid:
    """Every segment in no theme."""
    return Grid(
        sheet="In no theme",
        file="segments_in_no_theme.csv",
        columns=LOOSE_COLUMNS,
        rows=tuple(
            (item.near, item.near_title, round(item.strength, 3), item.reason, *_spoken(item.quote))
            for item in contents.themes.loose
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


def trust(contents: Contents) -> Grid:
    """How far suggestions could be trusted, code by code."""
    return Grid(
        sheet="Suggestions' record",
        file="suggestions_record.csv",
        columns=TRUST_COLUMNS,
        rows=tuple(
            (r.code, r.name, r.decisions, r.offered, r.right, r.found, r.standing) for r in contents.trust.records
        ),
    )


def in_their_words(chosen: Sequence[Quote]) -> str:
    """Quotes for one cell: each in quotation marks with its place, a line each."""
    return "\n".join(f"“{quote.text}” ({wording.place(quote)})" for quote in chosen)


def _entry(entry: Entry) -> tuple[Cell, Cell, Cell]:
    summary = entry.summary.body if entry.summary else ""
    return summary, entry.segments, in_their_words([one.quote for one in entry.passages])


def _theme_row(view: ThemeView, informants: int) -> tuple[Cell, ...]:
    theme = view.theme
    return (
        theme.status.value,
        view.number,
        theme.title,
        theme.label,
        theme.name,
        ", ".join(theme.keywords),
        theme.informants,
        informants,
        theme.interviews,
        view.segments,
        round(theme.loudest, 3),
        about_themes.voices(view),
        "" if theme.made else theme.found_in,
        "" if theme.made else theme.runs,
        view.tied,
        ", ".join(map(about_themes.number, theme.merged)),
        about_themes.fitting(view),
        round(theme.elsewhere, 3) if view.mapped else "",
        about_themes.subthemes(view),
        in_their_words(view.quotes),
    )


def _spoken(quote: Quote) -> tuple[Cell, ...]:
    return (
        quote.participant, quote.transcript, quote.turn or "", quote.start, quote.end, quote.text, quote.segment,
    )  # fmt: skip


def _code_rows(table: Table, findings: Findings) -> list[tuple[Cell, ...]]:
    status, of = wording.status(table), findings.informants
    made: list[tuple[Cell, ...]] = []
    for category in table.categories:
        if not category.rows:
            said = wording.silence(table, findings.coverage)
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


def file_name(kind: Kind | None, *, kinds: bool) -> str:
    """What the CSV file of a kind's table is called; `kinds` says whether the codebook has any."""
    named = {Kind.BARRIER: "barriers.csv", Kind.RESEARCH_QUESTION: "research_questions.csv"}
    return named.get(kind or Kind.NEITHER, "without_a_kind.csv" if kinds else "codes.csv")
