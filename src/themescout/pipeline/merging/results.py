"""What came of merging, as values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """An interview that is not the same in both copies.

    Attributes:
        there: what the other copy calls it.
        here: what it is called here now.
        sentence: what was done.
        added: whether there is a transcript more, or another, here.
    """

    there: str
    here: str
    sentence: str
    added: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """The same thing decided in two ways, in the one copy and in the other.

    Attributes:
        about: "segment", "theme" or "summary".
        what: the segment's id, the theme's number as people write it, or the cell of the matrix.
        coder: who; of themes and summaries, whoever decided here.
        where: transcript of a segment, else "".
        quote: words of a segment or title of a theme, else "".
        here: what was decided in this study.
        there: what was decided in the other.
        here_at: when, ISO 8601, UTC.
        there_at: when.
        holds: "here" or "there": the later one.
    """

    about: str
    what: str
    coder: str
    where: str
    quote: str
    here: str
    there: str
    here_at: str
    there_at: str
    holds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A value that differs and is left as it is here: where it stands, what it is, and both values."""

    where: str
    what: str
    here: str
    there: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeResult:
    """What came into a study from another copy.

    Attributes:
        study: folder of this study.
        other: folder of the other.
        dry_run: True where nothing was written.
        changed: whether anything came, or would come, into the study.
        backup: path of the copy of the database from before; "" where there is none.
        decisions: coder to number of entries that came into the log.
        theme_decisions: the same for the log of decisions about themes.
        summaries: the same for summaries of the matrix.
        interviews: those that are not the same in both.
        books: number of texts of the codebook that were recorded.
        vectors: number of vectors that need not be computed again.
        participants: number of rows added to the table of participants, or filled in.
        preferences: coders whose keys and way of working were taken over.
        conflicts: what was decided in two ways.
        differences: what is left as it was here.
        notes: sentences on what else a person should know.
    """

    study: str
    other: str
    dry_run: bool
    changed: bool
    backup: str
    decisions: Mapping[str, int]
    theme_decisions: Mapping[str, int]
    summaries: Mapping[str, int]
    interviews: tuple[Interview, ...]
    books: int
    vectors: int
    participants: int
    preferences: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]


def counted(coders: Iterable[str]) -> Mapping[str, int]:
    """Coder to how often they come, in order of the alphabet."""
    return dict(sorted(Counter(coders).items()))
