"""Informants counted, with exact numbers, and what must be so of any count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout.comparison.counts import counting
from themescout.comparison.counts.mentions import Mention
from themescout.comparison.model import Basis
from themescout.report.quotes import Quote
from themescout.types import Kind

if TYPE_CHECKING:
    from random import Random

    from themescout.codebook import Codebook

KEY = ("code", Kind.BARRIER, "M-TAX")
PEOPLE = tuple(f"N{i}" for i in range(1, 6))


def mention(who: str, *, prompted: bool = False, basis: Basis = Basis.CONFIRMED, segment: str = "s") -> Mention:
    quote = Quote(text="x", participant=who, transcript="t", start=0, end=1, turn=1, segment=segment)
    return Mention(key=KEY, informant=who, prompted=prompted, basis=basis, quote=quote)


MENTIONS = st.builds(
    mention,
    st.sampled_from(PEOPLE),
    prompted=st.booleans(),
    basis=st.sampled_from([Basis.CONFIRMED, Basis.SUGGESTED]),
)


@given(st.lists(MENTIONS))
def test_counts_never_exceed_the_informants(said: list[Mention]) -> None:
    one = counting.tally(said, PEOPLE)
    found = counting.share(one, Basis.SUGGESTED)
    assert 0 <= found.prompted <= found.count <= found.total == len(PEOPLE)
    assert found.count == len({one.informant for one in said})
    assert found.low <= found.value <= found.high
    assert set(one.unconfirmed) <= set(one.who)


@given(st.lists(MENTIONS), MENTIONS)
def test_one_more_mention_lowers_no_count(said: list[Mention], more: Mention) -> None:
    before, after = counting.tally(said, PEOPLE), counting.tally([*said, more], PEOPLE)
    assert after.count >= before.count
    assert len(after.unprompted) >= len(before.unprompted)


@given(st.lists(MENTIONS), st.randoms())
def test_the_order_of_mentions_changes_nothing(said: list[Mention], random: Random) -> None:
    other = list(said)
    random.shuffle(other)
    first, second = counting.tally(said, PEOPLE), counting.tally(other, PEOPLE)
    assert replace(first, mentions=()) == replace(second, mentions=())


def test_one_unprompted_mention_makes_an_informant_unprompted() -> None:
    one = counting.tally([mention("N1", prompted=True), mention("N1"), mention("N2", prompted=True)], PEOPLE)
    assert (one.unprompted, one.prompted) == (("N1",), ("N2",))


def test_an_informant_is_unconfirmed_who_would_not_count_so_without_suggestions() -> None:
    said = [
        mention("N1"), mention("N1", basis=Basis.SUGGESTED),
        mention("N2", prompted=True), mention("N2", basis=Basis.SUGGESTED),  # unprompted only by a suggestion
        mention("N3", basis=Basis.SUGGESTED),
    ]  # fmt: skip
    one = counting.tally(said, PEOPLE)
    assert one.unconfirmed == ("N2", "N3")
    assert counting.share(one, Basis.CONFIRMED).basis is Basis.SUGGESTED
    assert counting.share(counting.tally(said[:2], PEOPLE), Basis.SUGGESTED).basis is Basis.CONFIRMED
    assert counting.share(counting.tally([], PEOPLE), Basis.CONFIRMED).basis is Basis.CONFIRMED


def test_the_intervals_are_those_of_the_method() -> None:
    people = [f"N{i}" for i in range(14)]
    nobody = counting.share(counting.tally([], people), Basis.CONFIRMED)
    assert nobody.exact[1] == pytest.approx(0.2316, abs=5e-5)
    assert nobody.high == pytest.approx(0.2153, abs=5e-5)
    everybody = counting.share(counting.tally([mention(name) for name in people], people), Basis.CONFIRMED)
    assert everybody.exact[0] == pytest.approx(0.768, abs=5e-4)


def test_the_difference_is_the_new_share_less_the_old() -> None:
    found = counting.change((2, 14), (9, 14))
    assert found is not None
    assert found.difference == pytest.approx(0.5)
    # Newcombe's method 10; its own tests are those of `intervals`.
    assert (found.low, found.high) == pytest.approx((0.1381, 0.7193), abs=5e-5)
    assert found.rose > 0.99
    back = counting.change((9, 14), (2, 14))
    assert back is not None
    assert (back.difference, back.low, back.high) == pytest.approx((-0.5, -found.high, -found.low))
    assert found.clear
    assert back.clear
    assert counting.clear((2, 14), (9, 14))
    assert not counting.clear((2, 14), (5, 14))


def test_without_informants_there_is_no_difference() -> None:
    assert counting.change((0, 0), (1, 2)) is None
    assert not counting.clear((1, 2), (0, 0))


def test_lines_come_in_the_codebooks_order(small_book: Codebook) -> None:
    made = [line.key for line in counting.lines(small_book, {}, ())]
    b, r = Kind.BARRIER, Kind.RESEARCH_QUESTION
    codes = ["M-PRICE", "M-TAX", "P-PAY", "P-TRAIN"]
    assert made == [
        *[("category", kind, name) for kind in (b, r) for name in ("MONEY", "PEOPLE")],
        *[("code", kind, name) for kind in (b, r) for name in codes],
    ]  # fmt: skip
    plain = counting.lines(replace(small_book, kinds=()), {}, ())
    assert [line.key for line in plain][:3] == [
        ("category", None, "MONEY"), ("category", None, "PEOPLE"), ("code", None, "M-PRICE"),
    ]  # fmt: skip
    assert {line.parent for line in plain} == {"", "MONEY", "PEOPLE"}


def test_the_matrix_has_a_row_for_each_informant() -> None:
    tallies = [counting.tally([mention("N2")], PEOPLE), counting.tally([mention("N1"), mention("N5")], PEOPLE)]
    assert counting.matrix(tallies, PEOPLE).astype(int).tolist() == [[0, 1], [1, 0], [0, 0], [0, 0], [0, 1]]
