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
    entries = [d for d in decisions.kept(log) if d.verdict is not Verdict.SETTLE]
    held: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for decision in decisions.standing(entries):
        held[decision.segment, decision.coder].append(decision)
    places: dict[str, int] = defaultdict(int)
    said: dict[tuple[str, str], list[tuple[int, Decision]]] = defaultdict(list)
    for decision in entries:
        places[decision.coder] += 1
        said[decision.segment, decision.coder].append((places[decision.coder], decision))
    made: dict[str, dict[str, Given]] = defaultdict(dict)
    for (segment, coder), told in said.items():
        made[segment][coder] = _given(told, tuple(held[segment, coder]))
    return made


def _given(told: Sequence[tuple[int, Decision]], standing: tuple[Decision, ...]) -> Given:
    run = _first(told)
    begun = told[0][1]
    return Given(
        coder=begun.coder,
        segment=begun.segment,
        first=labelled(run) if run else None,
        now=labelled(standing) if any(d.verdict is not Verdict.UNSURE for d in standing) else None,
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
    place, decision = told[start]
    run = [decision]
    for later, added in told[start + 1 :]:
        if added.verdict is not Verdict.ADD or later != place + len(run):
            break
        run.append(added)
    return tuple(run)


def labelled(said: Iterable[Decision]) -> Labels:
    """The labels of decisions that hold together."""
    return frozenset((label.kind, label.code) for label in decisions.labels(said) if label.kind is not Kind.NEITHER)


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
