"""Rich Text Format: striprtf finds the text, a few marks carry what is bold through it."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from themescout.errors import FileProblemError
from themescout.importers import columns, limits, runs
from themescout.importers.runs import Run
from themescout.text import normalise
from themescout.types import RawTranscript

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from themescout.types import Line

# Of Unicode's private use area, so that they stand in no transcript.
_BOLD, _PLAIN, _ROW, _CELL = "\ue0b1", "\ue0b0", "\ue0b2", "\ue0b3"
_NO_MARKS = str.maketrans("", "", _BOLD + _PLAIN + _ROW + _CELL)
_CHANGE = re.compile(f"([{_BOLD}{_PLAIN}])")

_CONTROL = re.compile(r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\[^a-zA-Z]|[{}]")
_CODEPAGE = re.compile(rb"\\ansicpg(\d{3,5})")
_OPENING = b"{\\rtf"
_MARKED = {"cell": _CELL, "row": _ROW}


class RtfImporter:
    """Reads `.rtf`."""

    suffixes = (".rtf",)

    def read(self, path: Path) -> tuple[RawTranscript, ...]:
        """The one interview of the document. Headers, footnotes and comments are no speech."""
        data = limits.read_bytes(path)
        if data.startswith(limits.OLE_MAGIC):
            raise FileProblemError(f"{path.name} is a Word document of the old kind.", "Save it as .docx.")
        if not data.lstrip().startswith(_OPENING):
            raise limits.damaged(path)
        encoding = _encoding(data)
        found = tuple(_lines(_text(path, data.decode(encoding, "replace"), encoding)))
        limits.check_lines(found, path.name)
        if not found:
            raise FileProblemError(f"{path.name} has no text.", "If it shows scanned pages, run it through OCR first.")
        return (RawTranscript(name=path.stem, lines=found, format="rtf", encoding=encoding),)


def _encoding(data: bytes) -> str:
    match = _CODEPAGE.search(data[:4096])
    try:
        return codecs.lookup(f"cp{match.group(1).decode()}" if match else "cp1252").name
    except LookupError:
        return "cp1252"


def _text(path: Path, source: str, encoding: str) -> str:
    # Nothing else needs striprtf.
    from striprtf.striprtf import rtf_to_text  # noqa: PLC0415

    # Another word for what is left out: striprtf would write the addresses of links into the speech,
    # and looks for them in time that grows with the square of the number of fields.
    marked = _marked(source.translate(_NO_MARKS)).replace(r"\fldinst", r"\datafield")
    try:
        # striprtf says that it is typed and is not.
        text = str(rtf_to_text(marked, encoding=encoding, errors="replace"))  # type: ignore[no-untyped-call]
    # What striprtf was seen to raise: numbers that are no characters, unknown code pages.
    except (ValueError, LookupError, TypeError, OverflowError) as error:
        raise limits.damaged(path) from error
    # Characters beyond 16 bits, emoji for one, are written as two halves that striprtf leaves apart.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _marked(source: str) -> str:
    r"""The source with marks where bold begins or ends and before \cell and \row; \deleted text is hidden."""
    # Binary pictures are skipped by their length, which marks would change; better no bold than no text.
    if r"\bin" in source:
        return source
    made: list[str] = []
    stack: list[bool] = []
    bold, end = False, 0
    for match in _CONTROL.finditer(source):
        made.append(source[end : match.start()])
        end = match.end()
        token, word, before = match.group(), match.group(1), bold
        bold = _weight(match, stack, bold=bold)
        hidden = word == "deleted" and match.group(2) != "0" and len(stack) > 1
        made.append((_escape(_MARKED[word]) if word in _MARKED else r"\*" if hidden else "") + token)
        if bold != before:
            made.append(_escape(_BOLD if bold else _PLAIN))
    return "".join((*made, source[end:]))


def _weight(match: re.Match[str], stack: list[bool], *, bold: bool) -> bool:
    """Whether text is bold after this word or brace; `stack` holds what it was before each open group."""
    if match.group() == "{":
        stack.append(bold)
        return bold
    if match.group() == "}":
        return stack.pop() if stack else False
    if match.group(1) == "b":
        return match.group(2) != "0"
    return bold and match.group(1) != "plain"


def _escape(mark: str) -> str:
    return rf"{{\uc0\u{ord(mark)} }}"


def _lines(text: str) -> Iterator[Line]:
    """The lines of the text that striprtf made, table rows put together again."""
    rows: list[list[str]] = []
    *pieces, rest = text.replace("\u00ad", "").split(f"{_ROW}\n")
    for piece in pieces:
        *cells, tail = piece.split(f"{_CELL}|")
        # What stands before the last line break of the first cell came before the row.
        before, _, first = (cells[0] if cells else tail).rpartition("\n")
        if before.translate(_NO_MARKS).strip():
            yield from columns.table_lines(rows)
            rows = []
            yield from _paragraphs(before)
        rows.append([normalise(cell.translate(_NO_MARKS)) for cell in (first, *cells[1:])])
    yield from columns.table_lines(rows)
    yield from _paragraphs(rest)


def _paragraphs(text: str) -> Iterator[Line]:
    bold = False
    found = []
    for piece in _CHANGE.split(text):
        if piece in {_BOLD, _PLAIN}:
            bold = piece == _BOLD
        else:
            found.append(Run(piece.translate(_NO_MARKS), bold))
    return runs.lines(found)
