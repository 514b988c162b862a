"""Segments on which coders differ, laid side by side, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from themescout.review.coders.agreeing import MACHINE, projected
from themescout.review.coders.given import labelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from themescout.review.coders.agreeing import Coding, Level
    from themescout.review.coders.given import Given, Labels
    from themescout.types import Decision, Segment


class Show(StrEnum):
    """Which segments of several coders: those they differ on, those somebody is unsure of, settled ones, or all."""

    DIFFER = "differ"
    UNSURE = "unsure"
    SETTLED = "settled"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one coder says of a segment.

    Attributes:
        coder: who; "" for the machine, whose suggestion was kept back.
        labels: as they stand, kind and code; () for nothing to code; None for unsure.
        before: as first given, where that was something else, else None.
        quotes: the words decided on, where they are not the whole segment.
        memos: the coder's words on these decisions.
    """

    coder: str
    labels: Labels | None
    before: Labels | None = None
    quotes: tuple[str, ...] = ()
    memos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One segment with what each coder says.

    Attributes:
        segment: with the question before it as its context.
        sides: in order of the alphabet.
        settled: the decision that ended the disagreement, None where none did.
        labels: that it was settled with; None where it was not.
        seen: number of the newest entry about it in the log.
    """

    segment: Segment
    sides: tuple[Side, ...]
    settled: Decision | None
    labels: Labels | None
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What became of differences: counts of segments that at least two coders decided.

    Attributes:
        double: all of them.
        differed: coders differed in what they first gave.
        together: of these, coders agree now, because somebody changed their mind.
        differ: coders differ now.
        settled: were settled; `unsettled` differ now and are not settled.
        unsure: somebody is unsure, and it is not settled.
    """

    double: int
    differed: int
    together: int
    differ: int
    settled: int
    unsettled: int
    unsure: int


def course(found: Coding) -> Course:
    """What became of differences."""
    several = {name: said for name, said in found.given.items() if len(said) > 1}
    first = {name for name, said in several.items() if _differ([one.first for one in said.values()])}
    now = {name for name, said in several.items() if _differ([one.now for one in said.values()])}
    unsure = {name for name, said in several.items() if any(one.now is None for one in said.values())}
    decided = {name for name, said in several.items() if sum(one.first is not None for one in said.values()) > 1}
    return Course(
        double=len(decided),
        differed=len(first),
        together=len(first - now - unsure),
        differ=len(now),
        settled=len(found.settled),
        unsettled=len(now - found.settled.keys()),
        unsure=len(unsure - found.settled.keys()),
    )


def chosen(found: Coding, show: Show, value: str = "", level: Level | None = None) -> tuple[str, ...]:
    """Ids of the segments to show, in the order in which they were said.

    Settled ones are among `Show.SETTLED` and `Show.ALL` only. With a `value` (code, category or kind, by `level`)
    those about which somebody said it; of the differing ones those that differ about it.
    """
    names = [name for name, said in found.given.items() if len(said) > 1 and _shown(found, name, said, show)]
    if value and level is not None:
        names = [name for name in names if _about(found, name, show, value, level)]
    return in_order(found, {*names, *(found.settled if show is Show.SETTLED and not value else ())})


def in_order(found: Coding, names: Iterable[str]) -> tuple[str, ...]:
    """Ids of segments in the order of interviews and places."""
    return tuple(sorted(names, key=lambda name: (found.items[name].transcript, found.items[name].start)))


def difference(found: Coding, name: str, log: Mapping[str, Sequence[Decision]], machine: str = "") -> Difference:
    """One segment, or with `machine` = a coder, what that coder said and what was kept back from them.

    `log` = the entries about each segment that may be seen.
    """
    item, settled = found.items[name], found.settled.get(name)
    sides = [_side(one, item) for _, one in sorted(found.given.get(name, {}).items())]
    if machine:
        sides = [side for side in sides if side.coder == machine]
        sides.append(Side(coder=MACHINE, labels=found.given[name][machine].machine))
    return Difference(
        segment=item,
        sides=tuple(sides),
        settled=settled,
        labels=labelled([settled]) if settled else None,
        seen=max((d.seq for d in log.get(name, ())), default=0),
    )


def _side(one: Given, item: Segment) -> Side:
    quotes = dict.fromkeys(d.quote for d in one.standing if (d.start, d.end) != (item.start, item.end))
    return Side(
        coder=one.coder,
        labels=one.now,
        before=one.first if one.changed else None,
        quotes=tuple(quotes) if one.now else (),
        memos=tuple(dict.fromkeys(d.memo for d in one.standing if d.memo)),
    )


def _shown(found: Coding, name: str, said: Mapping[str, Given], show: Show) -> bool:
    if show is Show.ALL:
        return True
    if show is Show.SETTLED:
        return name in found.settled
    if name in found.settled:
        return False
    now = [one.now for one in said.values()]
    return any(one is None for one in now) if show is Show.UNSURE else _differ(now)


def _about(found: Coding, name: str, show: Show, value: str, level: Level) -> bool:
    said = [one.now for one in found.given[name].values() if one.now is not None]
    settled = found.settled.get(name)
    if settled and show is not Show.DIFFER:
        said.append(labelled([settled]))
    projections = [one for one in (projected(found.book, labels, level) for labels in said) if one is not None]
    gave = [value in one for one in projections]
    return any(gave) and (show is not Show.DIFFER or not all(gave))


def _differ(said: Sequence[Labels | None]) -> bool:
    return len({one for one in said if one is not None}) > 1
