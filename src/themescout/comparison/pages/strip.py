"""The novelty strip: every new segment along an axis that says how unlike the earlier interviews it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.candidates import NO_THEME
from themescout.comparison.pages.frames import Tick
from themescout.report.picture import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.comparison.model import Comparison, Placed

_LEAST = 1e-9  # no p is drawn beyond it
_GROUND = 16.0  # pixels of a lane below its marks
_LOWEST = 34.0  # pixels of any lane: two lines of words stand beside it
_STEP = 12.0  # pixels from one mark to the one above it
_APART = 0.024  # of the axis: marks nearer than this would cover one another
_QUOTE = 240  # characters of a quote beside its mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A novel segment: `x` in 0..1, `up` in pixels above the ground of its lane; `theme` is its candidate, or -1."""

    x: float
    up: float
    theme: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One informant: the places, 0..1, of the segments that are not novel, and the novel ones; `tall` in pixels.

    `tally` says how many of the novel ones are in each candidate, -1 for none, most first.
    """

    who: str
    setting: str
    ticks: tuple[float, ...]
    spots: tuple[Spot, ...]
    tall: float
    tally: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """All of it; `cut` is the place of the novel segment that is least unlike, None where none is novel."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    cut: float | None


def strip(found: Comparison) -> Strip:
    """A lane for each informant of the new wave, in the wave's order."""
    floor = min((max(item.p, _LEAST) for item in found.placed), default=0.1)
    end = max(-math.log10(floor), 1.0) * 1.03
    by_person: dict[str, list[Placed]] = {name: [] for name in found.new.informants}
    for item in found.placed:
        by_person.setdefault(item.quote.participant, []).append(item)
    novel = [_place(item.p, end) for item in found.placed if item.novel]
    decades = range(int(end) + 1)
    return Strip(
        lanes=tuple(_lane(who, items, end) for who, items in by_person.items()),
        ticks=tuple(Tick(at=i / end, said=f"{10.0**-i:.{i}f}" if i < 5 else f"1e-{i}") for i in decades),
        cut=min(novel, default=None),
    )


def _place(p: float, end: float) -> float:
    return min(-math.log10(max(min(p, 1.0), _LEAST)) / end, 1.0)


def _lane(who: str, items: Sequence[Placed], end: float) -> Lane:
    novel = sorted((item for item in items if item.novel), key=lambda item: (-item.p, item.candidate, item.quote.start))
    spots = _stacked(novel, end)
    counts = {item.candidate: sum(other.candidate == item.candidate for other in novel) for item in novel}
    return Lane(
        who=who,
        setting=next((item.setting for item in items if item.setting), ""),
        ticks=tuple(_place(item.p, end) for item in items if not item.novel),
        spots=spots,
        tall=max(_LOWEST, _GROUND + max((spot.up for spot in spots), default=0.0)),
        tally=tuple(sorted(counts.items(), key=lambda pair: (pair[0] == NO_THEME, -pair[1], pair[0]))),
    )


def _stacked(novel: Sequence[Placed], end: float) -> tuple[Spot, ...]:
    """Marks that would cover one another stand on one another."""
    made: list[Spot] = []
    for item in novel:
        x, up = _place(item.p, end), _STEP
        while any(abs(x - spot.x) < _APART and abs(up - spot.up) < _STEP for spot in made):
            up += _STEP
        made.append(Spot(x=x, up=up, theme=item.candidate, quote=shortened(item.quote.text, _QUOTE)))
    return tuple(made)
