"""Saturation after Guest, Namey and Chen 2020, worked by hand."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout import saturation


def row(new: list[int]) -> list[set[str]]:
    """Interviews that bring so many new codes each, and all of those before again."""
    made: list[set[str]] = []
    count = 0
    for number in new:
        count += number
        made.append({f"c{i}" for i in range(count)})
    return made


# 8 + 5 + 4 + 3 = 20 codes in the base of four; runs of two: 2+1, 1+1, 1+0, 0+1, 1+0 over 20.
WORKED = row([8, 5, 4, 3, 2, 1, 1, 0, 1, 0])


def test_runs_overlap_and_are_divided_by_the_base() -> None:
    found = saturation.saturation(WORKED)
    assert found.base_codes == 20
    assert [(run.first, run.last, run.new, run.share) for run in found.runs] == [
        (5, 6, 3, 0.15), (6, 7, 2, 0.1), (7, 8, 1, 0.05), (8, 9, 1, 0.05), (9, 10, 1, 0.05),
    ]  # fmt: skip


def test_the_first_run_within_the_threshold_says_where_it_was_reached() -> None:
    found = saturation.saturation(WORKED)
    assert found.reached == 6
    assert found.sentence == "Base 4, run 2, threshold 5 %: reached at interview 6 (6+2)."


def test_other_bases_runs_and_thresholds() -> None:
    assert saturation.saturation(WORKED, threshold=0.15).reached == 4
    # Runs of three: 2+1+1, 1+1+0, 1+0+1, 0+1+0; only the last is within 5 %.
    assert saturation.saturation(WORKED, run=3).reached == 7
    # Base of five: 22 codes; 1+1 = 9 %, 1+0 = 4.5 %.
    assert saturation.saturation(WORKED, base=5).reached == 6
    nothing_new = saturation.saturation(WORKED, threshold=0)
    assert nothing_new.reached is None
    assert nothing_new.sentence == (
        "Base 4, run 2, threshold 0 %: not reached; interviews 9 to 10 brought 5 % new codes."
    )


def test_as_a_report_prints_it() -> None:
    found = saturation.saturation(row([8, 5, 4, 3, 2, 2, 2, 2, 2, 2, 0, 1]))
    assert found.sentence == "Base 4, run 2, threshold 5 %: reached at interview 10 (10+2)."


def test_a_code_that_comes_back_is_not_new() -> None:
    assert saturation.new_codes([{"a"}, {"a", "b"}, {"c"}, {"b"}]) == (1, 1, 1, 0)
    assert saturation.curve([{"a"}, {"a", "b"}, {"c"}, {"b"}]) == (1, 2, 3, 3)


def test_too_few_interviews_and_a_base_without_codes_say_so() -> None:
    assert saturation.saturation(WORKED[:5]).sentence.endswith("not yet known, 5 of at least 6 interviews.")
    empty = saturation.saturation([set(), set(), set(), set(), {"a"}, {"b"}])
    assert (empty.reached, empty.runs) == (None, ())
    assert "no code" in empty.sentence
    assert saturation.saturation([]).interviews == 0


@pytest.mark.parametrize("wrong", [{"base": 0}, {"run": 0}, {"threshold": 1.1}, {"threshold": -0.1}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="base"):
        saturation.saturation(WORKED, **wrong)  # type: ignore[arg-type]


def test_the_mean_over_random_orders_is_the_known_formula() -> None:
    """A code of m among n interviews is in k of them with 1 - C(n - m, k) / C(n, k) (rarefaction)."""
    interviews = [{"a"}, {"a", "b"}, {"a", "b"}, {"a", "c"}, {"d"}]
    found = saturation.band(interviews, seed=1, rounds=20_000)
    for k, mean in enumerate(found.mean, 1):
        expected = sum(1 - comb(5 - m, k) / comb(5, k) for m in (4, 2, 1, 1))
        assert mean == pytest.approx(expected, abs=0.02)
    assert (found.low[-1], found.high[-1]) == (4, 4)


@given(st.lists(st.sets(st.sampled_from("abcdef")), max_size=7))
def test_band_and_curve_end_with_all_codes(interviews: list[set[str]]) -> None:
    found, curve = saturation.band(interviews, seed=2, rounds=50), saturation.curve(interviews)
    every = len(set().union(*interviews))
    assert len(found.mean) == len(curve) == len(interviews)
    if interviews:
        assert curve[-1] == found.mean[-1] == found.low[-1] == found.high[-1] == every
    assert list(curve) == sorted(curve)
    assert all(low <= high for low, high in zip(found.low, found.high, strict=True))


def test_the_same_seed_gives_the_same_band() -> None:
    assert saturation.band(WORKED, seed=4, rounds=20) == saturation.band(WORKED, seed=4, rounds=20)


@pytest.mark.parametrize(
    ("share", "informants", "chance"), [(0.1, 14, 0.23), (0.1, 20, 0.12), (0.1, 30, 0.04), (0.05, 14, 0.49), (1, 1, 0)]
)
def test_a_view_may_never_be_heard(share: float, informants: int, chance: float) -> None:
    assert saturation.never_heard(share, informants) == pytest.approx(chance, abs=0.005)


def test_the_band_spans_what_orders_can_bring() -> None:
    found = saturation.band([{"a", "b", "c"}, set()], seed=1)
    assert (found.low, found.high) == ((0, 3), (3, 3))
