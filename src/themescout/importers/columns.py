"""What the columns of a table mean: who speaks, what is said, in which interview, when.

Used for spreadsheets and for the tables that people put transcripts into inside a document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.importers import known
from themescout.text import words
from themescout.types import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Best first: where a table has several of them, the first wins.
TEXT = (
    "text",
    "utterance",
    "speech",
    "transcript text",
    "interview text",
    "transcription",
    "content",
    "response",
    "answer",
    "comment",
    "statement",
    "verbatim",
    "dialogue",
    "message",
    "paragraph",
    "quote",
    "transcript",
)
SPEAKER = ("speaker", "speaker name", "speaker label", "speaker id", "who", "voice", "person", "role", "name")
INTERVIEW = (
    "transcript id",
    "interview id",
    "interview",
    "document",
    "document id",
    "doc",
    "doc id",
    "transcript",
    "file",
    "file name",
    "filename",
    "conversation id",
    "session",
    "session id",
    "case",
    "participant id",
    "respondent id",
    "participant",
    "respondent",
    "id",
    "name",
)
START = ("start", "start s", "start time", "begin", "from", "timestamp", "time", "time stamp")
END = ("end", "end s", "end time", "to", "until")

_LABEL = re.compile(r"[^\W_][^\n:?!]{0,39}\s*:?")
_TIME = re.compile(r"\[?\(?(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:[.,]\d+)?)\)?\]?")
_LABEL_WORDS = 4
_TAB = 8  # columns between tab stops where blanks stand for indentation


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Positions in a row, from 0. `text` is always there, the others may be None."""

    text: int
    speaker: int | None = None
    interview: int | None = None
    start: int | None = None
    end: int | None = None

    @property
    def used(self) -> frozenset[int]:
        """All positions that mean something."""
        found = (self.text, self.speaker, self.interview, self.start, self.end)
        return frozenset(position for position in found if position is not None)


def named(header: Sequence[str]) -> Columns | None:
    """What the names in `header` say about the columns; None where none of them is a name for text."""
    names = [_plain(name) for name in header]
    text = _first(names, TEXT, ())
    if text is None:
        return None
    speaker = _first(names, SPEAKER, (text,))
    interview = _first(names, INTERVIEW, (text, speaker))
    start = _first(names, START, (text, speaker, interview))
    end = _first(names, END, (text, speaker, interview, start))
    return Columns(text=text, speaker=speaker, interview=interview, start=start, end=end)


def guessed(rows: Sequence[Sequence[str]]) -> Columns | None:
    """Which columns of a table without names hold speakers and words; None where that does not show.

    The column with most words is the text; the speakers stand in one whose cells are short and recur.
    """
    width = min((len(row) for row in rows), default=0)
    if width < 2:
        return None
    sizes = [sum(words(row[column]) for row in rows) for column in range(width)]
    text = sizes.index(max(sizes))
    for column in range(width):
        if column != text and _are_labels([row[column].strip() for row in rows]):
            times = [other for other in range(width) if _are_times([row[other].strip() for row in rows])]
            return Columns(text=text, speaker=column, start=times[0] if times else None)
    return None


def turn_lines(row: Sequence[str], columns: Columns) -> Iterator[Line]:
    """The paragraphs of one row's text, each with the row's speaker and time."""
    speaker = cell(row, columns.speaker).rstrip(":").strip() or None
    start_s, end_s = seconds(cell(row, columns.start)), seconds(cell(row, columns.end))
    for line in lines_of(cell(row, columns.text)):
        yield Line(text=line.text, speaker=speaker, indent=line.indent, start_s=start_s, end_s=end_s)


def table_lines(rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    """The lines of a table inside a document: turns where it has speakers, else its cells as they stand."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    columns = named(filled[0]) if filled else None
    if columns and columns.speaker is not None:
        filled = filled[1:]
    else:
        columns = guessed(filled)
    for row in filled:
        if columns:
            yield from turn_lines(row, columns)
        else:
            # A table of another kind (date, place, consent): kept to be read, one line per row.
            yield from lines_of("\t".join(cell.strip() for cell in row if cell.strip()))


def lines_of(text: str) -> Iterator[Line]:
    """The non-empty lines of normalised `text`, stripped, with their indentation."""
    for piece in text.split("\n"):
        if stripped := piece.strip():
            yield Line(text=stripped, indent=indentation(piece))


def indentation(text: str) -> int:
    """Tab stops that `text` begins behind; eight blanks count as one, fewer as none."""
    opening = text[: len(text) - len(text.lstrip())]
    return len(opening.replace("\u00a0", " ").expandtabs(_TAB)) // _TAB


def seconds(text: str) -> float | None:
    """Seconds from `1:02:03.5`, `02:03` or `123.5`; None for anything else."""
    stripped = text.strip()
    if match := _TIME.fullmatch(stripped):
        hours, minutes, rest = match.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(rest.replace(",", "."))
    if re.fullmatch(r"\d{1,7}(?:[.,]\d+)?", stripped):
        return float(stripped.replace(",", "."))
    return None


def looked_for() -> str:
    """The names for a text column, as a list for people."""
    return ", ".join(TEXT)


def _are_labels(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    if not filled or not all(_is_label(cell) for cell in filled):
        return False
    recur = len(filled) >= 2 * len(set(filled))
    return recur or all(cell.endswith(":") or known.is_known(cell.rstrip(": ")) for cell in filled)


def _is_label(cell: str) -> bool:
    short = len(cell.split()) <= _LABEL_WORDS and _LABEL.fullmatch(cell) is not None
    return short and seconds(cell) is None


def _are_times(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(_TIME.fullmatch(cell) for cell in filled)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


def _first(names: Sequence[str], wanted: Iterable[str], taken: Sequence[int | None]) -> int | None:
    for name in wanted:
        for position, found in enumerate(names):
            if found == name and position not in taken:
                return position
    return None


def cell(row: Sequence[str], position: int | None) -> str:
    """The cell at `position`, "" where the row is too short or there is no such column."""
    return row[position] if position is not None and position < len(row) else ""
