"""The lines for a terminal: what few informants could show comes first; plain and few."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from themescout.comparison.model import AID
from themescout.comparison.pages import lines
from themescout.comparison.pages.text import WIDTH

if TYPE_CHECKING:
    from types import ModuleType


def test_the_lines_are_few_and_fit(made: ModuleType) -> None:
    given = lines(made.comparison())
    assert len(given) <= 50
    assert max(map(len, given)) <= WIDTH
    assert given == lines(made.comparison())


def test_what_few_could_show_comes_before_any_result(made: ModuleType) -> None:
    found = made.comparison()
    text = " ".join(" ".join(lines(found)).split())
    assert text.index(found.resolution[0]) < text.index("T15 tablets")
    assert text.index("T15 tablets") < text.index("heard again (")
    assert "not heard (" in text
    assert "does not stand without KI22" in text
    assert f"p = 0.012. {AID}" in text
    for sentence in found.refused:
        assert sentence in text


@pytest.mark.parametrize("word", ["gone", "significant", "disappear"])
def test_nothing_is_claimed_too_far(made: ModuleType, word: str) -> None:
    assert word not in " ".join(lines(made.comparison())).lower()


def test_every_name_is_said_or_counted(made: ModuleType) -> None:
    found = made.comparison(rows=made.rows()[12:14])
    assert [line for line in lines(found) if "and 1 more" in line] == []
    text = "\n".join(lines(made.comparison()))
    assert "heard again (6): " in text
    assert "and 4 more" in text


def test_without_an_earlier_wave_and_without_anything_there_is_still_something_to_say(made: ModuleType) -> None:
    found = made.comparison()
    bare = replace(
        found, old=None, rows=(), baseline=(), placed=(), candidates=(), meanings=(), profile=None, refused=(),
        resolution=(), new=replace(found.new, decided=0),
    )  # fmt: skip
    text = "\n".join(lines(bare))
    assert "compared with nothing yet" in text
    assert "No new segment was held against earlier interviews" in text
    assert "No candidate new theme was found." in "\n".join(lines(made.comparison(candidates=())))
    assert "No segment of the new interviews has been decided" in text
    assert "compared with the published list" in "\n".join(lines(replace(bare, baseline=found.baseline)))


def test_a_single_long_word_is_kept_whole(made: ModuleType) -> None:
    word = "x" * 300
    assert any(word in line for line in lines(made.comparison(refused=(word,))))
