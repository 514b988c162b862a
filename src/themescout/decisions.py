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
_NOBODY = ""  # no coder is called so


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
    segment before; add stands beside it. Of the decisions that settle a segment, whosoever, the last one holds.
    """
    current: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for decision in kept(decisions):
        settles = decision.verdict is Verdict.SETTLE
        place = current[decision.segment, _NOBODY if settles else decision.coder]
        if settles or decision.verdict in _REPLACING:
            place.clear()
        place.append(decision)
    return tuple(sorted((d for group in current.values() for d in group), key=lambda decision: decision.seq))


def kept(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that nobody took back, those that were replaced later included, in order of `seq`."""
    log = sorted(decisions, key=lambda decision: decision.seq)
    gone = undone(log)
    return tuple(d for d in log if d.seq not in gone and d.verdict is not Verdict.UNDO)


def labels(decisions: Iterable[Decision]) -> tuple[Label, ...]:
    """The labels that hold now; a rejection is the label `neither`; unsure is no label.

    A segment that was settled has the labels that it was settled with, and no others.
    """
    held = standing(decisions)
    settled = {decision.segment for decision in held if decision.verdict is Verdict.SETTLE}
    return tuple(
        label
        for decision in held
        if decision.verdict is Verdict.SETTLE or decision.segment not in settled
        for label in _labels_of(decision)
    )


def by_coders(decisions: Iterable[Decision]) -> tuple[Label, ...]:
    """The labels that each coder gave, as if nothing had been settled: what agreement is computed from."""
    return labels(decision for decision in decisions if decision.verdict is not Verdict.SETTLE)


def _labels_of(decision: Decision) -> tuple[Label, ...]:
    said: Sequence[tuple[Kind | None, str | None]] = [(decision.kind, decision.code)]
    if decision.verdict is Verdict.REJECT:
        said = [(Kind.NEITHER, None)]
    elif decision.verdict is Verdict.UNSURE:
        said = ()
    elif decision.verdict is Verdict.SETTLE and decision.shown.get("labels"):
        said = [(Kind(one["kind"]) if one["kind"] else None, one["code"]) for one in decision.shown["labels"]]
    return tuple(
        Label(
            kind=kind, code=code, coder=decision.coder, quote=decision.quote, transcript=decision.transcript,
            start=decision.start, end=decision.end, segment=decision.segment,
        )
        for kind, code in said
        if kind or code
    )  # fmt: skip


def by_segment(items: Sequence[Label]) -> Mapping[str, tuple[Label, ...]]:
    """Labels grouped by segment id, order kept."""
    groups: dict[str, list[Label]] = defaultdict(list)
    for item in items:
        groups[item.segment].append(item)
    return {segment: tuple(group) for segment, group in groups.items()}


def last_undoable(log: Sequence[Decision], coder: str) -> Decision | None:
    """The newest decision of `coder` that still holds or was replaced, but was not undone; None if there is none.

    `log` is in order of `seq`; of a long one only the end is looked at.
    """
    dead: set[int | None] = set()
    for decision in reversed(log):
        if decision.seq in dead:
            continue
        if decision.verdict is Verdict.UNDO:
            dead.add(decision.undoes)
        elif decision.coder == coder:
            return decision
    return None


def undone(log: Sequence[Decision]) -> frozenset[int]:
    """Numbers of the entries of `log`, in order of `seq`, that are taken back, undos among them."""
    # An undo can itself be undone (redo), so walk backwards: a live undo kills its target.
    dead: set[int] = set()
    for decision in reversed(log):
        if decision.verdict is Verdict.UNDO and decision.seq not in dead and decision.undoes is not None:
            dead.add(decision.undoes)
    return frozenset(dead)
