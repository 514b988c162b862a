"""Who said what: decisions before suggestions, prompted apart from unprompted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from themescout.comparison.counts import mentions
from themescout.comparison.model import Basis
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from typing import Any

    from themescout.comparison.counts.mentions import Spoken

    from .conftest import World

B, R = Kind.BARRIER, Kind.RESEARCH_QUESTION


def spoken(world: World, wave: str = "new") -> Spoken:
    sources = world.sources()
    return mentions.spoken(world.side(wave), sources, mentions.prompts(sources))


def counts(found: Spoken) -> dict[object, int]:
    return {key: len(some) for key, some in found.by_key.items()}


def test_a_label_counts_for_its_code_and_the_category_above_it(world: World) -> None:
    world.raised("new", "M-TAX", "N1")
    found = spoken(world)
    assert counts(found) == {("code", B, "M-TAX"): 1, ("category", B, "MONEY"): 1}
    one = found.by_key["code", B, "M-TAX"][0]
    assert (one.informant, one.prompted, one.basis, one.coders) == ("N1", False, Basis.CONFIRMED, {"ann"})


def test_a_decided_segment_counts_with_the_persons_labels_alone(world: World) -> None:
    for code, kind, verdict in [
        ("M-TAX", R, Verdict.CHANGE),
        (None, None, Verdict.REJECT),
        (None, None, Verdict.UNSURE),
    ]:
        segment = world.say("new", "N1")
        world.suggest(segment, ("P-PAY", 0.9))
        world.decide(segment, code, kind, verdict=verdict)
    found = spoken(world)
    assert counts(found) == {("code", R, "M-TAX"): 1, ("category", R, "MONEY"): 1}
    assert len(found.closed) == 2, "unsure leaves a segment open"


@pytest.mark.parametrize(("p", "counted"), [(0.49, 0), (0.5, 1), (0.9, 1)])
def test_an_undecided_segment_counts_from_the_probability_of_the_plan_on(world: World, p: float, counted: int) -> None:
    world.suggest(world.say("new", "N1"), ("P-PAY", p), ("M-TAX", p / 2))
    found = spoken(world)
    assert counts(found).get(("code", B, "P-PAY"), 0) == counted
    assert ("code", B, "M-TAX") not in found.by_key
    assert all(one.basis is Basis.SUGGESTED for some in found.by_key.values() for one in some)


@pytest.mark.parametrize("values", [{"abstained": True}, {"kind": Kind.NEITHER}, {"kind": None}])
def test_where_the_machine_says_nothing_nothing_counts(world: World, values: dict[str, Any]) -> None:
    world.suggest(world.say("new", "N1"), ("P-PAY", 0.9), **values)
    assert not spoken(world).by_key


def test_two_coders_who_agree_are_one_mention(world: World) -> None:
    segment = world.say("new", "N1")
    world.decide(segment, "M-TAX", coder="ann")
    world.decide(segment, "M-TAX", coder="ben")
    (one,) = spoken(world).by_key["code", B, "M-TAX"]
    assert one.coders == {"ann", "ben"}


def test_a_finer_code_is_counted_as_what_stands_for_it_and_a_code_that_is_no_more_is_told(world: World) -> None:
    world.book = replace(world.book, folds={"M-TAX-LOCAL": "M-TAX"})
    world.raised("new", "M-TAX-LOCAL", "N1")
    world.raised("new", "OLD-CODE", "N1", "N2")
    found = spoken(world)
    assert counts(found) == {("code", B, "M-TAX"): 1, ("category", B, "MONEY"): 1}
    assert found.gone == {"OLD-CODE": 2}
    assert "2 confirmed labels in “W” name codes" in mentions.doubts([("W", found)])[0]


def test_labels_without_a_code_or_a_kind_are_told_and_not_counted(world: World) -> None:
    world.decide(world.say("new", "N1"), None, B)
    world.decide(world.say("new", "N1"), "M-TAX", None)
    found = spoken(world)
    assert (found.without_code, found.without_kind, found.by_key) == (1, 1, {})
    assert len(mentions.doubts([("W", found)])) == 2


def test_without_kinds_in_the_codebook_a_decisions_kind_is_left_aside(world: World) -> None:
    world.book = replace(world.book, kinds=())
    world.raised("new", "M-TAX", "N1", kind=R)
    assert counts(spoken(world)) == {("code", None, "M-TAX"): 1, ("category", None, "MONEY"): 1}


def test_a_mention_is_prompted_where_the_turn_before_names_it(world: World) -> None:
    world.raised("new", "M-TAX", "N1", context="Was there a tax?")
    world.raised("new", "M-TAX", "N2", context="What about money?")
    found = spoken(world)
    by_name = {key: {one.informant: one.prompted for one in some} for key, some in found.by_key.items()}
    assert by_name["code", B, "M-TAX"] == {"N1": True, "N2": False}
    assert by_name["category", B, "MONEY"] == {"N1": True, "N2": True}
    assert found.named["category", "MONEY"] == {"new-N2"}


def test_a_category_is_unprompted_where_one_of_its_codes_in_a_segment_is(world: World) -> None:
    segment = world.say("new", "N1", "Was there a tax?")
    world.decide(segment, "M-TAX")
    world.decide(segment, "M-PRICE")
    found = spoken(world)
    assert [one.prompted for one in found.by_key["category", B, "MONEY"]] == [False]
    assert [one.prompted for one in found.by_key["code", B, "M-TAX"]] == [True]


def test_words_of_nobody_who_is_counted_are_told_and_not_counted(world: World) -> None:
    world.raised("new", "M-TAX", "N1", "N2")
    world.people["new"].remove("N2")
    found = spoken(world)
    assert [one.informant for one in found.by_key["code", B, "M-TAX"]] == ["N1"]
    assert found.lost == 1


def test_a_segment_in_a_theme_is_a_mention_of_it(world: World) -> None:
    world.theme(3, ["boats"], world.say("new", "N1", "Were there boats?"), world.say("new", "N2"))
    found = spoken(world).by_key["theme", None, "3"]
    assert [(one.informant, one.prompted, one.basis) for one in found] == [
        ("N1", True, Basis.PLACED), ("N2", False, Basis.PLACED),
    ]  # fmt: skip
