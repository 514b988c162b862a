"""The rules in sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from themescout.comparison.counts import plan
from themescout.settings import CompareSettings

if TYPE_CHECKING:
    from themescout.codebook import Codebook


def test_every_threshold_of_the_plan_stands_in_it(small_book: Codebook) -> None:
    numbers = CompareSettings(heard_by=7, new_from=8, new_settings=9, likely=0.61, unlikely=0.17, fdr=0.13)
    text = " ".join(plan.sentences(numbers, small_book))
    for part in ("7 informants", "8 informants", "9 settings", "0.61", "0.17", "13 %", "none declared"):
        assert part in text


def test_the_declared_test_and_its_family_are_named(small_book: Codebook) -> None:
    declared = CompareSettings(test="boschloo")
    text = " ".join(plan.sentences(declared, small_book))
    assert "Boschloo's exact test, two-sided; the 2 categories as barriers are the family" in text
    plain = " ".join(plan.sentences(declared, replace(small_book, kinds=())))
    assert "the 2 categories are the family" in plain
