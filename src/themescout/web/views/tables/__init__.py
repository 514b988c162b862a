"""The views of the tables: the two tables, their quotes, the framework matrix, and all of them as files."""

from themescout.web.views.tables.view import router

__all__ = ["router"]
