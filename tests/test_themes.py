"""Describing groups from evidence: keywords, labels, exemplars, sub-themes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout import themes
from themescout.themes import words
from themescout.types import Segment

if TYPE_CHECKING:
    from themescout.candidates import Theme

FUEL = (
    "There is no fuel for the motorbikes, you know, no fuel for weeks.",
    "Fuel money never came, so the motorbikes stood still.",
    "We need fuel money. Motorbikes need fuel, yeah.",
)
PAY = (
    "The nurses were not paid for months and months.",
    "Nurses left because salaries came late.",
    "Salaries: each nurse asks for her salary every month.",
)


def segments(texts: tuple[str, ...], speakers: str = "ABCDEFGHIJ", context: str = "") -> list[Segment]:
    return [
        Segment(
            id=f"s{i}", transcript=f"T-{speakers[i % 10]}", turn=i, start=0, end=len(text), text=text,
            speaker=speakers[i % 10], context=context,
        )
        for i, text in enumerate(texts)
    ]  # fmt: skip


def spread(count: int) -> np.ndarray:
    """Unit vectors, no two alike."""
    angles = np.linspace(0.0, 1.5, max(count, 1))[:count]
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def group(number: int, *rows: int, parts: tuple[tuple[int, ...], ...] = ()) -> themes.Group:
    return themes.Group(
        id=number, rows=np.array(rows, np.intp), strengths=np.linspace(1, 0.5, len(rows), dtype=np.float32),
        found_in=4, parts=tuple(np.array(part, np.intp) for part in parts),
    )  # fmt: skip


def described(
    texts: tuple[str, ...], *groups: themes.Group, speakers: str = "ABCDEFGHIJ", context: str = ""
) -> tuple[Theme, ...]:
    return themes.describe(segments(texts, speakers, context), spread(len(texts)), groups, runs=5)


def test_a_theme_has_its_number_its_members_in_order_and_its_own_words() -> None:
    fuel, pay = described((*FUEL, *PAY), group(7, 1, 2, 0), group(3, 5, 4, 3))
    assert (fuel.id, fuel.members, fuel.strengths) == (7, ("s1", "s2", "s0"), (1.0, 0.75, 0.5))
    assert (pay.id, pay.members, pay.found_in, pay.runs) == (3, ("s5", "s4", "s3"), 4, 5)
    assert {"fuel", "motorbikes"} <= set(" ".join(fuel.keywords).split())
    assert {"nurses", "salaries"} & set(pay.keywords)
    assert fuel.label == "fuel money"


def test_singular_and_plural_are_one_keyword() -> None:
    (pay,) = described(PAY, group(0, 0, 1, 2))
    assert len([word for word in pay.keywords if word in {"nurse", "nurses"}]) == 1
    assert len([word for word in pay.keywords if word.startswith("salar")]) == 1


def test_informants_interviews_and_the_loudest() -> None:
    (theme,) = described((*FUEL, PAY[0]), group(0, 0, 1, 2, 3), speakers="AAABBBBBBB")
    assert (theme.informants, theme.interviews, theme.loudest) == (2, 2, 0.75)
    assert theme.one_voice


def test_words_of_the_question_do_not_name_a_theme() -> None:
    texts = (
        "Governance, well, the mayor sold the ambulance.",
        "Governance? The mayor took the ambulance for himself.",
        "On governance, our mayor has no ambulance.",
    )
    asked = described(texts, group(0, 0, 1, 2), context="What about governance?")[0]
    unasked = described(texts, group(0, 0, 1, 2))[0]
    assert "governance" in unasked.keywords
    assert "governance" not in (*asked.keywords, asked.label)
    assert {"mayor", "ambulance"} <= set(asked.keywords)


def test_a_word_loses_weight_by_the_share_of_segments_that_echo_it() -> None:
    texts = ("Governance, mayor.", "Governance; mayor.", "Governance: mayor!", "Governance.")
    items = [replace(item, context="Governance?" * (i < 3)) for i, item in enumerate(segments(texts))]
    (theme,) = themes.describe(items, spread(4), [group(0, 0, 1, 2, 3)], runs=1)
    assert theme.keywords == ("mayor", "governance")
    assert described(texts, group(0, 0, 1, 2, 3))[0].keywords == ("governance", "mayor")


def test_what_one_of_several_informants_says_is_no_word_of_the_theme() -> None:
    texts = ("Okelanda has no fuel.", "In Okelanda, fuel is gold.", "Fuel is far from here.")
    assert "Okelanda" in described(texts, group(0, 0, 1, 2), speakers="ABCDEFGHIJ")[0].keywords
    assert "Okelanda" not in described(texts, group(0, 0, 1, 2), speakers="AABBBBBBBB")[0].keywords


@pytest.mark.parametrize("noise", ["P01", "Mensah", "MODERATOR", "laughs", "2017", "um", "weeks", "xxxx"])
def test_names_numbers_fillers_and_notes_are_no_keywords(noise: str) -> None:
    texts = tuple(
        f"MODERATOR: [laughs] um, Mensah, P01 said in 2017 XXXX that the fridge broke, {i} weeks." for i in "ab"
    )
    items = [replace(s, speaker=f"Dr Mensah {s.id}") for s in segments(texts)]
    (theme,) = themes.describe(items, spread(2), [group(0, 0, 1)], runs=1)
    assert "fridge" in " ".join(theme.keywords)
    assert noise.lower() not in " ".join((theme.label, *theme.keywords)).lower().split()


def test_a_role_that_is_a_speakers_label_is_still_a_word() -> None:
    items = [replace(s, speaker="Nurse") for s in segments(PAY)]
    assert "nurse" in " ".join(themes.describe(items, spread(3), [group(0, 0, 1, 2)], runs=1)[0].keywords)


@pytest.mark.parametrize(
    ("texts", "label"),
    [
        (("The waiting time was awful.", "Waiting time again!", "Hours of waiting time."), "waiting time"),
        (("There is no fridge.", "No fridge at all.", "We have no fridge."), "no fridge"),
        (("We don't trust the vaccine.", "People don't trust the vaccine."), "don't trust the vaccine"),
        (("Use of the HIV test.", "An HIV test it is."), "HIV test"),
        # Punctuation ends a phrase: these informants never said "fridge vaccine".
        (("The fridge. Vaccine spoiled!", "A fridge, vaccine spoiled."), "vaccine spoiled"),
    ],
)
def test_a_label_is_a_phrase_that_informants_said(texts: tuple[str, ...], label: str) -> None:
    assert described(texts, group(0, *range(len(texts))))[0].label == label


def test_without_a_common_phrase_the_label_is_keywords() -> None:
    (theme,) = described(("A doctor, a boat.", "Boats! Doctors!"), group(0, 0, 1))
    assert sorted(theme.label.lower().split(" · ")) in (["boat", "doctor"], ["boats", "doctors"])


@pytest.mark.parametrize(
    ("text", "label"), [("yeah yeah you know", "yeah yeah you know"), ("…", "theme 8"), ("", "theme 8")]
)
def test_talk_without_words_of_its_own_is_called_by_its_opening_or_its_number(text: str, label: str) -> None:
    (theme,) = described((text,) * 4, group(7, 0, 1, 2, 3))
    assert (theme.keywords, theme.label) == ((), label)


def test_no_two_themes_have_one_label() -> None:
    found = described(
        (*FUEL, *FUEL, "Yes.", "Yes.", "Yes."), group(0, 0, 1, 2), group(1, 3, 4, 5), *(group(i, i) for i in (6, 7, 8))
    )
    assert len({theme.label.lower() for theme in found}) == 5


def test_subthemes_are_described_against_each_other() -> None:
    (theme,) = described((*FUEL, *PAY), group(0, 0, 1, 2, 3, 4, 5, parts=((0, 1, 2), (3, 4, 5))))
    fuel, pay = theme.subthemes
    assert (fuel.members, pay.members) == (("s0", "s1", "s2"), ("s3", "s4", "s5"))
    assert fuel.label != pay.label
    assert "fuel" in " ".join(fuel.keywords)
    assert "nurses" in pay.keywords
    assert len(fuel.exemplars) == len(pay.exemplars) == 2
    assert set(fuel.exemplars) < set(fuel.members)


def test_without_groups_there_are_no_themes() -> None:
    assert described(FUEL) == ()


def test_a_group_that_lost_its_segments_is_still_described() -> None:
    empty, fuel = described(FUEL, group(4), group(0, 0, 1, 2))
    assert (empty.members, empty.exemplars, empty.label, empty.loudest) == ((), (), "theme 5", 0.0)
    assert fuel.label == "fuel money"


LONG = "The road to the clinic is under water, number {}."


def test_exemplars_come_from_different_informants_nearest_to_the_centre_first() -> None:
    x = np.array([[1, 0], [0.94, 0.34], [0.8, 0.6], [0.5, 0.87], [0, 1]], np.float32)
    items = segments(tuple(LONG.format(i) for i in range(5)), speakers="AAABCDEFGH")
    found = themes.exemplars(items, x, np.arange(5))
    closeness = dict(zip([item.id for item in items], x @ x.mean(axis=0), strict=True))
    best_of_a = max(("s0", "s1", "s2"), key=lambda name: closeness[name])
    assert set(found) == {best_of_a, "s3", "s4"}
    assert list(found) == sorted(found, key=lambda name: -closeness[name])


@pytest.mark.parametrize(("speakers", "count"), [("AAAAAAAAAA", 3), ("ABCDEFGHIJ", 5), ("ABABABABAB", 3)])
def test_there_are_three_to_five_exemplars(speakers: str, count: int) -> None:
    items = segments(tuple(LONG.format(i) for i in range(7)), speakers)
    assert len(themes.exemplars(items, np.eye(7, dtype=np.float32), np.arange(7))) == count
    assert themes.exemplars(items, np.eye(7, dtype=np.float32), np.array([6])) == ("s6",)


def test_repetitions_and_fragments_are_exemplars_only_where_there_is_nothing_else() -> None:
    texts = (LONG.format(0), LONG.format(0), "Roads.", LONG.format(1), LONG.format(2))
    x = np.array([[1, 0, 0], [1, 0, 0], [0.9, 0.3, 0.3], [0, 1, 0], [0, 0, 1]], np.float32)
    items = segments(texts)
    assert set(themes.exemplars(items, x, np.arange(5))) == {"s0", "s3", "s4"}
    assert set(themes.exemplars(items, x, np.arange(3))) == {"s0", "s1", "s2"}


@pytest.mark.parametrize(
    ("word", "stem"),
    [("nurses", "nurse"), ("salaries", "salary"), ("boss", "boss"), ("virus", "virus"), ("nurse’s", "nurse")],
)
def test_singular(word: str, stem: str) -> None:
    assert words.singular(word) == stem


TALK = st.lists(
    st.sampled_from(("fuel", "nurses", "the", "of", "no", "um", "paid", "waiting", "time", "HIV.", "don't", "😀")),
    max_size=12,
).map(" ".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(TALK, min_size=1, max_size=8), cut=st.integers(0, 8))
def test_every_phrase_of_a_label_or_keyword_was_said_in_these_words(texts: list[str], cut: int) -> None:
    rows = range(len(texts))
    parts = tuple(part for part in (tuple(rows[:cut]), tuple(rows[cut:])) if part)
    found = described(tuple(texts), *(group(i * 3, *part) for i, part in enumerate(parts)))
    for theme, part in zip(found, parts, strict=True):
        spoken = [" ".join(texts[row].split()).lower() for row in part]
        assert theme.members == tuple(f"s{row}" for row in part)
        for phrase in (*theme.keywords, *theme.label.split(" · ")):
            assert any(phrase.lower() in said for said in spoken) or phrase.startswith("theme ") or "(2)" in phrase
        assert set(theme.exemplars) <= set(theme.members)
        assert len(theme.exemplars) == len(set(theme.exemplars)) >= min(3, len(part))
    assert len({theme.label.lower() for theme in found}) == len(found)
