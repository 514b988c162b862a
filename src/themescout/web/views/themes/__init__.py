"""The view of themes: what the machine found, and what people make of it."""

from themescout.web.views.themes.view import router

__all__ = ["router"]
