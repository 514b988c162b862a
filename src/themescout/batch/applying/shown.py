"""A study's themes as they are shown, ready to take in texts that the study does not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from themescout.candidates import NO_THEME, Reason, ThemeStatus
from themescout.cluster.placing import followed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.candidates import Loose, Theme

EMPTY = "empty"  # reason of a text without words, as `discover` has it for a table
REASONS = ("", *(reason.value for reason in Reason), EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placed:
    """Texts in themes, one entry for each in every array.

    Attributes:
        theme: int32, number of the theme; -1 = none.
        nearest: int32, the same, and for a text in none the theme nearest to it; -1 where there is none.
        strength: float32, share of the five nearest segments of the study that go with it, 0..1.
        reason: int8, place in `REASONS`: why it is in none.
    """

    theme: NDArray[np.int32]
    nearest: NDArray[np.int32]
    strength: NDArray[np.float32]
    reason: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShownThemes:
    """Where each segment of a study is; themes that a person discarded are no themes.

    Attributes:
        names: number of each theme to its title, ascending.
        x: vectors of the segments, float32, shape (m, dimensions).
        theme, nearest, reason: of each segment, as in `Placed`.
    """

    names: Mapping[int, str]
    x: NDArray[np.float32]
    theme: NDArray[np.int32]
    nearest: NDArray[np.int32]
    reason: NDArray[np.int8]

    def placed(self, x: NDArray[np.float32]) -> Placed:
        """Where texts belong that have the vectors x, shape (n, dimensions); a row of zeros is an empty text."""
        made = Placed(
            theme=np.full(len(x), NO_THEME, np.int32), nearest=np.full(len(x), NO_THEME, np.int32),
            strength=np.zeros(len(x), np.float32), reason=np.full(len(x), REASONS.index(EMPTY), np.int8),
        )  # fmt: skip
        said = np.flatnonzero(x.any(axis=1))
        row, made.strength[said] = followed(x, said, self.x, self.theme)
        for mine, theirs in ((made.theme, self.theme), (made.nearest, self.nearest), (made.reason, self.reason)):
            mine[said] = theirs[row]
        return made


def unplaced(ids: Sequence[str], themes: Sequence[Theme], loose: Sequence[Loose]) -> int:
    """Number of segments of which it is not known whether they are in a theme."""
    return len(set(ids).difference((item.segment for item in loose), *(theme.members for theme in themes)))


def shown(ids: Sequence[str], x: NDArray[np.float32], themes: Sequence[Theme], loose: Sequence[Loose]) -> ShownThemes:
    """The themes of the segments `ids` with vectors x, all of which are in a theme or in `loose`."""
    kept = {theme.id: theme for theme in themes if theme.status is not ThemeStatus.DISCARDED}
    place = {name: i for i, name in enumerate(ids)}
    theme, nearest = np.full(len(ids), NO_THEME, np.int32), np.full(len(ids), NO_THEME, np.int32)
    # What is in no theme that is left was in one that a person discarded.
    reason = np.full(len(ids), REASONS.index(Reason.TAKEN_OUT), np.int8)
    for item in loose:
        if item.segment in place:
            nearest[place[item.segment]] = item.nearest if item.nearest in kept else NO_THEME
            reason[place[item.segment]] = REASONS.index(item.reason)
    for number, found in kept.items():
        rows = [place[name] for name in found.members if name in place]
        theme[rows], nearest[rows], reason[rows] = number, number, 0
    names = {number: kept[number].title for number in sorted(kept)}
    return ShownThemes(names=names, x=x, theme=theme, nearest=nearest, reason=reason)
