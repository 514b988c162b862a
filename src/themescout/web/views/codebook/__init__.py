"""The view of the codebook: its codes with what was coded with them, their wording and its versions."""

from themescout.web.views.codebook.view import router

__all__ = ["router"]
