"""What an interviewer's turn names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from themescout.comparison.counts.prompting import Prompts, cue, of_codebook

if TYPE_CHECKING:
    from themescout.codebook import Codebook


@pytest.mark.parametrize(
    ("turn", "named"),
    [
        ("Was it expensive?", True),
        ("Was it EXPENSIVE, then?", True),
        ("What about the unit cost, did it matter?", True),
        ("The unit had a cost.", False),  # a keyword of two words is a phrase
        ("Was it inexpensive?", False),  # whole words
        ("Things have a price, no?", True),  # all longer words of the name
        ("What about the price?", False),
        ("", False),
    ],
)
def test_a_code_is_named_by_a_keyword_or_by_its_whole_name(small_book: Codebook, turn: str, named: bool) -> None:
    assert (("code", "M-PRICE") in Prompts(of_codebook(small_book)).named(turn)) is named


def test_a_name_of_short_words_is_a_name_all_the_same(small_book: Codebook) -> None:
    assert Prompts(of_codebook(small_book)).named("And the tax?") == {("code", "M-TAX")}


def test_a_category_is_named_apart_from_its_codes(small_book: Codebook) -> None:
    assert Prompts(of_codebook(small_book)).named("And the money?") == {("category", "MONEY")}


def test_curly_apostrophes_are_straight_ones() -> None:
    prompts = Prompts({("code", "A"): cue(["doesn't suit"])})
    assert prompts.named("It doesn’t suit them") == {("code", "A")}


def test_a_theme_is_named_by_its_keywords_alone_and_nothing_by_nothing() -> None:
    assert not Prompts({("theme", "0"): cue([])}).named("Anything at all?")
    assert not Prompts({("theme", "0"): cue(["", " – "])}).named("Anything at all – and more")
    assert not Prompts({}).named("Anything")
