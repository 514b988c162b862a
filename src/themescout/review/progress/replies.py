"""First replies: what each coder said when a segment came up for the first time, and what the machine had to say to it.

Only these tell what a suggestion does to a person. A later decision about the same segment is made by somebody who has
seen the machine's answer, for it is told after a reply without a suggestion. So a first reply counts as it was given,
even if it was taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from themescout.types import Decision

_FIRST = frozenset({Verdict.ACCEPT, Verdict.CHANGE, Verdict.REJECT, Verdict.UNSURE})


class Help(StrEnum):
    """Whether the suggestion was on the screen.

    "shown" also where there was none to show; "drawn": kept back because the segment was drawn; "independent": kept
    back because the coder works so.
    """

    SHOWN = "shown"
    DRAWN = "drawn"
    INDEPENDENT = "independent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the machine says first of a segment: a kind with a code, or nothing to code (no code); `p` in 0..1."""

    kind: str | None
    code: str | None
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One first reply.

    Attributes:
        decision: as stored.
        help: whether the suggestion was seen.
        said: what the machine had to say; None where it said nothing.
        informant: who spoke.
        words: length of the segment.
        compared: whether both the machine and the person said something.
        nothing: whether the person found nothing to code.
        same: whether the person said what the machine says: the same code and kind, or both nothing to code.
        same_code: whether the machine's first code is the person's, whatever the kind.
    """

    decision: Decision
    help: Help
    said: Said | None
    informant: str
    words: int
    compared: bool
    nothing: bool
    same: bool
    same_code: bool


def first_replies(
    log: Iterable[Decision], informants: Mapping[str, str] | None = None, lengths: Mapping[str, int] | None = None
) -> tuple[Reply, ...]:
    """The first reply of each coder to each segment, in the order of the log.

    Args:
        log: in order of `seq`.
        informants: segment id to who spoke; the transcript where it is not known.
        lengths: segment id to its number of words; those of the quote where it is not known.
    """
    seen: set[tuple[str, str]] = set()
    found = []
    for decision in log:
        place = (decision.coder, decision.segment)
        if decision.verdict not in _FIRST or place in seen:
            continue
        seen.add(place)
        informant = (informants or {}).get(decision.segment, decision.transcript)
        words = (lengths or {}).get(decision.segment) or len(decision.quote.split())
        found.append(_reply(decision, said_of(decision.shown), informant, words))
    return tuple(found)


def said_of(shown: Mapping[str, Any]) -> Said | None:
    """What the machine says first, shown or kept back; None where there is no suggestion, or it abstains."""
    kept = shown.get("kept_back")
    given = kept if isinstance(kept, dict) else shown
    codes = given.get("codes")
    if not isinstance(codes, list):
        return None
    if given.get("kind") == Kind.NEITHER:
        return Said(kind=Kind.NEITHER, code=None, p=float(given.get("kind_p") or 0.0))
    if given.get("abstained") or not codes:
        return None
    return Said(kind=given.get("kind"), code=str(codes[0]["code"]), p=float(codes[0]["p"]))


def _reply(decision: Decision, said: Said | None, informant: str, words: int) -> Reply:
    unsure = decision.verdict is Verdict.UNSURE
    nothing = decision.verdict is Verdict.REJECT or decision.kind is Kind.NEITHER
    if said is None or unsure:
        same = False
    elif nothing or said.code is None:
        same = nothing and said.code is None
    else:
        same = (decision.kind, decision.code) == (said.kind, said.code)
    return Reply(
        decision=decision, help=_help(decision.shown), said=said, informant=informant, words=words,
        compared=said is not None and not unsure, nothing=nothing, same=same,
        same_code=said is not None and said.code is not None and said.code == decision.code,
    )  # fmt: skip


def _help(shown: Mapping[str, Any]) -> Help:
    # The terminal keeps suggestions back for one reason alone and does not say it.
    why = shown.get("why") or (Help.DRAWN if "kept_back" in shown else Help.SHOWN)
    return Help(why) if why in {Help.DRAWN, Help.INDEPENDENT} else Help.SHOWN
