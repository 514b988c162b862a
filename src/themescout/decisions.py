"""What a log of decisions amounts to. Pure functions; the log itself is never altered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from themescout.types import Decision

_REPLACING = frozenset({Verdict.ACCEPT, Verdict.CHANGE, Verdict.REJECT, Verdict.UNSURE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One confirmed label of a segment: a kind (None where the codebook has none) and usually a code."""

    kind: Kind | None
    code: str | None
    coder: str
    quote: str
    transcript: str
    start: int
    end: int
    segment: str


def standing(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that hold now, in order of `seq`.

    An undone decision does not hold. Accept, change, reject and unsure replace what the same coder said about the
    segment before; add stands beside it.
    """
    log = sorted(decisions, key=lambda decision: decision.seq)
    undone = _undone(log)
    current: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for decision in log:
        if decision.seq in undone or decision.verdict is Verdict.UNDO:
            continue
        place = current[decision.segment, decision.coder]
        if decision.verdict in _REPLACING:
            place.clear()
        place.append(decision)
    return tuple(sorted((d for group in current.values() for d in group), key=lambda decision: decision.seq))


def labels(decisions: Iterable[Decision]) -> tuple[Label, ...]:
    """The labels that hold now; a rejection is the label `neither`; unsure is no label."""
    return tuple(
        Label(
            kind=Kind.NEITHER if decision.verdict is Verdict.REJECT else decision.kind,
            code=None if decision.verdict is Verdict.REJECT else decision.code,
            coder=decision.coder,
            quote=decision.quote,
            transcript=decision.transcript,
            start=decision.start,
            end=decision.end,
            segment=decision.segment,
        )
        for decision in standing(decisions)
        if decision.verdict is not Verdict.UNSURE
        and (decision.verdict is Verdict.REJECT or decision.kind or decision.code)
    )


def by_segment(items: Sequence[Label]) -> Mapping[str, tuple[Label, ...]]:
    """Labels grouped by segment id, order kept."""
    groups: dict[str, list[Label]] = defaultdict(list)
    for item in items:
        groups[item.segment].append(item)
    return {segment: tuple(group) for segment, group in groups.items()}


def last_undoable(decisions: Iterable[Decision], coder: str) -> Decision | None:
    """The newest decision of `coder` that still holds or was replaced, but was not undone; None if there is none."""
    log = sorted(decisions, key=lambda decision: decision.seq)
    undone = _undone(log)
    open_ones = [d for d in log if d.coder == coder and d.verdict is not Verdict.UNDO and d.seq not in undone]
    return open_ones[-1] if open_ones else None


def _undone(log: Sequence[Decision]) -> frozenset[int]:
    # An undo can itself be undone (redo), so walk backwards: a live undo kills its target.
    dead: set[int] = set()
    for decision in reversed(log):
        if decision.verdict is Verdict.UNDO and decision.seq not in dead and decision.undoes is not None:
            dead.add(decision.undoes)
    return frozenset(dead)
