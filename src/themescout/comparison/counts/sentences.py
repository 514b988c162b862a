"""What is claimed of a row, in the words that the rules allow: never "gone", never that it "did not exist"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.comparison.counts import claims, counting
from themescout.comparison.model import Outcome
from themescout.intervals import clopper_pearson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.comparison.counts.claims import Case
    from themescout.comparison.counts.counting import Tally
    from themescout.comparison.counts.searching import Found
    from themescout.settings import CompareSettings

_FRACTIONS = ((1 / 3, "1 in 3"), (2 / 5, "2 in 5"), (1 / 2, "1 in 2"), (2 / 3, "2 in 3"), (3 / 4, "3 in 4"),
              (4 / 5, "4 in 5"), (9 / 10, "9 in 10"))  # fmt: skip
_BREAKERS = 4  # names in a sentence


class Wording:
    """Says what is claimed of a row of one comparison.

    Args:
        old: title of the old wave, "" where there is only a list of names.
        new: title of the new wave.
        plan: thresholds.
        interviews: number of interviews in the new wave.
        asked: level and id to the number of those in which an interviewer's turn names it.
        source: where a list of names is from, for `Named`.
    """

    def __init__(  # a wave's words
        self,
        old: str,
        new: str,
        plan: CompareSettings,
        *,
        interviews: int,
        asked: Mapping[tuple[str, str], int],
        source: str = "",
    ) -> None:
        self._old, self._new, self._plan = old, new, plan
        self._interviews, self._asked, self._source = interviews, asked, source

    def sentence(self, case: Case, said: Outcome, unit: tuple[str, str]) -> str:
        """Everything that is said of one row, two to five short sentences."""
        parts = [self._first(case, said), *self._before(case, said), *self._second(case, said)]
        if said in (Outcome.NOT_HEARD, Outcome.UNCLEAR, Outcome.NEW, Outcome.NEW_FEW) and case.new.total:
            parts.append(self._guide(unit))
        both = ["All these numbers rest on suggestions that nobody has confirmed."]
        parts += both if _nothing_sure(case) else _unconfirmed(case.new, "")
        parts += [*_fragile(case, said, self._plan), *self._difference(case)]
        return " ".join(parts)

    def _first(self, case: Case, said: Outcome) -> str:
        count, total, plain = case.new.count, case.new.total, len(case.new.unprompted)
        heard_of = f"{count} of {total}"
        if case.unknown_new:
            return (
                "Whether it was heard cannot be known: the codebook with which the new wave was coded did not have it."
            )
        if said in (Outcome.NOT_HEARD, Outcome.NEITHER):
            return silence(total)
        if said is Outcome.UNCLEAR and not count:
            return f"Raised by none of {total} for certain: {left(case.found_new)}."
        asked, own = (
            _prompted(case.new),
            f"{f'only {plain}' if plain else 'none'} of them without the interviewer having named it",
        )
        wanted = f"the plan asks {self._plan.heard_by}"
        return {
            Outcome.RETAINED: f"Again raised by {heard_of}{asked}.",
            Outcome.PROMPTED: f"Raised by {heard_of}, but {own}; {wanted}.",
            Outcome.FEW: f"Raised by {heard_of}{asked}; {wanted}.",
        }.get(said, f"Raised by {heard_of}{asked}.")

    def _before(self, case: Case, said: Outcome) -> list[str]:
        """What is known of the old wave."""
        old = case.old
        if old is None:
            return []
        if case.unknown_old:
            return [
                (
                    f"Whether it was heard in {self._old} cannot be known: the codebook with which that wave was coded"
                    " did not have it, so no difference and no test is given."
                )
            ]
        if said is Outcome.NEITHER:
            return [f"Nor was it among what was heard in {self._old} (0 of {old.total})."]
        if old.count:
            sure = [] if _nothing_sure(case) else _unconfirmed(old, f" in {self._old}")
            return [f"In {self._old}: {old.count} of {old.total}.", *sure]
        if said in (Outcome.NEW, Outcome.NEW_FEW):
            return [f"It is not among what was heard in {self._old} (0 of {old.total})."]
        rest = f": {left(case.found_old)}" if not case.found_old.clean else ""
        return [f"In {self._old}, none of {old.total} for certain{rest}."]

    def _second(self, case: Case, said: Outcome) -> list[str]:
        """For what is new: settings, and the second coder."""
        if said not in (Outcome.NEW, Outcome.NEW_FEW):
            return []
        who, plan = case.new.unprompted, self._plan
        made = []
        rule = f"{plan.new_from} informants, unprompted, in {_settings(plan.new_settings)}"
        where = claims.settings_of(who, case.settings)
        open_ones = [name for name in who if not case.settings.get(name)]
        if said is Outcome.NEW and where:
            made.append(f"It comes from {_settings(len(where))}.")
        elif len(who) >= plan.new_from and open_ones:
            made.append(
                f"Whether it is new by the plan ({rule}) cannot be said: participants.csv names no setting for "
                f"{_names(open_ones)}."
            )
        elif said is Outcome.NEW_FEW:
            made.append(f"The plan asks {rule}, before it is called new.")
        if len(case.new.agreed) < plan.new_from:
            made.append("A second coder has to agree before it is claimed.")
        else:
            made.append(f"Two coders agree on it for {len(case.new.agreed)} of them.")
        return made

    def _guide(self, unit: tuple[str, str]) -> str:
        asked = self._asked.get(unit, 0)
        if not asked:
            return "No interviewer named it; whether the guide gave room for it is for you to say."
        return f"Interviewers named it in {asked} of {self._interviews} interviews."

    def _difference(self, case: Case) -> list[str]:
        if case.old is None or not claims.changed(case):
            return []
        found = counting.change((case.old.count, case.old.total), (case.new.count, case.new.total))
        if found is None:
            return []
        more = "greater" if found.difference > 0 else "smaller"
        said = [
            (
                f"The share is {more} than in {self._old}: {_points(found.difference)} points, 95 % interval"
                f" {_points(found.low)} to {_points(found.high)}."
            )
        ]
        holding = claims.of_difference(case)
        if holding and not holding.holds:
            said.append(f"The interval would not leave out 0 without {_names(holding.breakers, 'or')}.")
        return said


def silence(total: int) -> str:
    """What it means that none of `total` informants raised something."""
    if not total:
        return "Not raised; nobody was heard."
    high = clopper_pearson(0, total)[1]
    return (
        f"Not raised by any of {total}; with n = {total} this is compatible with up to about {one_in(high)} of similar "
        f"informants holding it (exact upper limit {100 * high:.0f} %)."
    )


def one_in(share: float) -> str:
    """A share, 0..1, as a simple fraction for readers, rounded up: 0.232 is "1 in 4"."""
    if share <= 1 / 3:
        return f"1 in {int(1 / share)}" if share > 0.001 else "1 in 1,000"
    return next((words for limit, words in _FRACTIONS if share <= limit), "all")


def left(found: Found) -> str:
    """What is left to read before something may be called not heard."""
    parts = []
    if found.worth_reading:
        parts.append(
            f"{_segments(found.worth_reading)} not confirmed by anybody may hold it (highest probability "
            f"{found.highest_open:.2f}) and should be read"
        )
    if found.unread:
        parts.append(f"{_segments(found.unread)} nobody has read, and nothing is suggested for them")
    if found.hidden:
        parts.append(f"of {_segments(found.hidden)} too few suggested codes are kept to tell ([suggest] listed)")
    return "; ".join(parts)


def _prompted(one: Tally) -> str:
    if not one.prompted:
        return ""
    return ", only when asked" if not one.unprompted else f", {len(one.prompted)} of them only when asked"


def _unconfirmed(one: Tally, where: str) -> list[str]:
    if not one.unconfirmed:
        return []
    number = len(one.unconfirmed)
    of = (
        "Both"
        if number == one.count == 2
        else f"All {number}"
        if number == one.count
        else f"{number} of these {one.count}"
    )
    of = "This one" if one.count == 1 else of
    return [f"{of}{where} rest{'s' if number == 1 else ''} on suggestions that nobody has confirmed."]


def _nothing_sure(case: Case) -> bool:
    """Both waves have informants, and none that a person's decision counts."""
    waves = [one for one in (case.old, case.new) if one]
    return len(waves) == 2 and all(one.count and len(one.unconfirmed) == one.count for one in waves)


def _fragile(case: Case, said: Outcome, plan: CompareSettings) -> list[str]:
    found = claims.of_outcome(case, said, plan)
    if found is None:
        return []
    if found.holds:
        return ["This holds without any one informant."]
    return [f"This would not hold without {_names(found.breakers, 'or')}."]


def _names(names: tuple[str, ...] | list[str], last: str = "and") -> str:
    shown = list(names)
    if len(names) > _BREAKERS + 1:  # one more name is as short as "1 other"
        return f"{', '.join(shown[:_BREAKERS])} {last} {len(names) - _BREAKERS} others"
    return f" {last} ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _points(share: float) -> str:
    return f"{100 * share:+.0f}".replace("-", "−")


def _settings(number: int) -> str:
    return f"{number} setting{'' if number == 1 else 's'}"


def _segments(number: int) -> str:
    return f"{number:,} segment{'' if number == 1 else 's'}"
