"""The view of tables."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from themescout.web.asking import PROBLEMS
from themescout.web.pages import page

router = APIRouter(responses=PROBLEMS)


@router.get("/tables", include_in_schema=False)
def view(request: Request) -> Response:
    """The page."""
    return page(request, "tables.html.j2")
