"""What a researcher reads of a comparison: a page, a workbook, CSV files, figures, and lines for a terminal."""

from themescout.comparison.pages.page import render
from themescout.comparison.pages.text import lines
from themescout.comparison.pages.writing import stem, workbook, write

__all__ = ["lines", "render", "stem", "workbook", "write"]
