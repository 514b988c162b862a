"""From groups of segments to themes that can be shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from themescout.candidates import SubTheme, Theme
from themescout.text import words
from themescout.themes.exemplars import MOST, exemplars
from themescout.themes.keywords import Said, count, keywords, weights
from themescout.themes.labels import labels
from themescout.themes.words import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from themescout.types import Segment

# A theme's words are read from its strongest segments: what hundreds of them say, thousands say as well.
_READ = 500
_PART_EXEMPLARS = 2
_OPENING = 5  # words of a quote that a group without words of its own is called by


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """A group of segments that is to be described.

    Attributes:
        id: number of the theme.
        rows: rows of the segments, strongest first.
        strengths: float32, in 0..1, same order.
        found_in: number of runs in which a group like it was found.
        parts: rows of each sub-theme, largest first; each a part of `rows`.
    """

    id: int
    rows: NDArray[np.intp]
    strengths: NDArray[np.float32]
    found_in: int
    parts: tuple[NDArray[np.intp], ...] = ()


def describe(
    segments: Sequence[Segment], x: NDArray[np.float32], groups: Sequence[Group], *, runs: int
) -> tuple[Theme, ...]:
    """One `Theme` for each group, same order; name, status and fits are left as they are in a new theme.

    Args:
        segments: n segments, informants' words alone.
        x: float32, shape (n, dimensions), unit rows, one for each segment.
        groups: no segment in two of them. No two labels are the same.
        runs: number of runs made.
    """
    read = sorted({row for group in groups for rows in (group.rows, *group.parts) for row in rows[:_READ].tolist()})
    reader = Reader([segments[row].text for row in read], [segments[row].speaker for row in read])
    said = {row: _said(segments[row], reader) for row in read}
    themes = _Texts(segments=segments, x=x, said=said, reader=reader)
    described = themes.described([group.rows for group in groups], [f"theme {group.id + 1}" for group in groups])
    return tuple(
        _theme(group, [segments[row] for row in group.rows.tolist()], found, runs, themes.subthemes(group.parts))
        for group, found in zip(groups, described, strict=True)
    )


def _said(segment: Segment, reader: Reader) -> Said:
    return Said(
        terms=reader.terms(segment.text),
        voice=(segment.transcript, segment.speaker),
        asked=reader.keys(segment.context) if segment.context else (),
    )


class _Described(NamedTuple):
    label: str
    keywords: tuple[str, ...]
    exemplars: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Texts:
    """Segments with their vectors, what those to be read say (by row), and who read them."""

    segments: Sequence[Segment]
    x: NDArray[np.float32]
    said: Mapping[int, Said]
    reader: Reader

    def described(
        self, groups: Sequence[NDArray[np.intp]], numbered: Sequence[str], *, most: int = MOST
    ) -> list[_Described]:
        """Each group (rows, strongest first) against the others; `numbered` is what to call it if all else fails."""
        counted = [count([self.said[row] for row in rows[:_READ].tolist()]) for rows in groups]
        weighed = weights(counted)
        best = [keywords(group, weight, self.reader) for group, weight in zip(counted, weighed, strict=True)]
        quotes = [exemplars(self.segments, self.x, rows, most=most) for rows in groups]
        text = {self.segments[row].id: self.segments[row].text for rows in groups for row in rows.tolist()}
        # Where people only say "nothing" or "very good", that is what to call it.
        last = [(_opening(text[ids[0]]) if ids else "") or number for ids, number in zip(quotes, numbered, strict=True)]
        named = labels(counted, weighed, best, self.reader, fallback=last)
        return [_Described(*found) for found in zip(named, best, quotes, strict=True)]

    def subthemes(self, parts: Sequence[NDArray[np.intp]]) -> tuple[SubTheme, ...]:
        """The second level of a theme."""
        numbered = [f"part {number + 1}" for number in range(len(parts))]
        return tuple(
            SubTheme(
                label=found.label,
                keywords=found.keywords,
                members=tuple(self.segments[row].id for row in rows.tolist()),
                exemplars=found.exemplars,
            )
            for rows, found in zip(parts, self.described(parts, numbered, most=_PART_EXEMPLARS), strict=True)
        )


def _opening(text: str) -> str:
    """The first words of a text; "" where it has none."""
    said = " ".join(text.split()[:_OPENING]).strip(".,;:!?…\"“”'’-– ")
    return said if words(said) else ""


def _theme(
    group: Group, members: Sequence[Segment], found: _Described, runs: int, subthemes: tuple[SubTheme, ...]
) -> Theme:
    voices = Counter((member.transcript, member.speaker) for member in members)
    return Theme(
        id=group.id,
        label=found.label,
        keywords=found.keywords,
        members=tuple(member.id for member in members),
        strengths=tuple(round(float(strength), 4) for strength in group.strengths),
        exemplars=found.exemplars,
        found_in=group.found_in,
        runs=runs,
        informants=len(voices),
        interviews=len({transcript for transcript, _ in voices}),
        loudest=round(max(voices.values(), default=0) / max(len(members), 1), 4),
        subthemes=subthemes,
    )
