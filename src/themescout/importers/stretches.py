"""Paragraphs and caption fragments gathered into stretches of one speaker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from themescout.importers import known

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_GAP = 2.0  # seconds between captions of one paragraph; a longer silence after a full stop begins another
NOBODY = ""  # the label of headings and the like: text that nobody says
_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", "।")
_CLOSERS = "\"'”’»)]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A paragraph with the label that begins it, None where it continues the speaker before."""

    label: str | None
    text: str
    start_s: float | None = None
    end_s: float | None = None
    joins: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What one speaker says in a row: paragraphs joined by newlines. Label None: nobody's (front matter)."""

    label: str | None
    text: str
    start_s: float | None = None
    end_s: float | None = None


@dataclass(slots=True)
class _Open:
    """The stretch that is being gathered."""

    label: str | None
    parts: list[str] = field(default_factory=list)
    start_s: float | None = None
    end_s: float | None = None

    def add(self, piece: Piece) -> None:
        if self.parts:
            self.parts.append(" " if self._continues(piece) else "\n")
        elif self.start_s is None:
            self.start_s = piece.start_s
        self.parts.append(piece.text)
        self.end_s = piece.end_s if piece.end_s is not None else self.end_s

    def _continues(self, piece: Piece) -> bool:
        if not piece.joins:
            return False
        if None in (piece.start_s, self.end_s):
            return True
        gap = (piece.start_s or 0.0) - (self.end_s or 0.0)
        return gap <= LONGEST_GAP or not ends_sentence(self.parts[-1])

    def closed(self) -> Stretch:
        return Stretch(label=self.label, text="".join(self.parts), start_s=self.start_s, end_s=self.end_s)


def gather(pieces: Iterable[Piece]) -> tuple[Stretch, ...]:
    """Merge what one speaker says in a row; a piece without text only changes the speaker."""
    done: list[_Open] = []
    names: dict[str, str] = {}  # one spelling for each label: the first
    speaker: str | None = None
    current: _Open | None = None
    for piece in pieces:
        if piece.label:
            speaker = names.setdefault(known.key(piece.label), piece.label)
        label = None if piece.label == NOBODY else speaker
        if current is None or label != current.label or (piece.label and not current.parts):
            current = _Open(label, start_s=piece.start_s)
            done.append(current)
        if piece.text.strip():
            current.add(piece)
    return tuple(stretch.closed() for stretch in done if stretch.parts)


def ends_sentence(text: str) -> bool:
    """True where the text ends in a full stop or the like, closing quotes aside."""
    return text.rstrip().rstrip(_CLOSERS).endswith(_SENTENCE_ENDS)
