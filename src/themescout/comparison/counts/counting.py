"""Informants counted: k of n with intervals, differences between waves, and who mentions what as a table of yes and no.

Informants are counted, never segments: whoever says a thing ten times is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from themescout.comparison.counts.mentions import CATEGORY, CODE, THEME
from themescout.comparison.model import Basis, Share
from themescout.intervals import clopper_pearson, newcombe, posterior_rise, wilson
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.candidates import Theme
    from themescout.codebook import Codebook
    from themescout.comparison.counts.mentions import Key, Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one row is about: its `key` (level, kind, id), its name, and the category of a code."""

    key: Key
    title: str
    parent: str = ""

    @property
    def unit(self) -> tuple[str, str]:
        """Level and id, whatever the kind."""
        return self.key[0], self.key[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Who of a wave mentions a row.

    Attributes:
        unprompted: informants with a mention that nobody asked for, sorted.
        prompted: those with prompted mentions alone, sorted.
        unconfirmed: those of both who would not be counted so without suggestions, sorted.
        agreed: those who have a mention that two coders gave, sorted.
        informants: everybody in the wave.
        mentions: what they said.
    """

    unprompted: tuple[str, ...]
    prompted: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    agreed: tuple[str, ...]
    informants: tuple[str, ...]
    mentions: tuple[Mention, ...] = ()

    @property
    def who(self) -> tuple[str, ...]:
        """The informants who count, prompted or not, sorted."""
        return tuple(sorted((*self.unprompted, *self.prompted)))

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.unprompted) + len(self.prompted)

    @property
    def total(self) -> int:
        """Informants in the wave."""
        return len(self.informants)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New less old share, -1..1, with its 95 % interval, and the chance, 0..1, that the share rose."""

    difference: float
    low: float
    high: float
    rose: float

    @property
    def clear(self) -> bool:
        """The interval leaves out 0."""
        return self.low > 0 or self.high < 0


def lines(book: Codebook, themes: Mapping[int, Theme], shown: Collection[int]) -> tuple[Line, ...]:
    """What is counted: categories, then codes, each in the codebook's order, barriers before research questions.

    Then the themes that are in `shown`, by number.
    """
    made = []
    for level in (CATEGORY, CODE):
        codes = [code for code in book.codes if (code.parent is None) == (level == CATEGORY)]
        for kind in kinds(book):
            for code in codes:
                parent = book.topmost(code.id) if level == CODE else ""
                made.append(Line(key=(level, kind, code.id), title=code.name, parent=parent))
    numbered = [Line(key=(THEME, None, str(number)), title=themes[number].title) for number in sorted(shown)]
    return (*made, *numbered)


def kinds(book: Codebook) -> tuple[Kind | None, ...]:
    """The kinds that are counted apart, in this order."""
    known = {kind.id for kind in book.kinds}
    return tuple(kind for kind in (Kind.BARRIER, Kind.RESEARCH_QUESTION) if kind in known) or (None,)


def tally(mentions: Sequence[Mention], informants: Sequence[str]) -> Tally:
    """Count each informant once: unprompted where one mention is, confirmed where that holds without suggestions."""
    of: dict[str, list[Mention]] = {}
    for mention in mentions:
        of.setdefault(mention.informant, []).append(mention)
    status = {name: all(one.prompted for one in said) for name, said in of.items()}
    sure = {
        name
        for name, said in of.items()
        if any(one.basis is not Basis.SUGGESTED and one.prompted == status[name] for one in said)
    }
    return Tally(
        unprompted=tuple(sorted(name for name, asked in status.items() if not asked)),
        prompted=tuple(sorted(name for name, asked in status.items() if asked)),
        unconfirmed=tuple(sorted(set(of) - sure)),
        agreed=tuple(sorted({one.informant for one in mentions if len(one.coders) > 1})),
        informants=tuple(informants), mentions=tuple(mentions),
    )  # fmt: skip


def share(one: Tally, silence: Basis) -> Share:
    """K of n with both intervals; `silence` is whose word it is that nobody mentions it, where nobody does."""
    bases = {mention.basis for mention in one.mentions}
    basis = silence
    if Basis.PLACED in bases:
        basis = Basis.PLACED
    elif one.count:
        basis = Basis.SUGGESTED if one.unconfirmed else Basis.CONFIRMED
    low, high = wilson(one.count, one.total)
    return Share(
        count=one.count, prompted=len(one.prompted), total=one.total, low=low, high=high,
        exact=clopper_pearson(one.count, one.total), basis=basis, who=one.who,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def change(old: tuple[int, int], new: tuple[int, int]) -> Change | None:
    """New less old, each (count, total); None where a wave has no informant."""
    if not old[1] or not new[1]:
        return None
    low, high = newcombe(new, old)  # the first less the second
    return Change(
        difference=new[0] / new[1] - old[0] / old[1], low=low, high=high, rose=posterior_rise(old, new).chance
    )


@lru_cache(maxsize=4096)
def clear(old: tuple[int, int], new: tuple[int, int]) -> bool:
    """Whether the interval of the difference leaves out 0; False where a wave has no informant."""
    if not old[1] or not new[1]:
        return False
    low, high = newcombe(new, old)
    return low > 0 or high < 0


def matrix(tallies: Sequence[Tally], informants: Sequence[str]) -> NDArray[np.bool_]:
    """Who mentions what, shape (informants, rows)."""
    place = {name: i for i, name in enumerate(informants)}
    made = np.zeros((len(informants), len(tallies)), bool)
    for column, one in enumerate(tallies):
        made[[place[name] for name in one.who], column] = True
    return made
