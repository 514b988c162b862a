"""Seeded draws of segments."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from themescout.review.drawing import Purpose, drawn

IDS = [f"s{i}" for i in range(4000)]


@given(st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_about_the_share_asked_for_is_drawn_and_a_smaller_share_is_a_part_of_it(share: float, seed: int) -> None:
    chosen = {name for name in IDS if drawn(Purpose.BLIND, name, share, seed)}
    assert abs(len(chosen) / len(IDS) - share) < 0.06
    assert {name for name in IDS if drawn(Purpose.BLIND, name, share / 2, seed)} <= chosen


def test_nothing_and_everything() -> None:
    assert not any(drawn(Purpose.DOUBLE, name, 0.0, 1) for name in IDS)
    assert all(drawn(Purpose.DOUBLE, name, 1.0, 1) for name in IDS)


def test_purposes_and_seeds_draw_apart() -> None:
    blind = {name for name in IDS if drawn(Purpose.BLIND, name, 0.5, 1)}
    double = {name for name in IDS if drawn(Purpose.DOUBLE, name, 0.5, 1)}
    again = {name for name in IDS if drawn(Purpose.BLIND, name, 0.5, 2)}
    assert 0.4 < len(blind & double) / len(blind) < 0.6
    assert 0.4 < len(blind & again) / len(blind) < 0.6
