"""A decision that holds under a new wording too: it is made again as it was, as a new decision of the same coder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.errors import DecisionError, StaleError
from themescout.review import service
from themescout.types import Verdict

if TYPE_CHECKING:
    from themescout.review.desk import Desk
    from themescout.types import Decision

# What was suggested when it was decided first: that is still what was taken or turned down.
_SUGGESTED = ("kind", "kind_p", "codes", "abstained")


def still(desk: Desk, coder: str, segment: str, *, seen: int) -> tuple[Decision, ...]:
    """Make what `coder` decided about a segment hold anew: the same labels, words and memos, as of now.

    `seen` is the number of the newest of these decisions that the person had before them.

    Raises:
        DecisionError: no such segment, or nothing of the coder's holds for it.
        StaleError: the coder has decided anew meanwhile; nothing is stored.
        AccessError: the review is for reading only.
    """
    with desk.held(writing=True) as study:
        mine = desk.card(coder, segment).mine
        if not mine:
            raise DecisionError(
                "You have decided nothing about this segment that could be still right.", "Decide on it."
            )
        if mine[-1].seq != seen:
            raise StaleError(
                "You decided on this segment meanwhile; nothing was stored.", "Look again.", segment=segment
            )
        with study.store.transaction():
            return tuple(_again(desk, one, number) for number, one in enumerate(mine))


def _again(desk: Desk, was: Decision, number: int) -> Decision:
    """The decision anew; the first one replaces what stood, the others stand beside it."""
    verdict = was.verdict
    if number == 0 and verdict is Verdict.ADD:
        verdict = Verdict.CHANGE  # what it was added to was taken back
    return service.decide(
        desk.study, segment=was.segment, verdict=verdict, coder=was.coder, book=desk.book, kind=was.kind, code=was.code,
        shown={**{key: was.shown[key] for key in _SUGGESTED if key in was.shown}, "again": was.seq}, memo=was.memo,
        span=(was.start, was.end),
    )  # fmt: skip
