"""One row of a table, and what is noted while a table is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from themescout.batch import files
from themescout.batch.model import Refusal
from themescout.errors import FileProblemError
from themescout.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LONGEST = 1 << 26  # bytes of a line, characters of a cell; a text of a hundred hours of speech has a tenth of that
_NAMED = 20  # refused rows with a sentence each; of the others the number
_LOOKED = 1000  # first rows, one of which must have a text


class Row(NamedTuple):
    """One row. `unit` is its `id`, or its number in the table from 0; "" stands for what is not known."""

    doc: str
    unit: str
    speaker: str
    text: str
    context: str


class DamagedError(FileProblemError):
    """The file is broken from here on, and will be the next time."""


class Notes:
    """What is noted while a table is read.

    Attributes:
        has_text: whether any row had a column `text`.
        columns: names of the first columns that were met.
        sha256: of the file's bytes; "" until it has been read to its end.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = files.name_of(path)
        self.has_text = False
        self.columns: tuple[str, ...] = ()
        self.sha256 = ""
        self._sentences: list[str] = []
        self._more = 0

    def refuse(self, sentence: str) -> None:
        """Note a row that cannot be read; the first ones are named, the others counted."""
        if len(self._sentences) < _NAMED:
            self._sentences.append(f"{self.name}, {sentence}")
        else:
            self._more += 1

    def lost(self, error: FileProblemError) -> None:
        """Note that the table could not be read to its end."""
        self._sentences.append(error.sentence())

    def met(self, columns: Sequence[str]) -> None:
        """Note the columns of a row or of the whole table."""
        self.has_text = self.has_text or "text" in columns
        # A header in another encoding, or with halves of characters, is shown in a sentence that is stored.
        self.columns = self.columns or tuple(name.encode("utf-8", "replace").decode() for name in columns[:12])

    def refused(self) -> tuple[Refusal, ...]:
        """All that was refused, as sentences with the table's name."""
        more = [f"{self.name}: {self._more:,} more rows cannot be read."] if self._more else []
        return tuple(Refusal(path=self.path, sentence=sentence) for sentence in (*self._sentences, *more))


def with_text(found: Iterator[Row | None], notes: Notes) -> Iterator[Row | None]:
    """`found`, of which nothing is given out before a column `text` was met among the first rows."""
    held: list[Row | None] = []
    there = False
    for row in found:
        there = True
        held.append(row)
        if notes.has_text:
            yield from held
            held.clear()
        elif len(held) == _LOOKED:
            break
    if notes.has_text and there:
        return
    if not there:
        raise DamagedError(f"{notes.name} has no rows.", "Export or copy it again.")
    if not any(held):
        raise DamagedError(f"{notes.name} has no row that can be read.", "Mend it.")
    shown = ", ".join(name[:40] for name in notes.columns) or "none"
    raise DamagedError(f"{notes.name} has no column “text”; it has: {shown}.", "Rename the column with the texts.")


def row_of(cells: Mapping[str, Any], number: int, notes: Notes) -> Row | None:
    """A row of plain cells, None if it is refused; texts are normalised, other cells only made fit to be stored."""
    if not notes.has_text:
        notes.met(tuple(cells))
    if isinstance(cells.get("text"), (list, dict)):
        notes.refuse(f"row {number + 1}, has a list or an object as its text. Write it as one text.")
        return None
    unit = _cell(cells.get("id"))
    return Row(
        doc=_cell(cells.get("doc")),
        unit=unit or str(number),
        speaker=_cell(cells.get("speaker")),
        text=normalise(_plain(cells.get("text"))),
        context=_cell(cells.get("context")),
    )


def _plain(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _cell(value: object) -> str:
    plain = _plain(value)
    # Halves of characters, as JSON may have them, cannot be stored.
    return plain if plain.isascii() else plain.encode("utf-8", "ignore").decode()


def broken(notes: Notes, number: int, what: str) -> DamagedError:
    """The error for a file that cannot be read after row `number`, which counts from 1; to be raised."""
    if not number:
        return DamagedError(f"{notes.name} cannot be read: {what}.", "Export or copy it again.")
    return DamagedError(
        f"{notes.name} cannot be read after row {number:,}: {what}.",
        "The rows before are done; export or copy the file again and run it into a new folder.",
    )
