"""The views of the tables: the two tables, their quotes, the framework matrix, and all of them as files."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from themescout.errors import TableError
from themescout.report import contents as wording
from themescout.report import grids, sheets
from themescout.report.grids import Grid
from themescout.report.matrix import passages
from themescout.report.tables import Table
from themescout.review.desk import Desk
from themescout.review.results import matrix
from themescout.review.results import tables as results
from themescout.types import Kind
from themescout.web.asking import PROBLEMS, At, Who
from themescout.web.pages import page
from themescout.web.views.tables import shapes
from themescout.web.views.tables.shapes import KindName, QuotesAsked

router = APIRouter(responses=PROBLEMS)
PAGE = 200  # quotes on one page
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = {"barriers": Kind.BARRIER, "research_questions": Kind.RESEARCH_QUESTION, "codes": None, "without_a_kind": None}
Text = Annotated[str, Query(max_length=1_000)]
Suggested = Annotated[bool, Query(description="the machine's part too, marked as such")]
File = Annotated[Literal["barriers", "research_questions", "codes", "without_a_kind", "matrix"], Path()]


@router.get("/tables", include_in_schema=False)
def view(request: Request, desk: At, coder: Who, suggested: Suggested = False) -> Response:
    """The tables as they stand."""
    found = results.results(desk, coder, suggested=suggested)
    suggested = suggested and not found.independent
    tables = found.findings.confirmed
    if suggested:
        kinds = dict.fromkeys(table.kind for table in (*tables, *found.findings.suggested))
        pairs = ((found.table(kind), found.table(kind, confirmed=False)) for kind in kinds)
        tables = tuple(table for pair in pairs for table in pair if table)
    return page(
        request, "tables.html.j2", found=found, tables=tables, suggested=suggested, wording=wording,
        name=shapes.kind_name, file=grids.file_name, there=desk.items,
    )  # fmt: skip


@router.get("/tables/quotes", include_in_schema=False)
def quotes(request: Request, desk: At, coder: Who, asked: Annotated[QuotesAsked, Query()]) -> Response:
    """The quotes behind one number, of each informant together."""
    found = results.results(desk, coder, suggested=asked.suggested)
    kind = shapes.kind_of(asked.kind)
    table = found.table(kind, confirmed=not asked.suggested)
    every = passages(table, code=asked.code, category=asked.category) if table else ()
    return page(
        request, "tables_quotes.html.j2", view="tables", passages=every[(asked.part - 1) * PAGE : asked.part * PAGE],
        total=len({one.quote.segment for one in every}), informants=len({one.quote.participant for one in every}),
        parts=-(-len(every) // PAGE), asked=asked, there=desk.items, wording=wording, found=found,
        title=_title(table, asked), noun=wording.noun(kind, kinds=found.kinds),
    )  # fmt: skip


@router.get("/tables/matrix", include_in_schema=False)
def framework(request: Request, desk: At, coder: Who, kind: KindName | None = None, sort: Text = "") -> Response:
    """The framework matrix of one table, its rows by one of the informants' attributes."""
    found = results.results(desk, coder)
    chosen = shapes.kind_of(kind) if kind else found.findings.confirmed[0].kind
    made = matrix.matrix(desk, coder, chosen)
    return page(
        request, "tables_matrix.html.j2", view="matrix", matrix=made, rows=made.ordered(sort), sort=sort, found=found,
        name=shapes.kind_name, wording=wording,
    )  # fmt: skip


@router.get("/api/tables/cell")
def cell(
    desk: At,
    coder: Who,
    kind: KindName,
    participant: Annotated[str, Query(max_length=1_000)],
    category: Annotated[str, Query(max_length=1_000)],
) -> shapes.CellOut:
    """One cell of the matrix: its quotes, and every version of its summary."""
    return shapes.cell(matrix.opened(desk, coder, shapes.cell_of(kind, participant, category)), desk.items)


@router.put("/api/tables/summary")
def write(given: shapes.CellIn, desk: At, coder: Who) -> shapes.CellOut:
    """Write a cell's summary. When this is answered, it is on the disk; earlier versions stay."""
    place = shapes.cell_of(given.kind, given.participant, given.category)
    return shapes.cell(matrix.write(desk, coder, place, given.body, given.seen), desk.items)


@router.get("/tables/{name}.csv", include_in_schema=False)
def as_csv(name: File, desk: At, coder: Who, suggested: Suggested = False, kind: KindName | None = None) -> Response:
    """A table or the matrix as CSV."""
    return _sent(sheets.csv_file(_grids(desk, coder, name, suggested, kind)), f"{name}.csv", "text/csv; charset=utf-8")


@router.get("/tables/{name}.xlsx", include_in_schema=False)
def as_xlsx(name: File, desk: At, coder: Who, suggested: Suggested = False, kind: KindName | None = None) -> Response:
    """A table or the matrix as a workbook."""
    return _sent(sheets.workbook(desk.study.title, _grids(desk, coder, name, suggested, kind)), f"{name}.xlsx", _XLSX)


def _grids(desk: Desk, coder: str, name: str, suggested: bool, kind: KindName | None) -> list[Grid]:
    found = results.results(desk, coder, suggested=suggested)
    if name == "matrix":
        chosen = shapes.kind_of(kind) if kind else found.findings.confirmed[0].kind
        return [grids.framework(matrix.matrix(desk, coder, chosen), kinds=found.kinds)]
    tables = [found.table(_KINDS[name]), found.table(_KINDS[name], confirmed=False) if suggested else None]
    made = [grids.code_grid(table, found.findings, kinds=found.kinds) for table in tables if table]
    if not made or made[0].file != f"{name}.csv":
        raise TableError(f"This study has no table {name}.", "")
    return made


def _title(table: Table | None, asked: QuotesAsked) -> str:
    """The name of the code or category that was asked for."""
    found = table.categories if table else ()
    if asked.code is None:
        return next((one.name for one in found if one.code == asked.category), asked.category or "")
    return next((row.name for one in found for row in one.rows if row.code == asked.code), asked.code)


def _sent(body: bytes, name: str, kind: str) -> Response:
    return Response(body, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
