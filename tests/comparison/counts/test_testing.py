"""Tests that were declared, families, refusals, and profiles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from themescout import contrasts
from themescout.comparison.counts import testing
from themescout.settings import CompareSettings
from themescout.types import Kind

if TYPE_CHECKING:
    from themescout.contrasts import Test

    from .conftest import World


def two_waves(world: World, test: Test = "fisher") -> World:
    """14 and 14: money from 2 then 9, people from 7 then 7; nobody asks a question about money."""
    world.plan = CompareSettings(test=test)
    olds, news = [f"O{i:02}" for i in range(14)], [f"N{i:02}" for i in range(14)]
    world.silent("old", *olds)
    world.silent("new", *news)
    world.raised("old", "M-TAX", *olds[:2])
    world.raised("new", "M-TAX", *news[:9])
    world.raised("old", "P-PAY", *olds[:7])
    world.raised("new", "P-PAY", *news[:7])
    return world


@pytest.mark.parametrize("test", ["fisher", "mid_p", "boschloo"])
def test_the_categories_of_each_kind_are_a_family(world: World, test: Test) -> None:
    counted = two_waves(world, test).counted()
    p = contrasts.p_value(test, (2, 14), (9, 14))
    rows = {(row.level, row.kind, row.id): row for row in counted.rows}
    money, people = (rows["category", Kind.BARRIER, name] for name in ("MONEY", "PEOPLE"))
    assert money.p == pytest.approx(p)
    assert money.adjusted == pytest.approx(2 * p)  # two categories in the family
    assert people.p == pytest.approx(contrasts.p_value(test, (7, 14), (7, 14)))
    assert rows["category", Kind.RESEARCH_QUESTION, "MONEY"].p == contrasts.p_value(test, (0, 14), (0, 14))
    assert all(row.p is None for row in counted.rows if row.level != "category")
    assert counted.comparisons == len(counted.rows) == 12
    assert not counted.refused[1:], counted.refused  # themes alone


def test_no_test_is_made_that_was_not_declared(world: World) -> None:
    counted = two_waves(world, "none").counted()
    assert all(row.p is None and row.adjusted is None for row in counted.rows)
    assert any("none was declared beforehand in themescout.toml ([compare] test)" in line for line in counted.refused)
    assert "Fisher's exact test" in counted.resolution[0]


def test_people_in_both_waves_are_not_different_people(world: World) -> None:
    counted = two_waves(world).counted(shared=("KI03",))
    assert all(row.p is None for row in counted.rows)
    assert any("KI03 speaks in both waves" in line for line in counted.refused)
    assert counted.profile is None


def test_the_resolution_is_that_of_the_declared_test_and_family(world: World) -> None:
    said = two_waves(world, "mid_p").counted().resolution
    assert "Fisher's mid-p test" in said[0]
    assert "Corrected for 2 comparisons" in said[1]
    assert said[-1] == (
        "A view that 1 in 4 of similar informants hold would be heard from none of 14 with a chance of 2 %."
    )


def test_a_refused_category_keeps_its_place_in_the_family(world: World) -> None:
    rows = two_waves(world).counted().rows
    some = tuple(replace(row, difference=None, p=None, adjusted=None) if row.id == "PEOPLE" else row for row in rows)
    made = {(row.kind, row.id): row for row in testing.tested(some, "fisher") if row.level == "category"}
    assert made[Kind.BARRIER, "PEOPLE"].p is None
    assert made[Kind.BARRIER, "MONEY"].adjusted == pytest.approx(2 * contrasts.fisher((2, 14), (9, 14)))


def test_the_profile_is_over_codes_with_their_kinds(world: World) -> None:
    profile = two_waves(world).counted().profile
    assert profile is not None
    assert profile.weighted == pytest.approx((2 + 7) / (9 + 7))
    assert (profile.jaccard, profile.only_old, profile.only_new) == (1.0, (), ())
    assert profile.interval is not None
    world.raised("new", "P-TRAIN", "N00", kind=Kind.RESEARCH_QUESTION)
    more = world.counted().profile
    assert more is not None
    assert (more.jaccard, more.only_new) == (pytest.approx(2 / 3), ("P-TRAIN",))


def test_a_single_informant_has_no_profile(world: World) -> None:
    world.raised("old", "M-TAX", "O1", "O2")
    world.raised("new", "M-TAX", "N1")
    counted = world.counted()
    assert counted.profile is None
    assert any("a single informant" in line for line in counted.refused)
