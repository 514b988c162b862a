"""What is laid before a coder, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from themescout.errors import DecisionError
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.candidates import Theme
    from themescout.codebook import Codebook
    from themescout.review.arranging import Order
    from themescout.types import Decision, Segment, Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One segment as it is laid before a coder.

    Attributes:
        segment: what is to be decided.
        who: transcript, speaker and participant in words.
        suggestion: None where there is none, where it is kept back, or where the coder works independently.
        kept_back: the suggestion that is not shown.
        reason: why nothing is shown: "drawn", "independent" or "".
        theme: that it is in.
        seen: number of the newest log entry about it that the coder can see, 0 for none.
        mine: what holds of what the coder decided.
        others: what holds of what others decided, as far as the coder may see it.
        settled: the decision that ended a disagreement.
        places: segment ids in the evidence, in words.
    """

    segment: Segment
    who: str
    suggestion: Suggestion | None
    kept_back: Suggestion | None = None
    reason: str = ""
    theme: Theme | None = None
    seen: int = 0
    mine: tuple[Decision, ...] = ()
    others: tuple[Decision, ...] = ()
    settled: Decision | None = None
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a coder says about a segment.

    Attributes:
        segment: id.
        seen: `Card.seen` of the card that was answered.
        says: "code", "add", "nothing" or "unsure".
        kind: for a code.
        code: its id; None for a kind alone.
        memo: free words.
        span: first code point and one past the last of the words that matter; None for all.
        seconds: from showing the card to the key.
        key: made up by the sender; the same answer sent again is stored once.
        order: in which the segment came up; None where it was looked up.
    """

    segment: str
    seen: int
    says: str
    kind: Kind | None = None
    code: str | None = None
    memo: str = ""
    span: tuple[int, int] | None = None
    seconds: float | None = None
    key: str = ""
    order: Order | None = None


def meaning(answer: Answer, card: Card, book: Codebook) -> tuple[Kind | None, str | None, Verdict]:
    """Kind and code of an answer, and whether that is what the card suggested.

    Raises:
        DecisionError: a code is to be added that the coder has given already.
    """
    said = card.suggestion
    if answer.says == "unsure":
        return None, None, Verdict.UNSURE
    if answer.says == "nothing":
        kind = Kind.NEITHER if any(kind.id == Kind.NEITHER for kind in book.kinds) else None
        agreed = said is not None and kind is not None and said.kind is Kind.NEITHER
        return kind, None, Verdict.ACCEPT if agreed else Verdict.REJECT
    if answer.says == "add":
        if any((d.kind, d.code) == (answer.kind, answer.code) for d in card.mine):
            raise DecisionError("The segment has this code already.", "")
        return answer.kind, answer.code, Verdict.ADD
    suggested = said is not None and not said.abstained and bool(said.ranked)
    agreed = suggested and (said.ranked[0].code, said.kind) == (answer.code, answer.kind)  # type: ignore[union-attr]
    return answer.kind, answer.code, Verdict.ACCEPT if agreed else Verdict.CHANGE
