"""The pages, as HTML from the server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from themescout.web.api import At

if TYPE_CHECKING:
    from themescout.errors import ThemescoutError

router = APIRouter(include_in_schema=False)
_templates = Jinja2Templates(
    env=Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
)
# In the order of the menu: path, name.
VIEWS = (("/", "Code"),)


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page made from a template, which knows the study, the coder and the menu."""
    desk = request.app.state.desk
    known = {"study": desk.study.title, "coder": request.scope["coder"], "views": VIEWS, "here": request.url.path}
    return _templates.TemplateResponse(request, template, {**known, **values}, status_code=status)


def problem(request: Request, error: ThemescoutError) -> Response:
    """A user's problem as a page."""
    return page(request, "problem.html.j2", error.status, error=str(error), hint=error.hint)


@router.get("/")
def code(request: Request, desk: At) -> Response:
    """The coding view; `coding.js` fills it."""
    return page(request, "code.html.j2", read_only=desk.read_only)
