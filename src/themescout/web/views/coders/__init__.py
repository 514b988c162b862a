"""The view of coders: who coded how much, how far they agree, and how disagreements end."""

from themescout.web.views.coders.view import router

__all__ = ["router"]
