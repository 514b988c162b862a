"""The view of progress: how far, when to stop, what is new, and what suggestions do to people."""

from themescout.web.views.progress.view import router

__all__ = ["router"]
