"""The application: pages, JSON and files behind the guard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from themescout.web.views import codebook, coders, coding, progress, tables, themes, transcripts

if TYPE_CHECKING:
    from themescout.review.desk import Desk

HERE = Path(__file__).parent
_VIEWS = (coding, themes, codebook, transcripts, tables, progress, coders)


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
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    return Guard(app, access)


def _problem(request: Request, error: Exception) -> Response:
    """A user's problem as JSON or as a page, with the status of its kind."""
    assert isinstance(error, ThemescoutError)  # noqa: S101  # registered for these alone
    if not request.url.path.startswith("/api/"):
        return pages.problem(request, error)
    body: dict[str, Any] = {"error": str(error), "hint": error.hint, "card": None}
    if isinstance(error, StaleError) and error.segment:
        found = desk_of(request).card(coder_of(request), error.segment)
        body["card"] = shapes.card(found).model_dump(mode="json")
    return JSONResponse(body, status_code=error.status)


def _invalid(_: Request, error: Exception) -> Response:
    """What FastAPI says of a request that does not fit, in ASCII: half a character in it cannot be sent as UTF-8."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for these alone
    body = json.dumps({"detail": jsonable_encoder(error.errors())})
    return Response(body, status_code=422, media_type="application/json")


def _refused(_: Request, error: Exception) -> Response:
    """What the framework itself refuses (no such address, a body that is no text), in the form of our own problems."""
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for these alone
    body = {"error": str(error.detail), "hint": "", "card": None}
    return JSONResponse(body, status_code=error.status_code, headers=error.headers)
