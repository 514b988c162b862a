"""Figures: where things lie on the sheet."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout.web.views.progress import charts
from themescout.web.views.progress.charts import Chart, Range, Scale


def pairs(points: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, _, y in (one.partition(",") for one in points.split())]


@given(st.floats(0, 1e7))
def test_steps_are_round_few_and_reach_the_end(high: float) -> None:
    steps = charts.round_steps(high)
    assert steps[0] == 0
    assert steps[-1] >= high
    assert 2 <= len(steps) <= 6
    assert len({round(b - a, 6) for a, b in pairwise(steps)}) == 1


def test_places_outside_the_scale_lie_at_its_ends() -> None:
    scale = Scale(low=0, high=10, start=100, end=0)
    assert [scale(value) for value in (-5, 0, 2.5, 10, 99)] == [100, 100, 75, 0, 0]
    assert Scale(low=1, high=1, start=7, end=9)(1) == 7


def test_columns_stand_on_the_axis_and_empty_days_have_none() -> None:
    made = charts.columns([4, 0, 8], ["a", "b", "c"], "Days")
    first, last = made.boxes
    assert first.y + first.height == last.y + last.height == made.floor
    assert last.height == pytest.approx(2 * first.height, abs=0.2)
    assert [tick.label for tick in made.x_ticks] == ["a", "b", "c"]


@pytest.mark.parametrize("count", [1, 8, 9, 61, 400])
def test_many_columns_stay_on_the_sheet_and_few_are_named(count: int) -> None:
    made = charts.columns([1] * count, [str(i) for i in range(count)], "Days")
    assert len(made.x_ticks) <= 8
    assert made.x_ticks[0].label == "0"
    inside(made)


def test_the_curve_rises_and_the_band_is_closed_around_the_mean() -> None:
    made = charts.growth([1, 3, 4], [1.5, 3, 4], [1, 2, 4], [2, 4, 4], "New codes", base=2, reached=2)
    real = next(pairs(line.points) for line in made.lines if line.css == "main")
    assert [y for _, y in real] == sorted((y for _, y in real), reverse=True)
    assert len(pairs(made.areas[0].points)) == 6
    assert made.rule is not None
    assert made.rule.at == real[1][0]
    assert made.boxes[0].x + made.boxes[0].width == real[1][0]
    inside(made)


def test_acceptance_goes_from_none_to_all() -> None:
    made = charts.over_time([10, 20], [0.0, 1.0], [0.0, 0.5], "Acceptance")
    assert [dot.y for dot in made.dots] == [made.floor, made.top]
    inside(made)


def test_rows_have_a_dot_in_their_interval_or_none() -> None:
    rows = [Range(name="a", value=0.5, low=0.25, high=0.75, mark=0.5), Range(name="b", value=None, low=0, high=1)]
    made = charts.ranges(rows, "Shares")
    (dot,) = made.dots
    assert dot.low is not None
    assert dot.high is not None
    assert dot.low < dot.x < dot.high
    assert dot.x - dot.low == pytest.approx(dot.high - dot.x, abs=0.2)
    assert [tick.label for tick in made.rows] == ["a", "b"]
    inside(made)
    assert [tick.label for tick in charts.ranges(rows[:1], "Seconds", high=24.0).x_ticks] == ["0", "10", "20", "30"]


def inside(made: Chart) -> None:
    """Everything is on the sheet."""
    for x, y in (point for line in (*made.lines, *made.areas) for point in pairs(line.points)):
        assert 0 <= x <= made.width
        assert 0 <= y <= made.height
    for box in made.boxes:
        assert 0 <= box.x <= box.x + box.width <= made.width
    for dot in made.dots:
        assert 0 <= dot.x <= made.width
