"""How far the coding of a study is: shares, days, new codes, time left, and when one may stop."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from themescout import decisions
from themescout.pipeline import stopping
from themescout.review.drawing import Purpose, drawn
from themescout.review.progress.heard import Growth, growth
from themescout.review.progress.influence import Influence, influence
from themescout.review.progress.replies import first_replies
from themescout.review.progress.timing import Left, Timing, time_left, timing
from themescout.suggest.stopping import Answer
from themescout.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from themescout.project import Study
    from themescout.review.progress.heard import Rule
    from themescout.review.progress.material import Material
    from themescout.types import Decision

LONGEST = 62  # days that are listed one by one; longer stretches are listed by weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class CoderRow:
    """One coder: segments decided, their share of all segments (0..1), and when last (ISO 8601, UTC)."""

    coder: str
    decided: int
    share: float
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewRow:
    """One interview, in order of import: its segments, and how many are decided."""

    transcript: str
    wave: str
    segments: int
    decided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A day, or the week that begins on it (ISO 8601, by this computer's clock): entries in the log, undos left out."""

    day: str
    decisions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRow:
    """Whether one may stop looking for a code: "stop", "not yet" or "unknown", and the sentence that says why."""

    code: str
    name: str
    answer: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """When may I stop: how many codes may, how much of the random sample is read, remarks, and a row for each code."""

    may_stop: int
    read: int
    frame: int
    remarks: tuple[str, ...]
    codes: tuple[StopRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the coding of a study is.

    Attributes:
        coder: whose decisions are counted; "" for everybody's.
        independent: True where what tells about suggestions and about others is left out.
        segments: number in the study.
        decided: how many of them are decided.
        drawn: how many of them are shown without a suggestion at first.
        coders: a row for each coder who decided.
        interviews: a row for each interview.
        weekly: whether the periods are weeks.
        periods: without gaps, from the first decision to the last.
        left: time until everything is decided.
        timing: with suggestions and without; None for one who works independently.
        growth: new codes, and saturation.
        influence: of suggestions; None for one who works independently.
        stops: None where they were not asked for.
    """

    coder: str
    independent: bool
    segments: int
    decided: int
    drawn: int
    coders: tuple[CoderRow, ...]
    interviews: tuple[InterviewRow, ...]
    weekly: bool
    periods: tuple[Period, ...]
    left: Left
    timing: Timing | None
    growth: Growth
    influence: Influence | None
    stops: Stops | None = None


def progress(
    material: Material, rule: Rule, *, coder: str = "", independent: bool = False, stops: Stops | None = None
) -> Progress:
    """How far the coding is, from what was gathered.

    Args:
        material: from `material.gather`.
        rule: for saturation.
        coder: whose decisions count; "" for everybody's.
        independent: leave out what tells about suggestions.
        stops: from `may_stop`.
    """
    log = [decision for decision in material.log if not coder or decision.coder == coder]
    existing = [d for d in decisions.standing(log) if d.segment in material.items]
    done = {decision.segment for decision in existing}
    replies = first_replies(log, material.informants, material.lengths)
    blind = {name for name in material.items if drawn(Purpose.BLIND, name, material.blind, material.seed)}
    whole = not coder and material.log is material.everything
    left = material.items.keys() - done if whole else _left(material, coder)
    weekly, periods = _periods(log)
    return Progress(
        coder=coder, independent=independent, segments=len(material.items), decided=len(done), drawn=len(blind),
        coders=_coders(existing, len(material.items)), interviews=_interviews(material, done),
        weekly=weekly, periods=periods,
        left=time_left(replies, shown=len(left - blind), drawn=len(left & blind)),
        timing=None if independent else timing(replies, left=len(left - blind), seed=material.seed),
        growth=growth(material, log, done, rule),
        influence=None if independent else influence(replies, log, groups=material.groups, seed=material.seed),
        stops=stops,
    )  # fmt: skip


def may_stop(study: Study, names: Mapping[str, str]) -> Stops:
    """Whether one may stop looking for each code, from everybody's decisions; `names` = code id to name."""
    found = stopping.enough(study)
    rows = tuple(
        StopRow(code=one.code, name=names.get(one.code, one.code), answer=one.answer.value, sentence=one.sentence)
        for one in found.codes
    )
    return Stops(
        may_stop=sum(one.answer is Answer.STOP for one in found.codes), read=found.read, frame=found.frame,
        remarks=found.remarks, codes=rows,
    )  # fmt: skip


def _left(material: Material, coder: str) -> set[str]:
    """What is still to be decided: by anybody; or by one coder, whose are all that nobody or everybody decides."""
    by: dict[str, set[str]] = defaultdict(set)
    for decision in decisions.standing(material.everything):
        by[decision.segment].add(decision.coder)
    if not coder:
        return {name for name in material.items if not by[name]}
    both = {name for name in by if drawn(Purpose.DOUBLE, name, material.double, material.seed)}
    return {name for name in material.items if coder not in by[name] and (not by[name] or name in both)}


def _coders(standing: Sequence[Decision], segments: int) -> tuple[CoderRow, ...]:
    done: dict[str, set[str]] = defaultdict(set)
    last: dict[str, str] = {}
    for decision in standing:
        if decision.verdict is not Verdict.SETTLE:
            done[decision.coder].add(decision.segment)
            last[decision.coder] = decision.decided_at
    return tuple(
        CoderRow(coder=coder, decided=len(done[coder]), share=len(done[coder]) / segments, last=last[coder])
        for coder in sorted(done)
    )


def _interviews(material: Material, done: set[str]) -> tuple[InterviewRow, ...]:
    every = Counter(item.transcript for item in material.items.values())
    decided = Counter(material.items[name].transcript for name in done)
    return tuple(
        InterviewRow(transcript=name, wave=wave, segments=every[name], decided=decided[name])
        for name, wave in material.waves.items()
    )


def _periods(log: Sequence[Decision]) -> tuple[bool, tuple[Period, ...]]:
    counts = Counter(_day(decision) for decision in log if decision.verdict is not Verdict.UNDO)
    if not counts:
        return False, ()
    first, last = min(counts), max(counts)
    weekly = (last - first).days >= LONGEST
    step = timedelta(days=7 if weekly else 1)
    start = first - timedelta(days=first.weekday()) if weekly else first
    made = []
    while start <= last:
        made.append(Period(day=start.isoformat(), decisions=sum(counts[day] for day in _days(start, step))))
        start += step
    return weekly, tuple(made)


def _days(start: date, step: timedelta) -> list[date]:
    return [start + timedelta(days=i) for i in range(step.days)]


def _day(decision: Decision) -> date:
    """By this computer's clock: work after midnight in Greenwich is still today's."""
    return datetime.fromisoformat(decision.decided_at).astimezone().date()
