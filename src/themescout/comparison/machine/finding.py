"""From vectors of two waves to what the machine says of the new one. Arrays and names in, values out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from themescout import novelty
from themescout.comparison.model import Holding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from themescout.novelty import Novelty

_SAME = 0.5  # share of a group's segments that must be together in a new theme again, found without somebody
_LEFT_OUT = 15  # informants who are left out in turn, those first on whom most of the groups rest
_NEAREST = 3  # old segments shown beside a group
_SAMPLE = 3_000  # old segments that say so
_TIGHT = 10  # nearest segments that say how alike things are where a study has no themes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """Both waves as arrays.

    Attributes:
        old: vectors of the old wave's segments with what is said around them, shape (m, dimensions), unit rows.
        old_who: informant of each.
        new: of the new wave, shape (n, dimensions).
        new_who: informant of each.
        themes: rows of `old` in each existing theme.
        fdr: rate of false discoveries, 0..1.
        informants: fewest informants of a new theme.
        seed: of everything random.
    """

    old: NDArray[np.float32]
    old_who: tuple[str, ...]
    new: NDArray[np.float32]
    new_who: tuple[str, ...]
    themes: tuple[tuple[int, ...], ...]
    fdr: float
    informants: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """A candidate new theme.

    Attributes:
        rows: rows of the new wave, most typical first.
        closeness: of each, -1..1.
        seeds: how many of them are novel on their own.
        alike: rows of the old wave that lie as near as the group's own.
        nearest: the nearest rows of the old wave, nearest first.
        holding: whether half of it is found again in one group, from as many informants as are asked, without each
            informant in turn; None
            where it has too few informants for anything to be claimed.
    """

    rows: tuple[int, ...]
    closeness: tuple[float, ...]
    seeds: int
    alike: tuple[int, ...]
    nearest: tuple[int, ...]
    holding: Holding | None


def found(
    material: Material, progress: Callable[[int, int], None] | None = None
) -> tuple[Novelty, tuple[Gathering, ...]]:
    """How novel each new segment is, and what the novel ones have in common."""
    loosest = _loosest(material)
    judged, groups = _judged(material, loosest)
    holdings = _holdings(material, [set(group.rows) for group in groups], loosest, progress or _unseen)
    gathered = []
    for group, holding in zip(groups, holdings, strict=True):
        rows = np.asarray(group.rows)
        docs = [material.new_who[row] for row in rows]
        close = (material.old @ material.new[rows].T).mean(axis=1)
        like = novelty.alike(material.new[rows], docs, material.old)
        seeds = int((judged.q[rows] <= material.fdr).sum())
        gathered.append(
            Gathering(
                rows=group.rows, closeness=group.closeness, seeds=seeds,
                alike=tuple(int(row) for row in np.flatnonzero(like)),
                nearest=tuple(int(row) for row in np.argsort(-close, kind="stable")[:_NEAREST]), holding=holding,
            )
        )  # fmt: skip
    return judged, tuple(gathered)


def _judged(material: Material, loosest: float) -> tuple[Novelty, tuple[novelty.Group, ...]]:
    """Novelty, and groups of rows of the new wave among those that lean to it (p at most the rate, uncorrected)."""
    judged = novelty.novelty(material.old, material.old_who, material.new, material.new_who, seed=material.seed)
    leaning = np.flatnonzero(judged.p <= material.fdr)
    made = novelty.groups(
        material.new[leaning],
        [material.new_who[row] for row in leaning],
        judged.score[leaning],
        list(judged.q[leaning] <= material.fdr),
        loosest=loosest,
    )
    back = [
        novelty.Group(rows=tuple(int(leaning[row]) for row in group.rows), closeness=group.closeness) for group in made
    ]
    return judged, tuple(back)


def _loosest(material: Material) -> float:
    """How loose a new theme may be: as the old ones; without themes, as near neighbours are."""
    if len(material.themes) > 1:
        return novelty.breadth(material.old, material.old_who, material.themes)
    some = material.old[:: max(1, -(-len(material.old) // _SAMPLE))]
    found = some @ some.T
    np.fill_diagonal(found, -1.0)
    kept = min(_TIGHT, len(found) - 1)
    return float(np.quantile(np.partition(found, -kept, axis=1)[:, -kept:].mean(axis=1), 0.25)) if kept > 0 else 1.0


def _holdings(
    material: Material, groups: Sequence[set[int]], loosest: float, progress: Callable[[int, int], None]
) -> list[Holding | None]:
    """For each group, whether the very same work without each informant finds it again."""
    heard = [{material.new_who[row] for row in group} for group in groups]
    claimed = [len(people) >= material.informants for people in heard]
    resting = {
        name: sum(material.new_who[row] == name for group in groups for row in group)
        for people, claim in zip(heard, claimed, strict=True)
        if claim
        for name in people
    }
    left_out = sorted(resting, key=lambda name: (-resting[name], name))[:_LEFT_OUT]
    breakers: list[set[str]] = [
        {name for name in people if len(people) - 1 < material.informants} if claim else set()
        for people, claim in zip(heard, claimed, strict=True)
    ]
    for done, name in enumerate(left_out):
        progress(done, len(left_out))
        for place in _lost(material, name, groups, loosest):
            breakers[place].add(name)
    progress(len(left_out), len(left_out))
    return [
        Holding(holds=not broken, breakers=tuple(sorted(broken))) if claim else None
        for broken, claim in zip(breakers, claimed, strict=True)
    ]


def _lost(material: Material, name: str, groups: Sequence[set[int]], loosest: float) -> list[int]:
    """Places of the groups that are not found again, or from too few, without one informant."""
    kept = np.asarray([row for row, who in enumerate(material.new_who) if who != name], np.intp)
    if not len(kept):
        return list(range(len(groups)))
    without = Material(
        old=material.old, old_who=material.old_who, new=material.new[kept],
        new_who=tuple(material.new_who[row] for row in kept), themes=material.themes, fdr=material.fdr,
        informants=material.informants, seed=material.seed,
    )  # fmt: skip
    again = [{int(kept[row]) for row in group.rows} for group in _judged(without, loosest)[1]]
    again = [rows for rows in again if len({material.new_who[row] for row in rows}) >= material.informants]
    there = set(kept.tolist())
    return [
        place
        for place, group in enumerate(groups)
        if not any(len(rows & group) >= _SAME * len(group & there) for rows in again)
    ]


def _unseen(done: int, total: int) -> None:
    """Progress that is not shown."""
