"""Candidate new themes become themes of the study; the other new segments join the themes that they go with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from themescout import curation
from themescout.candidates import FoundTheme, Loose, Reason
from themescout.comparison.machine.said import FEWEST
from themescout.pipeline import curating

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.comparison.machine.finding import Gathering
    from themescout.comparison.waves import Pair
    from themescout.project import Study


def store(
    study: Study, pair: Pair, placed: Sequence[tuple[int, float]], gathered: Sequence[Gathering]
) -> tuple[int, ...]:
    """Make candidates themes of the study and let the other new segments join theirs; the candidates' numbers."""
    kept, items = study.store, pair.new.items
    groups = [[items[row].id for row in group.rows] for group in gathered]
    taken = {name for group in groups for name in group}
    known = {
        number: names
        for number, names in curating.remembered(study).items()
        if sum(name in pair.old.who for name in names) < FEWEST
    }
    numbers, following = curation.match(known, groups, next_id=kept.found.next_id())
    joining: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for item, (theme, strength) in zip(items, placed, strict=True):
        if item.id not in taken and theme >= 0:
            joining[theme].append((item.id, strength))
    before = [theme for theme in kept.found.all() if theme.id not in numbers]
    stay = [_joined(theme, pair, joining.get(theme.id, ())) for theme in before]
    runs = max((theme.runs for theme in before), default=0)
    fresh = [
        FoundTheme(
            id=number, members=tuple(names), strengths=tuple(max(0.0, value) for value in group.closeness),
            found_in=0, runs=runs,
        )
        for number, names, group in zip(numbers, groups, gathered, strict=True)
    ]  # fmt: skip
    kept.found.replace([theme for theme in (*stay, *fresh) if theme.members], next_id=following)
    within = {name for theme in (*stay, *fresh) for name in theme.members}
    loose = [one for one in kept.loose.found() if one.segment not in pair.new.who and one.segment not in within]
    loose += [
        Loose(segment=item.id, nearest=theme, strength=strength, reason=Reason.APART)
        for item, (theme, strength) in zip(items, placed, strict=True)
        if item.id not in within
    ]
    kept.loose.replace(loose)
    curating.refresh(study)
    return numbers


def _joined(theme: FoundTheme, pair: Pair, joining: Sequence[tuple[str, float]]) -> FoundTheme:
    """A theme with the new segments that join it now, without those that did before."""
    stays = [
        (name, strength)
        for name, strength in zip(theme.members, theme.strengths, strict=True)
        if name not in pair.new.who
    ]
    everything = [*stays, *joining]
    parts = tuple(tuple(name for name in part if name not in pair.new.who) for part in theme.parts)
    return replace(
        theme, members=tuple(name for name, _ in everything), strengths=tuple(value for _, value in everything),
        parts=tuple(part for part in parts if part),
    )  # fmt: skip
