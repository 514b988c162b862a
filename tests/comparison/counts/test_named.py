"""Themes that an earlier study names without counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.codebook import BaselineTheme
from themescout.comparison.model import Outcome

if TYPE_CHECKING:
    from themescout.comparison.model import Named

    from .conftest import World


def outcomes(world: World, *themes: BaselineTheme, **values: object) -> dict[str, Named]:
    return {one.theme: one for one in world.counted(baseline=themes, **values).baseline}


def test_each_is_found_by_the_rules_without_any_old_wave(world: World) -> None:
    world.raised("new", "M-TAX", "N1", "N2", "N3")
    world.raised("new", "P-PAY", "N1", "N2", context="And their pay?")
    world.raised("new", "P-TRAIN", "N3")
    themes = [BaselineTheme(theme=code, kind="barrier", code=code) for code in ("M-TAX", "P-PAY", "P-TRAIN", "M-PRICE")]
    counted = world.counted(old=None, baseline=[*themes, BaselineTheme(theme="money", kind="barrier", code="MONEY")])
    found = {one.theme: (one.outcome, one.new.count, one.new.total) for one in counted.baseline}
    assert found == {
        "M-TAX": (Outcome.RETAINED, 3, 3), "P-PAY": (Outcome.PROMPTED, 2, 3), "P-TRAIN": (Outcome.FEW, 1, 3),
        "M-PRICE": (Outcome.NOT_HEARD, 0, 3), "money": (Outcome.RETAINED, 3, 3),
    }  # fmt: skip
    assert counted.rows == ()
    assert counted.profile is None
    assert any("no difference is given" in line and "names of its themes alone" in line for line in counted.refused)
    assert {q.participant for one in counted.baseline for q in one.quotes} == {"N1", "N2", "N3"}


def test_without_a_code_to_look_under_nothing_can_be_said(world: World) -> None:
    world.raised("new", "M-TAX", "N1")
    found = outcomes(world, BaselineTheme(theme="a"), BaselineTheme(theme="b", code="NOWHERE"), old=None)
    assert [one.outcome for one in found.values()] == [Outcome.UNCLEAR, Outcome.UNCLEAR]
    assert "No code is given" in found["a"].sentence
    assert "“NOWHERE”" in found["b"].sentence


def test_a_theme_without_a_kind_is_looked_for_under_all(world: World) -> None:
    world.raised("new", "M-TAX", "N1", kind="research_question")
    world.raised("new", "M-TAX", "N2")
    world.hear("new", "N3")
    found = outcomes(world, BaselineTheme(theme="any", code="M-TAX"),
                     BaselineTheme(theme="one", kind="barrier", code="M-TAX"), old=None)  # fmt: skip
    assert (found["any"].new.count, found["one"].new.count) == (2, 1)


def test_what_is_not_heard_shows_what_was_looked_at_and_unclear_what_to_read(world: World) -> None:
    world.suggest(world.say("new", "N1"), ("M-TAX", 0.1), ("P-PAY", 0.3))
    found = outcomes(world, *[BaselineTheme(theme=code, kind="barrier", code=code) for code in ("M-TAX", "P-PAY")])
    assert [(one.outcome, [p for _, p in one.looked_at]) for one in found.values()] == [
        (Outcome.NOT_HEARD, [0.1]), (Outcome.UNCLEAR, [0.3]),
    ]  # fmt: skip
