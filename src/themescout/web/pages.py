"""Pages made from templates, which know the study, the coder and the menu."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi.responses import HTMLResponse, Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from themescout.web.asking import coder_of, desk_of

if TYPE_CHECKING:
    from fastapi import Request

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
VIEWS = (
    ("/", "Code"),
    ("/themes", "Themes"),
    ("/codebook", "Codebook"),
    ("/transcripts", "Interviews"),
    ("/tables", "Tables"),
    ("/progress", "Progress"),
    ("/coders", "Coders"),
    ("/compare", "Compare"),
)


def page(request: Request, template: str, status: int = 200, *, view: str = "", **values: Any) -> HTMLResponse:
    """A page made from a template, with the script and the style called `view`, else called like the template."""
    desk, coder = desk_of(request), coder_of(request)
    here = next((path for path, _ in reversed(VIEWS) if _within(request.url.path, path)), "")
    known = {
        "study": desk.study.title, "coder": coder, "views": VIEWS, "here": here, "read_only": desk.read_only,
        "chosen": desk.preferences(coder), "view": view or template.partition(".")[0],
    }  # fmt: skip
    return _templates.TemplateResponse(request, template, {**known, **values}, status_code=status)


def problem(request: Request, error: str, hint: str, status: int) -> Response:
    """A user's problem as a page."""
    return page(request, "problem.html.j2", status, view="page", error=error, hint=hint)


def _within(path: str, view: str) -> bool:
    return path == view or (view != "/" and path.startswith(f"{view}/"))
