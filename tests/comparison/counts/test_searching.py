"""The search of a wave for what nobody was counted with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from themescout.comparison.counts import searching
from themescout.types import Kind, Ranked

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from themescout.comparison.counts.searching import Search

    from .conftest import World

B, R = Kind.BARRIER, Kind.RESEARCH_QUESTION
TAX = ("code", B, "M-TAX")


def search(world: World, closed: Collection[str] = (), near: Mapping[str, Mapping[int, float]] | None = None) -> Search:
    return searching.search(world.side("new"), world.sources(), frozenset(closed), near)


def test_the_likeliest_segments_come_first_and_those_worth_reading_are_counted(world: World) -> None:
    names = [world.say("new", "N1") for _ in range(5)]
    for name, p in zip(names, (0.05, 0.34, 0.2, 0.19, 0.45), strict=True):
        world.suggest(name, ("M-TAX", p))
    found = search(world).of(TAX)
    assert found.open == ((names[4], 0.45), (names[1], 0.34), (names[2], 0.2))
    assert (found.worth_reading, found.highest, found.clean) == (3, 0.45, False)


def test_what_a_person_has_decided_need_not_be_read_again_but_is_shown(world: World) -> None:
    name = world.say("new", "N1")
    world.suggest(name, ("M-TAX", 0.45))
    found = search(world, {name}).of(TAX)
    assert (found.worth_reading, found.clean, found.open, found.all) == (0, True, (), ((name, 0.45),))


def test_a_category_has_the_sum_of_its_codes(world: World) -> None:
    world.suggest(world.say("new", "N1"), ("M-TAX", 0.15), ("M-PRICE", 0.15))
    found = search(world)
    assert found.of(("category", B, "MONEY")).highest == pytest.approx(0.3)
    assert found.of(TAX).clean


def test_under_another_kind_a_code_has_what_the_kind_leaves_it(world: World) -> None:
    world.suggest(world.say("new", "N1"), ("M-TAX", 0.5), kind=B, kind_p=0.9)
    world.suggest(world.say("new", "N1"), ("P-PAY", 0.3), kind=Kind.NEITHER, kind_p=0.6, abstained=True)
    found = search(world)
    assert found.of(TAX).highest == pytest.approx(0.5)
    assert found.of(("code", R, "M-TAX")).highest == pytest.approx(0.05)
    assert found.of(("code", B, "P-PAY")).highest == found.of(("code", R, "P-PAY")).highest == pytest.approx(0.3)


def test_a_segment_that_nobody_read_and_nothing_is_suggested_for_leaves_all_unclear(world: World) -> None:
    name = world.say("new", "N1")
    assert (search(world).of(TAX).unread, search(world).of(TAX).clean) == (1, False)
    assert search(world, {name}).of(TAX).clean


def test_a_code_below_the_end_of_a_short_list_may_be_as_likely_as_its_end(world: World) -> None:
    name = world.say("new", "N1")
    world.suggest(name, ("P-PAY", 0.6))
    whole = world.suggestions[name]
    world.suggestions[name] = replace(whole, ranked=(Ranked(code="P-PAY", p=0.6),))
    assert search(world).of(TAX).hidden == 1
    assert search(world).of(("code", B, "P-PAY")).hidden == 0
    world.suggestions[name] = replace(whole, ranked=(Ranked(code="P-PAY", p=0.6), Ranked(code="P-TRAIN", p=0.1)))
    assert search(world).of(TAX).clean


def test_a_theme_may_be_where_two_of_five_neighbours_are(world: World) -> None:
    first, second = world.say("new", "N1"), world.say("new", "N1")
    found = search(world, near={first: {0: 0.2, 1: 0.4}, second: {0: 0.2}})
    assert found.of(("theme", None, "0")).clean
    assert found.of(("theme", None, "1")).worth_reading == 1
    assert found.of(("theme", None, "7")).clean
