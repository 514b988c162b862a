"""What suggestions do to the people who see them: measured on the segments that were drawn to be decided without."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np

from themescout import intervals
from themescout.review import hasty
from themescout.review.progress.replies import Help, Reply
from themescout.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from themescout.intervals import Interval
    from themescout.types import Decision

LEAST = 20  # replies without a suggestion below which nothing is said about its influence
INFORMANTS = 5  # below which drawing whole informants again means little
LISTED = 200
BLOCKS = 60  # points of the curve over time at most
_BANDS = (0.0, 0.3, 0.5, 0.7, 0.9, 1.0)
CAUTION = (
    "Segments of one person are not independent of one another, so the intervals are too narrow; those over informants "
    "draw whole people."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`count` of `total`, as a share in 0..1 with its 95 % Wilson interval; the share is None where `total` is 0."""

    count: int
    total: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How often people say what the machine says, with its suggestion on the screen and without.

    Attributes:
        what: what is the same: "label" (kind and code, or both nothing to code) or "code" (the first code).
        shown: with the suggestion.
        drawn: without, in segments drawn for that.
        difference: shown less drawn, -1..1; None where one of them is empty.
        interval: of the difference, by Newcombe.
        over_informants: the same by drawing whole informants again; None where there are fewer than five.
        informants: number of them.
        sentence: what follows.
    """

    what: str
    shown: Share
    drawn: Share
    difference: float | None
    interval: tuple[float, float] | None
    over_informants: tuple[float, float] | None
    informants: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Suggestions `first` to `last` in the order of deciding: how many were accepted, and the share until then."""

    first: int
    last: int
    accepted: int
    running: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Suggestions with a probability from `low` to below `high`: the mean of it, and how often people said the same."""

    low: float
    high: float
    mean: float | None
    shown: Share
    drawn: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Haste:
    """Suggestions accepted in a row, each too fast to be read: whose, how many, and the first of their segments."""

    coder: str
    count: int
    segment: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Informants who share a value of a column of `participants.csv`.

    `suggested`: how often the machine said something of their segments; `accepted`: how often that was accepted where
    it was seen.
    """

    column: str
    value: str
    informants: int
    suggested: Share
    accepted: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Unaided:
    """A first reply without the suggestion: what the person said, and what the machine would have said, in codes.

    "" stands for nothing to code; `machine` is None where it had nothing to say, `person` where they were unsure.
    """

    segment: str
    transcript: str
    coder: str
    person: str | None
    machine: str | None
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactions:
    """What was done with suggestions that were seen, in first replies, and the codes that were added later."""

    accepted: int
    changed: int
    rejected: int
    unsure: int
    added: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """Everything about influence.

    Attributes:
        agreements: of labels and of codes.
        reactions: counts.
        blocks: acceptance over time.
        levels: acceptance by probability.
        too_fast: number of all accepts that came too fast.
        hastes: rows of at least five of them, longest first.
        groups: by columns of participants.csv that put informants together.
        unaided: the newest replies without a suggestion, newest first, at most two hundred.
        independent: replies of coders who work without suggestions; they count in nothing here.
        warnings: sentences.
    """

    agreements: tuple[Agreement, ...]
    reactions: Reactions
    blocks: tuple[Block, ...]
    levels: tuple[Level, ...]
    too_fast: int
    hastes: tuple[Haste, ...]
    groups: tuple[Group, ...]
    unaided: tuple[Unaided, ...]
    independent: int
    warnings: tuple[str, ...]


def influence(
    replies: Sequence[Reply],
    log: Sequence[Decision],
    *,
    groups: Mapping[str, Mapping[str, str]] | None = None,
    seed: int = 0,
) -> Influence:
    """What the first replies and the log say about the influence of suggestions.

    Args:
        replies: from `first_replies` of the same log.
        log: in order of `seq`.
        groups: column to informant to value.
        seed: of the bootstrap.
    """
    shown = [one for one in replies if one.help is Help.SHOWN and one.said]
    reactions = _reactions(shown, log)
    return Influence(
        agreements=(
            _agreement("label", replies, lambda one: one.same, seed),
            _agreement("code", [one for one in replies if one.said and one.said.code], lambda one: one.same_code, seed),
        ),
        reactions=reactions, blocks=_blocks([one for one in shown if one.compared]), levels=_levels(replies),
        too_fast=sum(hasty.too_fast(decision) for decision in log), hastes=_hastes(log),
        groups=_groups(replies, groups or {}), unaided=_unaided(replies),
        independent=sum(one.help is Help.INDEPENDENT for one in replies), warnings=_warnings(reactions),
    )  # fmt: skip


def share(count: int, total: int) -> Share:
    """A share with its interval."""
    low, high = intervals.wilson(count, total)
    return Share(count=count, total=total, share=count / total if total else None, low=low, high=high)


def _counted(replies: Sequence[Reply], same: Callable[[Reply], bool]) -> Share:
    return share(sum(same(one) for one in replies), len(replies))


def _agreement(what: str, replies: Sequence[Reply], same: Callable[[Reply], bool], seed: int) -> Agreement:
    compared = [one for one in replies if one.compared]
    sides = {side: [one for one in compared if one.help is side] for side in (Help.SHOWN, Help.DRAWN)}
    shown, drawn = (_counted(sides[side], same) for side in (Help.SHOWN, Help.DRAWN))
    both = shown.share is not None and drawn.share is not None
    interval = intervals.newcombe((shown.count, shown.total), (drawn.count, drawn.total)) if both else None
    names = sorted({one.informant for side in sides.values() for one in side})
    again = None
    if both and len(names) >= INFORMANTS:
        again = intervals.difference_over_groups(_by_informant(names, sides, same), seed=seed)
    return Agreement(
        what=what, shown=shown, drawn=drawn,
        difference=shown.share - drawn.share if shown.share is not None and drawn.share is not None else None,
        interval=interval, over_informants=again, informants=len(names),
        sentence=_sentence(what, shown, drawn, _wider(interval, again)),
    )  # fmt: skip


def _wider(one: Interval | None, other: Interval | None) -> Interval | None:
    """What is said must hold by both intervals: few groups make the bootstrap's too narrow, few cases the other."""
    return (min(one[0], other[0]), max(one[1], other[1])) if one and other else one


def _by_informant(
    names: Sequence[str], sides: Mapping[Help, Sequence[Reply]], same: Callable[[Reply], bool]
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Shape (informants, 4): the same and all with the suggestion, the same and all without."""
    places = {name: i for i, name in enumerate(names)}
    counts = np.zeros((len(names), 4), np.int64)
    for column, side in ((0, Help.SHOWN), (2, Help.DRAWN)):
        for one in sides[side]:
            counts[places[one.informant], column] += same(one)
            counts[places[one.informant], column + 1] += 1
    return counts


def _sentence(what: str, shown: Share, drawn: Share, interval: Interval | None) -> str:
    if drawn.total < LEAST or shown.total < LEAST or interval is None:
        few, side = (drawn, "without") if drawn.total < LEAST else (shown, "with")
        return f"Not yet known: {few.total} of at least {LEAST} replies {side} a suggestion."
    same = {"label": "the same as the machine", "code": "the machine's first code"}[what]
    said = (
        f"People said {same} in {_percent(shown)} of segments with the suggestion on the screen, "
        f"and in {_percent(drawn)} without it"
    )
    low, high = (round(100 * end) for end in interval)
    if interval[0] > 0:
        return f"{said}: the suggestion pulls them by {low} to {high} points. That says nothing about who is right."
    if interval[1] < 0:
        return f"{said}: seeing the suggestion makes them agree less often, by {-high} to {-low} points."
    return f"{said}. The difference, {low:+} to {high:+} points, cannot be told from chance.".replace("-", "−")


def _percent(found: Share) -> str:
    return f"{100 * (found.share or 0):.0f} %"


def _reactions(shown: Sequence[Reply], log: Sequence[Decision]) -> Reactions:
    # Whether a suggestion was accepted is a matter of what was said, not of which key said it.
    accepted = sum(one.same for one in shown)
    rejected = sum(one.nothing and not one.same for one in shown)
    unsure = sum(one.decision.verdict is Verdict.UNSURE for one in shown)
    return Reactions(
        accepted=accepted, changed=len(shown) - accepted - rejected - unsure, rejected=rejected, unsure=unsure,
        added=sum(decision.verdict is Verdict.ADD for decision in log),
    )  # fmt: skip


def _warnings(found: Reactions) -> tuple[str, ...]:
    seen = found.accepted + found.changed + found.rejected + found.unsure
    if seen < 5 * LEAST:
        return ()
    made = []
    if found.accepted == seen:
        made.append(f"All {seen} suggestions were accepted. No machine is right that often.")
    if not found.added and not found.changed:
        made.append(
            "No code was added or changed by hand: whatever the machine does not see is missing from the results."
        )
    return tuple(made)


def _blocks(shown: Sequence[Reply]) -> tuple[Block, ...]:
    """In tens; in twenties, forties, … where there would be too many."""
    size = 10
    while len(shown) > size * BLOCKS:
        size *= 2
    until = list(accumulate(int(one.same) for one in shown))
    made = []
    for start in range(0, len(shown), size):
        last = min(start + size, len(shown))
        before = until[start - 1] if start else 0
        made.append(
            Block(first=start + 1, last=last, accepted=until[last - 1] - before, running=until[last - 1] / last)
        )
    return tuple(made)


def _levels(replies: Sequence[Reply]) -> tuple[Level, ...]:
    compared: dict[tuple[float, float], list[Reply]] = {ends: [] for ends in pairwise(_BANDS)}
    for one in replies:
        if one.compared and one.said and one.help is not Help.INDEPENDENT:
            compared[next(ends for ends in compared if one.said.p < ends[1] or ends[1] == 1.0)].append(one)
    return tuple(_level(low, high, inside) for (low, high), inside in compared.items())


def _level(low: float, high: float, inside: Sequence[Reply]) -> Level:
    probabilities = [one.said.p for one in inside if one.said]
    shown, drawn = (
        _counted([one for one in inside if one.help is side], lambda one: one.same) for side in (Help.SHOWN, Help.DRAWN)
    )
    mean = sum(probabilities) / len(probabilities) if probabilities else None
    return Level(low=low, high=high, mean=mean, shown=shown, drawn=drawn)


def _hastes(log: Sequence[Decision]) -> tuple[Haste, ...]:
    made = []
    for coder in sorted({decision.coder for decision in log}):
        mine = [decision for decision in log if decision.coder == coder]
        for fast, row in groupby(mine, key=hasty.too_fast):
            items = list(row)
            if fast and len(items) >= hasty.ROW:
                first = items[0]
                made.append(Haste(coder=coder, count=len(items), segment=first.segment, since=first.decided_at))
    return tuple(sorted(made, key=lambda one: (-one.count, one.coder, one.since)))


def _unaided(replies: Sequence[Reply]) -> tuple[Unaided, ...]:
    newest = [one for one in reversed(replies) if one.help is Help.DRAWN][:LISTED]
    return tuple(
        Unaided(
            segment=one.decision.segment, transcript=one.decision.transcript, coder=one.decision.coder,
            person=None if one.decision.verdict is Verdict.UNSURE else one.decision.code or "",
            machine=one.said.code or "" if one.said else None, same=one.same,
        )
        for one in newest
    )  # fmt: skip


def _groups(replies: Sequence[Reply], columns: Mapping[str, Mapping[str, str]]) -> tuple[Group, ...]:
    used = [one for one in replies if one.help is not Help.INDEPENDENT]
    made = []
    for column, values in columns.items():
        for value in sorted(set(values.values())):
            mine = [one for one in used if values.get(one.informant) == value]
            seen = [one for one in mine if one.help is Help.SHOWN and one.compared]
            made.append(
                Group(
                    column=column, value=value, informants=len({one.informant for one in mine}),
                    suggested=share(sum(one.said is not None for one in mine), len(mine)),
                    accepted=_counted(seen, lambda one: one.same),
                )
            )  # fmt: skip
    return tuple(made)
