"""The view of coders: who coded how much, how far they agree, and how disagreements end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from themescout.report import agreements
from themescout.review.coders import agreeing, disagreeing, settling
from themescout.review.coders.agreeing import Coding
from themescout.review.coders.effort import efforts
from themescout.review.coders.given import labelled
from themescout.review.coders.settling import Settlement
from themescout.review.desk import Desk
from themescout.types import Decision, Kind
from themescout.web import shapes
from themescout.web.asking import PROBLEMS, At, Who
from themescout.web.pages import page
from themescout.web.views.coders import pages as coders_pages
from themescout.web.views.coders import shapes as coders_shapes

router = APIRouter(responses=PROBLEMS)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Table = Annotated[coders_shapes.TableIn, Query()]
Listed = Annotated[coders_shapes.ListIn, Query()]


@router.get("/coders", include_in_schema=False)
def view(request: Request, desk: At, coder: Who, asked: Table) -> Response:
    """The page: effort and agreement."""
    found, log = _coding(desk, coder)
    return page(
        request,
        "coders.html.j2",
        efforts=efforts(found, log),
        hidden=_hidden(desk, log),
        course=disagreeing.course(found),
        shares=desk.study.settings.review,
        table=coders_pages.table(found, asked),
    )


@router.get("/coders/disagreements", include_in_schema=False)
def disagreements(request: Request, desk: At, coder: Who, asked: Listed) -> Response:
    """The page: segments on which coders differ, side by side, to be settled."""
    found, log = _coding(desk, coder)
    return page(
        request,
        "disagreements.html.j2",
        view="coders",
        hidden=_hidden(desk, log),
        course=disagreeing.course(found),
        listed=coders_pages.listed(found, log, asked, desk.who),
    )


@router.get("/coders/agreement.csv", include_in_schema=False)
def as_csv(desk: At, coder: Who) -> Response:
    """The figures by code: every level, every basis, everybody who can be compared."""
    return _file(agreements.as_csv(agreements.grids(*_coding(desk, coder))[0]), "agreement.csv", "text/csv")


@router.get("/coders/agreement.xlsx", include_in_schema=False)
def as_xlsx(desk: At, coder: Who) -> Response:
    """The same with the figures over sets of labels and who coded how much."""
    return _file(agreements.as_xlsx(agreements.grids(*_coding(desk, coder))), "agreement.xlsx", SHEET)


@router.get("/api/coders/agreement")
def agreement(desk: At, coder: Who, asked: Table) -> coders_shapes.AgreementOut:
    """Agreement by code, category or kind, from what the coder may see."""
    found, log = _coding(desk, coder)
    table = coders_pages.table(found, asked)
    if table is None:
        return coders_shapes.AgreementOut(
            level=asked.level, basis=asked.basis, coders=[], whole=None, rows=[], unused=0, hidden=_hidden(desk, log)
        )
    return coders_shapes.agreement(table.compared, _hidden(desk, log))


@router.post("/api/coders/settle")
def settle(asked: coders_shapes.SettleIn, desk: At, coder: Who) -> coders_shapes.SettledOut:
    """End a disagreement. When this is answered, it is on the disk."""
    labels = tuple(dict.fromkeys((Kind(one.kind) if one.kind else None, one.code) for one in asked.labels))
    settlement = Settlement(
        segment=asked.segment, labels=labels, seen=asked.seen, memo=asked.memo.strip(), key=asked.key
    )
    return _settled(desk, settling.settle(desk, coder, settlement))


@router.post("/api/coders/undo")
def undo(desk: At, coder: Who) -> coders_shapes.SettledOut:
    """Take back the coder's newest settlement, where that is the newest that they decided."""
    return _settled(desk, settling.undo(desk, coder))


def _coding(desk: Desk, coder: str) -> tuple[Coding, tuple[Decision, ...]]:
    log = desk.visible(coder)
    return agreeing.coding(desk.study, desk.book, log, desk.items), log


def _hidden(desk: Desk, visible: tuple[Decision, ...]) -> int:
    """Number of segments about which something is decided that the coder may not see."""
    seen = {decision.seq for decision in visible}
    return len({decision.segment for decision in desk.log() if decision.seq not in seen})


def _file(body: bytes, name: str, media: str) -> Response:
    return Response(body, media_type=media, headers={"content-disposition": f'attachment; filename="{name}"'})


def _settled(desk: Desk, found: Decision) -> coders_shapes.SettledOut:
    labels = coders_pages.ordered(desk.book, labelled([found]))
    words = [coders_pages.words(desk.book, label) for label in labels]
    return coders_shapes.SettledOut(decision=shapes.decision(found), labels=words)
