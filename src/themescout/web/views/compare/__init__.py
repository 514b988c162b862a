"""The view that compares new interviews with the original ones."""

from themescout.web.views.compare.view import router

__all__ = ["router"]
