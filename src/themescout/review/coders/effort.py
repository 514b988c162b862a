"""Who coded how much."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout import decisions
from themescout.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.review.coders.agreeing import Coding
    from themescout.types import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What one coder did.

    Attributes:
        coder: who.
        decisions: that were not taken back, replaced ones included, settlements apart.
        segments: decided, unsure ones included.
        unsure: of these, the coder is unsure now.
        double: of these, somebody else decided too.
        blind: of these, first decided without a suggestion on the screen.
        changed: of these, something else holds than was first given.
        settled: disagreements that the coder ended, as it stands now.
        hours: from showing a segment to the decision, added up over the decisions that were timed; None without any.
        timed: number of them.
    """

    coder: str
    decisions: int
    segments: int
    unsure: int
    double: int
    blind: int
    changed: int
    settled: int
    hours: float | None
    timed: int


def efforts(found: Coding, log: Sequence[Decision]) -> tuple[Effort, ...]:
    """One entry for each coder and for everybody who settled something, in order of the alphabet."""
    made: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions.kept(log):
        if decision.verdict is not Verdict.SETTLE:
            made[decision.coder].append(decision)
    settled = [decision.coder for decision in found.settled.values()]
    names = sorted({*found.coders, *settled})
    return tuple(_effort(found, name, made[name], settled.count(name)) for name in names)


def _effort(found: Coding, coder: str, made: Sequence[Decision], settled: int) -> Effort:
    own = {segment: said for segment, said in found.given.items() if coder in said}
    mine = [said[coder] for said in own.values()]
    seconds = [decision.seconds for decision in made if decision.seconds is not None]
    return Effort(
        coder=coder,
        decisions=len(made),
        segments=len(mine),
        unsure=sum(one.now is None for one in mine),
        double=sum(len(said) > 1 for said in own.values()),
        blind=sum(one.blind for one in mine),
        changed=sum(one.changed for one in mine),
        settled=settled,
        hours=sum(seconds) / 3600 if seconds else None,
        timed=len(seconds),
    )
