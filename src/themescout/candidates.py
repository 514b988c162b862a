"""Candidate themes: what the machine found, what a person made of it, and what is shown.

A theme's number is its identity: it is kept when themes are found again, and never given to another theme.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.types import Evidence

NO_THEME = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTheme:
    """A group of segments as the machine found it, before a person's decisions.

    Attributes:
        id: number from 0.
        members: segment ids, strongest first.
        strengths: in 0..1, how strongly each member belongs, same order: the mean share of runs that grouped it with
            the other members.
        found_in: number of runs in which a group like this was found.
        runs: number of runs.
        parts: the second level: segment ids of each sub-theme, largest first; empty where it has none.
    """

    id: int
    members: tuple[str, ...]
    strengths: tuple[float, ...]
    found_in: int
    runs: int
    parts: tuple[tuple[str, ...], ...] = ()


class Reason(StrEnum):
    """Why a segment is in no theme."""

    BETWEEN = "between"  # the runs put it now here, now there
    FEW = "few"  # it goes with a few others, too few for a theme
    APART = "apart"  # it is like nothing else
    TAKEN_OUT = "taken out"  # a person moved it out, or discarded its theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """A segment in no theme.

    Attributes:
        segment: id.
        nearest: number of the nearest theme; -1 where there is no theme at all.
        strength: in 0..1, how strongly it belongs to the nearest.
        reason: why it was left out.
    """

    segment: str
    nearest: int
    strength: float
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class SubTheme:
    """A group within a theme. `members` and `exemplars` are segment ids."""

    label: str
    keywords: tuple[str, ...]
    members: tuple[str, ...]
    exemplars: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A code that a theme fits.

    Attributes:
        code: id.
        share: share of the theme's members, 0..1, whose best code it is (confirmed codes count before suggested ones).
        similarity: cosine in -1..1 of the theme's centre and the best text of the code.
        evidence: the codebook's own words, or confirmed segments, that speak for it, best first.
    """

    code: str
    share: float
    similarity: float
    evidence: tuple[Evidence, ...] = ()


class ThemeStatus(StrEnum):
    """Where a theme stands with the person."""

    CANDIDATE = "candidate"
    KEPT = "kept"
    PROMOTED = "promoted"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme as it is shown: found by the machine, described from evidence, changed by decisions.

    Attributes:
        id: number from 0, kept for good; shown to people as `id + 1` with a T before it: T1.
        label: a few of the informants' own words.
        keywords: words and phrases that set the theme apart, best first.
        members: segment ids, strongest first.
        strengths: in 0..1, same order; 1 for a segment that a person put there.
        exemplars: segment ids, three to five, from different informants where there are that many.
        found_in: number of runs in which a group like this was found; 0 for a theme that a person made.
        runs: number of runs.
        informants: number of informants among the members.
        interviews: number of transcripts among the members.
        loudest: share of members, 0..1, from the informant with most of them.
        subthemes: the second level, largest first.
        fits: codes that it fits, best first.
        elsewhere: share of members, 0..1, whose best code is none of `fits`.
        name: the person's name for it; "" while there is none.
        status: where it stands with the person.
        tied: id of the category or code that a person tied it to; "" while there is none.
        merged: numbers of the themes that a person merged into it.
        made: True where a person made it (by splitting another).
    """

    id: int
    label: str
    keywords: tuple[str, ...]
    members: tuple[str, ...]
    strengths: tuple[float, ...]
    exemplars: tuple[str, ...]
    found_in: int
    runs: int
    informants: int = 0
    interviews: int = 0
    loudest: float = 0.0
    subthemes: tuple[SubTheme, ...] = ()
    fits: tuple[Fit, ...] = ()
    elsewhere: float = 0.0
    name: str = ""
    status: ThemeStatus = ThemeStatus.CANDIDATE
    tied: str = ""
    merged: tuple[int, ...] = ()
    made: bool = False

    @property
    def title(self) -> str:
        """What to call it: the person's name, else the label."""
        return self.name or self.label

    @property
    def one_voice(self) -> bool:
        """Whether it is one talkative informant: two thirds of its members or more, or all of them."""
        return self.loudest >= 2 / 3


class ThemeVerb(StrEnum):
    """What a person did with a theme."""

    NAME = "name"
    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    KEEP = "keep"
    DISCARD = "discard"
    PROMOTE = "promote"
    TIE = "tie"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeDecision:
    """A person's decision about a theme. Only ever added, never altered.

    Attributes:
        seq: number in the log, from 1; 0 before it is stored.
        verb: what was done.
        theme: number of the theme; for `move`, that of the theme moved to, -1 to take the segments out of any.
        into: for `merge`, the theme that takes it in; for `split`, the number of the new theme; else None.
        segments: for `split` and `move`, the segments; else ().
        value: for `name` the name, for `tie` and `promote` the code's id ("" unties); else "".
        coder: who.
        decided_at: ISO 8601, UTC, seconds.
        memo: free text.
        shown: what was seen: label, name and member ids of the themes concerned, by number as text.
        undoes: `seq` of the decision that this one takes back, else None.
    """

    verb: ThemeVerb
    theme: int
    coder: str
    decided_at: str
    into: int | None = None
    segments: tuple[str, ...] = ()
    value: str = ""
    memo: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)
    undoes: int | None = None
    seq: int = 0


class Change(StrEnum):
    """What became of a theme when themes were found again."""

    SAME = "same"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeChange:
    """One theme before and after: sizes in segments, `overlap` the Jaccard overlap, 0..1, of the segments in both."""

    theme: int
    label: str
    change: Change
    before: int
    after: int
    overlap: float
