"""What may be said of a row, by rules that are set beforehand, and whether it stands without each informant.

The rules are those of the method (retained, new, not heard), with the numbers of `[compare]` in the settings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from themescout.comparison.counts import counting
from themescout.comparison.model import Holding, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from themescout.comparison.counts.counting import Tally
    from themescout.comparison.counts.searching import Found
    from themescout.settings import CompareSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that a claim about one row rests on.

    Attributes:
        old: who mentions it in the old wave; None where there is only a list of names.
        new: who mentions it in the new wave.
        found_old: the search of the old wave.
        found_new: the search of the new wave.
        settings: of the informants of the new wave; "" where it is not filled in.
        unknown_old: the old wave was coded with a codebook that did not have it.
        unknown_new: likewise the new wave.
    """

    old: Tally | None
    new: Tally
    found_old: Found
    found_new: Found
    settings: Mapping[str, str] = field(default_factory=dict)
    unknown_old: bool = False
    unknown_new: bool = False


def outcome(case: Case, plan: CompareSettings) -> Outcome:
    """What may be said. Where something is left to read, in the wave in which nobody was counted: unclear."""
    if case.unknown_new:
        return Outcome.UNCLEAR
    if not case.new.count:
        return _silent(case)
    if case.unknown_old:
        return Outcome.UNCLEAR
    if case.old is None or case.old.count:
        return _again(case.new, plan)
    if not case.found_old.clean:
        return Outcome.UNCLEAR
    return Outcome.NEW if new_enough(case.new.unprompted, case.settings, plan) else Outcome.NEW_FEW


def _silent(case: Case) -> Outcome:
    """Not heard is said of the new wave; in neither, only where the old one too leaves nothing to read."""
    if not case.found_new.clean:
        return Outcome.UNCLEAR
    neither = case.old is not None and not case.old.count and not case.unknown_old and case.found_old.clean
    return Outcome.NEITHER if neither else Outcome.NOT_HEARD


def _again(new: Tally, plan: CompareSettings) -> Outcome:
    if len(new.unprompted) >= plan.heard_by:
        return Outcome.RETAINED
    return Outcome.PROMPTED if new.count >= plan.heard_by else Outcome.FEW


def settings_of(who: Sequence[str], settings: Mapping[str, str]) -> tuple[str, ...]:
    """The settings that these informants speak from, sorted, as far as they are filled in."""
    return tuple(sorted({settings.get(name, "") for name in who} - {""}))


def new_enough(who: Sequence[str], settings: Mapping[str, str], plan: CompareSettings) -> bool:
    """Whether these informants, unprompted, are as many and from as many settings as the plan asks of what is new.

    A setting that is not filled in is none; whoever speaks does so in one, filled in or not.
    """
    heard_in = max(len(settings_of(who, settings)), min(1, len(who)))
    return len(who) >= plan.new_from and heard_in >= plan.new_settings


def holding(case: Case, said: Outcome, plan: CompareSettings) -> Holding | None:
    """Whether everything that is claimed stands without each informant; None where nothing is claimed."""
    parts = [one for one in (of_outcome(case, said, plan), of_difference(case)) if one]
    breakers = sorted({name for one in parts for name in one.breakers})
    return Holding(holds=not breakers, breakers=tuple(breakers)) if parts else None


def of_outcome(case: Case, said: Outcome, plan: CompareSettings) -> Holding | None:
    """Whether it is heard again, or new, without each informant of the new wave; None where neither is claimed."""
    who, informants = case.new.unprompted, case.new.informants
    if said is Outcome.RETAINED:
        return held(lambda left_out: len(_without(who, left_out)) >= plan.heard_by, informants)
    if said is Outcome.NEW:
        return held(lambda left_out: new_enough(_without(who, left_out), case.settings, plan), informants)
    return None


def of_difference(case: Case) -> Holding | None:
    """Whether the interval of the difference leaves out 0 without each informant; None where it does not with all.

    That is asked of the old wave's informants too: without one of them it is a smaller wave.
    """
    if case.old is None or not changed(case):
        return None
    people = sorted({*case.old.informants, *case.new.informants})
    return held(lambda left_out: _still_changed(case, left_out), people)


def held(claim: Callable[[str], bool], people: Sequence[str]) -> Holding:
    """Whether a claim stands without each of these people; it is asked whether it does without one of them."""
    breakers = tuple(sorted(name for name in people if not claim(name)))
    return Holding(holds=not breakers, breakers=breakers)


def changed(case: Case) -> bool:
    """Whether the interval of the difference leaves out 0, where there may be one."""
    if case.old is None or case.unknown_old or case.unknown_new:
        return False
    return counting.clear((case.old.count, case.old.total), (case.new.count, case.new.total))


def _still_changed(case: Case, left_out: str) -> bool:
    if case.old is None:
        return False
    waves = [
        (len(_without(one.who, left_out)), len(_without(one.informants, left_out))) for one in (case.old, case.new)
    ]
    before = case.new.count / case.new.total > case.old.count / case.old.total
    after = waves[1][1] and waves[0][1] and waves[1][0] / waves[1][1] > waves[0][0] / waves[0][1]
    return counting.clear(waves[0], waves[1]) and before == after


def _without(who: Sequence[str], left_out: str) -> tuple[str, ...]:
    return tuple(name for name in who if name != left_out)
