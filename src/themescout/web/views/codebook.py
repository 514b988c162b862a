"""The view of codebook."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from themescout.web.asking import PROBLEMS
from themescout.web.pages import page

router = APIRouter(responses=PROBLEMS)


@router.get("/codebook", include_in_schema=False)
def view(request: Request) -> Response:
    """The page."""
    return page(request, "codebook.html.j2")
