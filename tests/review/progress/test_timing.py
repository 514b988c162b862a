"""Seconds per decision, on logs of which every number is known."""

from __future__ import annotations

import pytest

from themescout.review.progress.replies import Reply, first_replies
from themescout.review.progress.timing import Timing, duration, pace, time_left, timing
from themescout.types import Decision, Kind, Verdict


def replies(*sides: tuple[bool, list[float | None]], words: int = 10) -> tuple[Reply, ...]:
    """First replies: whether the suggestion was seen, and the seconds of each."""
    log = [
        Decision(
            seq=0, segment=f"s{seen}{i}", verdict=Verdict.CHANGE, kind=Kind.BARRIER, code="A", coder="ann",
            decided_at="2026-11-02T12:00:00+00:00", transcript="t", start=0, end=1, quote=" ".join(["w"] * words),
            seconds=seconds, shown={} if seen else {"why": "drawn"},
        )
        for seen, times in sides
        for i, seconds in enumerate(times)
    ]  # fmt: skip
    return first_replies(log)


def measured(seen: list[float], unseen: list[float], left: int = 0) -> Timing:
    return timing(replies((True, list(seen)), (False, list(unseen))), left=left, seed=1)


def test_breaks_and_what_was_not_measured_are_left_out() -> None:
    found = pace(replies((True, [10.0, 20.0, 60.0, 300.0, 301.0, 4000.0, None])))
    assert (found.decisions, found.breaks, found.median, found.mean) == (4, 2, 40, 97.5)
    assert (found.lower, found.upper) == (17.5, 120)
    assert found.per_word == 4
    assert pace(replies((True, [None, 500.0]))).median is None
    assert pace(replies((True, [7.0]))).upper == 7


def test_time_saved_is_the_difference_of_medians_times_the_decisions() -> None:
    found = measured([20.0 + i % 3 for i in range(120)], [30.0 + i % 3 for i in range(30)], left=360)
    assert (found.shown.median, found.drawn.median) == (21, 31)
    assert found.ratio == pytest.approx(31 / 21)
    assert found.word_ratio == pytest.approx(31 / 21)
    assert found.saved == pytest.approx(10 * 120 / 3600)
    assert found.to_save == pytest.approx(1)
    assert found.ratio_interval is not None
    assert found.ratio_interval[0] <= 31 / 21 <= found.ratio_interval[1]
    assert found.to_save_interval is not None
    assert found.to_save_interval[0] <= 1 <= found.to_save_interval[1]
    assert found.sentence.startswith(
        "A decision takes 21.0 s with the suggestion and 31.0 s without (medians): 20 min saved so far (95 %: "
    )


def test_time_that_suggestions_cost_is_said_as_plainly() -> None:
    found = measured([40.0] * 50, [30.0] * 50)
    assert found.saved == pytest.approx(-500 / 3600)
    assert "suggestions cost time, 8 min to 8 min so far" in found.sentence


def test_no_difference_is_no_saving() -> None:
    found = measured([float(i) for i in range(10, 60)], [float(i) for i in range(11, 61, 2)])
    assert found.sentence.endswith("Whether any time is saved cannot be told from chance yet.")


@pytest.mark.parametrize(
    ("seen", "unseen", "said"),
    [
        (50, 12, "12 of at least 20 measured decisions without a suggestion."),
        (19, 20, "19 of at least 20 measured decisions with a suggestion."),
        (0, 0, "0 of at least 20 measured decisions without a suggestion."),
    ],
)
def test_nothing_is_assumed(seen: int, unseen: int, said: str) -> None:
    found = measured([10.0] * seen, [20.0] * unseen)
    assert (found.ratio, found.saved, found.to_save) == (None, None, None)
    assert found.sentence == f"Time saved: not yet known, {said}"


def test_zero_seconds_divide_nothing() -> None:
    found = measured([0.0] * 20, [0.0] * 20)
    assert (found.ratio, found.ratio_interval, found.word_ratio) == (None, None, None)


def test_time_left_takes_each_side_at_its_own_pace() -> None:
    known = replies((True, [20.0] * 30 + [50.0] * 10), (False, [40.0] * 30))
    found = time_left(known, shown=90, drawn=9)
    assert found.at_median == pytest.approx((90 * 20 + 9 * 40) / 3600)
    assert found.at_mean == pytest.approx((90 * 27.5 + 9 * 40) / 3600)
    assert found.sentence == "99 segments left: 36 min at the median pace, 47 min at the mean, no breaks."
    few = time_left(replies((True, [20.0] * 30), (False, [90.0] * 10)), shown=0, drawn=180)
    assert few.at_median == pytest.approx(180 * 20 / 3600), "ten are too few for a pace of their own"


def test_time_left_is_not_guessed() -> None:
    assert time_left(replies((True, [9.0] * 19)), shown=5, drawn=0).sentence == (
        "Time left: not yet known, 19 of at least 20 measured decisions."
    )
    assert time_left((), shown=0, drawn=0).sentence == "Everything is decided."


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0, "under a minute"), (0.2, "12 min"), (-0.5, "30 min"), (3.34, "3 h 20 min"), (0.9999, "1 h 0 min")],
)
def test_durations_are_words(hours: float, said: str) -> None:
    assert duration(hours) == said
