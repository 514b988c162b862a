"""Waves that were coded with different versions of the codebook."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from themescout.comparison.counts import editions
from themescout.comparison.counts.editions import Edition
from themescout.comparison.model import Outcome

if TYPE_CHECKING:
    from .conftest import World

EARLY, LATE = "2026-01-01T00:00:00", "2026-03-01T00:00:00"
FIRST = frozenset({"MONEY", "M-PRICE", "PEOPLE", "P-PAY", "P-TRAIN"})
VERSIONS = (
    Edition(version=1, used_from=EARLY, codes=FIRST),
    Edition(version=2, used_from=LATE, codes=FIRST | {"M-TAX"}),
)


def waves(world: World, *, again: str = "2026-02-02T00:00:00") -> World:
    for name in ("O1", "O2"):
        world.decide(world.say("old", name), "M-PRICE", at=again)
    for name in ("N1", "N2"):
        world.decide(world.say("new", name), "M-TAX", at="2026-03-02T00:00:00")
    return world


def test_a_code_that_the_older_version_lacked_has_no_difference(world: World) -> None:
    counted = waves(world).counted(editions=VERSIONS)
    rows = {(row.kind, row.id): row for row in counted.rows}
    tax, price = rows["barrier", "M-TAX"], rows["barrier", "M-PRICE"]
    assert (tax.outcome, tax.difference, tax.rose, tax.new.count) == (Outcome.UNCLEAR, None, None, 2)
    assert "cannot be known" in tax.sentence
    assert price.difference == -1
    assert "“old wave” with version 1, “new wave” with version 2" in " ".join(counted.notes)
    assert "No difference is given for M-TAX" in " ".join(counted.refused)
    assert counted.comparisons == len(counted.rows) - 2


def test_once_the_older_wave_is_coded_again_nothing_is_refused(world: World) -> None:
    counted = waves(world, again="2026-03-05T00:00:00").counted(editions=VERSIONS)
    assert all(row.difference is not None for row in counted.rows)
    assert not [line for line in counted.notes if "versions" in line]


def test_what_is_decided_in_the_second_of_a_new_version_counts_as_before_it(world: World) -> None:
    waves(world, again=LATE)
    found = editions.coding(world.log, {"old-O1"}, VERSIONS, world.book)
    assert (found.versions, found.lacking) == ((1,), {"M-TAX"})


def test_a_code_that_stands_for_finer_ones_was_there_if_one_of_them_was(world: World) -> None:
    waves(world)
    book = replace(world.book, folds={"M-LOCAL": "M-TAX"})
    finer = (replace(VERSIONS[0], codes=FIRST | {"M-LOCAL"}), VERSIONS[1])
    assert not editions.coding(world.log, {"old-O1"}, finer, book).lacking


def test_without_versions_or_decisions_nothing_is_known_and_nothing_refused(world: World) -> None:
    waves(world)
    assert editions.coding(world.log, {"old-O1"}, (), world.book) == editions.Coding()
    assert editions.coding((), {"old-O1"}, VERSIONS, world.book) == editions.Coding()
