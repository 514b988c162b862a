"""The log in memory says what reading the whole log says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from themescout import decisions
from themescout.review.ledger import Ledger
from themescout.types import Decision, Kind, Verdict


@st.composite
def logs(draw: st.DrawFn) -> list[Decision]:
    """Two coders, three segments; undos aim at entries of the same coder and segment, as the review makes them."""
    made: list[Decision] = []
    for seq in range(1, draw(st.integers(0, 15)) + 1):
        coder, segment = draw(st.sampled_from("ab")), draw(st.sampled_from("xyz"))
        mine = [d.seq for d in made if (d.coder, d.segment) == (coder, segment)]
        verdict = draw(st.sampled_from([v for v in Verdict if v is not Verdict.UNDO or mine]))
        made.append(
            Decision(
                segment=segment, verdict=verdict, kind=Kind.BARRIER, code="A", coder=coder, decided_at="", seq=seq,
                transcript="t", start=0, end=1, quote="w",
                undoes=draw(st.sampled_from(mine)) if verdict is Verdict.UNDO else None,
            )
        )  # fmt: skip
    return made


@given(logs())
def test_what_stands_and_who_decided_what_is_the_same_as_from_the_whole_log(log: list[Decision]) -> None:
    ledger = Ledger(log)
    everything = decisions.standing(log)
    assert ledger.newest == len(log)
    assert list(ledger.log) == log
    for segment in "xyz":
        assert ledger.standing(segment) == tuple(d for d in everything if d.segment == segment)
        assert list(ledger.of(segment)) == [d for d in log if d.segment == segment]
    for coder in "ab":
        own = {d.segment for d in everything if d.coder == coder and d.verdict is not Verdict.SETTLE}
        assert ledger.decided(coder) == own
        assert list(ledger.by(coder)) == [d for d in log if d.coder == coder]
    assert set(ledger.coders()) == {d.coder for d in everything if d.verdict is not Verdict.SETTLE}
