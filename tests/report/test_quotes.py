"""Quotes are exact slices of stored transcripts, or they are not made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout.report.quotes import InexactQuoteError, Quote, Source, chosen, informants


def quote(text: str = "words", *, start: int = 0, participant: str = "P1", weight: float = 1.0) -> Quote:
    return Quote(
        text=text, participant=participant, transcript="t", start=start, end=start + len(text), turn=1,
        segment=f"s{start}", weight=weight,
    )  # fmt: skip


@given(before=st.text(), said=st.text(min_size=1), after=st.text())
def test_a_slice_is_accepted_wherever_it_lies_and_one_character_off_is_not(before: str, said: str, after: str) -> None:
    text = f"👩🏽‍⚕️ 🤷{before}{said}{after}"
    start = len("👩🏽‍⚕️ 🤷") + len(before)
    source = Source({"t": text})
    right = quote(said, start=start)
    assert source.check(right) is right
    assert start in source.places("t", said)
    assert all(text[at : at + len(said)] == said for at in source.places("t", said))
    with pytest.raises(InexactQuoteError):
        source.check(replace(right, text=f"{said}x"))


@pytest.mark.parametrize(
    "wrong",
    [
        quote("paid late", start=1),
        quote("Paid late", start=0),
        replace(quote("paid"), start=-9, end=-5),
        replace(quote("paid"), transcript="another"),
        quote("", start=2),
    ],
)
def test_what_is_not_the_slice_it_claims_to_be_is_a_bug(wrong: Quote) -> None:
    with pytest.raises(InexactQuoteError):
        Source({"t": "paid late"}).check(wrong)


def test_words_that_are_gone_are_nowhere_and_nothing_is_nowhere_too() -> None:
    source = Source({"t": "late, late"})
    assert source.places("t", "late") == (0, 6)
    assert source.places("t", "soon") == source.places("u", "late") == source.places("t", "") == ()


def test_one_informant_does_not_fill_the_table() -> None:
    mine = [quote("words " * 45, start=i * 300) for i in range(5)]
    other = quote("short", start=9999, participant="P2")
    picked = chosen([*mine, other], count=3, per_informant=1)
    assert [item.participant for item in picked] == ["P1", "P2"]
    assert informants([*mine, other]) == 2
    assert chosen(reversed([*mine, other]), count=3, per_informant=1) == picked


def test_a_likelier_suggestion_is_shown_first() -> None:
    weak, strong = quote(participant="P1", weight=0.3), quote(start=9, participant="P2", weight=0.8)
    assert chosen([weak, strong], count=1, per_informant=1) == (strong,)
