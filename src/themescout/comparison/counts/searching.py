"""The search of a whole wave for what nobody was counted with: the likeliest segments, and what was never looked at."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from heapq import nlargest
from typing import TYPE_CHECKING

from themescout.comparison.counts.mentions import THEME, Lineage, kind_of
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from themescout.comparison.counts.mentions import Key, Sources
    from themescout.comparison.waves import Side
    from themescout.types import Segment, Suggestion

SHOWN = 3  # segments of a search that a person is shown
_KINDS = (Kind.BARRIER, Kind.RESEARCH_QUESTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the search of a wave found for one row.

    Attributes:
        worth_reading: open segments (not decided, or left as unsure) in which it may be: probability `plan.unlikely` or
            more.
        unread: open segments for which nothing is suggested at all.
        hidden: open segments whose list of suggested codes ends above `plan.unlikely` without it: a code that is not
            listed can have up to the last listed probability.
        highest: the greatest probability, 0..1, among all segments; of those that a person has decided too.
        open: ids of the likeliest open segments with the probability, likeliest first.
        all: the same of all segments.
    """

    worth_reading: int = 0
    unread: int = 0
    hidden: int = 0
    highest: float = 0.0
    open: tuple[tuple[str, float], ...] = ()
    all: tuple[tuple[str, float], ...] = ()

    @property
    def highest_open(self) -> float:
        """The greatest probability, 0..1, among open segments; 0 where there is none."""
        return self.open[0][1] if self.open else 0.0

    @property
    def clean(self) -> bool:
        """Whether nothing is left to read before it may be called not heard."""
        return not (self.worth_reading or self.unread or self.hidden)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The search of one wave.

    Attributes:
        by_key: row to what was found; rows that are in no list of suggestions are missing.
        unread: as in `Found`.
        hidden: the same.
    """

    by_key: Mapping[Key, Found] = field(default_factory=dict)
    unread: int = 0
    hidden: int = 0

    def of(self, key: Key) -> Found:
        """What was found for one row."""
        if key[0] == THEME:
            return self.by_key.get(key, Found())
        return self.by_key.get(key, Found(unread=self.unread, hidden=self.hidden))


def search(
    side: Side, sources: Sources, closed: frozenset[str], near: Mapping[str, Mapping[int, float]] | None = None
) -> Search:
    """Look through all segments of a wave.

    A category has the sum of its listed codes' probabilities, at most 1. Where the suggested kind is another, a code
    has its probability times the chance that the kind is wrong; where it is "neither", its own, which already holds the
    chance that there is anything to code. `near`: for each segment the share of its nearest old segments that are in
    each theme; a theme may be in a segment of which more than `plan.unlikely` are.
    """
    gathered: dict[Key, list[tuple[float, str]]] = defaultdict(list)
    listed_in_hidden: Counter[Key] = Counter()
    unread = hidden = 0
    lineage, codes = Lineage(sources.book), len(sources.book.assignable)
    for item in side.items:
        found = sources.suggestions.get(item.id)
        ends = found.ranked[-1].p if found and 0 < len(found.ranked) < codes else 0.0
        cut = item.id not in closed and ends >= sources.plan.unlikely
        unread += item.id not in closed and (found is None or not found.ranked)
        hidden += cut
        for key, p in _chances(found, sources, lineage):
            gathered[key].append((p, item.id))
            listed_in_hidden[key] += cut
    made = {
        key: _found(some, closed, sources.plan.unlikely, unread=unread, hidden=hidden - listed_in_hidden[key])
        for key, some in gathered.items()
    }
    return Search(by_key=made | _themes(side.items, near or {}, sources), unread=unread, hidden=hidden)


def _chances(found: Suggestion | None, sources: Sources, lineage: Lineage) -> Iterator[tuple[Key, float]]:
    """Each row that a suggestion speaks of, once, with its probability."""
    if found is None:
        return
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for one in found.ranked:
        code = lineage.here(one.code)
        for unit in lineage.units(code) if code else ():
            sums[unit] += one.p
    kinds = _KINDS if sources.book.kinds else (None,)
    for (level, name), p in sums.items():
        for kind in kinds:
            said = kind_of(found.kind, sources.book)
            share = 1.0 if said in (kind, None, Kind.NEITHER) else 1.0 - found.kind_p
            yield (level, kind, name), min(1.0, p) * share


def _found(
    some: list[tuple[float, str]], closed: frozenset[str], unlikely: float, *, unread: int = 0, hidden: int = 0
) -> Found:
    left = [one for one in some if one[1] not in closed]
    return Found(
        worth_reading=sum(p >= unlikely for p, _ in left), unread=unread, hidden=hidden,
        highest=max((p for p, _ in some), default=0.0), open=_best(left), all=_best(some),
    )  # fmt: skip


def _best(some: list[tuple[float, str]]) -> tuple[tuple[str, float], ...]:
    return tuple((name, p) for p, name in nlargest(SHOWN, some))


def _themes(items: tuple[Segment, ...], near: Mapping[str, Mapping[int, float]], sources: Sources) -> dict[Key, Found]:
    """The search for themes; no decision closes a segment, because nobody decides on a segment's theme."""
    gathered: dict[Key, list[tuple[float, str]]] = defaultdict(list)
    for item in items:
        for number, share in near.get(item.id, {}).items():
            gathered[THEME, None, str(number)].append((share, item.id))
    # One neighbour of five is nothing: here the threshold itself is not enough.
    least = sources.plan.unlikely + 1e-9
    return {key: _found(some, frozenset(), least) for key, some in gathered.items()}
