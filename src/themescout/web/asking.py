"""What every request brings: the desk, and who asks."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from themescout.review.desk import Desk
from themescout.web import shapes

PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"description": "What was asked for cannot be used.", "model": shapes.ProblemOut},
    401: {"description": "No token, or one that is not known."},
    403: {"description": "A page from elsewhere, or a review for reading only.", "model": shapes.ProblemOut},
    404: {"description": "There is no such thing in the study.", "model": shapes.ProblemOut},
    411: {"description": "It does not say beforehand how long it is."},
    413: {"description": "It is longer than anything that can be stored."},
    409: {"description": "It cannot be done as asked, or no longer.", "model": shapes.ProblemOut},
}


def desk_of(request: Request) -> Desk:
    """The desk that this server works at."""
    found: Desk = request.app.state.desk
    return found


def coder_of(request: Request) -> str:
    """Whose token came with the request."""
    return str(request.scope["coder"])


At = Annotated[Desk, Depends(desk_of)]
Who = Annotated[str, Depends(coder_of)]
