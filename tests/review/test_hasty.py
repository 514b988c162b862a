"""A warning where suggestions are accepted faster than they can be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from themescout.review import hasty
from themescout.types import Decision, Kind, Verdict

SLOW = Decision(
    segment="s", verdict=Verdict.ACCEPT, kind=Kind.BARRIER, code="A", coder="ann", decided_at="", transcript="t",
    start=0, end=1, quote="word " * 80, seconds=30.0,
)  # fmt: skip
FAST = replace(SLOW, seconds=2.0)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (FAST, True),
        (SLOW, False),
        (replace(FAST, verdict=Verdict.CHANGE), False),
        (replace(FAST, seconds=None), False),
        (replace(FAST, quote="two words"), False),  # two seconds are enough for these
    ],
)
def test_too_fast_means_less_than_twice_the_usual_speed_of_reading(decision: Decision, expected: bool) -> None:
    assert hasty.too_fast(decision) is expected


def test_the_warning_comes_at_every_fifth_in_a_row_and_not_between() -> None:
    warned = [bool(hasty.warning([FAST] * count)) for count in range(12)]
    assert [count for count, there in enumerate(warned) if there] == [5, 10]


def test_a_slow_one_ends_the_row() -> None:
    assert hasty.in_a_row([FAST, FAST, SLOW, FAST]) == 1
    assert not hasty.warning([FAST] * 5 + [SLOW])
    assert "5 suggestions" in hasty.warning([SLOW] + [FAST] * 5)
