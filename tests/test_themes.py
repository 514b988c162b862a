"""Describing groups from evidence: keywords, labels, exemplars."""

from __future__ import annotations

import numpy as np
import pytest

from themescout import themes
from themescout.types import Segment, Theme

TALK = (
    "There is no fuel for the motorbikes, you know, no fuel.",
    "Fuel money never came, so the motorbikes stood still.",
    "We need fuel. Motorbikes need fuel, yeah.",
    "The nurses were not paid for months.",
    "Nurses left because salaries came late.",
    "Salaries: nurses ask for salaries every month.",
    "Completely different and alone here.",
)
LABELS = np.array([0, 0, 0, 1, 1, 1, -1])
X = np.eye(7, 4, dtype=np.float32) + 0.1
STRENGTHS = np.array([0.5, 0.9, 0.9, 0.3, 0.4, 0.45678, 0.2], np.float32)


def segments(texts: tuple[str, ...] = TALK, speakers: str = "ABABABA") -> list[Segment]:
    return [
        Segment(id=f"s{i}", transcript="T", turn=i, start=0, end=len(text), text=text, speaker=speakers[i])
        for i, text in enumerate(texts)
    ]


def described() -> tuple[Theme, ...]:
    return themes.describe(segments(), X, LABELS, STRENGTHS, [4, 2], runs=5)


def test_a_theme_has_its_members_strongest_first_and_its_own_words() -> None:
    fuel, pay = described()
    assert (fuel.members, fuel.strengths) == (("s1", "s2", "s0"), (0.9, 0.9, 0.5))
    assert (pay.members, pay.strengths) == (("s5", "s4", "s3"), (0.4568, 0.4, 0.3))
    assert (fuel.id, fuel.found_in, fuel.runs, pay.id, pay.found_in) == (0, 4, 5, 1, 2)
    assert fuel.keywords[0] == "fuel"
    assert {"fuel", "motorbikes"} <= set(" ".join(fuel.keywords).split())
    assert "nurses" in " ".join(pay.keywords)
    assert fuel.label == " · ".join(fuel.keywords[:3])


def test_keywords_are_the_informants_words_said_in_two_segments_at_least() -> None:
    for theme in described():
        words = [word for keyword in theme.keywords for word in keyword.split()]
        assert len(words) == len(set(words)), "no word twice"
        assert not {"you", "know", "yeah", "the"} & set(words)
        for keyword in theme.keywords:
            said = [t for t in TALK if all(word in t.lower() for word in keyword.split())]
            assert len(said) >= 2


@pytest.mark.parametrize("text", ["yeah yeah you know", "…", ""])
def test_talk_without_any_word_of_its_own_gets_a_number(text: str) -> None:
    items = segments((text,) * 4)
    (theme,) = themes.describe(items, X[:4], np.zeros(4, int), STRENGTHS[:4], [1], runs=1)
    assert (theme.keywords, theme.label) == ((), "theme 1")


def test_without_groups_there_are_no_themes() -> None:
    assert themes.describe(segments(), X, np.full(7, -1), STRENGTHS, [], runs=5) == ()


def test_exemplars_come_from_different_informants_nearest_to_the_centre_first() -> None:
    x = np.array([[1, 0], [0.99, 0.1], [0.9, 0.3], [0.5, 0.8], [0, 1]], np.float32)
    items = segments(TALK[:5], speakers="AAABC")
    found = themes.exemplars(items, x, np.arange(5))
    assert len(found) == len(set(found)) == 3
    closeness = dict(zip([item.id for item in items], x @ x.mean(axis=0), strict=True))
    best_of_a = max(("s0", "s1", "s2"), key=lambda name: closeness[name])
    assert set(found) == {best_of_a, "s3", "s4"}
    assert list(found) == sorted(found, key=lambda name: -closeness[name])


@pytest.mark.parametrize(("speakers", "count"), [("AAAAAAA", 3), ("ABCDEFG", 5), ("ABABABA", 3)])
def test_there_are_three_to_five_exemplars(speakers: str, count: int) -> None:
    assert len(themes.exemplars(segments(speakers=speakers), X, np.arange(7))) == count
    assert themes.exemplars(segments(speakers=speakers), X, np.array([6])) == ("s6",)


def test_codes_of_a_theme_are_shares_of_its_members() -> None:
    theme = described()[0]
    tied = themes.with_codes(theme, {"s0": "B", "s1": "A", "s2": "B", "s5": "Z"})
    assert tied.codes == (("B", 0.6667), ("A", 0.3333))
    assert themes.with_codes(theme, {"s0": "B"}).codes == (("B", 0.3333),)
    assert themes.with_codes(theme, {}).codes == ()
