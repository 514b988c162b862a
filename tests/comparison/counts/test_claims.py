"""What may be said by the rules, and whether it stands without each informant."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout.comparison.counts import claims
from themescout.comparison.counts.claims import Case
from themescout.comparison.counts.counting import Tally
from themescout.comparison.counts.searching import Found
from themescout.comparison.model import Holding, Outcome
from themescout.settings import CompareSettings

PLAN = CompareSettings(heard_by=2, new_from=3, new_settings=2)
MAYBE = Found(worth_reading=1, highest=0.3, open=(("s", 0.3),))


def tally(unprompted: int, prompted: int = 0, total: int = 6, mark: str = "N") -> Tally:
    names = tuple(f"{mark}{i}" for i in range(1, total + 1))
    return Tally(
        unprompted=names[:unprompted], prompted=names[unprompted : unprompted + prompted], unconfirmed=(), agreed=(),
        informants=names,
    )  # fmt: skip


def case(old: Tally | None, new: Tally, **values: object) -> Case:
    return replace(Case(old=old, new=new, found_old=Found(), found_new=Found()), **values)  # type: ignore[arg-type]


OLD, NOBODY = tally(3, mark="O"), tally(0, mark="O")
TWO = {"N1": "a", "N2": "a", "N3": "b"}


@pytest.mark.parametrize(
    ("made", "outcome"),
    [
        (case(OLD, tally(2)), Outcome.RETAINED),
        (case(OLD, tally(2, 4)), Outcome.RETAINED),
        (case(None, tally(2)), Outcome.RETAINED),
        (case(OLD, tally(1, 1)), Outcome.PROMPTED),
        (case(OLD, tally(0, 2)), Outcome.PROMPTED),
        (case(OLD, tally(1)), Outcome.FEW),
        (case(OLD, tally(0, 1)), Outcome.FEW),
        (case(OLD, tally(0)), Outcome.NOT_HEARD),
        (case(None, tally(0)), Outcome.NOT_HEARD),
        (case(OLD, tally(0), found_new=MAYBE), Outcome.UNCLEAR),
        (case(OLD, tally(0), found_new=Found(unread=1)), Outcome.UNCLEAR),
        (case(OLD, tally(0), found_new=Found(hidden=1)), Outcome.UNCLEAR),
        (case(OLD, tally(2), found_new=MAYBE, found_old=MAYBE), Outcome.RETAINED),
        (case(NOBODY, tally(3), settings=TWO), Outcome.NEW),
        (case(NOBODY, tally(3), settings={"N1": "a", "N2": "a", "N3": "a"}), Outcome.NEW_FEW),
        (case(NOBODY, tally(3), settings={"N1": "a"}), Outcome.NEW_FEW),
        (case(NOBODY, tally(3)), Outcome.NEW_FEW),
        (case(NOBODY, tally(2, 4), settings=TWO), Outcome.NEW_FEW),  # not merely the guide's topic
        (case(NOBODY, tally(3), settings=TWO, found_old=MAYBE), Outcome.UNCLEAR),
        (case(NOBODY, tally(0)), Outcome.NEITHER),
        (case(NOBODY, tally(0), found_old=MAYBE), Outcome.NOT_HEARD),
        (case(NOBODY, tally(0), found_new=MAYBE), Outcome.UNCLEAR),
        (case(NOBODY, tally(3), settings=TWO, unknown_old=True), Outcome.UNCLEAR),
        (case(NOBODY, tally(0), unknown_old=True), Outcome.NOT_HEARD),
        (case(OLD, tally(0), unknown_new=True), Outcome.UNCLEAR),
    ],
)
def test_the_rules(made: Case, outcome: Outcome) -> None:
    assert claims.outcome(made, PLAN) is outcome


def test_one_setting_needs_not_be_filled_in() -> None:
    assert claims.outcome(case(NOBODY, tally(3)), replace(PLAN, new_settings=1)) is Outcome.NEW


def holding(made: Case, plan: CompareSettings = PLAN) -> Holding | None:
    return claims.holding(made, claims.outcome(made, plan), plan)


def test_as_few_as_the_plan_asks_break_with_any_one_of_them_and_one_more_holds() -> None:
    few = tally(3, mark="O")
    assert holding(case(few, tally(2, 3))) == Holding(holds=False, breakers=("N1", "N2"))
    assert holding(case(few, tally(3))) == Holding(holds=True)
    assert holding(case(few, tally(1))) is None


def test_what_is_new_breaks_with_the_only_informant_of_a_setting() -> None:
    old = tally(0, total=60, mark="O")
    where = {"N1": "a", "N2": "a", "N3": "a", "N4": "b"}
    made = case(old, tally(4, total=4), settings=where)
    assert claims.outcome(made, PLAN) is Outcome.NEW
    found = holding(made)
    assert found is not None
    assert "N4" in found.breakers
    assert "N1" not in found.breakers


def test_a_difference_is_asked_of_both_waves() -> None:
    # 0/4 less 8/14: up to −0.02; one fewer of those who said it, or of the four, and 0 lies within.
    made = case(tally(8, total=14, mark="O"), tally(0, total=4))
    assert claims.changed(made)
    found = holding(made)
    assert found is not None
    assert found.breakers == tuple(sorted([*(f"N{i}" for i in range(1, 5)), *(f"O{i}" for i in range(1, 9))]))


@given(st.integers(1, 5), st.integers(0, 8), st.integers(0, 8))
def test_what_is_heard_again_holds_exactly_from_one_more_than_the_plan_asks(by: int, own: int, asked: int) -> None:
    plan = replace(PLAN, heard_by=by)
    made = case(tally(16, total=16, mark="O"), tally(own, asked, total=16))
    said = claims.outcome(made, plan)
    assert (said is Outcome.RETAINED) == (own >= by)
    if said is Outcome.RETAINED and not claims.changed(made):
        found = claims.holding(made, said, plan)
        assert found is not None
        assert found.holds == (own > by)
        assert found.breakers == (() if own > by else made.new.unprompted)


def test_the_only_informant_can_be_left_out() -> None:
    made = case(tally(0, total=40, mark="O"), tally(1, total=1))
    assert claims.changed(made)
    found = holding(made)
    assert found is not None
    assert "N1" in found.breakers
