"""Tests of differences where they were declared, what this many informants could show, and the whole profile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np

from themescout import contrasts
from themescout.comparison.counts import counting
from themescout.comparison.counts.mentions import CATEGORY, CODE
from themescout.comparison.model import Profile
from themescout.contrasts import never_heard
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.comparison.counts.counting import Line, Tally
    from themescout.comparison.model import Row
    from themescout.comparison.waves import Side
    from themescout.contrasts import Test
    from themescout.settings import CompareSettings

_COMMON = 0.25  # a view of one in four: the example of what so few informants may miss
FEWEST = 2  # informants of a wave, of whom a profile says something


def refusal(plan: CompareSettings, old: Side | None, shared: Sequence[str]) -> str:
    """Why no test is made, in a sentence; "" where one is."""
    if old is None:
        return (
            "No test was made and no difference is given: the earlier study is known by the names of its themes alone. "
            "Without the number of informants who raised each, no change of weight can be told."
        )
    if shared:
        return (
            f"No test was made: {', '.join(shared)} speak{'s' if len(shared) == 1 else ''} in both waves, and tests "
            "are for different people. Read the intervals of the differences with the same caution."
        )
    if plan.test == "none":
        return (
            "No test was made: none was declared beforehand in themescout.toml ([compare] test). Intervals of the "
            "differences say what can be said."
        )
    return ""


def resolution(plan: CompareSettings, old: Side | None, new: Side, categories: int) -> tuple[str, ...]:
    """What so few informants could show at all, in sentences; for the declared test, else for Fisher's."""
    total = len(new.wave.informants)
    chance = 100 * never_heard(_COMMON, total)
    missed = "less than 1 %" if chance < 1 else f"{chance:.0f} %"
    said = (
        f"A view that 1 in 4 of similar informants hold would be heard from none of {total} with a chance of {missed}.",
    )
    if old is None or not categories or not min(total, len(old.wave.informants)):
        return said
    test = cast("Test", "fisher" if plan.test == "none" else plan.test)
    found = contrasts.resolution(len(old.wave.informants), total, categories, test=test)
    return (*found.sentences, *said)


def tested(rows: Sequence[Row], test: str) -> tuple[Row, ...]:
    """The rows with p, adjusted by Holm's method within each family.

    The first family is the categories as barriers (all categories, where the codebook has no kinds), the second the
    categories as research questions. Codes and themes are described, not tested. A category that was refused keeps its
    place in the family, so that the correction is the declared one.
    """
    made = {(row.kind, row.id): row for row in rows if row.level == CATEGORY}
    for kind in (None, Kind.BARRIER, Kind.RESEARCH_QUESTION):
        family = [key for key in made if key[0] == kind]
        counts = {key: made[key] for key in family if made[key].difference is not None}
        p = {
            key: contrasts.p_value(cast("Test", test), (row.old.count, row.old.total), (row.new.count, row.new.total))
            for key, row in counts.items()
        }
        adjusted = dict(zip(family, contrasts.holm([p.get(key, 1.0) for key in family]), strict=True))
        made |= {key: replace(made[key], p=p[key], adjusted=adjusted[key]) for key in p}
    return tuple(made[row.kind, row.id] if row.level == CATEGORY else row for row in rows)


def profile(
    lines: Sequence[Line], tallies: tuple[Sequence[Tally], Sequence[Tally]], waves: tuple[Side, Side], seed: int
) -> Profile | None:
    """Both waves over all codes with their kinds; over the categories, where the codebook has no codes below them.

    None where a wave has fewer than two informants, or neither mentions anything. Codes heard in one wave alone are
    given whatever the kind.
    """
    level = CODE if any(line.key[0] == CODE for line in lines) else CATEGORY
    chosen = [i for i, line in enumerate(lines) if line.key[0] == level]
    names = [lines[i].key[2] for i in chosen]
    old, new = (
        counting.matrix([some[i] for i in chosen], side.wave.informants)
        for some, side in zip(tallies, waves, strict=True)
    )
    if min(len(old), len(new)) < FEWEST or not (old.any() or new.any()):
        return None
    shuffled, sets = contrasts.shuffled(old, new, seed=seed), contrasts.jaccard(old, new, seed=seed)
    before, after = ({names[i] for i in np.flatnonzero(wave.any(0))} for wave in (old, new))  # fmt: skip
    order = tuple(dict.fromkeys(names))
    return Profile(
        weighted=shuffled.value, expected=shuffled.expected, shuffled=(shuffled.low, shuffled.high), p=shuffled.p,
        exact=shuffled.exact, jaccard=sets.value,
        interval=None if sets.low is None or sets.high is None else (sets.low, sets.high),
        only_old=tuple(name for name in order if name in before - after),
        only_new=tuple(name for name in order if name in after - before),
    )  # fmt: skip
