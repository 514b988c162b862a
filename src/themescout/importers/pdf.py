"""PDF: pypdf finds the rows of print; here they become paragraphs again."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from themescout.errors import FileProblemError
from themescout.importers import limits, pages
from themescout.importers.pages import Piece, Row
from themescout.text import normalise
from themescout.types import RawTranscript

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pypdf import PdfReader

_BOLD = ("bold", "black", "heavy", "semibold", "demi")
_PAGES = 5_000


class PdfImporter:
    """Reads `.pdf` that holds text."""

    suffixes = (".pdf",)

    def read(self, path: Path) -> tuple[RawTranscript, ...]:
        """The one interview of the document, page headers, footers and line numbers left out."""
        data = limits.read_bytes(path)
        # Before the header there may be a few bytes of a mail or a web server.
        if b"%PDF-" not in data[:1024]:
            raise limits.damaged(path)
        with _quiet():
            printed, numbered = _printed(path)
        if not any(printed):
            raise FileProblemError(f"{path.name} has no text, only pictures.", "Run it through OCR first.")
        found, problems = pages.paragraphs(printed)
        if numbered:
            problems += ("Line numbers in the margin were left out.",)
        limits.check_lines(found, path.name)
        return (RawTranscript(name=path.stem, lines=found, format="pdf", problems=problems),)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back the warnings that pypdf writes for each small fault of a file; none is for the user."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _printed(path: Path) -> tuple[list[list[Row]], bool]:
    """The rows of each page, and whether there were line numbers in the margin."""
    # pypdf is only needed for this format.
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import DependencyError, PyPdfError  # noqa: PLC0415

    try:
        with PdfReader(path) as reader:
            if reader.is_encrypted and not reader.decrypt(""):
                raise limits.locked(path)
            return _rows_of_all(path, reader)
    except DependencyError as error:
        raise limits.locked(path) from error
    # Beside its own errors pypdf raises these for files that were cut or altered (found by altering files).
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        ArithmeticError,
        AssertionError,
        RecursionError,
        NotImplementedError,
    ) as error:
        raise limits.damaged(path) from error


def _rows_of_all(path: Path, reader: PdfReader) -> tuple[list[list[Row]], bool]:
    if len(reader.pages) > _PAGES:
        raise FileProblemError(f"{path.name} has more than {_PAGES} pages.", "Split it into single interviews.")
    kept, numbered = pages.without_margin([_pieces(page) for page in reader.pages])
    return [pages.rows(pieces) for pieces in kept], numbered


def _pieces(page: Any) -> list[Piece]:
    pieces: list[Piece] = []
    box = page.mediabox
    low, high = float(box.bottom) - 1, float(box.top) + 1

    def collect(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        # What lies outside the page is not printed.
        if text and (not text.strip() or low <= y <= high):
            height = abs(size * (tm[3] * cm[3] + tm[2] * cm[1])) or abs(size)
            pieces.append(Piece(normalise(text), _is_bold(font), x, y, height))

    page.extract_text(visitor_text=collect)
    return pieces


def _is_bold(font: Any) -> bool:
    name = str(font.get("/BaseFont", "")).casefold() if font else ""
    return any(word in name for word in _BOLD)
