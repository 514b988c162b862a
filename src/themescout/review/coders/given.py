"""What each coder said of each segment: first, and as it stands now; what they had seen by then."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from themescout import decisions
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from themescout.types import Decision

    Label = tuple[Kind | None, str | None]
    Labels = frozenset[Label]


_WITHOUT = frozenset({Verdict.REJECT, Verdict.UNSURE})  # no label: nothing to code, or nothing said


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one coder said of one segment. Labels are kind and code; the empty set says: nothing to code.

    Attributes:
        coder: who.
        segment: id.
        first: as first given; None where the coder was never more than unsure.
        now: as it stands; None where the coder is unsure.
        blind: whether `first` was given before a suggestion, or what others decided, could be seen.
        alone: that part of `first` that was given without a suggestion on the screen.
        machine: what would have been suggested; None where nothing was kept back, or the machine would say nothing.
        standing: the decisions that hold, oldest first.
    """

    coder: str
    segment: str
    first: Labels | None
    now: Labels | None
    blind: bool
    alone: Labels
    machine: Labels | None
    standing: tuple[Decision, ...]

    @property
    def changed(self) -> bool:
        """Whether the coder said something else later, which may be that they are unsure."""
        return self.first is not None and self.first != self.now


def given(log: Sequence[Decision]) -> Mapping[str, Mapping[str, Given]]:
    """By segment and coder, in the order of first decisions. What settled a segment is not what a coder gave.

    The first labels are those of a coder's first decision that is not unsure, with the codes that were added to it at
    once: before the coder decided about another segment. What was taken back counts as a slip and not as given. A
    first decision is blind where no suggestion was on the screen and the coder had not been unsure about the segment
    before: after that, what others decided could be seen.
    """
    places: dict[str, int] = defaultdict(int)
    said: dict[str, dict[str, list[tuple[int, Decision]]]] = defaultdict(lambda: defaultdict(list))
    for decision in decisions.kept(log):
        if decision.verdict is not Verdict.SETTLE:
            places[decision.coder] += 1
            said[decision.segment][decision.coder].append((places[decision.coder], decision))
    return {name: {coder: _given(told) for coder, told in coders.items()} for name, coders in said.items()}


def _given(told: Sequence[tuple[int, Decision]]) -> Given:
    begun, run = told[0][1], _first(told)
    everything = tuple(decision for _, decision in told)
    standing = everything if len(everything) == 1 else decisions.standing(everything)
    first = labelled(run) if run else None
    if len(everything) > 1:
        now = labelled(standing) if any(d.verdict is not Verdict.UNSURE for d in standing) else None
    else:
        now = first
    return Given(
        coder=begun.coder,
        segment=begun.segment,
        first=first,
        now=now,
        blind=bool(run) and run[0] is begun and not _suggested(begun),
        alone=labelled([d for d in run if not _suggested(d)]),
        machine=_machine(run[0].shown) if run else None,
        standing=standing,
    )


def _first(told: Sequence[tuple[int, Decision]]) -> tuple[Decision, ...]:
    """The first decision that is not unsure, and what was added to it before another segment was decided."""
    start = next((i for i, (_, d) in enumerate(told) if d.verdict is not Verdict.UNSURE), None)
    if start is None:
        return ()
    if len(told) == 1:
        return (told[0][1],)
    place, decision = told[start]
    run = [decision]
    for later, added in told[start + 1 :]:
        if added.verdict is not Verdict.ADD or later != place + len(run):
            break
        run.append(added)
    return tuple(run)


def labelled(said: Iterable[Decision]) -> Labels:
    """The labels of decisions that hold together."""
    return frozenset(
        label
        for decision in said
        if decision.verdict not in _WITHOUT
        for label in (_settled(decision) if decision.verdict is Verdict.SETTLE else ((decision.kind, decision.code),))
        if label[0] is not Kind.NEITHER and label != (None, None)
    )


def _settled(decision: Decision) -> Sequence[Label]:
    return [(label.kind, label.code) for label in decisions.labels([decision])]


def _suggested(decision: Decision) -> bool:
    return "codes" in decision.shown


def _machine(shown: Mapping[str, Any]) -> Labels | None:
    kept = shown.get("kept_back")
    if not kept or kept.get("abstained"):
        return None
    kind = Kind(kept["kind"]) if kept.get("kind") else None
    if kind is Kind.NEITHER:
        return frozenset()
    code = str(kept["codes"][0]["code"]) if kept.get("codes") else None
    return frozenset({(kind, code)}) if kind or code else None
