"""Ending a disagreement between coders: a decision of its own, which stands in place of what they said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout import decisions
from themescout.errors import DecisionError, StaleError
from themescout.review import service
from themescout.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.review.desk import Desk
    from themescout.types import Decision, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How a disagreement is to end.

    Attributes:
        segment: id.
        labels: kind and code; () for nothing to code.
        seen: number of the newest log entry about the segment that was on the screen.
        memo: free words.
        key: made up by the sender; the same settlement sent again is stored once.
    """

    segment: str
    labels: tuple[tuple[Kind | None, str | None], ...]
    seen: int
    memo: str = ""
    key: str = ""


def settle(desk: Desk, coder: str, asked: Settlement) -> Decision:
    """Store a settlement; it is on the disk when this returns.

    Raises:
        DecisionError: the coder may not see what others said, fewer than two coders decided, or no such code.
        StaleError: something was decided about the segment meanwhile; nothing is stored.
        AccessError: the review is for reading only.
    """
    with desk.held(writing=True) as study:
        with study.store.transaction():
            if asked.key and (known := study.store.decisions.with_key(asked.key)):
                return _same(known, coder, asked)
            _allowed(desk, coder, asked)
            stored = service.settle(
                study, segment=asked.segment, labels=asked.labels, coder=coder, book=desk.book, memo=asked.memo,
                key=asked.key,
            )  # fmt: skip
        if desk.live:
            desk.live.refit()
        return stored


def undo(desk: Desk, coder: str) -> Decision:
    """Take back the coder's newest decision, which must be a settlement; return it.

    Raises:
        DecisionError: the newest decision is none.
        AccessError: the review is for reading only.
    """
    with desk.held(writing=True):
        last = decisions.last_undoable([d for d in desk.log() if d.coder == coder], coder)
        if last is None or last.verdict is not Verdict.SETTLE:
            raise DecisionError(
                "The last that you decided is no settlement.", "Settle anew, or undo in the view Code first."
            )
        return desk.undo(coder)


def _allowed(desk: Desk, coder: str, asked: Settlement) -> None:
    visible = {d.seq for d in desk.visible(coder)}
    entries = [d for d in desk.log() if d.segment == asked.segment]
    if any(d.seq not in visible for d in entries):
        raise DecisionError(
            "What others decided about this segment is still hidden from you.",
            "Decide it yourself first; who works independently cannot settle.",
        )
    _fresh(coder, asked, entries)
    if len({d.coder for d in decisions.standing(entries) if d.verdict is not Verdict.SETTLE}) < 2:
        raise DecisionError("Fewer than two coders decided about this segment.", "There is nothing to settle.")


def _fresh(coder: str, asked: Settlement, entries: Sequence[Decision]) -> None:
    last = max(entries, key=lambda d: d.seq, default=None)
    if last is not None and last.seq > asked.seen:
        who = "You" if last.coder == coder else last.coder
        raise StaleError(
            f"{who} decided on this segment meanwhile; nothing was settled.", "Look again.", segment=asked.segment
        )


def _same(known: Decision, coder: str, asked: Settlement) -> Decision:
    if (known.coder, known.segment, known.verdict) != (coder, asked.segment, Verdict.SETTLE):
        raise DecisionError("The key of this answer was used for another one.", "Load the page again.")
    return known
