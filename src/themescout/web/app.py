"""The application: pages, JSON and files behind the guard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from themescout import __version__
from themescout.errors import StaleError, ThemescoutError
from themescout.web import pages, shapes
from themescout.web.access import Access, Guard
from themescout.web.asking import coder_of, desk_of
from themescout.web.views import codebook, coders, coding, compare, progress, tables, themes, transcripts

if TYPE_CHECKING:
    from themescout.review.desk import Desk

HERE = Path(__file__).parent
_VIEWS = (coding, themes, codebook, transcripts, tables, progress, coders, compare)


def create(desk: Desk, access: Access) -> Guard:
    """The review of one study, for those who have a token of `access`."""
    app = FastAPI(
        title="themescout review",
        version=__version__,
        summary="Coding of one study: segments, suggestions and decisions.",
        docs_url=None,  # those pages load their scripts from elsewhere
        redoc_url=None,
    )
    app.state.desk = desk
    for view in _VIEWS:
        app.include_router(view.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.add_exception_handler(ThemescoutError, _problem)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    return Guard(app, access)


def _problem(request: Request, error: Exception) -> Response:
    """A user's problem as JSON or as a page, with the status of its kind."""
    assert isinstance(error, ThemescoutError)  # noqa: S101  # registered for these alone
    card = None
    if isinstance(error, StaleError) and error.segment:
        card = shapes.card(desk_of(request).card(coder_of(request), error.segment))
    return _said(request, str(error), error.hint, error.status, card)


def _refused(request: Request, error: Exception) -> Response:
    """What the framework refuses: no such page, no such method, a body that is no text."""
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for these alone
    sentences = {404: "There is no such page.", 405: "That cannot be done here."}
    answer = _said(request, sentences.get(error.status_code, "That could not be read."), "", error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def _not_understood(request: Request, error: Exception) -> Response:
    """An address or a body that does not fit the description; in ASCII, as half a character cannot be sent as UTF-8."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for these alone
    if _asks_for_data(request):
        body = json.dumps({"detail": jsonable_encoder(error.errors())})
        return Response(body, status_code=422, media_type="application/json")
    return pages.problem(request, "This address cannot be understood.", "Go to a view by the menu.", 422)


def _said(request: Request, error: str, hint: str, status: int, card: shapes.CardOut | None = None) -> Response:
    if not _asks_for_data(request):
        return pages.problem(request, error, hint, status)
    body = shapes.ProblemOut(error=error, hint=hint, card=card)
    return JSONResponse(body.model_dump(mode="json"), status_code=status)


def _asks_for_data(request: Request) -> bool:
    return request.url.path.startswith("/api/")
