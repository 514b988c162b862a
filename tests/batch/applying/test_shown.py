"""New texts follow the majority of the five nearest segments, into themes that a person has not discarded."""

from __future__ import annotations

import numpy as np
import pytest

from themescout.batch.applying.shown import REASONS, ShownThemes, shown, unplaced
from themescout.candidates import Loose, Reason, Theme, ThemeStatus

IDS = tuple("abcdefghij")


def theme(number: int, members: str, status: ThemeStatus = ThemeStatus.CANDIDATE, name: str = "") -> Theme:
    return Theme(
        id=number, label=f"label {number}", keywords=(), members=tuple(members), strengths=(1.0,) * len(members),
        exemplars=(), found_in=1, runs=1, status=status, name=name,
    )  # fmt: skip


def loose(name: str, nearest: int, reason: Reason = Reason.APART) -> Loose:
    return Loose(segment=name, nearest=nearest, strength=0.1, reason=reason)


def turned(degrees: float) -> list[float]:
    return [float(np.cos(np.radians(degrees))), float(np.sin(np.radians(degrees)))]


# a, b, c stand together, then d, e, f, then g, h, i; j is far from all.
X = np.array([turned(d) for d in (0, 1, 2, 30, 31, 32, 60, 61, 62, 200)], np.float32)
THEMES = (
    theme(2, "abc", name="Named"), theme(5, "def", ThemeStatus.DISCARDED), theme(9, "ghi", ThemeStatus.PROMOTED)
)  # fmt: skip
LOOSE = (loose("j", 5, Reason.BETWEEN),)


@pytest.fixture
def themes() -> ShownThemes:
    return shown(IDS, X, THEMES, LOOSE)


def test_themes_are_called_as_they_are_shown_and_discarded_ones_are_gone(themes: ShownThemes) -> None:
    assert themes.names == {2: "Named", 9: "label 9"}
    assert themes.theme.tolist() == [2, 2, 2, -1, -1, -1, 9, 9, 9, -1]
    assert themes.nearest.tolist() == [2, 2, 2, -1, -1, -1, 9, 9, 9, -1], "j was nearest to a theme that is gone"
    assert [REASONS[i] for i in themes.reason] == ["", "", "", *["taken out"] * 3, "", "", "", "between"]


def test_a_text_follows_most_of_its_five_nearest(themes: ShownThemes) -> None:
    placed = themes.placed(np.array([turned(-1), turned(61), turned(31), turned(16.1)], np.float32))
    assert placed.theme.tolist() == [2, 9, -1, -1]
    assert placed.nearest.tolist() == [2, 9, -1, -1]
    np.testing.assert_allclose(placed.strength, [0.6, 0.6, 0.6, 0.6])
    assert [REASONS[i] for i in placed.reason] == ["", "", "taken out", "taken out"]


def test_a_text_in_none_has_the_nearest_theme_and_reason_of_the_segment_it_follows() -> None:
    made = shown(IDS, X, (theme(2, "abc"),), [loose(name, 2, Reason.FEW) for name in "defghij"])
    placed = made.placed(np.array([turned(45)], np.float32))
    assert (placed.theme[0], placed.nearest[0], REASONS[placed.reason[0]]) == (-1, 2, "few")


def test_an_empty_text_is_in_none(themes: ShownThemes) -> None:
    placed = themes.placed(np.zeros((1, 2), np.float32))
    assert (placed.theme[0], placed.nearest[0], placed.strength[0]) == (-1, -1, 0)
    assert REASONS[placed.reason[0]] == "empty"


def test_fewer_than_five_segments_and_no_theme_are_no_error() -> None:
    made = shown(IDS[:2], X[:2], (), [loose("a", -1), loose("b", -1)])
    placed = made.placed(X[3:5])
    assert made.names == {}
    assert placed.theme.tolist() == [-1, -1]
    assert placed.strength.tolist() == [1, 1]
    assert made.placed(X[:0]).theme.shape == (0,)


def test_segments_that_the_themes_do_not_know_are_counted() -> None:
    assert unplaced(IDS, THEMES, LOOSE) == 0
    assert unplaced((*IDS, "k"), THEMES, ()) == 2
